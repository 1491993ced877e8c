"""The page of the organisation that one acts for: its members, invitations and API tokens."""

from __future__ import annotations

import datetime as dt
import secrets
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.parameters import KEY
from api.web.asked import several
from api.web.i18n import language_of
from api.web.page import PageRequest, page
from api.web.registering import new_key
from api.web.signed_in import own_account
from api.web.signing_in import LARGEST_FORM
from catalog.db import Database
from catalog.errors import CatalogError, MembershipRefusedError, TokenRefusedError
from catalog.permissions import Action, Actor, Rank, Thing, may
from catalog.services import members, organisations, tokens
from catalog.services.gate import Gate
from catalog.services.members import NewInvitation
from catalog.services.tokens import NewToken
from catalog.views.accounts import MadeToken, Member

PATH = "/organisation"
_KeyInPath = Annotated[str, PathParameter(pattern=KEY, max_length=80)]


class InvitationForm(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to ask in."""

    login: str = ""
    rank: int = Rank.CLERK


class RankForm(msgspec.Struct, forbid_unknown_fields=True):
    """Another rank."""

    rank: int


class TokenForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a token is for, what it may do and for how many days."""

    name: str = ""
    scope: str | list[str] = ""  # A single ticked box arrives as a text.
    days: int = 90


class OrganisationPages(Controller):
    """Keep one's organisation."""

    path = PATH
    request_max_body_size = LARGEST_FORM
    dependencies = own_account

    @get(name="organisation:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
    ) -> Template:
        """Show the organisation that one acts for."""
        return _page(request, database, member.actor)

    @post("/invitations", name="organisation:invite", sync_to_thread=True)
    def invite(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[InvitationForm],
    ) -> Template:
        """Ask somebody in; the invitation's secret is shown once."""
        secret = secrets.token_urlsafe(24)
        new = NewInvitation(login=data.login, rank=_rank(data.rank), key=new_key(), secret=secret)
        try:
            with database.transaction() as session:
                members.invite(
                    session, _own(member), new, gate=gate, actor=member.actor, now=_now()
                )
        except MembershipRefusedError as error:
            return _page(request, database, member.actor, error)
        return page(request, "account/invited.html", login=data.login, secret=secret)

    @post("/invitations/{key:str}/end", name="organisation:uninvite", sync_to_thread=True)
    def withdraw_invitation(
        self,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
        key: _KeyInPath,
    ) -> Redirect:
        """Take an invitation back."""
        with database.transaction() as session:
            members.withdraw_invitation(session, _own(member), key, actor=member.actor, now=_now())
        return _back()

    @post("/members/{key:str}", name="organisation:rank", sync_to_thread=True)
    def change_rank(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
        key: _KeyInPath,
        data: URLEncodedBody[RankForm],
    ) -> Redirect | Template:
        """Give a member another rank."""
        try:
            with database.transaction() as session:
                members.change_rank(
                    session, _own(member), key, _rank(data.rank), actor=member.actor, now=_now()
                )
        except MembershipRefusedError as error:
            return _page(request, database, member.actor, error)
        return _back()

    @post("/members/{key:str}/end", name="organisation:remove", sync_to_thread=True)
    def remove(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
        key: _KeyInPath,
    ) -> Redirect | Template:
        """Let a member act for the organisation no more."""
        try:
            with database.transaction() as session:
                members.remove_member(session, _own(member), key, actor=member.actor, now=_now())
        except MembershipRefusedError as error:
            return _page(request, database, member.actor, error)
        return _back()

    @post("/tokens", name="organisation:token", sync_to_thread=True)
    def make_token(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        member: NamedDependency[SkipValidation[Member]],
        data: URLEncodedBody[TokenForm],
    ) -> Template:
        """Make a token; its secret is shown once."""
        try:
            made = _made(database, gate, member, data)
        except TokenRefusedError as error:
            return _page(request, database, member.actor, error)
        return page(request, "account/token.html", made=made)

    @post("/tokens/{key:str}/end", name="organisation:revoke", sync_to_thread=True)
    def revoke_token(
        self,
        database: NamedDependency[Database],
        member: NamedDependency[SkipValidation[Member]],
        key: _KeyInPath,
    ) -> Redirect:
        """Let a token open nothing any more."""
        with database.transaction() as session:
            tokens.revoke_token(session, _own(member), key, actor=member.actor, now=_now())
        return _back()


def _made(database: Database, gate: Gate, member: Member, form: TokenForm) -> MadeToken:
    known = set(Action)
    new = NewToken(
        name=form.name,
        scopes=frozenset(Action(scope) for scope in several(form.scope) if scope in known),
        lasting=dt.timedelta(days=max(0, min(form.days, 10_000))),
        key=new_key(),
        secret=secrets.token_urlsafe(32),
    )
    with database.transaction() as session:
        return tokens.make_token(
            session, _own(member), new, gate=gate, actor=member.actor, now=_now()
        )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _back() -> Redirect:
    return Redirect(PATH, status_code=303)


def _own(member: Member) -> str:
    """Return the key of the organisation; one's that acts for none finds nothing."""
    return member.actor.organisation or ""


def _rank(rank: int) -> Rank:
    return Rank(rank) if rank in set(Rank) else Rank.READER


def _page(
    request: PageRequest, database: Database, actor: Actor, error: CatalogError | None = None
) -> Template:
    key = actor.organisation
    if key is None:
        return page(request, "account/no_organisation.html")
    whose = Thing(organisation=key)
    keeps_members = may(actor, Action.KEEP_MEMBERS, whose)
    keeps_tokens = may(actor, Action.KEEP_TOKENS, whose)
    with database.reading() as connection:
        invited = []
        if keeps_members:
            invited = members.invitations(connection, key, actor=actor, now=_now())
        return page(
            request,
            "account/organisation.html",
            status_code=HTTPStatus.CONFLICT if error else HTTPStatus.OK,
            organisation=organisations.get_organisation(connection, key, actor=actor),
            members=members.members(connection, key, actor=actor),
            invitations=invited,
            tokens=tokens.tokens(connection, key, actor=actor) if keeps_tokens else [],
            keeps_members=keeps_members,
            keeps_tokens=keeps_tokens,
            scopes=tokens.scopes_for(actor),
            ranks=list(Rank),
            now=_now(),
            refusal=error.text(language_of(request)) if error else None,
        )
