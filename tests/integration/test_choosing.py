"""Rule packs chosen for a project: with a reason, on record, and taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import update

from catalog.db import Database
from catalog.errors import (
    PermissionDeniedError,
    ProjectNotFoundError,
    RuleChoiceRefusedError,
    RulePackNotFoundError,
)
from catalog.models.division import Division
from catalog.permissions import ANYONE
from catalog.rules.packs import named
from catalog.services import choosing, results
from catalog.views.projects import ResultView
from catalog.views.rules import RuleChoiceView
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    making_up,
    recalculated,
)
from tests.integration.picture import rows_of

LATER = NOW + dt.timedelta(days=1)
CHENGDU = "ratio-b-chengdu-2024@2024.1"
CITY = "ratio-c-city@2024.1"


@pytest.fixture
def site(database: Database) -> Database:
    """A building with 100 m³ of green concrete and as much precast of no product."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_bill_line(quantity=Decimal(100))])
    bring(database, [
        a_delivery("1", quantity=Decimal(100), product=by_number()),
        a_delivery("2", quantity=Decimal(100), category="precast-components", name="叠合板"),
    ])  # fmt: skip
    recalculated(database)
    return database


def choose(database: Database, pack: str, *, reason: str = "评审会要求") -> RuleChoiceView:
    with database.transaction() as session:
        return choosing.choose_pack(session, "p-1", pack, reason=reason, actor=OPERATOR, now=LATER)


def withdraw(database: Database, choice: int, *, reason: str = "选错了") -> RuleChoiceView:
    with database.transaction() as session:
        return choosing.withdraw_choice(
            session, "p-1", choice, reason=reason, actor=OPERATOR, now=LATER
        )


def shown(database: Database) -> dict[str, ResultView]:
    recalculated(database, now=LATER)
    with database.reading() as connection:
        return {view.method: view for view in results.results_of_project(connection, "p-1")}


def test_goes_by_what_is_in_force_at_the_divisions_place(site: Database) -> None:
    assert {view.pack for view in shown(site).values()} == {
        "ratio-a-2019@2019.2",
        "ratio-b-2021@2021.2",
    }
    with site.reading() as connection:
        found = choosing.rules_of_project(connection, "p-1", on=dt.date(2025, 6, 1))
    assert [named(each.pack) for each in found] == [
        "ratio-a-2019@2019.2",
        "ratio-b-2021@2021.2",
        "thresholds-2024@2024.1",
        "procurement-2025@2025.2",
        "local-materials-2019@2019.1",
    ]
    assert {each.choice for each in found} == {None}


def test_a_choice_changes_the_figure_and_is_told_with_it(site: Database) -> None:
    assert shown(site)["B"].ratio == Decimal("22.5")
    choice = choose(site, CHENGDU)
    assert (choice.kind, choice.method, choice.pack) == ("ratio", "B", CHENGDU)
    assert {row["stale_since"] for row in rows_of(site, "building")} == {LATER}
    found = shown(site)["B"]
    # Chengdu counts no precast components, so all that counts is green.
    assert (found.ratio, found.pack) == (Decimal(45), CHENGDU)
    with site.reading() as connection:
        told = choosing.choice_of_result(connection, found.id)
        assert told is not None and (told.reason, told.actor) == ("评审会要求", "test")
        assert choosing.choice_of_result(connection, shown(site)["A"].id) is None


def test_a_choice_of_the_thresholds_changes_the_points(site: Database) -> None:
    assert shown(site)["B"].thresholds == "thresholds-2024@2024.1"
    choose(site, "thresholds-2019")
    found = shown(site)["B"]
    assert (found.thresholds, found.gate_star) == ("thresholds-2019@2019.1", None)


def test_a_method_that_is_in_force_nowhere_can_be_chosen_and_taken_back(site: Database) -> None:
    assert set(shown(site)) == {"A", "B"}
    choice = choose(site, CITY)
    assert shown(site)["C"].pack == CITY
    withdrawn = withdraw(site, choice.id)
    assert (withdrawn.ended_reason, withdrawn.ended_by) == ("选错了", "test")
    assert set(shown(site)) == {"A", "B"}


def test_a_withdrawn_choice_stays_on_record(site: Database) -> None:
    first = choose(site, CHENGDU)
    withdraw(site, first.id)
    second = choose(site, "ratio-b-sichuan-2024")
    with site.reading() as connection:
        found = choosing.choices_of_project(connection, "p-1")
    assert [(view.id, view.ended_at is None) for view in found] == [
        (second.id, True),
        (first.id, False),
    ]
    assert shown(site)["B"].pack == "ratio-b-sichuan-2024@2024.1"


def test_a_later_choice_ends_the_earlier(site: Database) -> None:
    choose(site, CHENGDU)
    choose(site, "ratio-b-sichuan-2024", reason="按省里")
    with site.reading() as connection:
        found = choosing.choices_of_project(connection, "p-1")
    assert [view.ended_reason for view in found] == [None, "按省里"]


def test_a_key_alone_is_the_newest_version(site: Database) -> None:
    assert choose(site, "ratio-b-2021").pack == "ratio-b-2021@2021.2"
    assert choose(site, "ratio-b-2021@2021.1").pack == "ratio-b-2021@2021.1"


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
def test_refuses_a_choice_without_a_fitting_reason(site: Database, reason: str) -> None:
    with pytest.raises(RuleChoiceRefusedError):
        choose(site, CHENGDU, reason=reason)
    assert rows_of(site, "rule_choice") == []


def test_refuses_what_nobody_published(site: Database) -> None:
    with pytest.raises(RulePackNotFoundError, match="ratio-b-2021@2021"):
        choose(site, "ratio-b-2021@1999")


def test_refuses_the_pack_that_is_chosen_already(site: Database) -> None:
    choose(site, CHENGDU)
    with pytest.raises(RuleChoiceRefusedError):
        choose(site, CHENGDU)


def test_refuses_to_end_a_choice_twice_or_of_another_project(site: Database) -> None:
    bring(site, [a_project("P-2")])
    choice = choose(site, CHENGDU)
    with pytest.raises(RuleChoiceRefusedError), site.transaction() as session:
        choosing.withdraw_choice(
            session, "p-2", choice.id, reason="别人的", actor=OPERATOR, now=LATER
        )
    withdraw(site, choice.id)
    with pytest.raises(RuleChoiceRefusedError):
        withdraw(site, choice.id)


def test_refuses_whoever_may_not_choose(site: Database) -> None:
    with pytest.raises(PermissionDeniedError), site.transaction() as session:
        choosing.choose_pack(session, "p-1", CHENGDU, reason="想要", actor=ANYONE, now=NOW)


def test_refuses_a_project_that_is_not_there(site: Database) -> None:
    with pytest.raises(ProjectNotFoundError), site.transaction() as session:
        choosing.choose_pack(session, "none", CHENGDU, reason="想要", actor=OPERATOR, now=NOW)


def test_an_unknown_place_goes_by_no_rule_of_another_country(site: Database) -> None:
    with site.reading() as connection:
        on = dt.date(2025, 6, 1)
        assert choosing.rules_in_force(connection, place="DE", on=on) == []
        found = choosing.rules_in_force(connection, place="CN-SC-Chengdu", on=on)
        assert "ratio-b-chengdu-2024" in {pack.key for pack in found}
        assert choosing.known_places(connection)[0] == "CN-XJ-XPCC"


def test_a_division_of_another_place_goes_by_its_rules(site: Database) -> None:
    with making_up(site) as session:
        session.execute(update(Division).values(jurisdiction="CN-SC-Chengdu"))
        results.calculate_project(session, "p-1", actor=OPERATOR, now=LATER)
    found = shown(site)["B"]
    assert (found.pack, found.thresholds) == (CHENGDU, "thresholds-chengdu-2024@2024.1")
    with site.reading() as connection:
        assert choosing.choice_of_result(connection, found.id) is None
