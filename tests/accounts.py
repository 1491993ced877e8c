"""People and organisations for tests, and browsers that are signed in."""

from __future__ import annotations

import datetime as dt
import secrets
from contextlib import suppress
from typing import Any

from litestar.testing import TestClient

from api.web.browser import FORM_HEADER, form_token
from catalog.db import Database
from catalog.errors import OrganisationNotFoundError
from catalog.passwords import Passwords
from catalog.permissions import Actor, Rank, Role, grantable
from catalog.repositories import accounts as repository
from catalog.repositories import organisations as kept
from catalog.rules.guessing import GuessLimits
from catalog.rules.keys import hashed_key
from catalog.sealing import Sealer
from catalog.services import accounts, members, organisations, signing_in, tokens
from catalog.services.accounts import NewAccount
from catalog.services.gate import Gate
from catalog.services.organisations import NewOrganisation
from catalog.services.tokens import NewToken
from seed_data.accounts import password_policy

PASSWORD = "three green hills"
MAKER = Actor(name="test", role=Role.OPERATOR)
GATE = Gate(
    passwords=Passwords(memory_kib=8, passes=1),
    policy=password_policy(),
    limits=GuessLimits(window=dt.timedelta(minutes=15), per_login=5, per_whence=8),
    sealer=Sealer("a secret key that only the tests have"),
)
_HASH = GATE.passwords.hash(PASSWORD)


def an_organisation(
    database: Database,
    *,
    role: Role = Role.OPERATOR,
    division: str | None = None,
    name: str | None = None,
    credit_code: str | None = None,
) -> str:
    """Make a proved organisation, or find the one of this role, division and name; its key."""
    key = hashed_key(role.value, division or "", name or "")
    with database.transaction() as session:
        with suppress(OrganisationNotFoundError):
            return kept.get_view(session.connection(), key).key
        new = NewOrganisation(
            role=role,
            name=name or f"{role.value} {division or ''}".strip(),
            division=division,
            credit_code=credit_code,
        )
        now = dt.datetime.now(dt.UTC)
        return organisations.make_organisation(session, new, key=key, actor=MAKER, now=now).key


def an_account(
    database: Database,
    login: str,
    *,
    organisation: str | None = None,
    rank: Rank = Rank.ADMINISTRATOR,
    language: str = "zh",
) -> str:
    """Make an account with the tests' password, perhaps a member; return its key."""
    now = dt.datetime.now(dt.UTC)
    new = NewAccount(
        key=secrets.token_hex(8), login=login, name="Tester", password=PASSWORD, language=language
    )
    with database.transaction() as session:
        made = accounts.add_account(
            session, new, password_hash=_HASH, is_one_time=False, gate=GATE, actor=MAKER, now=now
        )
        if organisation is not None:
            members.add_member(session, organisation, made.key, rank=rank, actor=MAKER, now=now)
    return made.key


def signed_in(
    client: TestClient[Any],
    *,
    role: Role = Role.OPERATOR,
    division: str | None = None,
    rank: Rank = Rank.ADMINISTRATOR,
    name: str | None = None,
) -> Actor:
    """Sign the browser in as a new member of an organisation, and return who that is.

    Its forms' token goes with every request, as every form of a page carries it.
    """
    database: Database = client.app.state.database
    organisation = an_organisation(database, role=role, division=division, name=name)
    login = f"{secrets.token_hex(6)}@example.org"
    account = an_account(database, login, organisation=organisation, rank=rank)
    secret = secrets.token_urlsafe(16)
    gate: Gate = client.app.state.gate
    now = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        person = repository.get_account(session, account)
        signing_in.begin(session, gate, person, secret=secret, browser="tests", now=now)
    show_session(client, secret)
    with database.reading() as connection:
        member = signing_in.member_of(connection, gate, secret, now=now)
    assert member is not None
    return member.actor


def a_token(database: Database, actor: Actor) -> str:
    """Make a token with every scope that the actor may give, and return its secret."""
    assert actor.organisation is not None
    new = NewToken(
        name="every door",
        scopes=frozenset(grantable(actor)),
        lasting=dt.timedelta(days=1),
        key=secrets.token_hex(4),
        secret=secrets.token_hex(8),
    )
    now = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        return tokens.make_token(
            session, actor.organisation, new, gate=GATE, actor=actor, now=now
        ).secret


def show_session(client: TestClient[Any], secret: str) -> None:
    """Have the browser show a session's secret, and its forms the token."""
    sign_out(client)
    client.cookies.set("lucai_session", secret)
    client.headers[FORM_HEADER] = form_token(secret)


def sign_out(client: TestClient[Any]) -> None:
    """Have the browser forget who used it."""
    if "lucai_session" in client.cookies:
        client.cookies.delete("lucai_session")
    client.headers.pop(FORM_HEADER, None)
