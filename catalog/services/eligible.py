"""Who can be drawn for a matter: the panel of a day, less those whom an interest bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection

from catalog.errors import DrawRefusedError
from catalog.repositories import panel
from catalog.rules.draw import Bar, Exclusion, Member, Party, Seats, barred_by_employer
from catalog.rules.lookalikes import folded_name
from catalog.services.panel import on_panel


def members_on(connection: Connection, day: dt.date) -> tuple[Member, ...]:
    """Return the panel of a day as a draw freezes it, in order of key."""
    views = on_panel([view for _, view in panel.experts(connection)], day)
    return tuple(
        Member(
            key=view.key,
            name=view.name,
            employer=view.employer,
            employer_code=view.employer_code,
            fields=tuple(view.fields),
        )
        for view in sorted(views, key=lambda view: view.key)
    )


def seats_of(connection: Connection, asked: Iterable[Seats]) -> tuple[Seats, ...]:
    """Return the seats to be filled, in the order of the fields.

    Raises:
        DrawRefusedError: None are, or a field is none of ours.
    """
    known = panel.fields(connection)
    seats = {each.field: each.count for each in asked if each.count > 0}
    if not seats or not seats.keys() <= set(known):
        raise DrawRefusedError(
            reason_zh="请写明各专业抽取几人", reason_en="say how many experts of which fields"
        )
    return tuple(Seats(field, seats[field]) for field in known if field in seats)


def parties_of(
    connection: Connection, cases: Iterable[str], others: Iterable[str]
) -> tuple[Party, ...]:
    """Return whom cases concern, and the others that are named, each once.

    Raises:
        DrawRefusedError: There is no such case.
    """
    wanted = sorted(set(cases))
    of_cases = panel.parties_of(connection, wanted)
    missing = sorted(set(wanted) - of_cases.keys())
    if missing:
        raise DrawRefusedError(
            reason_zh=f"没有这些申请：{'、'.join(missing)}",
            reason_en=f"there are no such cases: {', '.join(missing)}",
        )
    named = [party for number in sorted(of_cases) for party in of_cases[number]]
    named += [Party(name=name.strip()) for name in others if name.strip()]
    found: dict[tuple[str, str | None], Party] = {}
    for party in named:
        found.setdefault((folded_name(party.name), party.code), party)
    return tuple(found.values())


def excluded_of(
    connection: Connection, members: Iterable[Member], parties: tuple[Party, ...]
) -> tuple[Exclusion, ...]:
    """Return who may not be drawn: for whom they work, or what they declared by now."""
    declared = {view.key: view.recusals for _, view in panel.experts(connection)}
    folded = {folded_name(party.name): party.name for party in parties}
    found = []
    for member in members:
        employer = barred_by_employer(member, parties)
        if employer is not None:
            found.append(Exclusion(expert=member.key, bar=Bar.EMPLOYER, party=employer.name))
            continue
        for each in declared.get(member.key, ()):
            if each.ended_at is None and folded_name(each.party) in folded:
                found.append(
                    Exclusion(
                        expert=member.key,
                        bar=Bar.DECLARED,
                        party=folded[folded_name(each.party)],
                        reason=each.reason,
                    )
                )
                break
    return tuple(found)


def free_of(members: Iterable[Member], excluded: Iterable[Exclusion]) -> dict[str, tuple[str, ...]]:
    """Return the fields of those who are left, by key."""
    barred = {each.expert for each in excluded}
    return {member.key: member.fields for member in members if member.key not in barred}
