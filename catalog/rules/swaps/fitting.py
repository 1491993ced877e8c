"""Which products of a category may stand in for a line, as far as their words tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalog.rules.scope import covers

_ASIDE = re.compile(r"[(（][^()（）]*[)）]")
_SIGN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z]+")


def ending(name: str) -> str | None:
    """Return the sign, or the word of another script, that says what a thing is: it comes last.

    洗脸盆 is a 盆 and 断桥铝合金窗 a 窗; what stands in brackets, and grades behind it, say more
    about the thing and not what it is.
    """
    plain = _ASIDE.sub("", name).casefold()
    found = _SIGN.findall(plain) or _WORD.findall(plain)
    return found[-1] if found else None


Contraries = Sequence[Sequence[Sequence[str]]]
"""Groups of senses that exclude each other, each sense by the words that say it."""


def is_contrary(product: str, line: str, contraries: Contraries) -> bool:
    """Tell whether a product says it is for something else than a line is.

    Both have to say a sense of one group, and none in common: 内墙涂料 is not for 外墙乳胶漆, and
    what says neither is left open.
    """
    for senses in contraries:
        ours, theirs = _said(product, senses), _said(line, senses)
        if ours and theirs and not ours & theirs:
            return True
    return False


def _said(text: str, senses: Sequence[Sequence[str]]) -> set[int]:
    return {at for at, words in enumerate(senses) if any(word in text for word in words)}


def may_fit(product: str, line: str) -> bool:
    """Tell whether a product's model and scope leave it open that it is what a line asks for."""
    return covers(product, line) is not False
