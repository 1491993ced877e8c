"""Which rows of a file are given back because they, or what they belong to, stayed out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Place = tuple[str | None, int]
Said = dict[Place, tuple[str, str]]


class Selection:
    """The rows that are given back, asked for in the order of the file.

    Those are the refused, what stands above the first row of data (titles and header), and what
    follows a refused row without being one: the rest of its description, the next page's header.
    """

    def __init__(self, said: Mapping[Place, tuple[str, str]], came_in: Iterable[Place]) -> None:
        self._said = said
        self._came_in = frozenset(came_in)
        self._is_staying: dict[str | None, bool] = {}
        self._first: dict[str | None, int] = {}
        for sheet, row in (*self._said, *self._came_in):
            self._first[sheet] = min(row, self._first.get(sheet, row))

    @property
    def sheets(self) -> set[str | None]:
        """The sheets of which any row was refused."""
        return {sheet for sheet, _ in self._said}

    def header(self, sheet: str | None) -> int:
        """Return the row above the first row of data; 0 where there is none."""
        return self._first.get(sheet, 1) - 1

    def stays(self, sheet: str | None, row: int, *, is_blank: bool) -> bool:
        """Tell whether a row is given back; a blank one only if it says something beside."""
        if (sheet, row) in self._said:
            self._is_staying[sheet] = True
        elif (sheet, row) in self._came_in:
            self._is_staying[sheet] = False
        if is_blank and (sheet, row) not in self._said and row != self.header(sheet):
            return False
        return self._is_staying.setdefault(sheet, True)

    def remarks(self, sheet: str | None, row: int, headers: tuple[str, str]) -> tuple[str, str]:
        """Return what stands beside a row: the headers, its reason and cure, or nothing."""
        if row == self.header(sheet):
            return headers
        return self._said.get((sheet, row), ("", ""))
