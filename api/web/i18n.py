"""Speak Chinese as the pages are written, and English as ``locale/en.po`` has it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from litestar import Request
from litestar.datastructures import Cookie

LANGUAGES = ("zh", "en")
COOKIE = "lucai_language"
_YEAR = dt.timedelta(days=365)
LOCALE = Path(__file__).parent / "locale"


def zh(text: str) -> str:
    """Return the text as it is; the name tells the extraction that it is to be translated."""
    return text


@cache
def english() -> Mapping[str, str]:
    """Return the English of every text."""
    with (LOCALE / "en.po").open("rb") as file:
        catalog = read_po(file, locale="en")
    return {str(m.id): str(m.string) for m in catalog if m.id and m.string}


def translate(text: str, language: str) -> str:
    """Return the text in the language; what nobody has translated stays Chinese."""
    return english().get(text, text) if language == "en" else text


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
