"""Facts and cubes are at any time what the lines and results make of them, whatever happened."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from catalog.db import Database
from catalog.errors import CatalogError, PermissionDeniedError, UndoRefusedError
from catalog.models.cube import ReportClose, UsageCube, UsageFact
from catalog.permissions import ANYONE
from catalog.records import DeliveryRecord, Record
from catalog.repositories import bulk, calculating
from catalog.rules.greenness import greenness
from catalog.rules.proof import Accepted
from catalog.rules.ratio.cube import UNKNOWN
from catalog.rules.standing import Standing
from catalog.rules.terms import (
    AdoptionState,
    BillStage,
    CertificateState,
    DatePrecision,
    Decision,
    ProjectKind,
)
from catalog.services import conflicts, cube
from catalog.services.cube import Verified
from tests.adoptions import an_adoption
from tests.builders import (
    NOW,
    OPERATOR,
    OWN,
    REGISTRY,
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    bring_in_batches,
    by_number,
    day,
    making_up,
    recalculated,
    undo,
)
from tests.integration.picture import rows_of

LATER = NOW + dt.timedelta(days=1)
DAYS = tuple(day(text) for text in ("2024-06-01", "2025-06-01", "2025-11-15", "2025-11-16"))
GREEN, KEY = ProjectKind.GREEN, ProjectKind.KEY


def verified(database: Database) -> Verified:
    with database.transaction() as session:
        return cube.verify(session)


def check(database: Database) -> None:
    found = verified(database)
    assert found.different == 0, found.differences


def cells(database: Database, **equal: object) -> list[dict[str, int]]:
    """Return the cells of the lines' cube whose columns are equal: all kinds, by the calendar."""
    wanted = {"basis": "calendar", "kind": "every", "stage": "completion"} | equal
    table = bulk.table_of(UsageCube)
    statement = select(table).where(*(table.c[name] == value for name, value in wanted.items()))
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(statement).mappings()]


def total(database: Database, measure: str, **equal: object) -> Decimal:
    """Return a measure over those cells."""
    rows = cells(database, **equal)
    if measure in ("lines", "lines_unstated", "lines_without_amount"):
        return Decimal(sum(row[measure] for row in rows))
    return (
        Decimal(sum(row[f"{measure}_high"] * 10**12 + row[f"{measure}_low"] for row in rows))
        / 10**6
    )


@pytest.fixture
def site(database: Database) -> Database:
    """A building of a key project in division 08 with a good certificate for its concrete."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project(kinds=frozenset({KEY, GREEN}))])
    return database


def came(number: str, on: str = "2025-03-12", **stated: object) -> DeliveryRecord:
    known = {"product": by_number(), "amount": Decimal(100)} | stated
    return a_delivery(number, delivered_on=day(on), **known)


def test_counts_lines_amounts_and_quantities_by_what_proves_them(site: Database) -> None:
    bring(site, [came("1"), came("2", product=None), came("3", amount=None), came("4", unit="t")])
    assert total(site, "lines") == 4
    assert total(site, "lines_without_amount") == 1
    assert [total(site, "amount"), total(site, "green_amount")] == [300, 200]
    assert [total(site, "quantity", unit=unit) for unit in ("m3", "t")] == [300, 100]
    assert total(site, "green_quantity", unit="m3") == 200
    check(site)


def test_counts_a_project_in_each_of_its_kinds_and_once_in_all(site: Database) -> None:
    bring(site, [a_project("P-2")])
    bring(site, [came("1"), came("2"), came("1", project="P-2")])
    found = {kind: total(site, "lines", kind=kind) for kind in ("every", KEY, GREEN, "none")}
    assert found == {"every": 3, KEY: 2, GREEN: 2, "none": 1}


def test_a_report_takes_in_what_came_up_to_its_closing_day(site: Database) -> None:
    bring(site, [came("1", "2025-11-15"), came("2", "2025-11-16"), came("3", "2026-01-01")])
    by_report = {y: total(site, "lines", basis="report", year=y) for y in (2025, 2026)}
    assert by_report == {2025: 1, 2026: 2}
    assert total(site, "lines", year=2025) == 2


def test_what_came_in_an_unknown_month_has_a_year_but_no_report(site: Database) -> None:
    year, month, sure = (
        came(str(n), on, delivered_precision=precision)
        for n, (on, precision) in enumerate(
            [
                ("2025-01-01", DatePrecision.YEAR),
                ("2025-11-01", DatePrecision.MONTH),
                ("2025-10-01", DatePrecision.MONTH),
            ]
        )
    )
    bring(site, [year, month, sure])
    assert total(site, "lines", year=2025) == 3
    assert total(site, "lines", basis="report", year=0) == 2
    assert total(site, "lines", basis="report", year=2025) == 1
    check(site)


def test_a_change_of_the_closing_day_moves_what_came_between(site: Database) -> None:
    bring(site, [came("1", "2025-10-20")])
    assert total(site, "lines", basis="report", year=2025) == 1
    table = bulk.table_of(ReportClose)
    new = {"key": "earlier", "first_year": 2025, "month": 9, "day": 30, "source": "-"}
    with making_up(site) as session:
        bulk.insert_mappings(session, table, [new])
    assert total(site, "lines", basis="report", year=2026) == 1
    assert total(site, "lines", basis="report", year=2025) == 0
    check(site)


def test_a_suspension_reaches_the_lines_that_came_while_it_lasts(site: Database) -> None:
    bring(site, [came("1", "2025-03-12"), came("2", "2025-08-01")])
    assert total(site, "green_amount") == 200
    paper = a_certificate(state=CertificateState.SUSPENDED, state_on=day("2025-05-01"))
    run = bring(site, [a_product(certificate=paper)], now=LATER).run_id
    assert total(site, "green_amount") == 100
    check(site)
    undo(site, run, now=LATER)
    assert total(site, "green_amount") == 200
    check(site)


def test_a_line_without_a_category_follows_its_product(site: Database) -> None:
    bring(site, [came("1", category=None)])
    (before,) = {row["category_id"] for row in cells(site)}
    bring(site, [a_product(certificate=a_certificate(), category="ready-mixed-mortar")])
    (after,) = {row["category_id"] for row in cells(site)}
    assert before != after
    check(site)


def test_a_project_that_moves_takes_its_lines_and_results_along(site: Database) -> None:
    bring(site, [a_bill_line()])
    bring(site, [came("1")])
    recalculated(site)
    (before,) = {row["division_id"] for row in cells(site)}
    bring(site, [a_project(division="07", kinds=frozenset({KEY}))], now=LATER)
    (after,) = {row["division_id"] for row in cells(site)}
    assert before != after
    assert total(site, "lines", kind=GREEN) == 0
    check(site)
    assert {row["division_id"] for row in rows_in(site, "result_cube")} == {before}
    recalculated(site, now=LATER)
    assert {row["division_id"] for row in rows_in(site, "result_cube")} == {after}
    check(site)


def rows_in(database: Database, name: str) -> list[dict[str, object]]:
    table = UsageFact.metadata.tables[name]
    with database.reading() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


def test_counts_a_project_of_several_buildings_once(site: Database) -> None:
    bring(site, [a_project(building=a_building("2#"))])
    bring(site, [came("1"), came("1", building="2#", product=None)])
    recalculated(site)
    counts = {
        row["projects"]
        for row in rows_in(site, "project_count")
        if row["kind"] == "every" and row["basis"] == "calendar"
    }
    assert counts == {1}
    buildings = sum(
        int(str(row["buildings"]))
        for row in rows_in(site, "result_cube")
        if (row["kind"], row["basis"], row["method"]) == ("every", "calendar", "B")
    )
    assert buildings == 2


def test_planned_lines_count_by_their_planned_quantity(site: Database) -> None:
    planned = {"stage": BillStage.DESIGN, "amount": Decimal(1)}
    bring(
        site,
        [
            a_bill_line("1", planned_green_quantity=Decimal(30), **planned),
            a_bill_line("2", planned_green_quantity=None, **planned),
            a_bill_line("3", planned_green_quantity=Decimal(0), quantity=Decimal(3), **planned),
            a_bill_line("4", planned_green_quantity=Decimal(1), quantity=Decimal(3), **planned),
        ],
    )
    at = {"stage": "design", "year": 2024}
    assert total(site, "lines", **at) == 4
    assert total(site, "lines_unstated", **at) == 1
    assert [total(site, name, **at) for name in ("quantity", "green_quantity")] == [206, 31]
    assert total(site, "green_amount", **at) == Decimal("0.3") + Decimal("0.333333")
    check(site)


def test_sums_are_exact_beyond_what_one_column_holds(site: Database) -> None:
    most = Decimal(10) ** 12
    bring(site, [came(str(n), quantity=most, amount=most) for n in range(30)])
    assert total(site, "amount") == 30 * most
    bring(site, [came(str(n), quantity=most, amount=-most) for n in range(29)], now=LATER)
    assert total(site, "amount") == -28 * most
    check(site)


def test_verifying_names_what_was_tampered_with_and_rebuilding_mends_it(site: Database) -> None:
    bring(site, [came("1"), came("2")])
    recalculated(site)
    facts, sums = bulk.table_of(UsageFact), bulk.table_of(UsageCube)
    with site.transaction() as session:
        session.execute(update(facts).where(facts.c.line_id == 1).values(division_id=1))
        session.execute(delete(facts).where(facts.c.line_id == 2))
        session.execute(update(sums).where(sums.c.kind == "every").values(lines=9))
        lost: dict[str, object] = {name: 1 for name in sums.c.keys()}  # noqa: C420, SIM118  Columns, not rows.
        lost |= {"basis": "report", "stage": "design", "kind": "every", "unit": "m3"}
        session.execute(insert(sums), [lost])
    found = verified(site)
    assert {each.table for each in found.differences} == {"usage_fact", "usage_cube"}
    assert found.different == 5
    with pytest.raises(PermissionDeniedError), site.transaction() as session:
        cube.rebuild(session, actor=ANYONE)
    with site.transaction() as session:
        cube.rebuild(session, actor=OPERATOR)
    check(site)


def test_many_batches_count_as_one(site: Database) -> None:
    bring_in_batches(site, [came(str(n)) for n in range(50)], 7)
    assert [total(site, name) for name in ("lines", "amount")] == [50, 5000]
    check(site)


# One store serves every example: what earlier examples left behind is there, and must not matter.
NUMBERS = ("N-1", "N-2")
MODEL_OF = {"N-1": "C30", "N-2": "C40"}
products = st.builds(
    lambda number, on, until, state, state_on, category, scope: a_product(
        certificate=a_certificate(
            number,
            reissued_on=on,
            valid_to=until,
            state=state,
            state_on=state_on if state else None,
        ),
        model=MODEL_OF[number],
        category=category,
        scope=scope,
    ),
    st.sampled_from(NUMBERS),
    st.sampled_from([None, None, *DAYS]),
    st.sampled_from([day("2025-09-30"), day("2025-11-15"), day("2028-12-31")]),
    st.sampled_from([None, *CertificateState]),
    st.sampled_from([None, *DAYS]),
    st.sampled_from(["ready-mixed-concrete", "ready-mixed-mortar"]),
    st.sampled_from([None, "C20–C35", "C40–C50"]),
)
projects = st.builds(
    lambda code, building, division, kinds, area, done: a_project(
        code,
        division=division,
        kinds=kinds,
        completed_on=done,
        building=a_building(building, floor_area_m2=area),
    ),
    st.sampled_from(["P-1", "P-2"]),
    st.sampled_from(["1#", "2#"]),
    st.sampled_from(["07", "08"]),
    st.frozensets(st.sampled_from([GREEN, KEY])),
    st.sampled_from([None, Decimal(1), Decimal(2)]),
    st.sampled_from([None, *DAYS]),
)
references = st.none() | st.builds(by_number, st.sampled_from(NUMBERS))
bill_lines = st.builds(
    lambda number, building, planned, product, stage: a_bill_line(
        number,
        building=building,
        planned_green_quantity=planned,
        amount=Decimal(7),
        product=product,
        stage=stage,
    ),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["1#", "2#"]),
    st.sampled_from([None, Decimal(0), Decimal(30)]),
    references,
    st.sampled_from(BillStage),
)
deliveries = st.builds(
    lambda number, building, on, precision, product, category, amount: a_delivery(
        number,
        building=building,
        delivered_on=on,
        delivered_precision=precision,
        product=product,
        category=category,
        amount=amount,
        specification="C30",
    ),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["1#", "2#"]),
    st.sampled_from(DAYS),
    st.sampled_from([DatePrecision.DAY, DatePrecision.DAY, DatePrecision.MONTH]),
    references,
    st.sampled_from([None, "ready-mixed-concrete"]),
    st.sampled_from([None, Decimal(5), Decimal(-3)]),
)


def some(records: st.SearchStrategy[Record]) -> st.SearchStrategy[list[Record]]:
    return st.lists(records, min_size=1, max_size=3)


@dataclass(frozen=True)
class TakeBack:
    """Undo one of the imports that stand."""

    place: int


@dataclass(frozen=True)
class Adopt:
    """Adopt the product of a certificate, and suspend it or bring it back on some days."""

    number: str
    on: dt.date
    decided: tuple[tuple[AdoptionState, dt.date], ...]


@dataclass(frozen=True)
class Decide:
    """Decide the open contradictions."""

    decision: Decision


Step = tuple[str, list[Record]] | TakeBack | Adopt | Decide | str
sources = st.sampled_from([OWN, OWN, REGISTRY])
steps: st.SearchStrategy[Step] = (
    st.tuples(sources, some(products))
    | st.tuples(sources, some(projects))
    | st.tuples(sources, some(bill_lines))
    | st.tuples(sources, some(deliveries))
    | st.builds(TakeBack, st.integers(0, 9))
    | st.builds(
        Adopt,
        st.sampled_from(NUMBERS),
        st.sampled_from(DAYS),
        st.lists(
            st.tuples(st.sampled_from(AdoptionState), st.sampled_from(DAYS)),
            max_size=2,
            unique_by=lambda change: change[1],
        ).map(tuple),
    )
    | st.builds(Decide, st.sampled_from(Decision))
    | st.just("calculate")
)


def do(database: Database, step: Step, done: list[int]) -> None:
    if isinstance(step, tuple):
        done.append(bring(database, step[1], source=step[0]).run_id)
    elif isinstance(step, TakeBack):
        if done:
            try:
                undo(database, done[step.place % len(done)])
                del done[step.place % len(done)]
            except UndoRefusedError:
                pass
    elif isinstance(step, Adopt):
        adopt(database, step)
    elif isinstance(step, Decide):
        decide_all(database, step.decision)
    else:
        recalculated(database)


def adopt(database: Database, step: Adopt) -> None:
    models = {row["model"]: row["key"] for row in rows_of(database, "product")}
    an_adoption(
        database,
        models[MODEL_OF[step.number]],
        certificate=step.number,
        adopted_on=step.on.isoformat(),
        # Of one day there is one decision.
        decided=tuple((to, on.isoformat()) for to, on in step.decided if on != step.on),
    )


def decide_all(database: Database, decision: Decision) -> None:
    with database.reading() as connection:
        waiting = conflicts.browse_conflicts(connection, limit=100, offset=0).items
    for each in waiting:
        try:
            with database.transaction() as session:
                conflicts.decide(
                    session, each.id, decision, reason="seen", actor=OPERATOR, now=LATER
                )
        except CatalogError:  # Refused: then nothing of it may show.
            pass


MEASURES = ("lines", "amount", "green_amount", "adopted_amount", "adopted_quantity")


def summed_by_hand(database: Database) -> dict[tuple[int, int, int], list[Decimal]]:
    """Return the measures by division, year and category, without facts and cubes."""
    found: dict[tuple[int, int, int], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 5)
    categories = {row["key"]: row["id"] for row in rows_of(database, "category")}
    with database.reading() as connection:
        ids = [row["id"] for row in rows_of(database, "building")]
        for building in calculating.facts_of(connection, ids):
            for line in building.deliveries:
                category = categories[line.category] if line.category else UNKNOWN
                at = building.division_id, line.delivered_on.year, category
                proof = greenness(line.goods, Accepted(), line.days)
                amount, nothing = line.amount or Decimal(0), Decimal(0)
                is_adopted = proof.standing is Standing.ADOPTED
                change = (
                    Decimal(1),
                    amount,
                    amount if proof.green else nothing,
                    amount if is_adopted else nothing,
                    line.quantity if is_adopted else nothing,
                )
                found[at] = [a + b for a, b in zip(found[at], change, strict=True)]
    return dict(found)


def summed_by_cube(database: Database) -> dict[tuple[int, int, int], list[Decimal]]:
    places = {(row["division_id"], row["year"], row["category_id"]) for row in cells(database)}
    return {
        (division, year, category): [
            total(database, name, division_id=division, year=year, category_id=category)
            for name in MEASURES
        ]
        for division, year, category in places
    }


BASE: list[list[Record]] = [
    [a_product(certificate=a_certificate(number), model=MODEL_OF[number]) for number in NUMBERS],
    [
        a_project(code, building=a_building(building))
        for code in ("P-1", "P-2")
        for building in ("1#", "2#")
    ],
    [
        a_delivery(
            f"{number}/{on}",
            building=building,
            product=by_number(number),
            category=None,
            specification="C30",
            delivered_on=on,
            amount=Decimal(3),
        )
        for building in ("1#", "2#")
        for number in NUMBERS
        for on in DAYS
    ],
]


@given(happened=st.lists(steps, min_size=3, max_size=10))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_cube_equals_a_recomputation_after_anything(
    database: Database, happened: list[Step]
) -> None:
    done = [bring(database, records).run_id for records in BASE]
    for step in happened:
        do(database, step, done)
        check(database)
    assert summed_by_cube(database) == summed_by_hand(database)
