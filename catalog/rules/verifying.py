"""What a list of numbers asks, what was found of each, and which numbers are nearly the same."""

from __future__ import annotations

import re
import string
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum

from catalog.rules.standing import Standing
from catalog.rules.validity import Validity

_SEPARATORS = re.compile(r"[\r\n\t,;|，；、｜]+")
# What people take for each other when they copy a number from paper.
_ALIKE = {
    "0": "OQD", "O": "0", "Q": "0", "D": "0", "1": "IL", "I": "1", "L": "1", "2": "Z", "Z": "2",
    "5": "S", "S": "5", "6": "G", "G": "6", "8": "B", "B": "8",
}  # fmt: skip
_SIGNS = "-/()."


class Answer(StrEnum):
    """What a number is on the day asked for: a validity, or why there is none to say."""

    VALID = Validity.VALID.value
    NOT_YET = Validity.NOT_YET.value
    EXPIRED = Validity.EXPIRED.value
    SUSPENDED = Validity.SUSPENDED.value
    REVOKED = Validity.REVOKED.value
    CANCELLED = Validity.CANCELLED.value
    UNKNOWN = Validity.UNKNOWN.value
    NOT_KNOWN = "not-known"
    DIFFERS = "differs"


class AdoptedOf(StrEnum):
    """How many of the products under a number are adopted on the day."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"
    NO_PRODUCT = "no-product"


def numbers_in(text: str) -> list[str]:
    """Return the numbers of a pasted list, in order: one a line, or parted by commas or tabs."""
    pieces = (
        "".join(sign if sign.isprintable() else " " for sign in piece).strip(" \"'“”")
        for piece in _SEPARATORS.split(text)
    )
    return [piece for piece in pieces if piece]


def answer_of(validities: Collection[Validity]) -> Answer:
    """Return what to say of a number: of several certificates with it, only what all are."""
    if not validities:
        return Answer.NOT_KNOWN
    return Answer(next(iter(validities)).value) if len(set(validities)) == 1 else Answer.DIFFERS


def adopted_of(standings: Iterable[Standing]) -> AdoptedOf:
    """Return how many of the products are adopted; what is not known never counts as no."""
    told = {standing.is_adopted for standing in standings}
    if not told:
        return AdoptedOf.NO_PRODUCT
    if True in told:
        return AdoptedOf.ALL if told == {True} else AdoptedOf.SOME
    return AdoptedOf.UNKNOWN if None in told else AdoptedOf.NONE


def near_numbers(normal: str) -> set[str]:
    """Return the normal numbers that one slip makes of this one, or of which it is one slip.

    A slip is a sign left out, put in twice or by mistake, changed for one of its kind, or two
    neighbours changed about.
    """
    return {*_slips(normal)} - {normal, ""}


def _slips(text: str) -> Iterator[str]:
    for place, sign in enumerate(text):
        before, after = text[:place], text[place + 1 :]
        yield before + after
        for other in _kin(sign):
            yield before + other + after
        if after:
            yield before + after[0] + sign + after[1:]
    for place in range(len(text) + 1):
        kinds = {*text[max(0, place - 1) : place + 1]}
        for other in {sign for neighbour in kinds for sign in _kin(neighbour)} | kinds | {"-"}:
            yield text[:place] + other + text[place:]


def _kin(sign: str) -> str:
    """Return the signs that may stand in its place by a slip."""
    if sign in string.digits:
        return string.digits.replace(sign, "") + _ALIKE.get(sign, "")
    if sign in string.ascii_uppercase:
        return string.ascii_uppercase.replace(sign, "") + _ALIKE.get(sign, "")
    return _SIGNS.replace(sign, "") if sign in _SIGNS else ""
