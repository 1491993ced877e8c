"""Prove that facts and cubes are what the lines and results make of them, or make them anew."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.permissions import Action, Actor, ensure
from catalog.repositories import cube, cube_cells, usage_facts
from catalog.rules.ratio.cube import Cells, Fact, usage_cells
from catalog.rules.terms import Stage

MOST_SHOWN = 100
# An embedded database lets nobody else write meanwhile.
_ONE_STATE = {"isolation_level": "REPEATABLE READ"}


class Difference(msgspec.Struct, frozen=True):
    """Something that is kept otherwise than it follows; None where one side has nothing."""

    table: str
    key: str
    kept: str | None
    follows: str | None


class Verified(msgspec.Struct, frozen=True):
    """What was compared, and the first of the differences; ``different`` counts all of them."""

    facts: int
    cells: int
    different: int
    differences: list[Difference]


def verify(session: Session) -> Verified:
    """Recompute every fact and every cube from zero, and compare; nothing is changed.

    The session must be fresh: from its first query on, it sees one state of the database.
    """
    is_server = session.get_bind().dialect.name == "postgresql"
    connection = session.connection(execution_options=_ONE_STATE if is_server else None)
    cells: Cells = {}
    found: list[Difference] = []
    compared = different = 0
    for stage in Stage:
        for wanted, held in _facts(connection, stage):
            usage_cells(wanted.values(), 1, cells)
            compared += len(wanted)
            for i in wanted.keys() | held.keys():
                if wanted.get(i) != held.get(i):
                    different += 1
                    if len(found) < MOST_SHOWN:
                        found.append(_difference("usage_fact", i, held.get(i), wanted.get(i)))
    count = 0
    for table, follows in zip(cube.CUBES, (cells, *cube.cells_of_results(connection)), strict=True):
        kept = cube_cells.read(connection, table)
        count += len(follows)
        for key in sorted(kept.keys() | follows.keys()):
            if kept.get(key) != follows.get(key):
                different += 1
                if len(found) < MOST_SHOWN:
                    found.append(_difference(table.name, key, kept.get(key), follows.get(key)))
    return Verified(facts=compared, cells=count, different=different, differences=found)


def rebuild(session: Session, *, actor: Actor) -> None:
    """Make every fact and every cube anew from the lines and the results.

    Raises:
        PermissionDeniedError: The actor may not calculate.
    """
    ensure(actor, Action.CALCULATE)
    cube.rebuild(session.connection())


def _facts(
    connection: Connection, stage: Stage
) -> Iterator[tuple[dict[int, Fact], dict[int, Fact]]]:
    """Yield the facts as they follow and as they are kept, by line, some thousands at a time."""
    last = 0
    for facts in usage_facts.Lines(connection).every(stage):
        after, last = last, facts[-1].line_id
        held = usage_facts.held_between(connection, stage, after, last)
        yield {fact.line_id: fact for fact in facts}, {fact.line_id: fact for fact in held}
    while held := usage_facts.held_after(connection, stage, last):
        last = held[-1].line_id
        yield {}, {fact.line_id: fact for fact in held}


def _difference(table: str, key: object, kept: object, follows: object) -> Difference:
    return Difference(
        table=table,
        key=str(key),
        kept=None if kept is None else str(kept),
        follows=None if follows is None else str(follows),
    )
