"""The second clock in queries: what is known now, or what was known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, and_, bindparam, or_

from catalog.models.base import Recorded, UTCDateTime

_AT = "known_at"


class Clocked(NamedTuple):
    """A query for what is known now, and the same for what was known at ``known_at``."""

    now: Select[*tuple[Any, ...]]
    then: Select[*tuple[Any, ...]]

    def run(
        self, connection: Connection, asked: Mapping[str, Any], known_at: dt.datetime | None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Ask for what is known now, or was known at the moment if one is given."""
        if known_at is None:
            return connection.execute(self.now, asked)
        return connection.execute(self.then, {**asked, _AT: known_at})


def clocked(statement: Select[*tuple[Any, ...]], *facts: type[Recorded]) -> Clocked:
    """Narrow a query to the facts that are known now, or were at a moment."""
    return Clocked(
        now=statement.where(*(fact.superseded_at.is_(None) for fact in facts)),
        then=statement.where(*(between(fact.recorded_at, fact.superseded_at) for fact in facts)),
    )


def between(began: Any, ended: Any) -> ColumnElement[bool]:  # noqa: ANN401  Two columns.
    """Return whether something held at ``known_at``: begun by then and not yet ended."""
    at = bindparam(_AT, type_=UTCDateTime())
    return and_(began <= at, or_(ended.is_(None), ended > at))
