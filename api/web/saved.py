"""The pages of the searches that a reader keeps in this browser, without an account."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.parameters import IdInPath, day_or_today
from api.web.i18n import language_of
from api.web.names import Names, names_of
from api.web.outward import site_of
from api.web.page import PageRequest, address, page
from api.web.searching import Asked
from api.web.stated import in_words, read_stated, stated_query
from api.web.visitor import new_token, owner_cookie, token_of, visitor
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import catalogue, searches
from catalog.views.searches import SavedSearchView
from search.engine import SearchEngine
from search.listing import count_matches
from search.query import Facet

PATH = "/searches"
_LARGEST_FORM = 2**16
Done = Annotated[int | None, QueryParameter(ge=1, le=2**53 - 1)]


# A browser that forgets its cookie begins anew: without this, one could fill the table.
_SAVES = RateLimitConfig(rate_limit=("minute", 30), set_rate_limit_headers=False)


class SaveForm(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be kept: the query part of a search's address, and a name for it."""

    query: str = ""
    name: str = ""


class NameForm(msgspec.Struct, forbid_unknown_fields=True):
    """Another name."""

    name: str = ""


class Kept(msgspec.Struct, frozen=True):
    """A saved search as its owner sees it; ``asked`` is None if nobody understands it any more."""

    saved: SavedSearchView
    asked: Asked | None
    words: str
    total: int | None
    link: str

    @property
    def change(self) -> int | None:
        """How many products more (or fewer) it finds than when its owner took note."""
        if self.total is None or self.saved.total is None:
            return None
        return self.total - self.saved.total


class SavedSearchPages(Controller):
    """Keep searches."""

    path = PATH
    request_max_body_size = _LARGEST_FORM

    @get(name="searches:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        saved: Done = None,
        deleted: Done = None,
    ) -> Template:
        """Show what this browser keeps, with what each search finds now."""
        token = token_of(request)
        kept: list[Kept] = []
        can_restore = False
        if token is not None:
            kept = _kept(request, database, search_engine, visitor(token))
            with database.reading() as connection:
                can_restore = deleted is not None and searches.is_deleted(
                    connection, deleted, actor=visitor(token)
                )
        answer = page(
            request,
            "searches/index.html",
            headers={"Cache-Control": "private, no-cache"},
            kept=kept,
            saved=saved,
            deleted=deleted if can_restore else None,
            limit=request.app.state.saved_search_limit,
        )
        if token is not None:
            answer.cookies.append(owner_cookie(request, token))  # Kept for as long again.
        return answer

    @get("/new", name="searches:new", sync_to_thread=True)
    def new(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
    ) -> Template:
        """Ask for a name for the search that the address states, as the search page's does."""
        asked = read_stated(request.url.query)
        words = _words(request, _names(database), _companies(database, [asked]), asked)
        return page(
            request,
            "searches/new.html",
            asked=asked,
            query=stated_query(asked),
            words=words,
            total=count_matches(database, search_engine, asked.query()),
            longest=searches.LONGEST_NAME,
        )

    @post(name="searches:save", sync_to_thread=True, middleware=[_SAVES.middleware])
    def save(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        data: URLEncodedBody[SaveForm],
    ) -> Redirect:
        """Keep a search under the browser's secret; the first one brings the secret."""
        asked = read_stated(data.query)
        token = token_of(request) or new_token()
        total = count_matches(database, search_engine, asked.query())
        with database.transaction() as session:
            kept = searches.save_search(
                session,
                stated_query(asked),
                name=data.name,
                total=total,
                actor=visitor(token),
                limit=request.app.state.saved_search_limit,
                now=_now(),
            )
        answer = _to_list(saved=kept.id)
        answer.cookies.append(owner_cookie(request, token))
        return answer

    @post("/{search_id:int}/name", name="searches:rename", sync_to_thread=True)
    def rename(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_id: IdInPath,
        data: URLEncodedBody[NameForm],
    ) -> Redirect:
        """Give a search another name, or none."""
        with database.transaction() as session:
            searches.rename_search(session, search_id, data.name, actor=_actor(request))
        return _to_list()

    @post("/{search_id:int}/count", name="searches:recount", sync_to_thread=True)
    def recount(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        search_id: IdInPath,
    ) -> Redirect:
        """Take note of what a search finds now."""
        actor = _actor(request)
        with database.reading() as connection:
            kept = searches.get_search(connection, search_id, actor=actor)
        total = count_matches(database, search_engine, read_stated(kept.query).query())
        with database.transaction() as session:
            searches.recount_search(session, search_id, total, actor=actor, now=_now())
        return _to_list()

    @post("/{search_id:int}/delete", name="searches:delete", sync_to_thread=True)
    def delete(
        self, request: PageRequest, database: NamedDependency[Database], search_id: IdInPath
    ) -> Redirect:
        """Delete a search; the list then offers to bring it back."""
        with database.transaction() as session:
            searches.delete_search(session, search_id, actor=_actor(request), now=_now())
        return _to_list(deleted=search_id)

    @post("/{search_id:int}/restore", name="searches:restore", sync_to_thread=True)
    def restore(
        self, request: PageRequest, database: NamedDependency[Database], search_id: IdInPath
    ) -> Redirect:
        """Bring back the search that was deleted last."""
        limit = request.app.state.saved_search_limit
        with database.transaction() as session:
            searches.restore_search(session, search_id, actor=_actor(request), limit=limit)
        return _to_list()


def _actor(request: PageRequest) -> Actor:
    """Return who asks; a browser without a secret is somebody new, who keeps nothing."""
    return visitor(token_of(request) or new_token())


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _to_list(**done: int) -> Redirect:
    """Return to the list, so that to load it again repeats nothing."""
    return Redirect(address(PATH, **done), status_code=303)


def _kept(
    request: PageRequest, database: Database, engine: SearchEngine, actor: Actor
) -> list[Kept]:
    with database.reading() as connection:
        found = searches.saved_searches(connection, actor=actor)
    read = [(saved, _understood(saved)) for saved in found]
    companies = _companies(database, [asked for _, asked in read if asked])
    names = _names(database)
    site = site_of(request)
    return [
        Kept(
            saved=saved,
            asked=asked,
            words=_words(request, names, companies, asked) if asked else saved.query,
            total=count_matches(database, engine, asked.query()) if asked else None,
            link=f"{site}{asked.address()}" if asked else "",
        )
        for saved, asked in read
    ]


def _understood(saved: SavedSearchView) -> Asked | None:
    """Return the search, or None if the search page has come to ask in other words since."""
    try:
        return read_stated(saved.query)
    except ValidationException:
        return None


def _names(database: Database) -> Names:
    with database.reading() as connection:
        return names_of(connection, on=day_or_today(None))


def _companies(database: Database, searched: list[Asked]) -> dict[str, str]:
    keys = {key for asked in searched for key in asked.chosen[Facet.COMPANY]}
    with database.reading() as connection:
        return catalogue.companies_by_keys(connection, sorted(keys))


def _words(request: PageRequest, names: Names, companies: dict[str, str], asked: Asked) -> str:
    return in_words(asked, names, companies, language_of(request))
