"""/health: does the server stand on its feet?"""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import SearchUnavailableError
from search.engine import SearchEngine
from search.service import index_backlog


class Health(msgspec.Struct, frozen=True):
    """What works; ``index_backlog`` counts the changes that search does not know yet."""

    database: str
    search: str
    index_backlog: int | None
    documents: int | None


@get("/health", operation_id="get_health", sync_to_thread=True, tags=("health",))
def health(
    database: NamedDependency[Database],
    search_engine: NamedDependency[SkipValidation[SearchEngine]],
) -> Response[Health]:
    """Return 200 with what works, or 503 if the database does not answer."""
    backlog: int | None = None
    documents: int | None = None
    store = index = "ok"
    try:
        backlog = index_backlog(database)
    except SQLAlchemyError:
        store = "unavailable"
    try:
        documents = search_engine.count()
    except SearchUnavailableError:
        index = "unavailable"
    status = HTTPStatus.OK if store == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(Health(store, index, backlog, documents), status_code=status)
