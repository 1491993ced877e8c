"""The page on which a person says which products a declaration is about."""

from __future__ import annotations

import datetime as dt

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.parameters import KeyInPath, day_or_today
from api.web import asked as asking
from api.web.asked import Text
from api.web.epds import in_language, statement_of
from api.web.i18n import language_of
from api.web.page import PageRequest, page
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import epds
from search.engine import SearchEngine
from search.query import SearchQuery
from search.service import search_products

_FOUND = 10
_LARGEST_FORM = 2**16


class LinkForm(msgspec.Struct, forbid_unknown_fields=True):
    """A product, and why the declaration is about it."""

    product: str = ""
    reason: str = ""


class EpdLinkPages(Controller):
    """Link products to declarations, and end links."""

    path = "/epds/{key:str}/products"
    request_max_body_size = _LARGEST_FORM

    @get(name="epds:products", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        key: KeyInPath,
        q: Text = "",
    ) -> Template:
        """Show the links as they are and were, and the products that the words find."""
        today = day_or_today(None)
        with database.reading() as connection:
            epd = epds.get_epd(connection, key, on=today)
        stated = statement_of(epd, "")
        words = asking.plain(q)
        found = None
        if words:
            query = SearchQuery(words=words, limit=_FOUND)
            found = search_products(database, search_engine, query).page
        return page(
            request,
            "epds/products.html",
            epd=epd,
            title=in_language(stated, language_of(request)),
            maker=stated.manufacturer.name if stated.manufacturer else None,
            q=words,
            found=found,
            linked={link.product for link in epd.products},
            longest=epds.LONGEST_REASON,
            shows_synthetic=epd.is_synthetic,
        )

    @post(name="epds:link", sync_to_thread=True, dependencies=actor_of)
    def link(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[LinkForm],
    ) -> Redirect:
        """Say that the declaration is about a product."""
        with database.transaction() as session:
            epds.link_product(
                session,
                key,
                data.product,
                reason=asking.plain(data.reason),
                actor=actor,
                now=_now(),
            )
        return _back(key)

    @post("/end", name="epds:unlink", sync_to_thread=True, dependencies=actor_of)
    def unlink(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[LinkForm],
    ) -> Redirect:
        """Say that the declaration is not about a product."""
        with database.transaction() as session:
            epds.unlink_product(session, key, data.product, actor=actor, now=_now())
        return _back(key)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _back(key: str) -> Redirect:
    """Return to the page, so that to load it again repeats nothing."""
    return Redirect(f"/epds/{key}/products", status_code=303)
