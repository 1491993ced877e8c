"""Units as lists of others write them: ours where they are known, else the word as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.records import Issue, Severity
from importers.bill.notes import shown
from importers.lookups.names import Names


class Units:
    """The units of one file, and which of their words are not known."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._unknown: dict[str, tuple[str | None, int, int]] = {}

    def of(self, word: str, *, row: int, sheet: str | None) -> str:
        """Return the key of a unit or, of one that is not known, its word.

        The line comes in: its quantity is what it is, and only converts to nothing.
        """
        key = self._names.find(word)
        if key is None:
            first_sheet, first_row, count = self._unknown.get(word, (sheet, row, 0))
            self._unknown[word] = (first_sheet, first_row, count + 1)
        return key or word

    def remarks(self) -> Iterator[Issue]:
        """Yield what is to be said of each word that is not known, once for all its lines."""
        for word, (sheet, row, count) in self._unknown.items():
            yield Issue(
                code="unit-as-written",
                severity=Severity.WARNING,
                sheet=shown(sheet),
                row=row,
                value=shown(word),
                facts={"count": str(count)},
            )
