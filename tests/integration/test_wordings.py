"""Lines with the same words are asked about once, and wait until somebody answered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.db import Database
from catalog.services import applying, deciding, projects, wordings
from catalog.services.deciding import NewDecision
from catalog.views.matching import LineSort, Need, WordingPage
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
)

WORDS = vocabulary(trade_words().meanings())
LATER = NOW + dt.timedelta(days=1)
TODAY = NOW.date()
MAKER = a_company("天山砌块有限公司")


@pytest.fixture
def building(database: Database) -> str:
    """A building with lines of several wordings, some of them alike."""
    bring(
        database,
        [
            a_product(certificate=a_certificate()),
            a_product("岩棉板", a_certificate("CTC-9"), model="TR10", category="insulation",
                      company=MAKER),
        ],
    )  # fmt: skip
    bring(database, [a_project(building=a_building())])
    bring(
        database,
        [
            a_bill_line("1", name="商砼 C30 P6", category=None),
            a_bill_line("2", name="商砼  Ｃ30 P6", category=None, item_code="010502001001"),
            a_bill_line("3", name="安全文明施工费", category=None, unit="lump"),
            a_bill_line("4", name="甲供物", category=None, unit="set"),
            a_bill_line("5", name="石膏制品吊顶板", category=None),
        ],
    )
    bring(
        database,
        [
            a_delivery("1", name="商砼 C30 P6", category=None, quantity=Decimal(40)),
            a_delivery("2", name="岩棉板", specification="TR10", category="insulation",
                       place=None, unit="m2", supplier=MAKER.name),
        ],
    )  # fmt: skip
    with database.reading() as connection:
        return projects.buildings_of_project(connection, "p-1")[0].key


def browsed(database: Database, building: str, *wanted: Need, offset: int = 0) -> WordingPage:
    with database.reading() as connection:
        return wordings.browse_wordings(
            connection, WORDS, building, on=TODAY, wanted=wanted, limit=2, offset=offset
        )


def accepted(database: Database, building: str, least: float) -> int | None:
    with database.transaction() as session:
        new = wordings.sure_decisions(session.connection(), WORDS, building, on=TODAY, least=least)
        return applying.settle(session, building, new, reason="", actor=OPERATOR, now=LATER).run


def waiting(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {w.building: w.lines for w in wordings.open_lines(connection, project="p-1")}


def test_lines_with_the_same_words_are_one_wording(database: Database, building: str) -> None:
    page = browsed(database, building, Need.PROPOSED)
    concrete = page.items[0]
    assert [line.sort for line in concrete.lines] == [
        LineSort.BILL_LINE, LineSort.BILL_LINE, LineSort.DELIVERY,
    ]  # fmt: skip
    assert concrete.match.line.item_code == "010502001001"
    assert (page.total, page.lines, page.all_lines) == (2, 4, 7)


def test_says_how_many_lines_need_what(database: Database, building: str) -> None:
    page = browsed(database, building)
    assert page.need is None and page.total == 5
    assert page.needs == {
        Need.LOOK: 2, Need.PROPOSED: 4, Need.PLACE: 0, Need.PRODUCT: 1, Need.DECIDED: 0,
    }  # fmt: skip


def test_shows_the_first_need_that_any_line_has(database: Database, building: str) -> None:
    assert browsed(database, building, Need.DECIDED, Need.PRODUCT).need is Need.PRODUCT
    assert browsed(database, building, Need.DECIDED).need is Need.DECIDED
    assert browsed(database, building, offset=100).offset == 4


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(least=st.floats(min_value=0.01, max_value=1))
def test_as_many_are_accepted_as_were_announced(
    database: Database, building: str, least: float
) -> None:
    with database.reading() as connection:
        announced = wordings.sure_wordings(connection, WORDS, building, on=TODAY, least=least)
        found = wordings.sure_decisions(connection, WORDS, building, on=TODAY, least=least)
        surer = wordings.sure_wordings(connection, WORDS, building, on=TODAY, least=1.0)
    assert announced.wordings == len(found)
    assert announced.lines >= surer.lines


def test_what_stays_in_doubt_is_not_accepted_with_the_rest(
    database: Database, building: str
) -> None:
    with database.reading() as connection:
        found = wordings.sure_decisions(connection, WORDS, building, on=TODAY, least=0.01)
    assert {new.name for new in found} == {"商砼  Ｃ30 P6", "安全文明施工费"}


def test_accepting_leaves_only_what_nobody_knows(database: Database, building: str) -> None:
    assert waiting(database) == {building: 6}
    run = accepted(database, building, 0.8)
    assert run is not None
    assert waiting(database) == {building: 2}
    assert browsed(database, building).needs[Need.DECIDED] == 4
    with database.reading() as connection:
        [made] = applying.applied_runs(connection, building, limit=5)
    assert (made.run, made.lines, made.actor) == (run, 3, OPERATOR.name)


def test_undo_in_the_ledger_lets_the_decisions_count_no_longer(
    database: Database, building: str
) -> None:
    run = accepted(database, building, 0.8)
    assert run is not None
    with database.transaction() as session:
        applying.undo_import(session, run, actor=OPERATOR, now=LATER)
    assert waiting(database) == {building: 6}
    with database.reading() as connection:
        assert applying.applied_runs(connection, building, limit=5) == []
        history = deciding.decision_history(connection, actor=OPERATOR, limit=10, offset=0)
    assert history and all(decision.superseded_at for decision in history)


def test_a_remembered_decision_is_accepted_again_as_it_is(
    database: Database, building: str
) -> None:
    new = NewDecision(
        name="甲供物", specification=None, unit="set", category="stone", place="floor"
    )
    with database.transaction() as session:
        deciding.decide(session, [new], actor=OPERATOR, now=LATER)
    assert browsed(database, building).needs[Need.LOOK] == 1
    with database.reading() as connection:
        found = wordings.sure_decisions(connection, WORDS, building, on=TODAY, least=1.0)
    assert found == [new]


def test_the_lines_of_a_run_wait_until_they_are_decided(database: Database, building: str) -> None:
    receipt = bring(database, [a_bill_line("9", name="甲供物", category=None, unit="set")])
    with database.reading() as connection:
        [found] = wordings.open_lines(connection, run=receipt.run_id)
        assert (found.project, found.building, found.lines) == ("p-1", building, 1)
    new = NewDecision(name="甲供物", specification=None, unit="set", is_material=False)
    with database.transaction() as session:
        deciding.decide(session, [new], actor=OPERATOR, now=LATER)
    with database.reading() as connection:
        assert wordings.open_lines(connection, run=receipt.run_id) == []


def test_a_file_whose_source_is_called_matching_is_still_a_file(
    database: Database, building: str
) -> None:
    receipt = bring(database, [a_bill_line("9")], source=applying.SOURCE)
    with database.transaction() as session:
        applying.undo_import(session, receipt.run_id, actor=OPERATOR, now=LATER)
    with database.reading() as connection:
        assert applying.applied_runs(connection, building, limit=5) == []
