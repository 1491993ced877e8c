"""What was met before in a file, in little memory: a million keys are held by their hashes."""

from __future__ import annotations

_ROW_BITS = 40


class Seen:
    """The keys of a file's rows, each with the first row that had it.

    Of a million keys two share a hash of 64 bits once in tens of millions of files; then a row is
    refused that names the other, and nothing is lost in silence.
    """

    def __init__(self) -> None:
        self._sheets: list[str | None] = []
        self._first: dict[int, int] = {}

    def first(
        self, key: tuple[object, ...], sheet: str | None, row: int
    ) -> tuple[str | None, int] | None:
        """Return the row that had the key before, None if this row is the first."""
        if not self._sheets or self._sheets[-1] != sheet:
            self._sheets.append(sheet)
        here = (len(self._sheets) - 1) << _ROW_BITS | row
        first = self._first.setdefault(hash(key), here)
        if first == here:
            return None
        return self._sheets[first >> _ROW_BITS], first & ((1 << _ROW_BITS) - 1)
