"""What an owner decides counts for its own lines alone; what the operator decides, for all."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.db import Database
from catalog.errors import PermissionDeniedError
from catalog.permissions import ANYONE, Actor, Role
from catalog.rules.matching_text import signature
from catalog.services import applying, deciding, projects, wordings
from catalog.services.deciding import NewDecision
from tests.accounts import an_organisation
from tests.builders import NOW, OPERATOR, a_bill_line, a_building, a_project, bring

LATER = NOW + dt.timedelta(days=1)
STONE = NewDecision(name="甲供物", specification=None, unit="set", category="stone")
FEE = NewDecision(name="甲供物", specification=None, unit="set", is_material=False)
WINDOW = NewDecision(name="甲供物", specification=None, unit="set", category="windows-and-doors")
SIGN = signature(STONE.name, None, STONE.unit)


@pytest.fixture
def owners(database: Database) -> tuple[Actor, Actor]:
    """Two owners, each with a project of the same words."""
    made = []
    for name, code in (("石河子城投", "P-1"), ("五家渠城投", "P-2")):
        key = an_organisation(database, role=Role.OWNER, name=name)
        made.append(Actor(name=name, role=Role.OWNER, organisation=key))
        bring(database, [a_project(code, name=code, owner=name, building=a_building())])
        line = a_bill_line("1", project=code, name="甲供物", unit="set", category=None)
        bring(database, [line])
    return made[0], made[1]


def building_of(database: Database, project: str) -> str:
    with database.reading() as connection:
        return projects.buildings_of_project(connection, project)[0].key


def settled(database: Database, project: str, new: NewDecision, actor: Actor) -> int:
    building = building_of(database, project)
    with database.transaction() as session:
        run = applying.settle(session, building, [new], reason="", actor=actor, now=LATER).run
    assert run is not None
    return run


def brought_category(database: Database, code: str, line: str) -> str | None:
    """Bring a line with the same words in a new file; return the category it was given."""
    record = a_bill_line(line, project=code, name="甲供物", unit="set", category=None)
    bring(database, [record], now=LATER)
    building = building_of(database, code.lower())
    with database.reading() as connection:
        lines = projects.bill_lines_of_building(connection, building)
    return next(each.category for each in lines if each.line_number == line)


def test_nobody_elses_lines_are_read_by_an_owners_decision(
    database: Database, owners: tuple[Actor, Actor]
) -> None:
    one, other = owners
    settled(database, "p-1", STONE, one)
    assert brought_category(database, "P-1", "2") == "stone"
    assert brought_category(database, "P-2", "2") is None
    with database.reading() as connection:
        seen = {
            actor.name: [
                each.signature
                for each in deciding.decision_history(connection, actor=actor, limit=9, offset=0)
            ]
            for actor in (one, other, OPERATOR)
        }
        with pytest.raises(PermissionDeniedError):
            deciding.decision_history(connection, actor=ANYONE, limit=9, offset=0)
    assert seen == {one.name: [SIGN], other.name: [], OPERATOR.name: [SIGN]}


def test_what_an_owner_decided_comes_before_what_everybody_shares(
    database: Database, owners: tuple[Actor, Actor]
) -> None:
    one, other = owners
    settled(database, "p-2", STONE, other)
    settled(database, "p-1", WINDOW, OPERATOR)
    assert brought_category(database, "P-1", "2") == "windows-and-doors"
    assert brought_category(database, "P-2", "2") == "stone"
    settled(database, "p-1", STONE, one)
    assert brought_category(database, "P-1", "3") == "stone"


def test_an_owner_takes_back_its_own_and_nothing_that_is_shared(
    database: Database, owners: tuple[Actor, Actor]
) -> None:
    one, _ = owners
    with database.transaction() as session:
        deciding.decide(session, [WINDOW], actor=OPERATOR, now=LATER)
    building = building_of(database, "p-1")
    with database.transaction() as session:
        shared = applying.apply_decisions(
            session, building, [SIGN], reason="", actor=one, now=LATER
        ).run
    assert shared is not None
    with database.transaction() as session:
        applying.take_back(session, shared, actor=one, now=LATER)
        deciding.forget(session, [SIGN], actor=one, now=LATER)
    assert brought_category(database, "P-2", "2") == "windows-and-doors"
    own = settled(database, "p-1", STONE, one)
    with database.transaction() as session:
        applying.take_back(session, own, actor=one, now=LATER)
    assert brought_category(database, "P-1", "2") == "windows-and-doors"


def test_the_operator_overrules_an_owner_on_the_owners_lines(
    database: Database, owners: tuple[Actor, Actor]
) -> None:
    one, _ = owners
    settled(database, "p-1", STONE, one)
    settled(database, "p-1", WINDOW, OPERATOR)
    assert brought_category(database, "P-1", "2") == "windows-and-doors"
    with database.transaction() as session:
        deciding.forget(session, [SIGN], actor=OPERATOR, now=LATER, owner=one.organisation)
    assert brought_category(database, "P-1", "3") is None


def test_a_line_waits_for_each_owner_by_its_own_decisions(
    database: Database, owners: tuple[Actor, Actor]
) -> None:
    with database.transaction() as session:
        deciding.decide(session, [FEE], actor=owners[0], now=LATER)
    with database.reading() as connection:
        assert wordings.open_lines(connection, project="p-1") == []
        [waiting] = wordings.open_lines(connection, project="p-2")
    assert waiting.lines == 1
