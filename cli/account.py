"""``lucai account``: make, reset, close and list accounts."""

from __future__ import annotations

import secrets
import sys

import click

from catalog.permissions import Rank
from catalog.services import accounts, members
from catalog.services.accounts import NewAccount
from catalog.services.gate import Gate
from cli.house import clock, open_database, operator, settings
from cli.output import language, print_json, say
from seed_data.accounts import password_policy

_RANKS = {rank.name.lower(): rank for rank in Rank}
_OPERATORS = "平台管理 Operator"


@click.group()
def command() -> None:
    """Make, reset, close and list accounts.

    A password comes on standard input with --stdin; without it a one-time password is printed,
    which must be changed at the first sign-in.
    """


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--organisation", help="Its key; by default that of those who run the machine.")
@click.option("--rank", type=click.Choice(list(_RANKS)), default="administrator")
@click.option("--stdin", is_flag=True, help="Read the password from standard input.")
def add(login: str, name: str, organisation: str | None, rank: str, stdin: bool) -> None:
    """Make an account; the first one is the operator's."""
    gate = _gate()
    password = _password(stdin)
    hashed = gate.hash_new(password, login, name)
    new = NewAccount(
        key=secrets.token_hex(8), login=login, name=name, password=password, language=language()
    )
    now = clock()
    with open_database(create=True) as database, database.transaction() as session:
        actor = operator()
        made = accounts.add_account(
            session, new, password_hash=hashed, is_one_time=not stdin, gate=gate, actor=actor,
            now=now,
        )  # fmt: skip
        key = organisation or accounts.operators_organisation(
            session, key=secrets.token_hex(8), name=_OPERATORS, actor=actor, now=now
        )
        members.add_member(session, key, made.key, rank=_RANKS[rank], actor=actor, now=now)
    _tell(made.login, None if stdin else password)


@command.command()
@click.argument("login")
@click.option("--reason", help="Why, for the record.")
@click.option("--stdin", is_flag=True, help="Read the password from standard input.")
def reset(login: str, reason: str | None, stdin: bool) -> None:
    """Give an account another password, without a second factor, and sign it out everywhere."""
    gate = _gate()
    password = _password(stdin)
    hashed = gate.hash_new(password, login)
    with open_database() as database, database.transaction() as session:
        accounts.reset_account(
            session, login, password_hash=hashed, gate=gate, actor=operator(), reason=reason,
            now=clock(),
        )  # fmt: skip
    _tell(login, None if stdin else password)


@command.command()
@click.argument("login")
@click.option("--reason", help="Why, for the record.")
def close(login: str, reason: str | None) -> None:
    """Let nobody sign in with an account any more; a reset opens it again."""
    with open_database() as database, database.transaction() as session:
        accounts.close_account(session, login, actor=operator(), reason=reason, now=clock())
    say(f"已关闭 {login}。", f"{login} is closed.")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_accounts(as_json: bool) -> None:
    """List the accounts."""
    with open_database() as database, database.reading() as connection:
        found = accounts.all_accounts(connection, actor=operator())
    if as_json:
        rows = [
            {
                "login": one.login,
                "name": one.name,
                "created_at": one.created_at.isoformat(),
                "has_second_factor": one.has_second_factor,
                "closed_at": one.closed_at.isoformat() if one.closed_at else None,
            }
            for one in found
        ]
        print_json(rows)
        return
    for one in found:
        click.echo(f"{one.login}  {one.name}{'  ✗' if one.closed_at else ''}")


def _gate() -> Gate:
    return settings().gate(password_policy())


def _password(stdin: bool) -> str:
    return sys.stdin.readline().rstrip("\r\n") if stdin else secrets.token_urlsafe(15)


def _tell(login: str, password: str | None) -> None:
    if password is None:
        say(f"{login} 可以登录了。", f"{login} can sign in.")
        return
    say(
        f"{login} 的临时密码如下，只显示这一次，首次登录时须改：",
        f"The one-time password of {login}, shown once, to be changed at the first sign-in:",
    )
    click.echo(password)
