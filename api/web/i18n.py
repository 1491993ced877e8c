"""Speak Chinese as the pages are written, and English as ``locale/en.po`` has it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from litestar import Request
from litestar.datastructures import Cookie
from markupsafe import Markup

LANGUAGES = ("zh", "en")
COOKIE = "lucai_language"
_COUNTS = ("n", "count", "total")
_GAP = re.compile(r"\{(\w+)\}")
_YEAR = dt.timedelta(days=365)
LOCALE = Path(__file__).parent / "locale"


def zh(text: str) -> str:
    """Return the text as it is; the name tells the extraction that it is to be translated."""
    return text


@cache
def _forms() -> Mapping[str, tuple[str, str]]:
    """Return the English of every text, for one thing and for any other number of things."""
    with (LOCALE / "en.po").open("rb") as file:
        catalog = read_po(file, locale="en")
    found = {}
    for message in catalog:
        # What counts things has two forms; its Chinese, which has one, stands twice.
        text, said = _all(message.id)[0], _all(message.string)
        if text and all(said):
            found[text] = (said[0], said[-1])
    return found


def _all(said: str | Iterable[str] | None) -> list[str]:
    return [said or ""] if isinstance(said, str) or said is None else list(said)


@cache
def english() -> Mapping[str, str]:
    """Return the English of every text, as it is said of more things than one."""
    return {text: many for text, (_, many) in _forms().items()}


def translate(text: str, language: str, facts: Mapping[str, object] | None = None) -> str:
    """Return the text in the language; what nobody has translated stays Chinese.

    ``facts`` are what its gaps will be filled with; their number chooses between one and many.
    """
    if language != "en" or text not in _forms():
        return text
    one, many = _forms()[text]
    return one if one != many and facts and _is_one(text, facts) else many


def _is_one(text: str, facts: Mapping[str, object]) -> bool:
    """Tell whether it is one thing that a text counts: its ``n``, or its first gap."""
    gaps = _GAP.findall(text)
    counting = next((name for name in _COUNTS if name in gaps), gaps[0])
    return Markup(str(facts.get(counting))).striptags() == "1"  # noqa: S704  Read, never shown.


def language_of(request: Request[Any, Any, Any]) -> str:
    """Return the language to answer in: asked for, remembered, or preferred; else Chinese."""
    for wish in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return _preferred(request.headers.get("accept-language", ""))


def language_cookie(language: str) -> Cookie:
    """Return the cookie that remembers a language."""
    age = int(_YEAR.total_seconds())
    return Cookie(COOKIE, value=language, max_age=age, samesite="lax", httponly=True)


def _preferred(header: str) -> str:
    """Return the first of our languages in an Accept-Language header, by weight."""
    wishes = []
    for position, part in enumerate(header.split(",")):
        tag, _, weight = part.partition(";q=")
        # A weight has at most three places, so its digits compare as text once they are filled up.
        wishes.append((_order(weight), position, tag.strip().lower()[:2]))
    for _, _, tag in sorted(wishes):
        if tag in LANGUAGES:
            return tag
    return LANGUAGES[0]


def _order(weight: str) -> int:
    """Return thousandths below full weight, so that the heaviest sorts first."""
    whole, _, places = weight.strip().partition(".")
    digits = f"{whole or '1'}{places[:3]:0<3}"
    return 1000 - int(digits) if digits.isascii() and digits.isdigit() else 1000
