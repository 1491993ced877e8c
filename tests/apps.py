"""Applications for tests: the routes are read once in a process, the stores are each test's own.

To read five hundred handlers takes longer than most tests. What is of one application only are
its things (``api.app.wired``), its keepers of counts and its start and end; those are new here.
``test_serving`` and the browsers ask whole servers.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.events.emitter import SimpleEventEmitter
from litestar.stores.registry import StoreRegistry

from api.app import routed, wired
from catalog.db import Database
from search.engine import SearchEngine


def create_app(database: Database, search_engine: SearchEngine, **options: Any) -> Litestar:
    """Return the application over a store and an engine, as ``api.app.create_app`` does."""
    # A busy machine shall not turn an answer into a page of progress.
    things = wired(database, search_engine, **{"patience_s": 60.0, **options})
    return _with_things(_routes(database.is_embedded, things["upload_limit"]), things)


@cache
def _routes(is_embedded: bool, upload_limit: int) -> Litestar:
    """Return the application that lends its routes: they depend on no more than this of a store."""
    url = (
        "sqlite:///never-opened.db" if is_embedded else "postgresql://nobody@localhost/never-opened"
    )
    database = Database(url)
    return routed(State({"database": database, "upload_limit": upload_limit}))


def _with_things(lender: Litestar, things: State) -> Litestar:
    app = copy.copy(lender)
    app.state = things
    app.stores = StoreRegistry()
    app.event_emitter = SimpleEventEmitter([])
    app.asgi_router = copy.copy(lender.asgi_router)
    app.asgi_router.app = app
    app.asgi_handler = app._create_asgi_handler()  # As its constructor does.
    return app
