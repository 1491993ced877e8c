"""What templates can say: words, names, numbers and days in the reader's language."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig
from markupsafe import Markup

from api.web import written
from api.web.audit_words import AUDIT_VALUES
from api.web.epd_table import shown_unit
from api.web.i18n import translate
from api.web.languages import PageTemplate
from api.web.names import Pair, named, sign_of
from api.web.page import address
from api.web.preferences import Days, Numbers, Preferences
from api.web.short_numbers import shortened
from api.web.stacked_tables import StackedTables
from api.web.words import word
from catalog.charts.chart import Chart
from catalog.charts.drawing import narrow_svg_of, svg_of
from catalog.permissions import Action, Actor, Thing, may
from catalog.rules.terms import DatePrecision

HERE = Path(__file__).parent
STATIC = HERE / "static"
_NONE = "—"
_MOST_ADDRESSES = 50_000
_DIGITS = "yyyy-MM-dd"
_DAY, _MOMENT = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)")
# A tag's inside: a comparison in braces does not end it.
_INSIDE = r"(?>\{\{.*?\}\}|\{%.*?%\}|[^>{])*"
_POSTING = re.compile(rf'<form\b(?={_INSIDE}\bmethod="post"){_INSIDE}>', re.DOTALL)


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """Return how the application renders templates."""
    engine = JinjaTemplateEngine(engine_instance=environment())
    engine.engine.globals["url_for"] = _url_for  # In place of the engine's own, which keeps none.
    return TemplateConfig(instance=engine)


@cache  # Applications of one process share what was compiled; nothing here is of one of them.
def environment() -> Environment:
    """Return the templates with everything that they can say."""
    found = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,  # A template is of its program, and stays as long as that runs.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[FormTokens, StackedTables],
    )
    found.template_class = PageTemplate
    found.filters["printed_unit"] = shown_unit
    found.globals.update(
        _=_text, word=_word, named=_named, own=_own, unit=sign_of, number=_number, exact=_exact,
        points=_number,
        percent=_percent, share=_share, day=_day, stated_day=_stated_day, moment=_moment,
        kept_time=_kept_time,
        asset=asset, address=address, changed_field=_changed_field,
        changed_value=_changed_value, may=_may, drawing=_drawing,
        narrow_drawing=_narrow_drawing,
    )  # fmt: skip
    return found


class FormTokens(Extension):
    """Puts the session's token into every form that posts, so that no template can forget it."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template with the field behind each form's opening tag."""
        return _POSTING.sub(r"\g<0>{{ form_token }}", source)


@cache
def asset(name: str) -> str | None:
    """Return the address of a static file, with its content in it; None where it is absent."""
    path = STATIC / name
    if not path.is_file():
        return None
    return f"/static/{name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"


def _may(actor: Actor, action: str, thing: Thing | None = None) -> bool:
    return may(actor, Action(action), thing)


@pass_context
def _text(context: Context, text: str, **facts: object) -> str | Markup:
    """Return the text in the reader's language, with its gaps filled."""
    said = translate(text, context["language"], facts)
    return Markup.escape(said).format(**facts) if facts else said


@pass_context
def _word(context: Context, kind: str, key: object) -> str:
    return translate(word(kind, key), context["language"])


@pass_context
def _changed_field(context: Context, path: str) -> str:
    """Return what changed, in words: a part of a part is named part by part."""
    parts = [translate(word("audit-field", part), context["language"]) for part in path.split(".")]
    return " · ".join(parts)


@pass_context
def _changed_value(context: Context, path: str, value: str | None) -> Markup | str:
    """Return a value on the record as a reader says it; most are as they were written."""
    if not value:
        return _NONE
    kind = AUDIT_VALUES.get(path.rpartition(".")[2])
    if value in ("true", "false"):
        kind = "yes-or-no"
    if not kind:
        return _kept_time(context, value)
    # A list is kept with commas between its parts.
    return ", ".join(translate(word(kind, one), context["language"]) for one in value.split(", "))


@pass_context
def _named(context: Context, pairs: Mapping[str, Pair], key: str | None) -> str:
    return named(pairs, key, context["language"])


@pass_context
def _own(context: Context, thing: Any, field: str = "name") -> str:  # noqa: ANN401 - any view.
    """Return the name that a thing bears in the reader's language."""
    return str(getattr(thing, f"{field}_{context['language']}"))


def _chosen(context: Context) -> Preferences:
    chosen: Preferences = context["display"]
    return chosen


@pass_context
def _exact(context: Context, value: Decimal | int | str | None) -> str:
    """Return an exact number with all its digits, fit for an attribute."""
    return _NONE if value is None else written.number(str(value), context["language"])


@pass_context
def _number(context: Context, value: Decimal | int | str | None) -> Markup | str:
    """Return a number in the reader's form; a shortened one has its digits in its title."""
    exact = _exact(context, value)
    if value is None or _chosen(context).numbers is Numbers.FULL:
        return exact
    short = shortened(Decimal(value), context["language"])
    if short is None:
        return exact
    shown = format_decimal(short.amount, "#,##0.##", locale=written.LOCALES[context["language"]])
    gap = "" if context["language"] == "zh" else " "
    text = f"{shown}{gap}{translate(short.word, context['language'])}"
    return Markup('<data value="{}" title="{}">{}</data>').format(str(value), exact, text)


@pass_context
def _percent(context: Context, value: Decimal | None, pattern: str = "0.##") -> Markup | str:
    """Return a percentage, cut to the pattern's places; the exact one stays for machines."""
    if value is None:
        return _NONE
    return written.percent(format(value, "f"), pattern, context["language"])


@pass_context
def _share(context: Context, value: Decimal | str | None) -> Markup | str:
    """Return a share of 1 as a percentage, cut and never rounded up to a threshold."""
    if value is None:
        return _NONE
    return written.share(str(value), context["language"])


@pass_context
def _day(context: Context, value: dt.date | None) -> Markup | str:
    if value is None:
        return _NONE
    in_words = _chosen(context).days is Days.WORDS
    return written.day(value, "medium" if in_words else _DIGITS, context["language"])


@pass_context
def _kept_time(context: Context, text: str) -> Markup | str:
    """Return a text that was kept; a day or a moment in the reader's form, others as they are."""
    try:
        if _DAY.fullmatch(text):
            return _day(context, dt.date.fromisoformat(text))
        if _MOMENT.fullmatch(text):
            return _moment(context, dt.datetime.fromisoformat(text))
    except ValueError:
        pass  # What only looks like one, such as a thirtieth of February, is shown as it is.
    return text


@pass_context
def _stated_day(context: Context, value: dt.date, precision: DatePrecision) -> Markup | str:
    """Return a date as exact as it is stated: a day, a month or a year."""
    if precision is DatePrecision.DAY:
        return _day(context, value)
    machine = "%Y-%m" if precision is DatePrecision.MONTH else "%Y"
    skeleton = "yMMMM" if precision is DatePrecision.MONTH else "y"
    text = format_skeleton(skeleton, value, locale=written.LOCALES[context["language"]])
    return Markup('<time datetime="{}">{}</time>').format(value.strftime(machine), text)


@pass_context
def _moment(context: Context, value: dt.datetime | None) -> Markup | str:
    """Return a moment by the clock of China."""
    if value is None:
        return _NONE
    in_words = _chosen(context).days is Days.WORDS
    return written.moment(value, "short" if in_words else f"{_DIGITS} HH:mm", context["language"])


@pass_context
def _url_for(context: Context, route_name: str, /, **parts: object) -> str:
    """Return the address of a route; an application's addresses are kept, most are said often."""
    app = context["request"].app
    kept: dict[tuple[object, ...], str] = app.state.setdefault("addresses", {})
    key = (route_name, *parts.items())
    found = kept.get(key)
    if found is None:
        if len(kept) >= _MOST_ADDRESSES:
            kept.clear()
        found = kept[key] = app.route_reverse(route_name, **parts)
    return found


def _drawing(chart: Chart) -> Markup:
    """Return a chart as a drawing; what it says, its caption and table say to those who listen."""
    return Markup(svg_of(chart))  # noqa: S704  The renderer escapes what people wrote; tests try it.


def _narrow_drawing(chart: Chart) -> Markup:
    """Return the same for a narrow screen."""
    return Markup(narrow_svg_of(chart))  # noqa: S704  As above.
