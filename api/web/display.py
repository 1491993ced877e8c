"""The pages about the pages: how they look to a reader, their keys, and every part they have."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from litestar import Controller, get, post
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.parameters import day_or_today
from api.web.i18n import language_cookie, language_of, translate, zh
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging
from api.web.preferences import (
    Days,
    Numbers,
    Preferences,
    Theme,
    preferences_cookie,
    preferences_of,
)
from api.web.signed_in import own_path
from api.web.signing_in import LARGEST_FORM
from api.web.words import word
from catalog.charts.chart import Chart, Mark, Shape, Target

_LONGEST = 2000
_SAMPLE_ROWS = 160
_TITLE, _LABEL = zh("示例图"), zh("名称")
_TARGET, _UNKNOWN = zh("目标"), zh("未知")
_Theme = Annotated[Theme | None, QueryParameter()]
_Back = Annotated[str, QueryParameter(max_length=_LONGEST)]


class DisplayForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a reader chooses; what the form leaves out stays as it was."""

    language: Literal["zh", "en", ""] = ""
    theme: Theme | None = None
    numbers: Numbers | None = None
    days: Days | None = None
    back: Annotated[str, msgspec.Meta(max_length=_LONGEST)] = "/"


class DisplayPages(Controller):
    """Choose how pages look; learn their keys; see every part that they are built of."""

    request_max_body_size = LARGEST_FORM

    @get("/display", name="display:show", sync_to_thread=False)
    def show(self, request: PageRequest, back: _Back = "/") -> Template:
        """Show the choices."""
        return page(
            request,
            "display/show.html",
            themes=_said("theme", Theme, request),
            numbers=_said("numbers", Numbers, request),
            days=_said("days", Days, request),
            back=own_path(back),
            today=day_or_today(None),
        )

    @post("/display", name="display:choose", sync_to_thread=False)
    def choose(self, request: PageRequest, data: URLEncodedBody[DisplayForm]) -> Redirect:
        """Keep the choice in the browser, and lead back."""
        before = preferences_of(request)
        chosen = Preferences(
            theme=data.theme or before.theme,
            numbers=data.numbers or before.numbers,
            days=data.days or before.days,
        )
        cookies = [preferences_cookie(chosen)]
        if data.language:
            cookies.append(language_cookie(data.language))
        return Redirect(own_path(data.back), status_code=303, cookies=cookies)

    @get("/keyboard", name="display:keyboard", sync_to_thread=False)
    def keyboard(self, request: PageRequest) -> Template:
        """Show the keys."""
        return page(request, "display/keyboard.html")

    @get("/design", name="display:design", sync_to_thread=True)
    def design(self, request: PageRequest, theme: _Theme = None) -> Template:
        """Show every part of the pages with its markup, filled with samples, in either theme."""
        display = preferences_of(request)
        if theme:
            display = msgspec.structs.replace(display, theme=theme)
        return page(
            request,
            "display/design.html",
            display=display,
            today=day_or_today(None),
            chart=_sample(language_of(request)),
            paging=Paging(2, PAGE_SIZE, _SAMPLE_ROWS),
        )


def _said(kind: str, choices: type[StrEnum], request: PageRequest) -> list[tuple[str, str]]:
    """Return each choice with its word in the reader's language."""
    language = language_of(request)
    return [(choice.value, translate(word(kind, choice), language)) for choice in choices]


def _sample(language: str) -> Chart:
    """Return a chart of no data: of its bars one is unknown, as figures may be."""
    return Chart(
        shape=Shape.BARS,
        title=translate(_TITLE, language),
        label_name=translate(_LABEL, language),
        value_name="%",
        unknown=translate(_UNKNOWN, language),
        marks=(Mark("A", Decimal(62)), Mark("B", Decimal(45)), Mark("C", None)),
        target=Target(translate(_TARGET, language), Decimal(50)),
    )
