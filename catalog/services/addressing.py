"""Who is told of what: the organisations that a watched thing concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection

from catalog.permissions import Role
from catalog.repositories import notices, watched
from catalog.repositories.notices import Addressee
from catalog.rules.standing import Standing
from catalog.rules.watching import Desk, WatchKind, desk_of
from catalog.views.watching import Watched

_DESKS = {
    Role.MANUFACTURER: Desk.APPLICANT,
    Role.CERTIFICATION_BODY: Desk.APPLICANT,
    Role.DIVISION_BUREAU: Desk.DIVISION,
    Role.CORPS_BUREAU: Desk.CORPS,
}
_RUNS_OUT = frozenset({WatchKind.LOST, WatchKind.EXPIRING, WatchKind.REPORT_ENDING})
_SURVEILLANCE = frozenset(
    {WatchKind.SURVEILLANCE_DUE, WatchKind.SURVEILLANCE_OVERDUE, WatchKind.SURVEILLANCE_UNKNOWN}
)
_SUBMISSIONS = frozenset({WatchKind.SUBMISSION_WAITING, WatchKind.SUBMISSION_OVERDUE})
_CASES = frozenset({WatchKind.CASE_DUE, WatchKind.CASE_OVERDUE})
_FILINGS = frozenset({WatchKind.FILING_DUE, WatchKind.FILING_OVERDUE})
# Each is told of what it can act on; the watch-lists show more than that.
_TOLD: Mapping[Role, frozenset[WatchKind]] = {
    Role.MANUFACTURER: frozenset(WatchKind),
    Role.CERTIFICATION_BODY: _SURVEILLANCE | _CASES | {WatchKind.RENEWAL_OPEN},
    Role.OWNER: _RUNS_OUT,
    Role.DIVISION_BUREAU: frozenset(
        {*_RUNS_OUT, *_CASES, *_FILINGS, *_SUBMISSIONS, WatchKind.SURVEILLANCE_OVERDUE}
    ),
    Role.CORPS_BUREAU: _CASES | _SUBMISSIONS | {WatchKind.LOST, WatchKind.FILING_OVERDUE},
}


def addressed(
    connection: Connection, found: Sequence[Watched]
) -> Iterator[tuple[Addressee, Watched]]:
    """Yield what is watched with each organisation that is told of it."""
    everybody = notices.addressees(connection)
    owners = _owners(connection, found, everybody)
    by_company = _index(everybody, lambda each: each.company)
    by_division = _index(
        (each for each in everybody if each.role is Role.DIVISION_BUREAU),
        lambda each: each.division,
    )
    by_body = _index(everybody, lambda each: each.body)
    by_key = {each.key: each for each in everybody}
    corps = [each for each in everybody if each.role is Role.CORPS_BUREAU]
    for each in found:
        if each.thing == "case":
            concerned = [*corps, *(a for key in each.divisions for a in by_division[key])]
            concerned += [by_key[each.organisation]] if each.organisation in by_key else []
            desk = desk_of(each.state) if each.state else None
            concerned = [who for who in concerned if _DESKS.get(who.role) is desk]
        elif each.thing == "submission":
            if each.kind in _SUBMISSIONS:
                # Of a company in no division the Corps proves the products itself.
                concerned = [a for key in each.divisions for a in by_division[key]]
                concerned = concerned if each.divisions else corps
            else:
                concerned = [by_key[each.organisation]] if each.organisation in by_key else []
        elif each.thing == "filing":
            concerned = [*corps, *(a for key in each.divisions for a in by_division[key])]
        else:
            concerned = [who for own in each.products for who in by_company[own.company]]
            concerned += by_body[each.body]
            concerned += [who for own in each.products for who in owners[own.key]]
            if any(own.standing is not Standing.NO_ADOPTION for own in each.products):
                places = {*each.divisions, *(own.division for own in each.products)}
                concerned += [
                    *corps,
                    *(who for key in sorted(filter(None, places)) for who in by_division[key]),
                ]
        for who in dict.fromkeys(concerned):
            if each.kind in _TOLD.get(who.role, ()):
                yield who, each


def _owners(
    connection: Connection, found: Iterable[Watched], everybody: Iterable[Addressee]
) -> Mapping[str, list[Addressee]]:
    """Return, by product, the owners that use it and have an organisation of that name here."""
    by_name = _index(
        (each for each in everybody if each.role is Role.OWNER), lambda each: each.name
    )
    told: dict[str, list[Addressee]] = defaultdict(list)
    if not by_name:
        return told
    keys = {own.key for each in found for own in each.products}
    for key, names in watched.owners_by_key(connection, keys).items():
        told[key] = [who for name in sorted(names) for who in by_name[name]]
    return told


def _index(
    everybody: Iterable[Addressee], key_of: Callable[[Addressee], str | None]
) -> Mapping[str | None, list[Addressee]]:
    found: dict[str | None, list[Addressee]] = defaultdict(list)
    for each in everybody:
        key = key_of(each)
        if key is not None:
            found[key].append(each)
    return found
