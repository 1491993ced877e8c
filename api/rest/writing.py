"""How handlers of the API read and write for who shows a token: in a thread, answering 200."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from litestar import get
from litestar.di import NamedDependency, Provide
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from api import moment
from api.auth import actor_of
from catalog.db import Database
from catalog.permissions import Actor

Handler = TypeVar("Handler")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who shows a token, and the store that is asked: the one thing that such handlers begin with.

    The handler opens the transaction itself: what fails at the commit is answered as a failure.
    """

    database: Database
    actor: Actor

    def reading(self) -> AbstractContextManager[Connection]:
        """Return the store to read from."""
        return self.database.reading()

    def transaction(self) -> AbstractContextManager[Session]:
        """Return the store to write to; all of it is kept at the end, or nothing."""
        return self.database.transaction()

    def now(self) -> dt.datetime:
        """Return the present moment."""
        return moment.now()


def _asking(database: NamedDependency[Database], actor: NamedDependency[Actor]) -> Asking:
    return Asking(database, actor)


_ASKED = {**actor_of, "asking": Provide(_asking, sync_to_thread=False)}

own = partial(get, sync_to_thread=True, security=[{"token": []}], dependencies=_ASKED)
"""The decorator of handlers that read what is not everybody's."""


def writes(verb: Callable[..., Handler]) -> partial[Handler]:
    """Return the decorator of a verb (``post``, ``put``, ``delete``) for handlers that write."""
    return partial(
        verb,
        status_code=200,
        sync_to_thread=True,
        security=[{"token": []}],
        dependencies=_ASKED,
    )
