"""Who calls the API: the operator or a program, by the token that it shows, or anyone."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from anyio import to_thread
from litestar import Request
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException
from sqlalchemy import Connection

from catalog.db import Database
from catalog.permissions import ANYONE, Actor, Role, acting_for
from catalog.services import organisations, tokens
from catalog.services.tokens import Shown

_Asked = Request[Any, Any, Any]
T = TypeVar("T")
_PROGRAM = "api"
_CHALLENGE = {"WWW-Authenticate": "Bearer"}


async def _actor(request: _Asked) -> Actor:
    """Return the actor that the Authorization header proves.

    Raises:
        NotAuthorizedException: It shows no token, or one that opens nothing.
    """
    header = request.headers.get("authorization")
    if header is None:
        raise NotAuthorizedException("Send a token as: Authorization: Bearer …", headers=_CHALLENGE)
    return await _proved(request, header)


async def _reader(request: _Asked) -> Actor:
    """Return the actor that the Authorization header proves; without one, anyone.

    Raises:
        NotAuthorizedException: It shows a token that opens nothing.
    """
    header = request.headers.get("authorization")
    return ANYONE if header is None else await _proved(request, header)


async def _proved(request: _Asked, header: str) -> Actor:
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() == "bearer" and secret:
        expected = request.app.state.api_token
        # Compared in constant time: the time of an answer shall not tell how much was right.
        if expected and hmac.compare_digest(secret.encode(), expected.encode()):
            return await _read(request.app.state.database, _operator)
        now = dt.datetime.now(dt.UTC)
        shown = await _read(request.app.state.database, partial(_look, secret, now))
        if shown is not None and shown.is_due:
            await to_thread.run_sync(partial(_note, request.app.state.database, shown, now))
        if shown is not None:
            return shown.actor
    raise NotAuthorizedException(
        "The token is unknown, expired or revoked. Make another on the page of your organisation.",
        headers=_CHALLENGE,
    )


async def _read(database: Database, look: Callable[[Connection], T]) -> T:
    def read() -> T:
        with database.reading() as connection:
            return look(connection)

    # An embedded database answers sooner than a thread could be called.
    return read() if database.is_embedded else await to_thread.run_sync(read)


def _look(secret: str, now: dt.datetime, connection: Connection) -> Shown | None:
    return tokens.shown_token(connection, secret, now=now)


def _operator(connection: Connection) -> Actor:
    """Return who shows the operator's own token: a program of the office that runs the machine."""
    office = organisations.find_operator(connection)
    name = acting_for(_PROGRAM, office.name) if office else f"{Role.OPERATOR}:{_PROGRAM}"
    return Actor(name=name, role=Role.OPERATOR)


def _note(database: Database, shown: Shown, now: dt.datetime) -> None:
    with database.transaction() as session:
        tokens.note_use(session, shown, now=now)


actor_of = {"actor": Provide(_actor)}
"""The dependency ``actor`` of handlers that need one."""
reader_of = {"actor": Provide(_reader)}
"""The dependency ``actor`` of handlers that anyone may call, some to see more than others."""
