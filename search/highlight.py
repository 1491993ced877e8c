"""What matched, marked in the text as it is written; the same for every engine."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from search import analysis


class Piece(msgspec.Struct, frozen=True):
    """A part of a text, marked if it is what was looked for."""

    text: str
    is_marked: bool


def pieces(text: str, marks: Iterable[str]) -> tuple[Piece, ...]:
    """Return the text cut into marked and unmarked pieces; joined they are the text again.

    Width, case and Traditional or Simplified writing make no difference.
    """
    folded, origin = _folded(text)
    is_marked = [False] * len(text)
    for mark in marks:
        at = folded.find(mark)
        while mark and at >= 0:
            is_marked[origin[at] : origin[at + len(mark) - 1] + 1] = [True] * (
                origin[at + len(mark) - 1] + 1 - origin[at]
            )
            at = folded.find(mark, at + 1)
    found: list[Piece] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or is_marked[end] != is_marked[start]:
            found.append(Piece(text[start:end], is_marked[start]))
            start = end
    return tuple(found)


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text folded character by character, and where each new character comes from."""
    characters: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        folded = analysis.simplified_character(character)
        characters.append(folded)
        origin += [at] * len(folded)
    return "".join(characters), origin
