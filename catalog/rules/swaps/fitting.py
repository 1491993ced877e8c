"""Which products of a category may stand in for a line, as far as their words tell."""

from __future__ import annotations

import re

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


def may_fit(product: str, line: str) -> bool:
    """Tell whether a product's model and scope leave it open that it is what a line asks for."""
    return covers(product, line) is not False
