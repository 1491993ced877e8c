"""Scores of products in a store: from what is on record, on any day, as known at any moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from catalog.db import Database
from catalog.errors import (
    InspectionRefusedError,
    PermissionDeniedError,
    ProductNotFoundError,
    ProjectNotFoundError,
    RulePackNotFoundError,
)
from catalog.permissions import Actor, Role
from catalog.rules.keys import (
    body_key,
    certificate_key,
    company_key,
    product_key,
    project_key,
)
from catalog.rules.numbers import normal_number
from catalog.rules.pack_score import Fact
from catalog.rules.terms import CertificateState, EvidenceKind
from catalog.services import inspections
from catalog.services import reference as publishing
from catalog.services.inspections import Finding
from catalog.services.ranking import ranking
from catalog.services.scoring import Asked, score_of_product, scores_by_version
from catalog.views.score import CriterionScore, ProductScore
from seed_data import read_toml
from seed_data.reference import reference
from tests.builders import (
    NOW,
    OPERATOR,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
)

COMPANY = company_key("绿洲混凝土有限公司", None)
CONCRETE = product_key(COMPANY, "预拌混凝土", "C30 P6", None)
MORTAR = product_key(COMPANY, "预拌砂浆", "M10", None)
CERTIFICATE = certificate_key(body_key("示例认证中心"), normal_number("CTC-2024-001"))
ON = day("2026-06-01")
PACK = "score-2026"


def scored(database: Database, key: str = CONCRETE, **asked: Any) -> ProductScore:
    with database.reading() as connection:
        return score_of_product(connection, key, Asked(**{"on": ON, "pack": PACK, **asked}))


def of(score: ProductScore, fact: Fact) -> CriterionScore:
    return next(each for each in score.criteria if each.fact is fact)


def visit(database: Database, on: str, *, passed: bool = True, now: dt.datetime = NOW) -> None:
    with database.transaction() as session:
        inspections.record_visit(
            session,
            CERTIFICATE,
            Finding(on=day(on), is_passed=passed, source="示例认证中心"),
            actor=OPERATOR,
            now=now,
        )


def check(database: Database, on: str, *, passed: bool, now: dt.datetime = NOW) -> None:
    with database.transaction() as session:
        inspections.record_check(
            session,
            CONCRETE,
            Finding(on=day(on), is_passed=passed, source="抽查通报"),
            authority="市场监督管理局",
            actor=OPERATOR,
            now=now,
        )


@pytest.fixture
def filled(database: Database) -> Database:
    """A certified product that was used, and one that only its maker speaks for."""
    bring(
        database,
        [
            a_product(certificate=a_certificate()),
            a_product("预拌砂浆", model="M10", category="ready-mixed-mortar"),
        ],
    )
    bring(database, [a_project()])
    used = a_delivery(
        product=by_number(), transport_km=Decimal("95.2"), evidence=(evidence("移交表-1"),)
    )
    bring(database, [used])
    return database


def test_scores_what_is_on_record_and_shows_what_is_missing(filled: Database) -> None:
    score = scored(filled)
    facts = {each.fact: (each.value, each.points) for each in score.criteria}
    assert facts == {
        Fact.STAR: ("2", Decimal(14)),
        Fact.DAYS_LEFT: ("944", Decimal("8.62")),
        Fact.PROOF: ("certificate", Decimal(20)),
        Fact.DECLARATION: (None, None),
        Fact.SURVEILLANCE: (None, None),
        Fact.CHECKS: (None, None),
        Fact.USES: ("1", Decimal(4)),
        Fact.STATED: ("1", Decimal("1.66")),
    }
    assert score.points == score.lowest == Decimal("48.28")
    assert score.missing == Decimal(30) and score.highest == Decimal("78.28")
    assert score.possible == Decimal(100)
    assert [gate.answer for gate in score.gates] == ["passed", "unknown"]
    assert score.not_stated == ["brand", "scope", "description", "declared", "credit_code"]


def test_a_product_without_papers_is_unknown_and_not_nought(filled: Database) -> None:
    score = scored(filled, MORTAR)
    assert of(score, Fact.STAR).points is None and of(score, Fact.STAR).gain == Decimal(20)
    assert of(score, Fact.PROOF).value == "claim" and of(score, Fact.PROOF).points == 0
    assert score.gates[0].answer == "unknown"


def test_scores_any_day(filled: Database) -> None:
    young = scored(filled, on=day("2024-06-01"))
    assert of(young, Fact.SURVEILLANCE).value == "on-time"
    assert of(young, Fact.USES).value is None
    over = scored(filled, on=day("2029-01-01"))
    assert over.gates[0].answer == "failed"
    assert (of(over, Fact.STAR).value, of(over, Fact.DAYS_LEFT).points) == ("0", Decimal(0))
    before = scored(filled, on=day("2023-12-31"))
    assert before.gates[0].answer == "unknown"


def test_a_distance_counts_only_to_a_site_that_is_named(filled: Database) -> None:
    assert Fact.DISTANCE_KM not in {each.fact for each in scored(filled).criteria}
    score = scored(filled, site=project_key("P-1"))
    distance = of(score, Fact.DISTANCE_KM)
    assert (distance.value, distance.points) == ("96", Decimal("8.97"))
    assert score.possible == Decimal(110)
    with pytest.raises(ProjectNotFoundError):
        scored(filled, site="nowhere")


def test_visits_and_checks_count_from_their_day_on(filled: Database) -> None:
    visit(filled, "2025-07-10")
    check(filled, "2025-09-01", passed=False)
    check(filled, "2026-02-01", passed=True)
    assert of(scored(filled), Fact.SURVEILLANCE).value == "on-time"
    assert of(scored(filled), Fact.CHECKS).value == "mended"
    then = scored(filled, on=day("2025-10-01"))
    assert of(then, Fact.CHECKS).value == "failed" and then.gates[1].answer == "failed"
    assert of(scored(filled, on=day("2026-09-01")), Fact.SURVEILLANCE).value == "overdue"
    visit(filled, "2026-05-01", passed=False)
    assert of(scored(filled), Fact.SURVEILLANCE).value == "failed"


def test_a_corrected_visit_is_known_from_its_correction_on(filled: Database) -> None:
    visit(filled, "2025-07-10", passed=False)
    visit(filled, "2025-07-10", passed=True, now=NOW + dt.timedelta(days=2))
    assert of(scored(filled), Fact.SURVEILLANCE).value == "on-time"
    then = scored(filled, known_at=NOW + dt.timedelta(days=1))
    assert of(then, Fact.SURVEILLANCE).value == "failed"
    with filled.reading() as connection:
        assert [v.is_passed for v in inspections.visits_of_product(connection, CONCRETE)] == [True]


def test_scores_as_known_at_a_moment(filled: Database) -> None:
    better = a_product(certificate=a_certificate(star=3), brand="绿洲")
    later = NOW + dt.timedelta(days=9)
    tiles = a_product("瓷砖", model=None, category="ready-mixed-mortar")
    bring(filled, [better, tiles], now=later)
    assert of(scored(filled), Fact.STATED).value == "2"
    then = scored(filled, known_at=NOW + dt.timedelta(days=1))
    assert (of(then, Fact.STATED).value, of(then, Fact.STAR).value) == ("1", "2")
    new = product_key(COMPANY, "瓷砖", None, None)
    assert scored(filled, new).product == new
    with pytest.raises(ProductNotFoundError):
        scored(filled, new, known_at=NOW + dt.timedelta(days=1))


def test_shows_every_version_of_the_pack_side_by_side(filled: Database) -> None:
    content = read_toml("rules/score-2026.toml")
    content["version"], content["criteria"][0]["steps"][1]["points"] = "2026.2", "16"
    with filled.transaction() as session:
        changed = replace(reference(), rule_packs=[content])
        publishing.publish(session, changed, actor=OPERATOR, now=NOW)
    with filled.reading() as connection:
        both = scores_by_version(connection, CONCRETE, Asked(on=ON))
    assert [(s.pack, s.points) for s in both] == [
        ("score-2026@2026.1", Decimal("48.28")),
        ("score-2026@2026.2", Decimal("50.28")),
    ]
    assert scored(filled, pack=None).pack == "score-2026@2026.2"
    assert scored(filled, pack="score-2026@2026.1") == both[0]
    for asked in ({"pack": "score-1999"}, {"pack": None, "on": day("2025-12-31")}):
        with pytest.raises(RulePackNotFoundError):
            scored(filled, **asked)


def test_ranks_as_it_scores_one_by_one(filled: Database) -> None:
    with filled.reading() as connection:
        found = ranking(connection, Asked(on=ON), category=None, limit=10, offset=0)
        only = ranking(connection, Asked(on=ON), category="ready-mixed-mortar", limit=10, offset=0)
        second = ranking(connection, Asked(on=ON), category=None, limit=1, offset=1)
    assert [(r.place, r.product) for r in found.items] == [(1, CONCRETE), (2, MORTAR)]
    for row in found.items:
        one = scored(filled, row.product)
        assert (row.points, row.lowest, row.highest, row.missing) == (
            one.points, one.lowest, one.highest, one.missing,
        )  # fmt: skip
    assert [(r.place, r.product) for r in only.items] == [(1, MORTAR)]
    assert second.items == found.items[1:] and second.total == found.total


def test_a_failed_check_puts_a_product_behind_all_others(filled: Database) -> None:
    check(filled, "2026-03-01", passed=False)
    with filled.reading() as connection:
        found = ranking(connection, Asked(on=ON), category=None, limit=10, offset=0)
    assert [(r.product, r.fails_a_gate) for r in found.items] == [(MORTAR, False), (CONCRETE, True)]


def test_a_suspended_certificate_proves_nothing(filled: Database) -> None:
    stopped = a_certificate(state=CertificateState.SUSPENDED, state_on=day("2026-01-01"))
    bring(filled, [a_product(certificate=stopped)], now=NOW + dt.timedelta(days=1))
    assert scored(filled).gates[0].answer == "failed"
    assert scored(filled, on=day("2025-12-31")).gates[0].answer == "passed"


def test_only_an_accepted_delivery_is_a_use(filled: Database) -> None:
    bring(filled, [a_project("P-2")])
    other = a_delivery(
        project="P-2",
        product=by_number(),
        evidence=(evidence("合同-1", EvidenceKind.CONTRACT_OR_INVOICE),),
    )
    bring(filled, [other])
    assert of(scored(filled), Fact.USES).value == "1"


def test_a_bureau_records_inspections_in_its_own_division(filled: Database) -> None:
    company = a_company("北疆门窗有限公司", division="08")
    bring(filled, [a_product("断桥铝窗", company=company, category="windows-and-doors")])
    window = product_key(company_key("北疆门窗有限公司", None), "断桥铝窗", "C30 P6", None)
    own, other = (
        Actor(name="局", role=Role.DIVISION_BUREAU, organisation=f"b{d}", division=d)
        for d in ("08", "01")
    )

    def checked(actor: Actor, key: str = window) -> None:
        with filled.transaction() as session:
            inspections.record_check(
                session,
                key,
                Finding(on=ON, is_passed=True, source="抽查"),
                authority="局",
                actor=actor,
                now=NOW,
            )

    checked(own)
    for actor, key in ((other, window), (own, CONCRETE)):
        with pytest.raises(PermissionDeniedError):
            checked(actor, key)


@pytest.mark.parametrize(
    ("on", "source"), [("2026-06-02", "中心"), ("2026-05-01", " ")], ids=["tomorrow", "no source"]
)
def test_refuses_an_inspection_that_cannot_be(filled: Database, on: str, source: str) -> None:
    with filled.transaction() as session, pytest.raises(InspectionRefusedError):
        inspections.record_visit(
            session,
            CERTIFICATE,
            Finding(on=day(on), is_passed=True, source=source),
            actor=OPERATOR,
            now=NOW,
        )
