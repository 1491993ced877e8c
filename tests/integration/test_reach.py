"""What a certificate's end reaches is what recomputing everything would change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.db import Database
from catalog.errors import CertificateNotFoundError
from catalog.records import DeliveryRecord
from catalog.rules.keys import body_key, certificate_key
from catalog.rules.numbers import normal_number
from catalog.rules.terms import BillStage, CertificateState, DatePrecision
from catalog.rules.validity import Validity
from catalog.services import publishing, reach
from catalog.services.publishing import NewPublication
from catalog.views.reach import Reach
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
    undo,
)
from tests.integration.picture import rows_of

LATER = NOW + dt.timedelta(days=1)
KEY = certificate_key(body_key("示例认证中心"), normal_number("CTC-2024-001"))
DAYS = tuple(map(day, ("2024-06-01", "2025-03-12", "2025-06-01", "2025-09-01")))
Figures = dict[tuple[str, str, str], tuple[Decimal, Decimal]]


@pytest.fixture
def site(database: Database) -> Database:
    """Two projects, three buildings, and one certificate under most of their concrete."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_product("钢梁", a_certificate("STEEL"), category="steel-members")])
    second = a_building("2#", floor_area_m2=Decimal(3000))
    bring(
        database,
        [
            a_project(owner="示例教育局"),
            a_project(owner="示例教育局", building=second),
            a_project("P-2", division="07", completed_on=None),
        ],
    )
    bring(
        database,
        [
            a_bill_line("1", stage=BillStage.DESIGN, product=by_number()),
            a_bill_line("1", project="P-2", product=by_number()),
        ],
    )
    bring(
        database,
        [
            came("60", "2025-03-12", amount=Decimal(600)),
            came("40", "2025-08-01", amount=Decimal(400)),
            came("100", building="2#", product=by_number("STEEL"), category="steel-members",
                 unit="t"),
            came("10", "2025-09-01", project="P-2"),
        ],
    )  # fmt: skip
    recalculated(database)
    return database


def came(quantity: str, on: str = "2025-03-12", **stated: object) -> DeliveryRecord:
    known = {"product": by_number()} | stated
    return a_delivery(f"{on}/{quantity}", quantity=Decimal(quantity), delivered_on=day(on), **known)


def reached(database: Database, on: str | None = None) -> Reach:
    with database.reading() as connection:
        return reach.reach_of(connection, KEY, on=day(on) if on else None, today=NOW.date())


def learn(database: Database, state: CertificateState, on: dt.date) -> int:
    paper = a_certificate(state=state, state_on=on)
    run = bring(database, [a_product(certificate=paper)], now=LATER).run_id
    recalculated(database, now=LATER)
    return run


def stored(database: Database) -> Figures:
    """Return ratio and green amount of every current result."""
    buildings = {row["id"]: row["key"] for row in rows_of(database, "building")}
    return {
        (buildings[row["building_id"]], row["stage"], row["method"]): (
            row["ratio"], row["green_amount"],
        )
        for row in rows_of(database, "result")
        if row["superseded_at"] is None
    }  # fmt: skip


def changed(before: Figures, after: Figures) -> dict[tuple[str, str, str], tuple[object, object]]:
    assert before.keys() == after.keys()
    return {at: (before[at][0], after[at][0]) for at in before if before[at] != after[at]}


def told(found: Reach) -> dict[tuple[str, str, str], tuple[object, object]]:
    return {
        (each.building, each.stage, each.method): (each.ratio_before, each.ratio_after)
        for each in found.figures
    }


def test_names_all_that_a_revocation_would_hit(site: Database) -> None:
    with site.transaction() as session:
        head = publishing.publish_figures(
            session, NewPublication(year=2025, division="08"), actor=OPERATOR, now=NOW
        ).head
    found = reached(site, "2025-05-01")
    assert (found.is_supposed, found.validity) == (True, Validity.VALID)
    assert [product.name for product in found.products] == ["预拌混凝土"]
    assert [(line.number, line.before, line.after) for line in found.deliveries] == [
        ("SH-1/2025-08-01/40", True, False),
        ("SH-1/2025-09-01/10", True, False),
    ]
    # The building of P-1 is finished by then; that of P-2 is not.
    assert {(line.project, line.number) for line in found.bill_lines} == {
        ("p-1", "1"),
        ("p-2", "1"),
    }
    by_method = {(each.project, each.method): each for each in found.figures}
    school = by_method["p-1", "B"]
    assert (school.ratio_before, school.ratio_after, school.lost) == (
        Decimal(45), Decimal(0), [Decimal(10), Decimal(20), Decimal(30), Decimal(40)],
    )  # fmt: skip
    assert found.published == [head]
    assert [(owner.owner, owner.projects) for owner in found.owners] == [
        ("示例教育局", ["p-1"]),
        (None, ["p-2"]),
    ]
    assert [company.name for company in found.companies] == ["绿洲混凝土有限公司"]


def test_a_revocation_after_everything_came_reaches_only_what_is_still_open(
    site: Database,
) -> None:
    found = reached(site, "2026-01-01")
    assert (found.deliveries, found.figures, found.published) == ([], [], [])
    assert [line.project for line in found.bill_lines] == ["p-2"]


@pytest.mark.parametrize("state", [CertificateState.SUSPENDED, CertificateState.REVOKED])
def test_says_what_happened_to_a_certificate_that_was_withdrawn(
    site: Database, state: CertificateState
) -> None:
    before = stored(site)
    learn(site, state, day("2025-05-01"))
    found = reached(site)
    assert (found.is_supposed, found.on) == (False, day("2025-05-01"))
    assert told(found) == changed(before, stored(site))
    assert len(found.figures) > 0


def test_results_that_stand_are_named(site: Database) -> None:
    found = reached(site, "2025-05-01")
    current = {row["id"] for row in rows_of(site, "result") if row["superseded_at"] is None}
    assert {each.result for each in found.figures} <= current


def test_refuses_a_certificate_that_is_none(site: Database) -> None:
    with pytest.raises(CertificateNotFoundError), site.reading() as connection:
        reach.reach_of(connection, "none", on=None, today=NOW.date())


deliveries = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(list(DatePrecision)),
        st.integers(-20, 120),
        st.sampled_from(["1#", "2#"]),
        st.sampled_from(["CTC-2024-001", "STEEL", None]),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(came_in=deliveries, on=st.sampled_from(DAYS))
def test_equals_recomputing_everything(
    site: Database, came_in: list[tuple[dt.date, DatePrecision, int, str, str | None]], on: dt.date
) -> None:
    records = [
        a_delivery(
            f"H{number}",
            delivered_on=at.replace(day=1),
            delivered_precision=precision,
            quantity=Decimal(quantity),
            amount=Decimal(quantity),
            building=building,
            product=by_number(paper) if paper else None,
        )
        for number, (at, precision, quantity, building, paper) in enumerate(came_in)
    ]
    runs = [bring(site, records).run_id]
    recalculated(site)
    supposed, before = reached(site, on.isoformat()), stored(site)
    runs.append(learn(site, CertificateState.REVOKED, on))
    happened, after = reached(site), stored(site)
    assert told(supposed) == told(happened) == changed(before, after)
    assert supposed.deliveries == happened.deliveries
    for run in reversed(runs):
        undo(site, run, now=LATER)
    recalculated(site, now=LATER)
