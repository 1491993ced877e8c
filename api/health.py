"""/health: does the server stand on its feet?"""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import SearchTrouble, SearchUnavailableError
from search.engine import SearchEngine
from search.service import index_backlog
from search.worker import IndexWorker


class Health(msgspec.Struct, frozen=True):
    """What works, and what keeps the rest from working.

    ``index_backlog`` counts the changes that search does not know yet; ``index_trouble`` says why
    this process could not bring them, if it tried and could not.
    """

    database: str
    search: str
    search_trouble: SearchTrouble | None
    index_backlog: int | None
    index_trouble: SearchTrouble | None
    documents: int | None


@get("/health", operation_id="get_health", sync_to_thread=True, tags=("health",))
def health(
    database: NamedDependency[Database],
    search_engine: NamedDependency[SkipValidation[SearchEngine]],
    index_worker: NamedDependency[SkipValidation[IndexWorker]],
) -> Response[Health]:
    """Return 200 with what works, or 503 if the database does not answer."""
    backlog: int | None = None
    documents: int | None = None
    trouble: SearchTrouble | None = None
    store = "ok"
    try:
        backlog = index_backlog(database)
    except SQLAlchemyError:
        store = "unavailable"
    try:
        documents = search_engine.count()
    except SearchUnavailableError as error:
        trouble = error.trouble
    status = HTTPStatus.OK if store == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
    body = Health(
        database=store,
        search="unavailable" if trouble else "ok",
        search_trouble=trouble,
        index_backlog=backlog,
        index_trouble=index_worker.trouble,
        documents=documents,
    )
    return Response(body, status_code=status)
