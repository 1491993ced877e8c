"""``lucai organisation``: make organisations, list who registered, and judge."""

from __future__ import annotations

import secrets

import click

from catalog.permissions import Role
from catalog.rules.terms import OrganisationState
from catalog.services import organisations
from catalog.services.organisations import NewOrganisation
from cli.house import clock, open_database, operator
from cli.output import print_json, say

_ROLES = [role.value for role in Role if role not in (Role.ANYONE, Role.VISITOR)]
_MOST = 1000


@click.group()
def command() -> None:
    """Make organisations, list who registered, and say whether they are who they say they are."""


@command.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--division", help="The division's key, such as 08.")
@click.option("--credit-code", help="Unified social credit code.")
def add(name: str, role: str, division: str | None, credit_code: str | None) -> None:
    """Make an organisation that needs no proof, such as a bureau; print its key."""
    new = NewOrganisation(role=Role(role), name=name, credit_code=credit_code, division=division)
    with open_database(create=True) as database, database.transaction() as session:
        made = organisations.make_organisation(
            session, new, key=secrets.token_hex(8), actor=operator(), now=clock()
        )
    click.echo(made.key)


@command.command("list")
@click.option("--state", type=click.Choice([state.value for state in OrganisationState]))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_organisations(state: str | None, as_json: bool) -> None:
    """List organisations, those that wait longest first."""
    with open_database() as database, database.reading() as connection:
        found = organisations.registrations(
            connection,
            actor=operator(),
            state=OrganisationState(state) if state else None,
            limit=_MOST,
        ).items
    if as_json:
        rows = [
            {
                "key": one.key,
                "role": one.role.value,
                "name": one.name,
                "credit_code": one.credit_code,
                "division": one.division,
                "state": one.state.value,
            }
            for one in found
        ]
        print_json(rows)
        return
    for one in found:
        click.echo(
            f"{one.key}  {one.state.value}  {one.role.value}  {one.name}  {one.credit_code or '—'}"
        )


@command.command()
@click.argument("key")
@click.option("--reason", required=True, help="What proves it, for the record.")
def prove(key: str, reason: str) -> None:
    """Hold it to be proved that an organisation is who it says it is."""
    with open_database() as database, database.transaction() as session:
        one = organisations.prove(session, key, reason=reason, actor=operator(), now=clock())
    say(f"已核实：{one.name}。", f"Proved: {one.name}.")


@command.command()
@click.argument("key")
@click.option("--reason", required=True, help="Why; its people read it.")
def refuse(key: str, reason: str) -> None:
    """Refuse a registration."""
    with open_database() as database, database.transaction() as session:
        one = organisations.refuse(session, key, reason=reason, actor=operator(), now=clock())
    say(f"未通过：{one.name}。", f"Refused: {one.name}.")
