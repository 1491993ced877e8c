"""Feeds that people subscribe to: editions as they are published, and public notices that run.

Atom is RFC 4287, JSON Feed is https://jsonfeed.org/version/1.1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal
from xml.etree import ElementTree as ET  # Only writes here.

import msgspec
from litestar import Controller, Response
from litestar.di import NamedDependency
from sqlalchemy import Connection

from api.moment import now
from api.parameters import day_or_today
from api.reading import read
from api.web.i18n import language_of, translate, zh
from api.web.names import named, names_of
from api.web.outward import kept_by_none, site_of
from api.web.page import PageRequest
from api.web.words import word
from catalog.db import Database
from catalog.rules.periods import CHINA
from catalog.services import editions
from catalog.services.cases import reading

_ATOM = "http://www.w3.org/2005/Atom"
_MEDIA = {
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}
_MOST_EDITIONS = 50
_AUTHOR = zh("绿采")
Form = Literal["atom", "json"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a feed tells; ``path`` is where it is read."""

    id: str
    path: str
    title: str
    text: str
    at: dt.datetime


class FeedPages(Controller):
    """Subscribe to what is published."""

    path = "/feeds"

    @read("/editions.atom", name="feeds:editions")
    def editions_atom(
        self, request: PageRequest, database: NamedDependency[Database]
    ) -> Response[bytes]:
        """Return the last editions as an Atom feed."""
        return _feed(request, database, "editions", "atom")

    @read("/editions.json")
    def editions_json(
        self, request: PageRequest, database: NamedDependency[Database]
    ) -> Response[bytes]:
        """Return the last editions as a JSON feed."""
        return _feed(request, database, "editions", "json")

    @read("/notices.atom", name="feeds:notices")
    def notices_atom(
        self, request: PageRequest, database: NamedDependency[Database]
    ) -> Response[bytes]:
        """Return the public notices that run today as an Atom feed."""
        return _feed(request, database, "notices", "atom")

    @read("/notices.json")
    def notices_json(
        self, request: PageRequest, database: NamedDependency[Database]
    ) -> Response[bytes]:
        """Return the public notices that run today as a JSON feed."""
        return _feed(request, database, "notices", "json")


def _feed(request: PageRequest, database: Database, what: str, form: Form) -> Response[bytes]:
    language = language_of(request)
    title, path, entries = _FEEDS[what]
    with database.reading() as connection:
        found = entries(connection, language)
    site = site_of(request)
    said = f"{translate(_AUTHOR, language)} · {translate(title, language)}"
    make = _as_atom if form == "atom" else _as_json
    content = make(site, f"/feeds/{what}.{form}", path, said, language, found)
    return Response(
        content,
        media_type=_MEDIA[form],
        headers={
            "Content-Language": "zh-Hans" if language == "zh" else "en",
            "Vary": "Accept-Language, Cookie",
            "Access-Control-Allow-Origin": "*",
            **kept_by_none(request),
        },
    )


def _editions(connection: Connection, language: str) -> list[Entry]:
    page = editions.browse_editions(connection, kind=None, limit=_MOST_EDITIONS, offset=0)
    return [
        Entry(
            id=f"editions/{each.key}",
            path=f"/editions/{each.key}",
            title=translate(zh("{kind} {year} 年第 {number} 期"), language).format(
                kind=translate(word("edition-kind", each.kind), language),
                year=each.year,
                number=each.number,
            ),
            text=translate(zh("截至 {day}，{count} 条。SHA-256 {hash}"), language).format(
                day=each.as_of.isoformat(), count=each.entries, hash=each.content_hash
            )
            + (_mark(language) if each.is_synthetic else ""),
            at=each.published_at,
        )
        for each in page.items
    ]


def _notices(connection: Connection, language: str) -> list[Entry]:
    today = day_or_today(None)
    names = names_of(connection, on=today)
    removal, adoption = zh("拟清出：{name}"), zh("拟采信：{name}")
    return [
        Entry(
            id=f"public-notices/{each.number}/{each.first_on.isoformat()}",
            path="/public-notices",
            title=translate(removal if each.is_removal else adoption, language).format(
                name=f"{each.product_name} {each.model or ''}".strip()
            ),
            text=translate(zh("{company}，{division}，公示至 {day}"), language).format(
                company=each.company_name,
                division=named(names.divisions, each.division, language),
                day=each.until.isoformat(),
            )
            + (_mark(language) if each.is_synthetic else ""),
            at=dt.datetime.combine(each.first_on, dt.time(), CHINA),
        )
        for each in reading.running_notices(connection, on=today)
    ]


def _mark(language: str) -> str:
    return translate(zh("（演示数据）"), language)


_FEEDS: dict[str, tuple[str, str, Callable[[Connection, str], list[Entry]]]] = {
    "editions": (zh("名录发布"), "/editions", _editions),
    "notices": (zh("公示"), "/public-notices", _notices),
}


def _as_atom(
    site: str, own: str, path: str, title: str, language: str, entries: list[Entry]
) -> bytes:
    feed = ET.Element(f"{{{_ATOM}}}feed", {"xml:lang": "zh-Hans" if language == "zh" else "en"})
    _add(feed, "id", f"{site}{own}")
    _add(feed, "title", title)
    _add(feed, "updated", _moment(max((entry.at for entry in entries), default=now())))
    _add(_add(feed, "author", None), "name", "Lücai 绿采")
    _add(feed, "link", None, rel="self", href=f"{site}{own}")
    _add(feed, "link", None, rel="alternate", href=f"{site}{path}")
    for entry in entries:
        one = _add(feed, "entry", None)
        _add(one, "id", f"{site}/{entry.id}")
        _add(one, "title", entry.title)
        _add(one, "updated", _moment(entry.at))
        _add(one, "link", None, rel="alternate", href=f"{site}{entry.path}")
        _add(one, "summary", entry.text)
    ET.register_namespace("", _ATOM)
    content: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return content


def _add(parent: ET.Element, name: str, text: str | None, **attributes: str) -> ET.Element:
    found = ET.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    found.text = None if text is None else "".join(c for c in text if c.isprintable())
    return found


def _as_json(
    site: str, own: str, path: str, title: str, language: str, entries: list[Entry]
) -> bytes:
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": title,
            "language": "zh-Hans" if language == "zh" else "en",
            "home_page_url": f"{site}{path}",
            "feed_url": f"{site}{own}",
            "authors": [{"name": "Lücai 绿采"}],
            "items": [
                {
                    "id": f"{site}/{entry.id}",
                    "url": f"{site}{entry.path}",
                    "title": entry.title,
                    "content_text": entry.text,
                    "date_published": _moment(entry.at),
                }
                for entry in entries
            ],
        }
    )


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
