"""The query for how often tables were written to."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, select

from catalog.models.written import WrittenTable

_TIMES = select(WrittenTable.name, WrittenTable.times)


def times_written(connection: Connection) -> Counter[str]:
    """Return how many transactions wrote to each table, as the last commit left it."""
    return Counter({row[0]: row[1] for row in connection.execute(_TIMES)})
