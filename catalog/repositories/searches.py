"""Queries for saved searches; none sees a search of another owner."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from catalog.errors import SavedSearchNotFoundError
from catalog.models.saved_search import SavedSearch
from catalog.views.searches import SavedSearchView

_VIEW: Select[*tuple[Any, ...]] = select(
    SavedSearch.id,
    SavedSearch.name,
    SavedSearch.query,
    SavedSearch.total,
    SavedSearch.counted_at,
    SavedSearch.saved_at,
).where(SavedSearch.owner == bindparam("owner"), SavedSearch.deleted_at.is_(None))
_BY_ID: Select[*tuple[Any, ...]] = _VIEW.where(SavedSearch.id == bindparam("id"))
_BY_QUERY: Select[*tuple[Any, ...]] = _VIEW.where(SavedSearch.query == bindparam("query")).limit(1)
_NEWEST: Select[*tuple[Any, ...]] = _VIEW.order_by(SavedSearch.id.desc())
_COUNT: Select[*tuple[Any, ...]] = select(func.count()).where(
    SavedSearch.owner == bindparam("owner"), SavedSearch.deleted_at.is_(None)
)
_DELETED: Select[*tuple[Any, ...]] = select(SavedSearch.id).where(
    SavedSearch.owner == bindparam("owner"),
    SavedSearch.id == bindparam("id"),
    SavedSearch.deleted_at.is_not(None),
)


def get_by_id(connection: Connection, search_id: int, *, owner: str) -> SavedSearchView:
    """Return the search, or raise SavedSearchNotFoundError."""
    row = connection.execute(_BY_ID, {"id": search_id, "owner": owner}).one_or_none()
    if row is None:
        raise SavedSearchNotFoundError(key=search_id)
    return SavedSearchView(*row)


def find_by_query(connection: Connection, query: str, *, owner: str) -> SavedSearchView | None:
    """Return the owner's search for the same, if there is one."""
    row = connection.execute(_BY_QUERY, {"query": query, "owner": owner}).one_or_none()
    return SavedSearchView(*row) if row else None


def by_newest(connection: Connection, *, owner: str) -> list[SavedSearchView]:
    """Return the owner's searches, newest first."""
    return [SavedSearchView(*row) for row in connection.execute(_NEWEST, {"owner": owner})]


def count(connection: Connection, *, owner: str) -> int:
    """Return how many searches the owner keeps."""
    return connection.scalar(_COUNT, {"owner": owner}) or 0


def is_deleted(connection: Connection, search_id: int, *, owner: str) -> bool:
    """Tell whether the owner's search is deleted and can still be brought back."""
    return connection.scalar(_DELETED, {"id": search_id, "owner": owner}) is not None


def change(connection: Connection, search_id: int, *, owner: str, **values: object) -> None:
    """Write new values into the owner's search, deleted or not."""
    connection.execute(
        update(SavedSearch)
        .where(SavedSearch.id == search_id, SavedSearch.owner == owner)
        .values(values)
    )


def forget_deleted(connection: Connection, *, owner: str, before: dt.datetime) -> None:
    """Remove for good what the owner deleted earlier."""
    connection.execute(
        delete(SavedSearch).where(SavedSearch.owner == owner, SavedSearch.deleted_at < before)
    )
