"""Which figures a decision would change: the same as deciding and calculating, and nothing kept."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.db import Database
from catalog.errors import ConflictNotFoundError
from catalog.records import ProductRecord
from catalog.rules.terms import CertificateState, Decision
from catalog.services import conflicts
from catalog.services.consequences import MOST_BUILDINGS, figures_by_decision
from catalog.views.conflicts import ConflictFigures
from tests.builders import (
    NOW,
    OPERATOR,
    REGISTRY,
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
)
from tests.declarations import a_declaration, year
from tests.integration.picture import current, picture

HELD = a_product(certificate=a_certificate())
PAIRS = {
    "end": (HELD, a_product(certificate=a_certificate(valid_to=day("2025-01-31")))),
    "star": (
        a_product(certificate=a_certificate(star=2)),
        a_product(certificate=a_certificate(star=1)),
    ),
    "state": tuple(
        a_product(certificate=a_certificate(state=state, state_on=day("2025-02-01")))
        for state in (CertificateState.REVOKED, CertificateState.VALID)
    ),
    "day": tuple(
        a_product(certificate=a_certificate(state=CertificateState.SUSPENDED, state_on=day(on)))
        for on in ("2025-02-01", "2025-06-01")
    ),
}


def contradicted(database: Database, pair: tuple[ProductRecord, ...]) -> int:
    """Let two sources contradict each other on a certificate that a building stands on."""
    held, offered = pair
    bring(database, [held])
    bring(database, [a_project()])
    bring(database, [a_bill_line()])
    bring(database, [a_delivery(product=by_number())])
    bring(database, [offered], source=REGISTRY)
    recalculated(database)
    with database.reading() as connection:
        return conflicts.browse_conflicts(connection, limit=9, offset=0).items[0].id


def figures(database: Database, conflict: int) -> ConflictFigures:
    with database.reading() as connection:
        return figures_by_decision(connection, conflict, today=NOW.date())


def ratios(database: Database) -> dict[tuple[object, object], object]:
    return {(row["stage"], row["method"]): row["ratio"] for row in current(database, "result")}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("decision", Decision)
def test_foretells_what_deciding_does(database: Database, name: str, decision: Decision) -> None:
    conflict = contradicted(database, PAIRS[name])
    before, stored = ratios(database), picture(database)
    told = figures(database, conflict)
    assert picture(database) == stored and (told.buildings, told.calculated) == (1, 1)
    (foretold,) = (one.changes for one in told.decisions if one.decision is decision)
    with database.transaction() as session:
        conflicts.decide(session, conflict, decision, reason="看过", actor=OPERATOR,
                         now=NOW + dt.timedelta(hours=1))  # fmt: skip
    recalculated(database)
    after = ratios(database)
    assert {(one.stage, one.method): (one.before, one.after) for one in foretold} == {
        figure: (before.get(figure), after.get(figure))
        for figure in before.keys() | after.keys()
        if before.get(figure) != after.get(figure)
    }
    assert bool(foretold) == (name != "star" and decision is Decision.OFFERED)


def test_says_of_how_many_buildings_it_calculated_only_some(database: Database) -> None:
    conflict = contradicted(database, PAIRS["end"])
    more = [f"{n}#" for n in range(2, MOST_BUILDINGS + 4)]
    bring(database, [a_project(building=a_building(code)) for code in more])
    bring(database, [a_delivery(building=code, product=by_number()) for code in more])
    told = figures(database, conflict)
    assert (told.buildings, told.calculated) == (MOST_BUILDINGS + 3, MOST_BUILDINGS)


def test_a_conflict_of_declarations_changes_no_ratio(database: Database) -> None:
    bring(database, [a_declaration()], source="ibu")
    bring(database, [a_declaration(valid_until=year(2030))], source="other")
    told = figures(database, 1)
    assert [(one.decision, one.changes) for one in told.decisions] == [
        (Decision.HELD, []), (Decision.OFFERED, []),
    ]  # fmt: skip


def test_what_is_decided_has_nothing_to_foretell(database: Database) -> None:
    conflict = contradicted(database, PAIRS["end"])
    with database.transaction() as session:
        conflicts.decide(session, conflict, Decision.HELD, reason="看过", actor=OPERATOR, now=NOW)
    assert figures(database, conflict).decisions == []
    with pytest.raises(ConflictNotFoundError):
        figures(database, 99)
