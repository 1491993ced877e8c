"""The headers of a stranger's table: up to three rows of names, units and codes, joined."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import msgspec

from importers.lookups import Lookups
from importers.lookups.guesses import guesses
from importers.lookups.names import folded_word
from importers.remarks import is_remark
from importers.table.columns import headers_of, layout
from importers.table.header import column_letters
from importers.table.rows import NOT_TEXT

_MOST_ROWS = 3
_FEWEST_NAMES = 2
_MOSTLY = 0.8
_LONGEST_NAME = 100
_LONGEST_CELL = 1_000
_BRACKETED = re.compile(
    r"(.+?)\s*[\[(\uff08\u3010]([^\[\]()\uff08\uff09\u3010\u3011]{1,12})[\])\uff09\u3011]\s*$"
)
_NUMBER_OR_DAY = re.compile(
    r"[+-]?[\d,]*\.?\d+(e[+-]?\d+)?%?|\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?", re.IGNORECASE
)


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The header of one column. ``header`` names it in its table, ``words`` are what it may be."""

    place: int
    header: str
    words: tuple[str, ...]
    unit: str | None = None
    code: str | None = None


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """The headers of a table, from its first to its last header row (from 1)."""

    first_row: int
    last_row: int
    heads: tuple[Head, ...]

    @property
    def fingerprint(self) -> str:
        """What is equal for two tables with the same headers in the same order."""
        names = "\x1f".join(folded_word(head.header) for head in self.heads if head.words)
        return hashlib.sha256(names.encode("utf-8", "surrogatepass")).hexdigest()


def find_heads(preview: list[list[str]], lookups: Lookups) -> Heads | None:
    """Return the headers of a table, None if there is no row at all that could hold them."""
    rows = [[_one_line(cell) for cell in row] for row in preview]
    first = _names_row(rows)
    if first is None:
        return None
    last = first
    if first and _is_below(rows[first - 1], rows[first]):
        first -= 1
    elif first + 1 < len(rows) and _is_below(rows[first], rows[first + 1]):
        last += 1
    names = _joined(rows[first : last + 1])
    units: list[str] = []
    codes: list[str] = []
    while last + 1 < len(rows) and last + 1 - first < _MOST_ROWS:
        below = rows[last + 1]
        if not units and _are_units(below, lookups):
            units = below
        elif not codes and _are_codes(below):
            codes = below
        else:
            break
        last += 1
    return Heads(
        first_row=first + 1,
        last_row=last + 1,
        heads=_heads(names, units, codes, rows[last + 1 :], lookups),
    )


def _one_line(cell: str) -> str:
    return NOT_TEXT.sub("\ufffd", " ".join(cell[:_LONGEST_CELL].split())[:_LONGEST_NAME])


def _names_row(rows: list[list[str]]) -> int | None:
    """Return the row that names the most columns of ours or, if none does, looks like names."""
    known = [_names_known(row) for row in rows]
    if known and max(known) >= _FEWEST_NAMES:
        return known.index(max(known))
    filled = [[cell for cell in row if cell] for row in rows]
    width = max(map(len, filled), default=0)
    for index, cells in enumerate(filled):
        texts = {cell for cell in cells if not _NUMBER_OR_DAY.fullmatch(cell)}
        if len(cells) >= max(_FEWEST_NAMES, width / 2) and len(texts) >= _MOSTLY * len(cells):
            return index
    return None


def _names_known(row: list[str]) -> int:
    words = {folded_word(cell) for cell in row if cell}
    return max(sum(1 for word in words if headers_of(kind).find(word)) for kind in layout().kinds)


def _is_below(upper: list[str], lower: list[str]) -> bool:
    """Return whether a row parts the columns of the row above it, as merged headers do."""
    width = max(len(upper), len(lower))
    above = [*upper, *[""] * (width - len(upper))]
    below = [*lower, *[""] * (width - len(lower))]
    if sum(map(bool, above)) < _FEWEST_NAMES or sum(map(bool, below)) < _FEWEST_NAMES:
        return False
    parted = 0
    for place, cell in enumerate(below):
        if not cell:
            continue
        goes_on = place + 1 < width and not above[place + 1] and bool(below[place + 1])
        belongs = goes_on if above[place] else any(above[:place])
        if not belongs or _NUMBER_OR_DAY.fullmatch(cell):
            return False
        parted += not above[place]
    return parted > 0


def _joined(rows: list[list[str]]) -> list[tuple[str, ...]]:
    """Return for each column the names above each other, the widest first."""
    if len(rows) == 1:
        return [(cell,) if cell else () for cell in rows[0]]
    upper, lower = rows
    width = max(len(upper), len(lower))
    names: list[tuple[str, ...]] = []
    group = ""
    for place in range(width):
        above = upper[place] if place < len(upper) else ""
        below = lower[place] if place < len(lower) else ""
        group = above or group
        names.append((group, below) if below else (above,) if above else ())
    return names


def _are_units(row: list[str], lookups: Lookups) -> bool:
    cells = [cell for cell in row if cell]
    if len(cells) < _FEWEST_NAMES:
        return False
    is_said = folded_word(cells[0]) in guesses().labels
    like = sum(1 for cell in cells[is_said:] if _is_unit(cell, lookups))
    # A row of short words alone is no proof: where nothing says “units”, all must be units.
    return like >= (_MOSTLY if is_said else 1) * len(cells[is_said:]) and (
        is_said or any(lookups.units.find(cell.strip("[]")) for cell in cells)
    )


def _is_unit(text: str, lookups: Lookups) -> bool:
    return (
        lookups.units.find(text.strip("[]")) is not None
        or guesses().unit_pattern.fullmatch(text) is not None
    )


def _are_codes(row: list[str]) -> bool:
    cells = [cell for cell in row if cell]
    rest = cells[1:] if cells and folded_word(cells[0]) in guesses().labels else cells
    like = sum(1 for cell in rest if guesses().code_pattern.fullmatch(cell))
    # Codes differ from column to column; values would repeat, or be mere numbers.
    return (
        len(rest) >= _FEWEST_NAMES
        and like == len(rest) == len(set(rest))
        and not all(cell.strip("()").isdigit() for cell in rest)
    ) or (
        len(rest) > _FEWEST_NAMES
        and [cell.strip("()") for cell in rest] == [str(n) for n in range(1, len(rest) + 1)]
    )


def _heads(
    names: list[tuple[str, ...]],
    units: list[str],
    codes: list[str],
    below: list[list[str]],
    lookups: Lookups,
) -> tuple[Head, ...]:
    heads = []
    times: Counter[str] = Counter()
    for place in range(max(len(names), len(units), len(codes))):
        parts = names[place] if place < len(names) else ()
        is_used = any(place < len(row) and row[place] for row in below)
        if (not parts and not is_used) or any(map(is_remark, parts)):
            continue
        header = " / ".join(parts) or column_letters(place)
        times[header] += 1
        if times[header] > 1:
            header = f"{header} ({times[header]})"
        words = ["".join(parts), *parts[-1:]] if parts else []
        unit = units[place] if place < len(units) else ""
        found = _BRACKETED.match(parts[-1]) if parts else None
        if found:
            words += ["".join((*parts[:-1], found[1])), found[1]]
            if not unit and _is_unit(found[2], lookups):
                unit = found[2]
        code = codes[place] if place < len(codes) else ""
        heads.append(
            Head(
                place=place,
                header=header,
                words=tuple(dict.fromkeys([*words, *([code] if code and words else [])])),
                unit=_unless_label(unit.strip("[]")),
                code=_unless_label(code),
            )
        )
    return tuple(heads)


def _unless_label(text: str) -> str | None:
    return text if text and folded_word(text) not in guesses().labels else None
