"""What was met before in a file, in little memory: a million keys are held by their digests."""

from __future__ import annotations

from hashlib import blake2b

_DIGEST_BYTES = 16  # So many that two keys never share one.
_ROW_BITS = 40


class Seen:
    """The keys of a file's rows, each with the first row that had it."""

    def __init__(self) -> None:
        self._sheets: list[str | None] = []
        self._first: dict[bytes, int] = {}

    def first(
        self, key: tuple[object, ...], sheet: str | None, row: int
    ) -> tuple[str | None, int] | None:
        """Return the row that had the key before, None if this row is the first."""
        if not self._sheets or self._sheets[-1] != sheet:
            self._sheets.append(sheet)
        here = (len(self._sheets) - 1) << _ROW_BITS | row
        digest = blake2b(repr(key).encode(), digest_size=_DIGEST_BYTES).digest()
        first = self._first.setdefault(digest, here)
        if first == here:
            return None
        return self._sheets[first >> _ROW_BITS], first & ((1 << _ROW_BITS) - 1)
