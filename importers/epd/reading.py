"""How data sets become outcomes: one after another, a few at a time, each identifier once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from catalog.errors import ImportRefusedError
from catalog.records import EpdRecord, Issue
from importers.epd.mass import with_mass
from importers.epd.notes import DataSetError, Notes
from importers.source import ReadOutcome, SourceFile

# A declaration with its document is large: so many are held at a time, whatever is asked for.
_MOST_AT_A_TIME = 50

Read = Callable[[Notes], EpdRecord | None]


def head_of(source: SourceFile, length: int) -> bytes:
    """Return the first bytes of a file, nothing if it cannot be read."""
    try:
        return source.head(length)
    except ImportRefusedError:
        return b""


def outcomes(
    data_sets: Iterable[tuple[str | None, Read]],
    *,
    batch_rows: int,
    first_issues: Iterable[Issue] = (),
    total: int | None = None,
) -> Iterator[ReadOutcome]:
    """Yield what reading each data set brought; ``data_sets`` are paths, and what reads them."""
    records: list[EpdRecord] = []
    issues = list(first_issues)
    seen: dict[tuple[str, str | None], int] = {}
    number = 0
    for number, (path, read) in enumerate(data_sets, start=1):
        notes = Notes(number, path)
        try:
            record = read(notes)
        except DataSetError as error:
            notes.refuse(error.code, None, None, **error.facts)
            record = None
        if record is not None:
            first = seen.setdefault((record.identifier, record.version), number)
            if first == number:
                records.append(with_mass(record))
            else:
                notes.refuse("duplicate-row", "identifier", record.identifier, first_row=str(first))
        issues += notes.issues
        if len(records) >= min(batch_rows, _MOST_AT_A_TIME):
            yield ReadOutcome(records=[*records], issues=issues, rows_done=number, rows_total=total)
            records, issues = [], []
    if records or issues or not number:
        yield ReadOutcome(records=[*records], issues=issues, rows_done=number, rows_total=total)
