"""Wholes and their parts: an assembly is counted by its parts or as a whole, never both."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from importers.ifc.model import Element, Model
from importers.ifc.notes import Notes
from importers.ifc.takeoff import Share
from importers.ifc.words import words

Counted = tuple[Element, list[Share]]


class Outcome(msgspec.Struct, kw_only=True):
    """What an element and all its parts bring; ``is_complete`` if none of them stays out.

    ``by_parts`` are the wholes that their parts stand for, ``in_wholes`` the parts of counted
    wholes, ``size`` is the number of all elements together.
    """

    counted: list[Counted] = []
    notes: Notes = msgspec.field(default_factory=Notes)
    is_complete: bool = False
    size: int = 1
    by_parts: int = 0
    in_wholes: int = 0


class Tally(msgspec.Struct, kw_only=True):
    """How the elements of a model were accounted for."""

    elements: int
    counted: int = 0
    by_parts: int = 0
    in_wholes: int = 0

    @property
    def kept_out(self) -> int:
        """Those of which nothing came in."""
        return self.elements - self.counted - self.by_parts - self.in_wholes


def counted(
    model: Model, shares: Callable[[Element, Notes], list[Share]], notes: Notes
) -> tuple[list[Counted], Tally]:
    """Return what is counted, in the order of the file."""
    outcomes: dict[int, Outcome] = {}
    found: list[Counted] = []
    tally = Tally(elements=len(model.elements))
    reached: set[int] = set()
    for element in _parts_first(model):
        reached.add(element.number)
        parts = [outcomes.pop(number) for number in element.parts]
        outcome = outcomes[element.number] = _outcome(element, parts, shares)
        if element.whole is None:
            found += outcome.counted
            notes.take(outcome.notes)
            tally.by_parts += outcome.by_parts
            tally.in_wholes += outcome.in_wholes
    # Who has a whole but is reached from none stands in a circle, or is a part of one that does.
    for element in model.elements.values():
        if element.number not in reached:
            notes.refuse("ifc-parts-in-circle", element)
    tally.counted = len(found)
    return sorted(found, key=lambda pair: pair[0].row), tally


def _outcome(
    element: Element, parts: list[Outcome], shares: Callable[[Element, Notes], list[Share]]
) -> Outcome:
    own = Outcome(size=1 + sum(part.size for part in parts))
    own_shares = shares(element, own.notes)
    own.is_complete = bool(own_shares)
    own.counted = [(element, own_shares)] if own_shares else []
    if not parts:
        return own
    is_piece = "count" in words().sort_of[element.kind].measures
    are_complete = all(part.is_complete for part in parts)
    facts = {"parts": str(own.size - 1)}
    if own_shares and (is_piece or not are_complete):
        own.in_wholes = own.size - 1
        own.notes.remark("ifc-parts-not-counted", element, facts=facts)
        return own
    # The largest part is added to, not copied: however deep a pile is, each part is moved seldom.
    first, *others = sorted(parts, key=lambda part: part.size, reverse=True)
    joined = Outcome(
        counted=first.counted,
        notes=first.notes,
        is_complete=are_complete,
        size=own.size,
        by_parts=1 + sum(part.by_parts for part in parts),
        in_wholes=sum(part.in_wholes for part in parts),
    )
    for part in others:
        joined.counted += part.counted
        joined.notes.take(part.notes)
    if own_shares:
        joined.notes.remark("ifc-whole-not-counted", element, facts=facts)
    return joined


def _parts_first(model: Model) -> Iterator[Element]:
    """Yield every element that hangs together with a root, its parts before itself."""
    waiting = [
        (each, False) for each in reversed(list(model.elements.values())) if each.whole is None
    ]
    while waiting:
        element, are_parts_done = waiting.pop()
        if are_parts_done or not element.parts:
            yield element
        else:
            waiting.append((element, True))
            waiting += [(model.elements[number], False) for number in reversed(element.parts)]
