"""What programs show instead of a password: good for some actions and for some time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import MemberNotFoundError, OrganisationNotFoundError, TokenRefusedError
from catalog.models.account import ApiToken, Organisation
from catalog.permissions import Action, Actor, Thing, ensure, grantable, may
from catalog.repositories import accounts, organisations, signed_in
from catalog.rules.credentials import hashed
from catalog.services import audit
from catalog.services.gate import Gate, actor_for
from catalog.services.organisations import one_line
from catalog.views.accounts import MadeToken, TokenView

PREFIX = "lucai_"
LONGEST_NAME = 80
# A token's last use is noted to the hour: not every request shall cost a transaction.
_USED_EVERY = dt.timedelta(hours=1)


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token to be made: ``key`` is shown in it, ``secret`` is what nobody can guess."""

    name: str
    scopes: frozenset[Action]
    lasting: dt.timedelta
    key: str
    secret: str


class Shown(msgspec.Struct, frozen=True):
    """A token that was shown and is good; ``is_due`` says to note its use."""

    key: str
    actor: Actor
    is_due: bool


def tokens(connection: Connection, organisation: str, *, actor: Actor) -> list[TokenView]:
    """Return the organisation's tokens, without their secrets.

    Raises:
        OrganisationNotFoundError: The actor may not keep its tokens.
    """
    _ensure(actor, organisation)
    return organisations.tokens_of(connection, organisation)


def make_token(
    session: Session,
    organisation: str,
    new: NewToken,
    *,
    gate: Gate,
    actor: Actor,
    now: dt.datetime,
) -> MadeToken:
    """Make a token that acts for the organisation as the actor does; its secret is shown once.

    Raises:
        OrganisationNotFoundError: The actor may not keep its tokens.
        MemberNotFoundError: The actor is no member: nobody acts for others by token.
        TokenRefusedError: It has no name or scope, one that the actor lacks, or lasts too long.
    """
    _ensure(actor, organisation)
    of = organisations.get_organisation(session, organisation)
    membership = accounts.find_membership(session, of, actor.account or "")
    if membership is None:
        raise MemberNotFoundError(key=actor.name)
    name = one_line(new.name)[:LONGEST_NAME]
    if not name:
        raise TokenRefusedError(reason_zh="请填写用途", reason_en="say what it is for")
    lacking = sorted(new.scopes - set(grantable(actor)))
    if lacking or not new.scopes:
        raise TokenRefusedError(
            reason_zh=f"没有选权限，或您自己没有：{'、'.join(lacking)}",
            reason_en=f"no action is chosen, or you may not do it yourself: {', '.join(lacking)}",
        )
    if not dt.timedelta() < new.lasting <= gate.longest_token:
        raise TokenRefusedError(
            reason_zh=f"有效期最长 {gate.longest_token.days} 天",
            reason_en=f"it may last {gate.longest_token.days} days at most",
        )
    secret = f"{PREFIX}{new.key}_{new.secret}"
    token = ApiToken(
        key=new.key,
        secret_hash=hashed(secret),
        membership_id=membership.id,
        name=name,
        scopes=msgspec.json.encode(sorted(new.scopes)).decode(),
        made_at=now,
        expires_at=now + new.lasting,
    )
    session.add(token)
    session.flush()
    view = organisations.token_view(session.connection(), new.key)
    _record(session, of, actor, view, now, before=None, after=view)
    return MadeToken(view, secret)


def revoke_token(
    session: Session, organisation: str, key: str, *, actor: Actor, now: dt.datetime
) -> TokenView:
    """Let a token open nothing any more; one that was revoked stays so.

    Raises:
        OrganisationNotFoundError: The actor may not keep its tokens.
        TokenNotFoundError: The organisation has no such token.
    """
    _ensure(actor, organisation)
    of = organisations.get_organisation(session, organisation)
    token = organisations.get_token(session, of, key)
    before = organisations.token_view(session.connection(), key)
    if token.revoked_at is None:
        token.revoked_at = now
        session.flush()
        after = organisations.token_view(session.connection(), key)
        _record(session, of, actor, after, now, before=before, after=after)
    return organisations.token_view(session.connection(), key)


def shown_token(connection: Connection, secret: str, *, now: dt.datetime) -> Shown | None:
    """Return whom a token stands for; None where it is unknown, expired or revoked."""
    if not secret.startswith(PREFIX):
        return None
    found = signed_in.find_token(connection, hashed(secret), now=now)
    if found is None:
        return None
    person = actor_for(found.account, found.acting)
    actor = Actor(
        name=f"{found.name} · {person.name}"[:200],
        role=person.role,
        account=person.account,
        organisation=person.organisation,
        division=person.division,
        rank=person.rank,
        scopes=frozenset(msgspec.json.decode(found.scopes, type=list[Action])),
    )
    is_due = found.used_at is None or found.used_at <= now - _USED_EVERY
    return Shown(found.key, actor, is_due)


def note_use(session: Session, shown: Shown, *, now: dt.datetime) -> None:
    """Take note that a token was used."""
    signed_in.use_token(session, shown.key, now=now)


def scopes_for(actor: Actor) -> Iterable[Action]:
    """Return the actions that the actor may make a token for."""
    return grantable(actor)


def _ensure(actor: Actor, organisation: str) -> None:
    """Answer as if the organisation were not there to whoever may not keep its tokens."""
    if actor.organisation == organisation:
        ensure(actor, Action.KEEP_TOKENS, Thing(organisation=organisation))
    elif not may(actor, Action.KEEP_TOKENS, Thing(organisation=organisation)):
        raise OrganisationNotFoundError(key=organisation)


def _record(
    session: Session,
    of: Organisation,
    actor: Actor,
    view: TokenView,
    now: dt.datetime,
    *,
    before: TokenView | None,
    after: TokenView | None,
) -> None:
    division = organisations.division_key(session.connection(), of)
    audit.record(
        session,
        actor,
        action=Action.KEEP_TOKENS,
        thing="token",
        key=view.key,
        now=now,
        before=_facts(before),
        after=_facts(after),
        whose=Thing(organisation=of.key, division=division),
    )


def _facts(view: TokenView | None) -> dict[str, object] | None:
    if view is None:
        return None
    return {
        "name": view.name,
        "scopes": sorted(view.scopes),
        "expires_at": view.expires_at,
        "revoked_at": view.revoked_at,
    }
