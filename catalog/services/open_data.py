"""The public facts as tables, and as records that our own importers take in again unchanged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import Connection

from catalog.records import ProductRecord
from catalog.repositories import open_data, product_records
from catalog.repositories.open_data import Row

TABLES = open_data.TABLES
"""The names of the tables."""


def columns(table: str) -> dict[str, type]:
    """Return what each column of a table holds, in order: text, numbers, days, moments, yes/no."""
    return open_data.columns(table)


def rows(connection: Connection, table: str, *, on: dt.date) -> Iterator[list[Row]]:
    """Yield a table's rows in pieces; what follows from papers is told as of a day.

    Only what the pages show to everybody is in any table: no account, no case's papers, no
    project, nothing that was withdrawn.
    """
    return open_data.rows(connection, table, on=on)


def product_rows(connection: Connection) -> Iterator[list[ProductRecord]]:
    """Yield every listed product once for each paper it has, as our own table states it.

    A certificate is told as its last version says: one file of ours tells each paper once.
    """
    return product_records.every(connection)
