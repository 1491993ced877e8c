"""The door of the readers: what kind of file it is, and the records and issues in it."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.records import Issue, Kind, Record
from importers.formats import format_of
from importers.issues import refusal
from importers.lookups import Lookups
from importers.macros import macros_in
from importers.remarks import without_remarks
from importers.source import Limits, Placement, ReadOutcome, SourceFile
from importers.table.columns import layout
from importers.table.mapping import Mapping
from importers.table.read import read_table, recognise_table

__all__ = ["Limits", "Placement", "ReadOutcome", "SourceFile", "read", "read_batches", "recognise"]


def recognise(source: SourceFile) -> Kind:
    """Return what a file brings, judged by its content, never by its name.

    Raises:
        ImportRefusedError: It is nothing that can be read here.
    """
    plain = without_remarks(source)
    form = format_of(plain)
    return form.kind if form else recognise_table(plain)


def read_batches(
    source: SourceFile,
    lookups: Lookups,
    *,
    kind: Kind | None = None,
    placement: Placement | None = None,
    mapping: Mapping | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield what a file brings, about so many rows at a time, so that memory stays flat.

    ``placement`` says where lines belong in a file that does not say so itself, ``mapping`` what
    the columns of a table are that is not ours.

    Raises:
        ImportRefusedError: The file as a whole cannot be read.
    """
    plain = without_remarks(source)
    if macros := macros_in(plain):
        yield ReadOutcome(records=[], issues=macros, rows_done=0)
    if mapping is not None:
        placed = mapping.placed(placement)
        yield from read_table(plain, lookups, mapping=placed, batch_rows=batch_rows)
        return
    form = format_of(plain)
    if form and kind in (None, form.kind):
        yield from form.read(plain, lookups, placement=placement, batch_rows=batch_rows)
    elif kind is None or kind in layout().kinds:
        yield from read_table(plain, lookups, kind=kind, batch_rows=batch_rows)
    else:
        raise refusal("other-kind", kind=kind.value)


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
