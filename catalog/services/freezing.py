"""Freeze what takes long to make: made beside all other work, kept in one short transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import FiguresUnsettledError, StillChangingError
from catalog.permissions import Actor, Role
from catalog.repositories import bulk
from catalog.repositories.recorded import on_record
from catalog.services import results
from catalog.services.jobs import Step, Tell

T = TypeVar("T")
R = TypeVar("R")
_MOST_TRIES = 5
_CALCULATED_AT_ONCE = 200
# What results are follows from the facts: whoever has it worked out decides nothing.
MACHINE = Actor(name="lucai", role=Role.OPERATOR)


class OutdatedError(Exception):
    """Buildings have results that do not say what the facts say."""

    def __init__(self, buildings: Sequence[int]) -> None:
        super().__init__(len(buildings))
        self.buildings = buildings


def freeze(
    database: Database,
    make: Callable[[Connection, dt.datetime], T],
    keep: Callable[[Session, T, dt.datetime], R],
    *,
    clock: Callable[[], dt.datetime],
    tell: Tell,
) -> R:
    """Make something from what is known at one moment, and keep it if that has not changed since.

    ``make`` reads one state of the database while others go on writing, and raises
    ``OutdatedError`` for buildings that must be calculated first. Whoever took long may record
    something as known before the moment that had been read already: then it is made once more.

    Raises:
        FiguresUnsettledError: Results stay outdated: they are dated after now.
        StillChangingError: It had to be made too often.
    """
    outdated: Sequence[int] = ()
    for _ in range(_MOST_TRIES):
        with database.snapshot() as connection:
            # The state is the one of the first question, so the moment is taken after it.
            on_record(connection, clock())
            known_at = clock()
            before = on_record(connection, known_at)
            try:
                made = make(connection, known_at)
                outdated = ()
            except OutdatedError as error:
                outdated = error.buildings
        if outdated:
            _calculate(database, outdated, clock=clock, tell=tell)
            continue
        tell(Step(name="keeping"))
        with database.transaction() as session:
            bulk.take_turns(session)
            if on_record(session.connection(), known_at) == before:
                return keep(session, made, known_at)
    if outdated:
        raise FiguresUnsettledError(buildings=len(outdated))
    raise StillChangingError


def settled(session: Session, make: Callable[[Connection, dt.datetime], T], now: dt.datetime) -> T:
    """Make something within a transaction, as ``freeze`` does: outdated buildings come first.

    Raises:
        FiguresUnsettledError: Results stay outdated: they are dated after now.
    """
    connection = session.connection()
    try:
        return make(connection, now)
    except OutdatedError as error:
        known = results.basis(connection)
        results.calculate_buildings(session, error.buildings, known, actor=MACHINE, now=now)
    try:
        return make(connection, now)
    except OutdatedError as error:
        raise FiguresUnsettledError(buildings=len(error.buildings)) from error


def _calculate(
    database: Database,
    buildings: Sequence[int],
    *,
    clock: Callable[[], dt.datetime],
    tell: Tell,
) -> None:
    """Calculate buildings, some in a transaction: what is done stays, whatever comes after."""
    for start in range(0, len(buildings), _CALCULATED_AT_ONCE):
        tell(Step(name="calculating", done=start, total=len(buildings)))
        with database.transaction() as session:
            results.calculate_buildings(
                session,
                buildings[start : start + _CALCULATED_AT_ONCE],
                results.basis(session.connection()),
                actor=MACHINE,
                now=clock(),
            )
