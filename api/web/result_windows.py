"""Which lines of a result a page shows: a window on each measure, and on what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from api.web.paging import Paging, offset
from catalog.rules.ratio.trace import ItemResult, Measure, RatioResult

LINES_AT_ONCE = 100
EXCLUDED = "excluded"


class Part(msgspec.Struct, frozen=True):
    """A window on some lines of a result; ``is_open`` where the reader asked for it."""

    name: str
    lines: Sequence[str]
    paging: Paging
    is_open: bool


def part_name(item: ItemResult, measure: Measure) -> str:
    """Return what the address of a page calls a measure."""
    return f"{item.key}.{measure.category}" if measure.category else item.key


def windows(trace: RatioResult, *, part: str, page: int, line: str) -> dict[str, Part]:
    """Return a window on each part of a result, on its first page where none is asked for.

    A page behind the last is the last. A ``line`` that is asked for opens the first part that
    holds it, at the page that does.
    """
    parts = dict(_parts(trace))
    if line:
        for name, lines in parts.items():
            if line in lines:
                part, page = name, lines.index(line) // LINES_AT_ONCE + 1
                break
    found = {}
    for name, lines in parts.items():
        paging = Paging(1, LINES_AT_ONCE, len(lines))
        if name == part:
            paging = msgspec.structs.replace(paging, page=min(page, paging.pages))
        start = offset(paging.page, LINES_AT_ONCE)
        found[name] = Part(
            name=name,
            lines=lines[start : start + LINES_AT_ONCE],
            paging=paging,
            is_open=name == part,
        )
    return found


def _parts(trace: RatioResult) -> Iterator[tuple[str, Sequence[str]]]:
    for group in trace.groups:
        for item in group.items:
            for measure in item.measures:
                yield part_name(item, measure), measure.denominator_lines
    yield EXCLUDED, [each.line for each in trace.excluded]
