"""The door of the readers: what kind of file it is, and the records and issues in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from catalog.records import Issue, Kind, Record
from importers.lookups import Lookups
from importers.registry import is_registry, read_registry
from importers.source import Limits, ReadOutcome, SourceFile
from importers.table.read import read_table, recognise_table

__all__ = ["Limits", "ReadOutcome", "Reader", "SourceFile", "read", "read_batches", "recognise"]


class Reader(Protocol):
    """What reads one format; it knows no database and decides nothing about what it finds."""

    def __call__(
        self, source: SourceFile, lookups: Lookups, *, batch_rows: int = ...
    ) -> Iterator[ReadOutcome]:
        """Yield every record and every issue of the file, each row once, in order.

        Whatever the bytes are, nothing but ImportRefusedError is raised.
        """


def recognise(source: SourceFile) -> Kind:
    """Return what a file brings, judged by its content, never by its name.

    Raises:
        ImportRefusedError: It is nothing that can be read here.
    """
    return Kind.REGISTRY if is_registry(source) else recognise_table(source)


def read_batches(
    source: SourceFile, lookups: Lookups, *, kind: Kind | None = None, batch_rows: int = 5000
) -> Iterator[ReadOutcome]:
    """Yield what a file brings, about so many rows at a time, so that memory stays flat.

    Raises:
        ImportRefusedError: The file as a whole cannot be read.
    """
    found = kind if kind is not None else recognise(source)
    if found is Kind.REGISTRY:
        yield from read_registry(source, lookups, batch_rows=batch_rows)
    else:
        yield from read_table(source, lookups, kind=found, batch_rows=batch_rows)


def read(
    source: SourceFile, lookups: Lookups, *, kind: Kind | None = None
) -> Iterator[Record | Issue]:
    """Yield the records and issues of a file one by one.

    Raises:
        ImportRefusedError: The file as a whole cannot be read.
    """
    for outcome in read_batches(source, lookups, kind=kind):
        yield from outcome.issues
        yield from outcome.records
