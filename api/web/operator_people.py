"""The operator's pages of accounts and tokens: find one, see how it stands, do what is needed."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath
from api.turns import Turns
from api.web.asked import PageNumber, Short, Text, plain
from api.web.owner_forms import ReasonForm
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.permissions import Action, Actor, Role
from catalog.services import account_keeping, tokens, upkeep
from catalog.services.account_keeping import AccountQuestion, AccountStanding
from catalog.services.gate import Gate
from catalog.services.receiving.by_page import LONGEST_REASON

_ROLES = [role for role in Role if role not in (Role.ANYONE, Role.VISITOR)]
_PASSWORD_BYTES = 15
_DEEDS = {
    "close": account_keeping.close,
    "open": account_keeping.open_again,
    "sign-out": account_keeping.sign_out,
}
DeedInPath = Annotated[str, PathParameter(pattern=f"^({'|'.join(_DEEDS)})$")]
OpenGate = NamedDependency[SkipValidation[Gate]]


class TokenEndForm(msgspec.Struct):
    """Whose token shall open nothing any more."""

    organisation: str = ""


class KeptAccountPages(Controller):
    """Look after the accounts of everybody."""

    path = "/desk/operator/accounts"
    dependencies = who_may(Action.KEEP_ACCOUNTS)

    @get(name="operator:accounts", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: OpenGate,
        actor: NamedDependency[Actor],
        q: Text = "",
        role: Short = "",
        standing: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the accounts that are asked for."""
        question = AccountQuestion(
            words=plain(q),
            role=Role(role) if role in _ROLES else None,
            standing=AccountStanding(standing) if standing in set(AccountStanding) else None,
        )
        with database.reading() as connection:
            found = account_keeping.browse_accounts(
                connection,
                question,
                gate=gate,
                actor=actor,
                now=now(),
                limit=PAGE_SIZE,
                offset=offset(page_number),
            )
        return page(
            request,
            "desks/accounts.html",
            found=found,
            asked=question,
            roles=_ROLES,
            standings=list(AccountStanding),
            paging=Paging(page_number, PAGE_SIZE, found.total),
        )

    @get("/{key:str}", name="operator:account", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: OpenGate,
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Template:
        """Show an account, where it is signed in, and what can be done about it."""
        with database.reading() as connection:
            sheet = account_keeping.account_sheet(
                connection, key, gate=gate, actor=actor, now=now()
            )
        return page(
            request,
            "desks/account.html",
            one=sheet.kept,
            browsers=sheet.browsers,
            is_own=key == actor.account,
            longest=LONGEST_REASON,
            reset_days=max(gate.reset_lasting.days, 1),
        )

    @post("/{key:str}/reset", name="operator:reset")
    async def reset(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: OpenGate,
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ReasonForm],
        *,
        sign_in_turns: NamedDependency[SkipValidation[Turns]],
    ) -> Template:
        """Give somebody a one-time password, and show it this once."""
        work = partial(_reset, request, database, gate, actor, key, data.reason)
        # To hash a password takes long and much memory.
        return await sign_in_turns.take(work)

    @post("/{key:str}/{deed:str}", name="operator:deed", sync_to_thread=True)
    def do(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        deed: DeedInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Close an account, open it again, or sign it out in every browser."""
        with database.transaction() as session:
            _DEEDS[deed](session, key, reason=data.reason, actor=actor, now=now())
        path = request.app.route_reverse("operator:account", key=key)
        return Redirect(path, status_code=303)


class KeptTokenPages(Controller):
    """Look after the tokens of everybody."""

    path = "/desk/operator/tokens"
    dependencies = who_may(Action.RUN_SYSTEM)

    @get(name="operator:tokens", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        q: Text = "",
        ended: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the tokens that open something, or of those that did."""
        words = plain(q)
        with database.reading() as connection:
            found = upkeep.browse_tokens(
                connection,
                words=words,
                stands=not ended,
                actor=actor,
                now=now(),
                limit=PAGE_SIZE,
                offset=offset(page_number),
            )
        return page(
            request,
            "desks/tokens.html",
            found=found,
            words=words,
            ended=bool(ended),
            paging=Paging(page_number, PAGE_SIZE, found.total),
        )

    @post("/{key:str}/end", name="operator:end-token", sync_to_thread=True)
    def end(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[TokenEndForm],
    ) -> Redirect:
        """Let a token open nothing any more."""
        with database.transaction() as session:
            tokens.revoke_token(session, plain(data.organisation), key, actor=actor, now=now())
        return Redirect(request.app.route_reverse("operator:tokens"), status_code=303)


def _reset(
    request: PageRequest, database: Database, gate: Gate, actor: Actor, key: str, reason: str
) -> Template:
    moment = now()
    with database.reading() as connection:
        sheet = account_keeping.account_sheet(connection, key, gate=gate, actor=actor, now=moment)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    hashed = gate.hash_new(password, sheet.kept.account.login)
    with database.transaction() as session:
        account_keeping.reset(
            session, key, password_hash=hashed, gate=gate, reason=reason, actor=actor, now=moment
        )
    return page(
        request,
        "desks/account_reset.html",
        account=sheet.kept.account,
        password=password,
        until=moment + gate.reset_lasting,
    )
