"""Any sequence of imports and undos: what is known equals the remaining imports from scratch."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.db import Database
from catalog.errors import ConflictUndecidableError, UndoRefusedError
from catalog.models import Base
from catalog.records import (
    CertificateRecord,
    CompanyRecord,
    EpdRecord,
    ProductRecord,
    Record,
    TestReportRecord,
)
from catalog.rules.terms import BillStage, CertificateState, Decision
from catalog.rules.units import Declared
from catalog.services import conflicts
from tests.builders import (
    NOW,
    OPERATOR,
    OWN,
    REGISTRY,
    a_bill_line,
    a_building,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
    undo,
)
from tests.declarations import a_declaration, an_amount, year
from tests.integration.picture import current, picture, row_counts

CODE = "91659001MA7TE5T017"
MODELS = ("C30", "C40", None)
NUMBERS = ("N-1", "N-2")
DAYS = tuple(day(text) for text in ("2024-01-01", "2025-01-01", "2025-06-01"))
FACTORS = tuple(
    tuple(Declared(amount=amount, unit="kg", per="m3", by="厂") for amount in amounts)
    for amounts in ((), (Decimal(2350),), (Decimal(2400), Decimal(2350)))
)
quantities = st.sampled_from([Decimal(1), Decimal(2), Decimal(-1)])


@st.composite
def companies(draw: st.DrawFn) -> CompanyRecord:
    return a_company(
        draw(st.sampled_from(["甲", "乙"])),
        credit_code=draw(st.sampled_from([None, None, CODE])),
        address=draw(st.sampled_from([None, "东", "西"])),
    )


@st.composite
def certificates(draw: st.DrawFn) -> CertificateRecord:
    state = draw(st.sampled_from([None, None, *CertificateState]))
    return a_certificate(
        draw(st.sampled_from(NUMBERS)),
        star=draw(st.sampled_from([None, 1, 2])),
        reissued_on=draw(st.sampled_from([None, None, *DAYS])),
        state=state,
        state_on=draw(st.sampled_from([None, *DAYS])) if state else None,
        categories=draw(st.sampled_from([(), ("tabc-healthy",), ("tabc-recycled", "tabc-m-wall")])),
    )


@st.composite
def reports(draw: st.DrawFn) -> TestReportRecord:
    return TestReportRecord(
        number=draw(st.sampled_from(["R-1", "R-2"])),
        laboratory="检测中心",
        standard=draw(st.sampled_from([None, "需求标准"])),
        issued_on=draw(st.sampled_from(DAYS)),
    )


@st.composite
def products(draw: st.DrawFn) -> ProductRecord:
    return a_product(
        company=draw(companies()),
        certificate=draw(st.none() | certificates()),
        model=draw(st.sampled_from(MODELS)),
        brand=draw(st.sampled_from([None, "红", "蓝"])),
        report=draw(st.none() | reports()),
        declared=draw(st.sampled_from(FACTORS)),
        category=draw(st.sampled_from(["ready-mixed-concrete", "ready-mixed-mortar"])),
    )


projects = st.builds(
    lambda code, building, division, owner, area: a_project(
        code, division=division, owner=owner, building=a_building(building, floor_area_m2=area)
    ),
    st.sampled_from(["P-1", "P-2"]),
    st.sampled_from(["1#", "2#"]),
    st.sampled_from(["07", "08"]),
    st.sampled_from([None, "东", "西"]),
    st.sampled_from([None, Decimal(1), Decimal(2)]),
)
references = st.none() | st.builds(by_number, st.sampled_from(NUMBERS))
bill_lines = st.builds(
    lambda number, building, quantity, product, stage: a_bill_line(
        number, building=building, quantity=quantity, product=product, stage=stage
    ),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["1#", "2#"]),
    quantities,
    references,
    st.sampled_from(BillStage),
)
deliveries = st.builds(
    lambda number, building, quantity, product, papers: a_delivery(
        number, building=building, quantity=quantity, product=product, evidence=papers
    ),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["1#", "2#"]),
    quantities,
    references,
    st.sampled_from([(), (evidence("YS-1"),), (evidence("YS-1"), evidence("YS-2"))]),
)


@st.composite
def declarations(draw: st.DrawFn) -> EpdRecord:
    return a_declaration(
        draw(st.sampled_from(["epd-1", "epd-2"])),
        version=None,
        registration_number=draw(st.sampled_from([None, *NUMBERS])),
        valid_until=draw(st.sampled_from([None, year(2024), year(2098), year(2099)])),
        results=(an_amount(draw(st.sampled_from(["1", "2"]))),),
    )


def some(records: st.SearchStrategy[Record]) -> st.SearchStrategy[list[Record]]:
    return st.lists(records, min_size=1, max_size=3)


batches = st.tuples(
    st.sampled_from([OWN, OWN, REGISTRY]),
    some(products()) | some(projects) | some(bill_lines) | some(deliveries) | some(declarations()),
)
Batch = tuple[str, Sequence[Record]]


@dataclass(frozen=True)
class Again:
    """Bring a file that stands already once more."""

    place: int


brings_again = st.builds(Again, st.integers(min_value=0, max_value=9))
takes_back_latest = st.just("undo")
takes_back_any = st.integers(min_value=0, max_value=9)


@contextmanager
def fresh(template: Path) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "replay.db"
        shutil.copy(template, path)
        database = Database(f"sqlite:///{path}")
        yield database
        database.close()


def replayed(template: Path, batches: Sequence[Batch]) -> str:
    with fresh(template) as database:
        for source, records in batches:
            bring(database, records, source=source)
        return picture(database)


def check_nothing_hangs(database: Database) -> None:
    """Prove that no current fact speaks of something that is withdrawn."""
    living = {
        name: {row["id"] for row in current(database, name)}
        for name in ("company", "product", "certificate", "project", "building", "epd")
    }
    for table in ("product", "building", "bill_line", "delivery", "product_certificate",
                  "certificate_version", "certificate_status", "certificate_category",
                  "epd_version", "product_epd"):  # fmt: skip
        columns = [
            (column.name, key.column.table.name)
            for column in Base.metadata.tables[table].columns
            for key in column.foreign_keys
            if key.column.table.name in living
        ]
        for row in current(database, table):
            for column, target in columns:
                assert row[column] is None or row[column] in living[target], (table, column)


# One store serves every example: what earlier examples left behind is withdrawn, and must not show.
replaying = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(steps=st.lists(batches | takes_back_latest, max_size=10))
@replaying
def test_taking_the_latest_back_leaves_the_others_as_if_alone(
    database: Database, sqlite_template: Path, steps: list[Batch | str]
) -> None:
    done: list[tuple[int, Batch]] = []
    counts = row_counts(database)
    for step in steps:
        if isinstance(step, str):
            if done:
                undo(database, done.pop()[0])
        else:
            done.append((bring(database, step[1], source=step[0]).run_id, step))
    check_nothing_hangs(database)
    assert picture(database) == replayed(sqlite_template, [batch for _, batch in done])
    for run, _ in reversed(done):
        undo(database, run)
    assert picture(database) == ""
    grown = row_counts(database)
    assert all(grown[name] >= counts[name] for name in counts)


@given(steps=st.lists(batches | brings_again | takes_back_any, max_size=10))
@replaying
def test_taking_any_back_leaves_the_others_as_if_alone(
    database: Database, sqlite_template: Path, steps: list[Batch | Again | int]
) -> None:
    done: list[tuple[int, Batch]] = []
    for step in steps:
        if isinstance(step, tuple):
            done.append((bring(database, step[1], source=step[0]).run_id, step))
        elif done and isinstance(step, Again):
            source, records = batch = done[step.place % len(done)][1]
            done.append((bring(database, records, source=source).run_id, batch))
        elif done and isinstance(step, int):
            before, place = picture(database), step % len(done)
            try:
                undo(database, done[place][0])
                del done[place]
            except UndoRefusedError:
                assert picture(database) == before
        check_nothing_hangs(database)
    assert picture(database) == replayed(sqlite_template, [batch for _, batch in done])
    for run, _ in reversed(done):
        undo(database, run)
    assert picture(database) == ""


@dataclass(frozen=True)
class Decide:
    """Decide a conflict that is open."""

    decision: Decision
    place: int


decides = st.builds(Decide, st.sampled_from(Decision), st.integers(min_value=0, max_value=9))


@given(steps=st.lists(batches | decides, max_size=10))
@replaying
def test_imports_and_decisions_are_taken_back_to_nothing(
    database: Database, steps: list[Batch | Decide]
) -> None:
    done: list[tuple[bool, int]] = []
    for number, step in enumerate(steps):
        now = NOW + dt.timedelta(minutes=number)
        if not isinstance(step, Decide):
            done.append((False, bring(database, step[1], source=step[0], now=now).run_id))
            continue
        with database.reading() as connection:
            waiting = conflicts.browse_conflicts(connection, limit=10, offset=0).items
        if waiting:
            conflict = waiting[step.place % len(waiting)].id
            with suppress(ConflictUndecidableError), database.transaction() as session:
                conflicts.decide(
                    session, conflict, step.decision, reason="看过", actor=OPERATOR, now=now
                )
                done.append((True, conflict))
    check_nothing_hangs(database)
    for number, (is_decision, key) in enumerate(reversed(done), start=len(steps)):
        now = NOW + dt.timedelta(minutes=number)
        if not is_decision:
            undo(database, key, now=now)
            continue
        with database.transaction() as session:
            conflicts.reopen(session, key, reason="看错了", actor=OPERATOR, now=now)
    assert picture(database) == ""
