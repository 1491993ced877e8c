"""Reference lists that others publish: known, so that it can be said why nothing is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

import msgspec

from importers.issues import refusal
from importers.lookups.names import folded_word

_MOSTLY = 0.9


class ReferenceList(msgspec.Struct, frozen=True, kw_only=True):
    """One list: what it is called, how it is known, and why it is not read."""

    name_zh: str
    name_en: str
    why_zh: str
    why_en: str
    needs: dict[str, str]
    allowed: tuple[str, ...]


@cache
def reference_lists() -> tuple[ReferenceList, ...]:
    """Return the lists that are known."""
    path = resources.files("importers") / "lookups" / "references.toml"
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return msgspec.convert(content["lists"], tuple[ReferenceList, ...])


def refuse_reference_list(previews: Iterable[list[list[str]]]) -> None:
    """Refuse a table that is such a list, saying which.

    Raises:
        ImportRefusedError: It is one.
    """
    for preview in previews:
        for known in reference_lists():
            if preview and _is(known, preview[0], preview[1:]):
                raise refusal(
                    "reference-list",
                    list_zh=known.name_zh,
                    list_en=known.name_en,
                    why_zh=known.why_zh,
                    why_en=known.why_en,
                )


def _is(known: ReferenceList, header: list[str], rows: list[list[str]]) -> bool:
    names = [folded_word(cell) for cell in header]
    needs = {folded_word(name): pattern for name, pattern in known.needs.items()}
    if not rows or not needs.keys() <= set(names):
        return False
    if set(names) - needs.keys() - set(map(folded_word, known.allowed)):
        return False
    return all(
        _share(pattern, [row[names.index(name)] for row in rows if len(row) > names.index(name)])
        >= _MOSTLY
        for name, pattern in needs.items()
    )


def _share(pattern: str, texts: list[str]) -> float:
    filled = [text.strip() for text in texts if text.strip()]
    return sum(1 for text in filled if re.fullmatch(pattern, text)) / len(filled) if filled else 0
