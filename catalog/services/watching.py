"""Watch-lists: what runs out, what lapsed, and which cases wait, for whoever asks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Connection

from catalog.permissions import Action, Actor, Role, ensure
from catalog.repositories import adoptions, certificates, reference, watched, watching
from catalog.repositories.watching import EVERYTHING, Sight
from catalog.rules import standing
from catalog.rules import watching as rules
from catalog.rules.annual_report.punctuality import reminder_step
from catalog.rules.annual_report.terms import Punctuality
from catalog.rules.pack_reporting import Duty, ReportingPack
from catalog.rules.pack_watch import WatchPack
from catalog.rules.packs import named, pack_in_force
from catalog.rules.periods import end_of_day
from catalog.rules.standing import Entry
from catalog.rules.validity import StateChange, Validity, Window, validity_on
from catalog.rules.watching import WatchKind
from catalog.services import filings
from catalog.services.remembering import Remembered
from catalog.services.submissions.clocks import watched_submissions
from catalog.views.watching import Watched, WatchedProduct, WatchPage

_PLACE = "CN"
_ORDER = {kind: rank for rank, kind in enumerate(WatchKind)}
_NOT_A_BUREAU_S = frozenset({WatchKind.SUBMISSION_RETURNED, WatchKind.SUBMISSION_PROVED})
_NOT_A_COMPANY_S = frozenset(
    {WatchKind.SUBMISSION_WAITING, WatchKind.SUBMISSION_OVERDUE, WatchKind.SUBMISSION_PROVED}
)
_GATHERED: Remembered[list[Watched]] = Remembered()
_LARGE_SIGHT = frozenset({Role.CORPS_BUREAU, Role.OPERATOR})


def watch_list(
    connection: Connection,
    *,
    actor: Actor,
    on: dt.date,
    kinds: Collection[WatchKind] = (),
    division: str | None = None,
    limit: int,
    offset: int = 0,
) -> WatchPage:
    """Return what the actor should look at: a bureau in its division, a company of its own.

    An owner sees what its projects use, a certification body what it certified, the Corps all,
    or one division of it.

    Raises:
        PermissionDeniedError: The actor reads no notices.
    """
    everything = whole_list(connection, actor=actor, on=on, kinds=(), division=division)
    wanted = [each for each in everything if not kinds or each.kind in kinds]
    pack = pack_of(connection, on)
    return WatchPage(
        items=wanted[offset : offset + limit],
        counts=dict(Counter(each.kind for each in everything)),
        pack=named(pack) if pack else None,
        on=on,
        limit=limit,
        offset=offset,
        total=len(wanted),
    )


def whole_list(
    connection: Connection,
    *,
    actor: Actor,
    on: dt.date,
    kinds: Collection[WatchKind] = (),
    division: str | None = None,
) -> list[Watched]:
    """Return all of the actor's watch-list, what is most pressing first.

    Raises:
        PermissionDeniedError: The actor reads no notices.
    """
    ensure(actor, Action.READ_NOTICES)
    sight = _sight_of(connection, actor, division)
    if sight is None:
        return []
    found = _GATHERED.get(connection, (sight, on), lambda: gather(connection, sight, on=on))
    # Of submissions each looks at what is its turn: a bureau at what waits, a company at the rest.
    hidden = _NOT_A_BUREAU_S if sight.organisation is None else _NOT_A_COMPANY_S
    return [each for each in found if each.kind not in hidden and (not kinds or each.kind in kinds)]


def gather(connection: Connection, sight: Sight, *, on: dt.date) -> list[Watched]:
    """Return what is to be watched within a sight; nothing where no pack says how early."""
    pack = pack_of(connection, on)
    if pack is None:
        return []
    if sight.owner is not None:
        sight = sight._replace(products=watched.products_used(connection, sight.owner))
    names = _Names(connection, on)
    found = [
        *_of_certificates(connection, sight, pack, names, on),
        *_of_adoptions(connection, sight, pack, names, on),
        *_of_cases(connection, sight, pack, names, on),
        *watched_submissions(connection, sight, pack, on),
    ]
    return sorted(
        found, key=lambda each: (each.due_on or dt.date.max, _ORDER[each.kind], each.name, each.key)
    )


def filings_due(connection: Connection, *, on: dt.date) -> list[Watched]:
    """Return what divisions have yet to hand in, before its day and as long behind it.

    It stands in the register and on the bureaus' desks, and they are told of it in time; the
    watch-lists are of products and papers.
    """
    place = next(iter(reference.jurisdictions(connection)), _PLACE)
    pack = pack_in_force(reference.packs(connection), kind="reporting", place=place, on=on)
    if not isinstance(pack, ReportingPack):
        return []
    duties: dict[str, Duty] = {duty.key: duty for duty in pack.duties}
    found = []
    for row in filings.register(connection, pack, now=end_of_day(on)):
        duty, left = duties[row.duty], (row.due_on - on).days
        if abs(left) > max(duty.reminder_days, default=0):
            continue
        found += [
            Watched(
                kind=WatchKind.FILING_DUE if left >= 0 else WatchKind.FILING_OVERDUE,
                thing="filing",
                key=f"{row.duty}-{row.year}-{division}",
                name=f"{row.year} {duty.name_zh}",
                due_on=row.due_on,
                days_left=left,
                step=reminder_step(duty, left),
                divisions=[division],
            )
            for division, stands in row.standings.items()
            if stands.punctuality in (Punctuality.MISSING, Punctuality.NOT_YET_DUE)
        ]
    return found


def pack_of(connection: Connection, on: dt.date) -> WatchPack | None:
    """Return the pack whose days hold on a day: that of the divisions' place, or the nation's."""
    place = next(iter(reference.jurisdictions(connection)), _PLACE)
    found = pack_in_force(reference.packs(connection), kind="watch", place=place, on=on)
    return found if isinstance(found, WatchPack) else None


def _sight_of(connection: Connection, actor: Actor, division: str | None) -> Sight | None:
    """Return what the actor sees; None where nothing is known to be its own."""
    if actor.role in _LARGE_SIGHT:
        return EVERYTHING if division is None else Sight(division=division)
    if actor.role is Role.DIVISION_BUREAU:
        return Sight(division=actor.division) if actor.division else None
    own = watched.organisation(connection, actor.organisation) if actor.organisation else None
    return None if own is None else _sight_of_member(own)


def _sight_of_member(own: watched.OrganisationRow) -> Sight | None:
    if own.role is Role.OWNER:
        return Sight(owner=own.name, organisation=own.key)
    if own.role is Role.CERTIFICATION_BODY and own.body_id is not None:
        return Sight(body_id=own.body_id, organisation=own.key)
    if own.company_id is not None:
        return Sight(company_id=own.company_id, organisation=own.key)
    return None


class _Names:
    """Names products as a watch-list shows them, each with its standing on the day."""

    def __init__(self, connection: Connection, on: dt.date) -> None:
        self._connection, self._on = connection, on
        self.entries: dict[int, tuple[Entry, ...]] = {}
        self.divisions: dict[int, set[str]] = {}
        self._products: dict[int, WatchedProduct] = {}

    def learn(self, ids: Iterable[int]) -> None:
        """Read products that are not known yet."""
        wanted = set(ids) - self._products.keys()
        self.entries.update(adoptions.entries(self._connection, wanted))
        self.divisions.update(watched.divisions_adopting(self._connection, wanted))
        for number, row in watched.products(self._connection, wanted).items():
            found = standing.found_on(self.entries.get(number, ()), self._on)
            self._products[number] = WatchedProduct(
                key=row.key,
                name=row.name,
                company=row.company,
                company_name=row.company_name,
                division=row.division,
                standing=found.standing,
                is_synthetic=row.is_synthetic,
            )

    def products(self, ids: Iterable[int]) -> list[WatchedProduct]:
        """Return products that were learnt, in order of name."""
        known = (self._products[number] for number in ids if number in self._products)
        return sorted(known, key=lambda product: (product.name, product.key))

    def adopting(self, ids: Iterable[int]) -> list[str]:
        """Return the divisions in whose adoption database any of them has an entry."""
        return sorted(set().union(*(self.divisions.get(number, set()) for number in ids)))


def _of_certificates(
    connection: Connection, sight: Sight, pack: WatchPack, names: _Names, on: dt.date
) -> Iterator[Watched]:
    ahead = on + dt.timedelta(days=max(pack.renewal_days, *pack.expiring_days))
    visited_by = rules.months_later(on, -pack.surveillance_months) + dt.timedelta(
        days=pack.surveillance_days
    )
    rows = watching.certificates(connection, sight, on=on, until=ahead, visited_by=visited_by)
    ids = [row[0] for row in rows]
    covered = watched.products_covered(connection, ids)
    names.learn(set().union(*covered.values()))
    timelines = certificates.timelines(connection, ids)
    visits = watched.last_visits(connection, ids)
    for number, key, written, body in rows:
        windows, states = timelines[number]
        for kind, due, step in _said_of(pack, windows, states, visits.get(number), on):
            yield Watched(
                kind=kind,
                thing="certificate",
                key=key,
                name=written,
                due_on=due,
                days_left=_left(due, on),
                step=step,
                visited_on=visits.get(number),
                body=body,
                divisions=names.adopting(covered[number]),
                products=names.products(covered[number]),
            )


def _said_of(
    pack: WatchPack,
    windows: list[Window],
    states: list[StateChange],
    visited_on: dt.date | None,
    on: dt.date,
) -> Iterator[tuple[WatchKind, dt.date | None, int | None]]:
    if validity_on(windows, states, on) is Validity.VALID:
        ends = rules.ends_on(windows, states, on)
        left = (ends - on).days
        step = rules.expiring_step(pack, left)
        if step is not None:
            yield WatchKind.EXPIRING, ends, step
        if rules.is_renewal_open(pack, left):
            yield WatchKind.RENEWAL_OPEN, ends, None
    visit = rules.surveillance(pack, windows, states, visited_on=visited_on, on=on)
    if visit is not None:
        yield (*visit, None)


def _of_adoptions(
    connection: Connection, sight: Sight, pack: WatchPack, names: _Names, on: dt.date
) -> Iterator[Watched]:
    since = on - dt.timedelta(days=pack.lost_days + 1)
    lost = watching.adoptions_lost(connection, sight, on=on, since=since)
    ahead = on + dt.timedelta(days=pack.report_days)
    ending = watching.reports_ending(connection, sight, on=on, until=ahead)
    names.learn(row[2] for row in (*lost, *ending))
    said = []
    for key, case_number, product, _ in lost:
        day = rules.lost_since(pack, names.entries.get(product, ()), on)
        if day is not None:
            said.append((WatchKind.LOST, key, case_number, product, day))
    said += [(WatchKind.REPORT_ENDING, *row) for row in ending]
    for kind, key, case_number, product, due in said:
        yield Watched(
            kind=kind,
            thing="adoption",
            key=key,
            name=case_number,
            due_on=due,
            days_left=_left(due, on),
            divisions=names.adopting([product]),
            products=names.products([product]),
        )


def _of_cases(
    connection: Connection, sight: Sight, pack: WatchPack, names: _Names, on: dt.date
) -> Iterator[Watched]:
    rows = watching.cases_due(connection, sight, until=on + dt.timedelta(days=pack.case_days))
    names.learn(row.product_id for row in rows)
    for row in rows:
        kind = rules.case_watch(pack, row.due_on, on)
        if kind is not None:
            yield Watched(
                kind=kind,
                thing="case",
                key=row.key,
                name=row.number,
                due_on=row.due_on,
                days_left=_left(row.due_on, on),
                state=row.state,
                organisation=row.organisation,
                divisions=[row.division],
                products=names.products([row.product_id]),
            )


def _left(due: dt.date | None, on: dt.date) -> int | None:
    return None if due is None else (due - on).days
