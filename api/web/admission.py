"""What every request to a page passes before its handler: docs/decisions/0014 and 0023."""

from __future__ import annotations

import datetime as dt
import hmac
from functools import partial

from anyio import to_thread
from litestar.exceptions import PermissionDeniedException
from litestar.utils.scope.state import ScopeState

from api.web.browser import (
    FORM_FIELD,
    FORM_HEADER,
    form_token,
    gate_of,
    member_of,
    session_secret,
)
from api.web.page import PageRequest
from api.web.same_site import SAFE_METHODS, refuse_other_sites
from catalog.db import Database
from catalog.services import signing_in
from catalog.services.gate import Gate
from catalog.views.accounts import Member

_FILES = "/static/"


async def admit(request: PageRequest) -> None:
    """Refuse other sites' forms, find who is signed in, and ask that person's forms for the token.

    Raises:
        PermissionDeniedException: Another site had a browser send this, or a form lacks its token.
    """
    refuse_other_sites(request)
    secret = session_secret(request)
    if secret is None or request.url.path.startswith(_FILES):
        return
    member = await _find(request, secret)
    if member is None:
        return
    request.state.member = member
    if request.method not in SAFE_METHODS:
        await _refuse_without_token(request, secret)


def recognise(request: PageRequest) -> None:
    """Find who is signed in where no page was reached, and so nobody was admitted.

    Only an address that leads nowhere asks for this, so the one short look may hold up the loop.
    """
    secret = session_secret(request)
    if secret is not None and member_of(request) is None:
        look = (request.app.state.database, gate_of(request), secret, dt.datetime.now(dt.UTC))
        request.state.member = _look(*look)


async def _find(request: PageRequest, secret: str) -> Member | None:
    database: Database = request.app.state.database
    gate = gate_of(request)
    now = dt.datetime.now(dt.UTC)
    look = partial(_look, database, gate, secret, now)
    # An embedded database answers sooner than a thread could be called.
    member = look() if database.is_embedded else await to_thread.run_sync(look)
    if member is not None and signing_in.is_due(member, now=now):
        await to_thread.run_sync(partial(_see, database, member, now))
    return member


def _look(database: Database, gate: Gate, secret: str, now: dt.datetime) -> Member | None:
    with database.reading() as connection:
        return signing_in.member_of(connection, gate, secret, now=now)


def _see(database: Database, member: Member, now: dt.datetime) -> None:
    with database.transaction() as session:
        signing_in.see(session, member, now=now)


async def _refuse_without_token(request: PageRequest, secret: str) -> None:
    shown: object = request.headers.get(FORM_HEADER)
    if shown is None:
        await request.form()
        # The form is taken out of the request here, so that handlers see only fields of their own.
        held = ScopeState.from_scope(request.scope)
        if isinstance(held.form, dict):
            # Litestar gives the same fields to the next request that says the same.
            fields = dict(held.form)
            shown = fields.pop(FORM_FIELD, None)
            held.form = fields
    if not isinstance(shown, str) or not hmac.compare_digest(
        shown.encode(), form_token(secret).encode()
    ):
        raise PermissionDeniedException
