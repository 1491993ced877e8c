"""Numbers and days in the reader's form; pages say the same few again and again, so they are kept.

What tells values apart is how they are written: 1.0 equals 1.00 and is not the same text.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from markupsafe import Markup

# A locale that is named is looked for by each number that is written; this one is there.
LOCALES = {"zh": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en")}
_CHINA = dt.timezone(dt.timedelta(hours=8))
_kept = lru_cache(maxsize=20_000)


@_kept
def number(value: str, language: str) -> str:
    """Return an exact number with all its digits."""
    return str(format_decimal(Decimal(value), locale=LOCALES[language], decimal_quantization=False))


@_kept
def percent(value: str, pattern: str, language: str) -> Markup:
    """Return a percentage with the pattern's places, cut and never rounded up to a threshold.

    The exact one stays in the page for machines.
    """
    places = len(pattern.partition(".")[2])
    shown = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_DOWN)
    text = format_decimal(shown, pattern, locale=LOCALES[language])
    return Markup('<data value="{}">{}%</data>').format(value, text)


@_kept
def share(value: str, language: str) -> Markup:
    """Return a share of 1 as a percentage, cut and never rounded up to a threshold."""
    cut = Decimal(int(Fraction(value) * 10_000)) / 100
    text = format_decimal(cut, locale=LOCALES[language], decimal_quantization=False)
    return Markup('<data value="{}">{}%</data>').format(value, text)


@_kept
def day(value: dt.date, form: str, language: str) -> Markup:
    """Return a day, readable by machines too."""
    text = format_date(value, form, locale=LOCALES[language])
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)


@_kept
def moment(value: dt.datetime, form: str, language: str) -> Markup:
    """Return a moment by the clock of China, readable by machines too."""
    text = format_datetime(value, form, tzinfo=_CHINA, locale=LOCALES[language])
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)
