"""People for the demo: one of every role, each with a one-time password that is printed."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

from catalog.db import Database
from catalog.permissions import Actor, Rank, Role
from catalog.services import accounts, members
from catalog.services.accounts import NewAccount
from catalog.services.gate import Gate


class SignIn(NamedTuple):
    """A demo person's login and one-time password."""

    role: Role
    organisation: str
    login: str
    password: str


def make_people(
    database: Database,
    gate: Gate,
    organisations: list[tuple[Role, str]],
    *,
    actor: Actor,
    now: dt.datetime,
) -> list[SignIn]:
    """Make an account for each organisation, of which it is administrator.

    The passwords are new each time: a demo that is left running has none that anybody knows.
    """
    made = []
    with database.transaction() as session:
        for number, (role, organisation) in enumerate(organisations, start=1):
            login = f"{role.value}-{number}@demo.example"
            new = NewAccount(
                key=secrets.token_hex(8),
                login=login,
                name=f"演示人员 {number}",
                password=secrets.token_urlsafe(12),
            )
            hashed = gate.hash_new(new.password, login, new.name)
            account = accounts.add_account(
                session,
                new,
                password_hash=hashed,
                is_one_time=True,
                gate=gate,
                actor=actor,
                now=now,
            )
            members.add_member(
                session,
                organisation,
                account.key,
                rank=Rank.ADMINISTRATOR,
                actor=actor,
                now=now,
            )
            made.append(SignIn(role, organisation, login, new.password))
    return made
