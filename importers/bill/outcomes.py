"""Lines become outcomes: so many at a time, with the issues of each beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from catalog.records import Issue, Record
from importers.bill.lines import BillLines, WrittenLine
from importers.issues import refusal
from importers.source import ReadOutcome

Entry = tuple[Record | None, list[Issue]]


def outcomes(
    entries: Iterable[Entry],
    *,
    batch_rows: int,
    first_issues: Iterable[Issue] = (),
    last_issues: Callable[[], Iterable[Issue]] = tuple,
    total: int | None = None,
) -> Iterator[ReadOutcome]:
    """Yield what reading each line brought; ``last_issues`` are asked for when all are read.

    Raises:
        ImportRefusedError: There is no line and nothing to be said.
    """
    records: list[Record] = []
    issues = list(first_issues)
    done = held = 0
    for done, (record, said) in enumerate(entries, start=1):
        held += 1
        if record is not None:
            records.append(record)
        issues += said
        if held >= batch_rows:
            yield ReadOutcome(records=records, issues=issues, rows_done=done, rows_total=total)
            records, issues, held = [], [], 0
    if done:
        issues += last_issues()
    if records or issues:
        yield ReadOutcome(records=records, issues=issues, rows_done=done, rows_total=total)
    elif not done:
        raise refusal("table-without-rows")


def bill_outcomes(
    lines: BillLines,
    written: list[WrittenLine],
    *,
    batch_rows: int,
    first_issues: Iterable[Issue] = (),
) -> Iterator[ReadOutcome]:
    """Yield what reading each line of a bill brought.

    Raises:
        ImportRefusedError: There is no line.
    """
    if not written:
        raise refusal("bill-without-lines")
    yield from outcomes(
        (lines.read(line) for line in written),
        batch_rows=batch_rows,
        first_issues=first_issues,
        last_issues=lines.remarks,
        total=len(written),
    )
