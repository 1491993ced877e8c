"""Lines of a building are matched, decided, put right, remembered, and taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.db import Database
from catalog.errors import DecisionImpossibleError, PermissionDeniedError
from catalog.permissions import ANYONE
from catalog.rules.matching_answers import Standing
from catalog.rules.matching_text import signature
from catalog.services import applying, deciding, matching, projects, results
from catalog.services.deciding import NewDecision
from catalog.services.matching import Matcher
from catalog.views.matching import AppliedView, LineMatchView
from search.lexicon import trade_words
from seed_data.matching import vocabulary
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_building,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    evidence,
)

WORDS = vocabulary(trade_words().meanings())
LATER = NOW + dt.timedelta(days=1)
TODAY = NOW.date()


@pytest.fixture
def building(database: Database) -> str:
    """A building with three lines that state no category, and a delivery."""
    bring(
        database,
        [
            a_product(certificate=a_certificate()),
            a_product(
                "蒸压加气混凝土砌块",
                model="A3.5 B06 600×240×200",
                category="masonry",
                company=a_company("天山砌块有限公司"),
            ),
        ],
    )
    bring(database, [a_project(building=a_building())])
    bring(
        database,
        [
            a_bill_line("1", name="商砼 C30 P6", category=None),
            a_bill_line(
                "2", name="砌块墙（外墙）", category=None, item_code="010402001001",
                specification="A3.5 B06 600×240×200",
            ),
            a_bill_line("3", name="安全文明施工费", category=None, unit="lump"),
            a_bill_line("4", name="甲供物", category=None, unit="set"),
        ],
    )  # fmt: skip
    bring(
        database,
        [
            a_delivery(
                "1", name="商砼 C30 P6", category=None, quantity=Decimal(40),
                evidence=(evidence("YS-1"),),
            )
        ],
    )  # fmt: skip
    with database.reading() as connection:
        return projects.buildings_of_project(connection, "p-1")[0].key


def matches(database: Database, building: str) -> dict[str, LineMatchView]:
    with database.reading() as connection:
        page = matching.match_building(
            connection, WORDS, building, on=TODAY, limit=100, offset=0, is_open=False
        )
    assert page.total == len(page.items) == sum(page.counts.values())
    return {f"{item.line.sort}/{item.line.number}": item for item in page.items}


def decided(database: Database, building: str, new: NewDecision) -> AppliedView:
    with database.transaction() as session:
        deciding.decide(session, [new], actor=OPERATOR, now=LATER)
        return applying.apply_decisions(
            session,
            building,
            {signature(new.name, new.specification, new.unit)},
            reason="现场核对",
            actor=OPERATOR,
            now=LATER,
        )


CONCRETE = NewDecision(
    name="商砼 C30 P6",
    specification=None,
    unit="m3",
    category="ready-mixed-concrete",
    place="structure",
)


def test_proposes_kind_place_ratio_class_and_products(database: Database, building: str) -> None:
    found = matches(database, building)
    concrete, wall = found["bill-line/1"], found["bill-line/2"]
    assert concrete.standing is Standing.PROPOSED
    assert concrete.kinds[0].key == "ready-mixed-concrete"
    assert [c.product.name for c in concrete.products] == ["预拌混凝土"]
    assert concrete.products[0].product.is_valid
    assert wall.kinds[0].key == "masonry"
    assert wall.place is not None and wall.place.key == "exterior-wall"
    assert {c.method for c in wall.ratio_classes} == {"A", "B"}
    assert all(c.item for c in wall.ratio_classes)
    assert not wall.products[0].product.is_valid
    assert found["bill-line/3"].kinds[0].key == "not-material"
    assert found["bill-line/4"].standing is Standing.UNKNOWN


def test_the_order_of_lines_does_not_matter(database: Database, building: str) -> None:
    with database.reading() as connection:
        lines = matching.lines_of_building(connection, building)
        found = Matcher(connection, WORDS, on=TODAY).match(lines)

        @settings(max_examples=20, deadline=None)
        @given(order=st.permutations(range(len(lines))))
        def _in_any_order(order: list[int]) -> None:
            answers = Matcher(connection, WORDS, on=TODAY).match([lines[i] for i in order])
            assert answers == [found[i] for i in order]

        _in_any_order()


def test_a_certificate_number_in_the_text_finds_its_product(
    database: Database, building: str
) -> None:
    line = a_bill_line("9", name="地面材料", category=None, specification="证书编号：CTC-2024-001")
    bring(database, [line])
    found = matches(database, building)["bill-line/9"]
    assert found.kinds[0].key == "ready-mixed-concrete"
    assert found.proposed_product == found.products[0].product.key


def test_a_decision_goes_onto_lines_and_deliveries_and_into_the_result(
    database: Database, building: str
) -> None:
    applied = decided(database, building, CONCRETE)
    assert (applied.bill_lines, applied.deliveries) == (1, 1)
    with database.reading() as connection:
        line = projects.bill_lines_of_building(connection, building)[0]
        delivery = projects.deliveries_to_building(connection, building)[0]
        found = results.results_of_project(connection, "p-1")
    assert (line.category, line.place, line.run) == (
        "ready-mixed-concrete", "structure", applied.run,
    )  # fmt: skip
    assert line.quantity == Decimal(100)
    assert [proof.reference for proof in delivery.evidence] == ["YS-1"]
    assert found and not any(result.is_stale for result in found)


def test_the_same_decision_again_changes_nothing(database: Database, building: str) -> None:
    decided(database, building, CONCRETE)
    again = decided(database, building, CONCRETE)
    assert again == AppliedView(run=None, bill_lines=0, deliveries=0)
    with database.reading() as connection:
        assert len(deciding.decision_history(connection, actor=OPERATOR, limit=10, offset=0)) == 1


def test_another_decision_takes_the_place_of_the_first_which_stays_on_record(
    database: Database, building: str
) -> None:
    decided(database, building, CONCRETE)
    decided(
        database, building,
        NewDecision(name="商砼 C30 P6", specification=None, unit="m3", is_material=False),
    )  # fmt: skip
    with database.reading() as connection:
        newest, first = deciding.decision_history(connection, actor=OPERATOR, limit=10, offset=0)
        line = projects.bill_lines_of_building(connection, building)[0]
    assert newest.superseded_at is None and not newest.is_material
    assert first.superseded_at == LATER
    assert line.category is None and line.place is None


def test_the_next_file_with_the_same_words_is_filled_in_and_says_so(
    database: Database, building: str
) -> None:
    decided(database, building, CONCRETE)
    lines = [
        a_bill_line("1", name="商砼 C30 P6", category=None),
        a_bill_line("7", name="商砼  Ｃ30 P6", category=None),
        a_bill_line("8", name="商砼 C30 P6", category="ready-mixed-mortar"),
    ]
    receipt = bring(database, lines, now=LATER)
    assert (receipt.created, receipt.unchanged) == (2, 1)
    assert [issue.code for issue in receipt.issues] == ["line-decided"] * 2
    assert receipt.issues[0].facts["actor"] == OPERATOR.name
    found = matches(database, building)
    assert found["bill-line/7"].line.category == "ready-mixed-concrete"
    assert found["bill-line/8"].line.category == "ready-mixed-mortar"
    assert found["bill-line/7"].standing is Standing.DECIDED
    assert OPERATOR.name in found["bill-line/7"].kinds[0].reasons[0].zh


def test_taken_back_everything_is_as_before(database: Database, building: str) -> None:
    with database.reading() as connection:
        before = matching.lines_of_building(connection, building)
        figures = results.results_of_project(connection, "p-1")
    applied = decided(database, building, CONCRETE)
    assert applied.run is not None
    with database.transaction() as session:
        applying.take_back(session, applied.run, actor=OPERATOR, now=LATER)
    with database.reading() as connection:
        after = matching.lines_of_building(connection, building)
        delivery = projects.deliveries_to_building(connection, building)[0]
        history = deciding.decision_history(connection, actor=OPERATOR, limit=10, offset=0)
    assert [(line.name, line.category, line.place) for line in after] == [
        (line.name, line.category, line.place) for line in before
    ]
    assert [proof.reference for proof in delivery.evidence] == ["YS-1"]
    assert history[0].superseded_at == LATER
    assert matches(database, building)["bill-line/1"].standing is Standing.PROPOSED
    assert figures == []


def test_a_file_import_is_not_taken_back_as_a_decision(database: Database, building: str) -> None:
    receipt = bring(database, [a_bill_line("9")])
    with pytest.raises(DecisionImpossibleError), database.transaction() as session:
        applying.take_back(session, receipt.run_id, actor=OPERATOR, now=LATER)
    assert "bill-line/9" in matches(database, building)


def test_a_decision_can_be_forgotten(database: Database, building: str) -> None:
    decided(database, building, CONCRETE)
    sign = signature(CONCRETE.name, None, CONCRETE.unit)
    with database.transaction() as session:
        deciding.forget(session, [sign], actor=OPERATOR, now=LATER)
    assert matches(database, building)["bill-line/1"].decision is None


_STONE = NewDecision(name="石材", specification=None, unit="m2", category="stone")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(_STONE, category="no-such-kind"),
        replace(_STONE, place="on-the-moon"),
        replace(_STONE, product="no-such-product"),
        replace(_STONE, category=None, place="roof"),
        replace(_STONE, is_material=False),
    ],
)
def test_refuses_what_cannot_be(database: Database, wrong: NewDecision) -> None:
    with pytest.raises(DecisionImpossibleError), database.transaction() as session:
        deciding.decide(session, [wrong], actor=OPERATOR, now=NOW)


def test_refuses_a_product_of_another_kind(database: Database, building: str) -> None:
    product = matches(database, building)["bill-line/2"].products[0].product.key
    new = replace(_STONE, product=product)
    with pytest.raises(DecisionImpossibleError), database.transaction() as session:
        deciding.decide(session, [new], actor=OPERATOR, now=NOW)


def test_only_an_operator_decides(database: Database, building: str) -> None:
    with pytest.raises(PermissionDeniedError), database.transaction() as session:
        deciding.decide(session, [CONCRETE], actor=ANYONE, now=NOW)
