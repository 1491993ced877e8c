"""The pages of what runs out or waits, and of what one was told of it."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect, Response, Template

from api.moment import now
from api.parameters import day_or_today
from api.sending import CSV
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text
from api.web.i18n import language_of, translate
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of
from api.web.words import word
from catalog.db import Database
from catalog.forms.lists import Listed, csv_of
from catalog.permissions import Actor
from catalog.rules.watching import WatchKind
from catalog.services import notices, watching
from catalog.views.notices import NoticeChoiceView
from catalog.views.watching import WatchedProduct

_LARGEST_FORM = 2**16
_KINDS = [kind.value for kind in WatchKind]
KindAsked = Annotated[str, QueryParameter(max_length=40)]


class ReadForm(msgspec.Struct, forbid_unknown_fields=True):
    """The notice that was read; none is all."""

    key: str = ""


class ChoicesForm(msgspec.Struct, forbid_unknown_fields=True):
    """The kinds that were ticked, to be shown and to be mailed; one alone comes as a text."""

    shown: str | list[str] = ""
    mailed: str | list[str] = ""


class WatchPages(Controller):
    """The watch-list, as a page and as a file."""

    path = "/watch"
    dependencies = actor_of

    @get(name="watch:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        on: Short = "",
        kind: KindAsked = "",
        division: Text = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show what the reader should look at, the most pressing day first."""
        day = day_or_today(asking.day(on))
        place = asking.plain(division)
        with database.reading() as connection:
            found = watching.watch_list(
                connection,
                actor=actor,
                on=day,
                kinds=_kinds(kind),
                division=place or None,
                limit=PAGE_SIZE,
                offset=offset(page_number),
            )
            names = names_of(connection, on=day)
        return page(
            request,
            "watch/index.html",
            found=found,
            on=day,
            kind=kind if kind in _KINDS else "",
            division=place,
            kinds=_KINDS,
            names=names,
            paging=Paging(page_number, PAGE_SIZE, found.total),
            shows_synthetic=any(own.is_synthetic for each in found.items for own in each.products),
        )

    @get("/list.csv", name="watch:csv", sync_to_thread=True)
    def as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        on: Short = "",
        kind: KindAsked = "",
        division: Text = "",
    ) -> Response[bytes]:
        """Send all of the watch-list, one row for each product."""
        day = day_or_today(asking.day(on))
        with database.reading() as connection:
            found = watching.whole_list(
                connection,
                actor=actor,
                on=day,
                kinds=_kinds(kind),
                division=asking.plain(division) or None,
            )
        language = language_of(request)
        rows = [
            (
                translate(word("watch-kind", each.kind), language),
                each.name,
                str(each.due_on or ""),
                each.days_left,
                str(each.visited_on or ""),
                *_told_of(own, language),
            )
            for each in found
            for own in _or_none(each.products)
        ]
        listed = Listed(title="watch", notes=(), header=_HEADERS[language], rows=rows)
        return Response(
            csv_of(listed),
            media_type=CSV,
            headers={"Content-Disposition": f'attachment; filename="lucai-watch-{day}.csv"'},
        )


_HEADERS = {
    "zh": ("事由", "编号", "日期", "剩余天数", "上次监督", "产品", "企业", "师市", "采信状态"),
    "en": (
        "reason", "number", "day", "days left", "last visit", "product", "company", "division",
        "adoption",
    ),
}  # fmt: skip


class NoticePages(Controller):
    """What one was told, and what one wants to be told."""

    path = "/notices"
    dependencies = actor_of
    request_max_body_size = _LARGEST_FORM

    @get(name="notices:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        page_number: PageNumber = 1,
    ) -> Template:
        """Show the notices of whom the reader acts for, the latest first."""
        with database.reading() as connection:
            found = notices.inbox(
                connection, actor=actor, limit=PAGE_SIZE, offset=offset(page_number)
            )
        return page(
            request,
            "watch/notices.html",
            found=found,
            is_member=actor.account is not None and actor.organisation is not None,
            paging=Paging(page_number, PAGE_SIZE, found.total),
        )

    @post("/read", name="notices:read", sync_to_thread=True)
    def read(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[ReadForm],
    ) -> Redirect:
        """Mark one notice as read, or all."""
        keys = [asking.plain(data.key)] if data.key else None
        with database.transaction() as session:
            notices.read_notices(session, keys, actor=actor, now=now())
        return Redirect("/notices", status_code=303)

    @get("/choices", name="notices:choices", sync_to_thread=True)
    def choices(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show of what the reader is told, and how."""
        with database.reading() as connection:
            chosen = notices.choices(connection, actor=actor)
        return page(request, "watch/choices.html", choices=chosen)

    @post("/choices", name="notices:choose", sync_to_thread=True)
    def choose(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[ChoicesForm],
    ) -> Redirect:
        """Keep what the reader ticked: what is not ticked is not wanted."""
        shown, mailed = asking.several(data.shown), asking.several(data.mailed)
        wanted = [
            NoticeChoiceView(kind, is_shown=kind.value in shown, is_mailed=kind.value in mailed)
            for kind in WatchKind
        ]
        with database.transaction() as session:
            notices.choose(session, wanted, actor=actor, now=now())
        return Redirect("/notices/choices", status_code=303)


def _kinds(asked: str) -> list[WatchKind]:
    return [WatchKind(asked)] if asked in _KINDS else []


def _or_none(products: list[WatchedProduct]) -> list[WatchedProduct | None]:
    return [*products] or [None]


def _told_of(own: WatchedProduct | None, language: str) -> tuple[str, ...]:
    if own is None:
        return "", "", "", ""
    standing = translate(word("adoption-standing", own.standing), language)
    return own.name, own.company_name, own.division or "", standing
