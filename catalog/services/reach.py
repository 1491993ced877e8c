"""Say what hangs on a certificate: which products, lines and figures its end reaches."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from catalog.db import Database
from catalog.repositories import proofs, published, reach
from catalog.repositories.building_facts import BuildingFacts, DeliveredLine
from catalog.repositories.calculating import Reader
from catalog.repositories.reach import BuildingRow
from catalog.rules.proof import Accepted, Evidence, Goods, Paper
from catalog.rules.ratio.lines import line_id
from catalog.rules.terms import BillStage, CertificateState, Stage
from catalog.rules.validity import Validity, validity_on
from catalog.services.calculation import (
    Basis,
    Calculation,
    Proving,
    basis,
    calculate_building,
)
from catalog.views.published import PublishedHead
from catalog.views.reach import (
    Reach,
    ReachedCompany,
    ReachedFigure,
    ReachedLine,
    ReachedOwner,
)

_ENDED = (Validity.SUSPENDED, Validity.REVOKED, Validity.CANCELLED)
_IN_FORCE = CertificateState.VALID
_READ_AT_ONCE = 100

Figures = dict[tuple[Stage, str], Calculation]


def reach_of(connection: Connection, key: str, *, on: dt.date | None, today: dt.date) -> Reach:
    """Return what hangs on a certificate.

    With a day, as if it were revoked from that day on. Without one, what its suspension or
    revocation changed; of a certificate that stands, as if it were revoked today.

    Raises:
        CertificateNotFoundError: There is no such certificate.
    """
    certificate_id, number = reach.certificate(connection, key)
    paper = proofs.papers_of(connection, [certificate_id])[certificate_id]
    windows = [(version.valid_from, version.valid_to) for version in paper.versions]
    validity = validity_on(windows, paper.states, today)
    is_supposed = on is not None or validity not in _ENDED
    if is_supposed:
        day = on or today
        before, after = paper, _revoked(paper, day)
    else:
        day = min(since for state, since in paper.states if state is not _IN_FORCE)
        before, after = _unharmed(paper), paper
    products = reach.products(connection, certificate_id)
    ids = reach.buildings_supplied(connection, certificate_id, products)
    changed = _Changed()
    known = basis(connection)
    for facts in _facts(connection, ids):
        changed.note(facts, before, after, known, today)
    buildings = reach.buildings(connection, changed.buildings)
    figures = list(_figures(connection, changed, buildings))
    deliveries = _deliveries(connection, changed)
    bill_lines = _open_lines(connection, certificate_id, products, day)
    return Reach(
        certificate=key,
        number=number,
        validity=validity,
        is_supposed=is_supposed,
        on=day,
        states=list(paper.states),
        products=list(products.values()),
        bill_lines=bill_lines,
        deliveries=deliveries,
        figures=figures,
        published=_published(connection, figures),
        owners=_owners(connection, [*deliveries, *bill_lines]),
        companies=[
            ReachedCompany(key, name)
            for key, name in sorted({(p.company, p.company_name) for p in products.values()})
        ],
    )


def read_reach(database: Database, key: str, *, on: dt.date | None, today: dt.date) -> Reach:
    """Return the same, reading from a connection of its own: it may take a while.

    Raises:
        CertificateNotFoundError: There is no such certificate.
    """
    with database.reading() as connection:
        return reach_of(connection, key, on=on, today=today)


def _revoked(paper: Paper, on: dt.date) -> Paper:
    """Return the certificate as if it were revoked from the day on, whatever came after."""
    states = [each for each in paper.states if each[1] < on]
    return msgspec.structs.replace(paper, states=(*states, (CertificateState.REVOKED, on)))


def _unharmed(paper: Paper) -> Paper:
    """Return the certificate as if it had been in force as long as its dates say."""
    states = tuple(each for each in paper.states if each[0] is _IN_FORCE)
    return msgspec.structs.replace(paper, states=states)


def _facts(connection: Connection, ids: Sequence[int]) -> Iterator[BuildingFacts]:
    reader = Reader(connection)
    for start in range(0, len(ids), _READ_AT_ONCE):
        yield from reader.facts_of(ids[start : start + _READ_AT_ONCE])


class _Changed:
    """Collects the figures and the deliveries that are others after than before."""

    def __init__(self) -> None:
        self.figures: list[tuple[int, Calculation, Calculation]] = []
        self.lines: dict[str, tuple[bool | None, bool | None]] = {}
        self.buildings: set[int] = set()
        # Deliveries share their goods; so shall those of another paper, to be judged once. The
        # goods stand beside what was made of them, so that no other object takes their identity.
        self._goods: dict[tuple[int, int], tuple[Goods, Goods]] = {}
        # What hangs on certificates, one way by itself: another may hide that its answer changed.
        self._proving = [
            Proving(Accepted(evidence=frozenset({way})))
            for way in (Evidence.CERTIFICATE, Evidence.ADOPTION)
        ]

    def note(
        self, facts: BuildingFacts, before: Paper, after: Paper, known: Basis, today: dt.date
    ) -> None:
        """Compare a building under one paper and under the other.

        Where no answer that hangs on certificates changes, no figure does.
        """
        if not any(self._differs(line, before, after) for line in facts.deliveries):
            return
        old = self._figures(facts, before, known, today)
        new = self._figures(facts, after, known, today)
        for at, held in old.items():
            then = new[at]
            lines = {line.id: line.green for line in then.counted.lines}
            for line in held.counted.lines:
                if line.green != lines[line.id]:
                    self.lines[line.id] = line.green, lines[line.id]
                    self.buildings.add(facts.id)
            if (held.percent, held.green_amount) != (then.percent, then.green_amount):
                self.figures.append((facts.id, held, then))

    def _differs(self, line: DeliveredLine, before: Paper, after: Paper) -> bool:
        if not line.goods.rest_on(before.id):
            return False
        one, other = (self._under(line, paper) for paper in (before, after))
        return any(way.of(one).green != way.of(other).green for way in self._proving)

    def _figures(self, facts: BuildingFacts, paper: Paper, known: Basis, today: dt.date) -> Figures:
        # What is planned is green by what the bill states, whatever becomes of a certificate.
        changed = msgspec.structs.replace(
            facts,
            bill_lines=[line for line in facts.bill_lines if line.stage is BillStage.SETTLEMENT],
            deliveries=[self._under(line, paper) for line in facts.deliveries],
        )
        return {
            (found.stage, found.pack.method): found
            for found in calculate_building(changed, known, today=today)
        }

    def _under(self, line: DeliveredLine, paper: Paper) -> DeliveredLine:
        goods = line.goods
        if not goods.rest_on(paper.id):
            return line
        found = self._goods.get((id(goods), id(paper)))
        if found is None:
            found = goods, goods.under(paper)
            self._goods[id(goods), id(paper)] = found
        return msgspec.structs.replace(line, goods=found[1])


def _figures(
    connection: Connection, changed: _Changed, buildings: dict[int, BuildingRow]
) -> Iterator[ReachedFigure]:
    """Yield the figures that change, in order of project, building, stage and method."""
    stored = reach.results(connection, changed.buildings)
    ordered = sorted(
        changed.figures,
        key=lambda each: (
            buildings[each[0]].project, buildings[each[0]].building, each[1].stage,
            each[1].pack.method,
        ),
    )  # fmt: skip
    for building_id, before, after in ordered:
        row = buildings[building_id]
        yield ReachedFigure(
            project=row.project,
            project_name=row.project_name,
            owner=row.owner,
            division=row.division,
            building=row.building,
            building_name=row.building_name,
            stage=before.stage,
            method=before.pack.method,
            result=stored.get((building_id, before.stage, before.pack.method)),
            ratio_before=before.percent,
            ratio_after=after.percent,
            points_before=before.points,
            points_after=after.points,
            star_before=before.gate_star,
            star_after=after.gate_star,
            green_amount_before=before.green_amount,
            green_amount_after=after.green_amount,
            lost=_lost(before, after.percent),
        )


def _lost(before: Calculation, percent: Decimal) -> list[Decimal]:
    """Return the thresholds that the ratio reached before and does not reach at this percent."""
    bounds = {tier.at_least_percent for tier in before.thresholds.tiers}
    bounds |= {gate.at_least_percent for gate in before.thresholds.gates}
    return sorted(bound for bound in bounds if percent < bound <= before.percent)


def _deliveries(connection: Connection, changed: _Changed) -> list[ReachedLine]:
    start = line_id(0, is_delivered=True).removesuffix("0")
    by_id = {int(name.removeprefix(start)): greens for name, greens in changed.lines.items()}
    return [
        ReachedLine(
            id=row.id,
            project=row.project,
            building=row.building,
            number=f"{row.note}/{row.line}",
            name=row.name,
            quantity=row.quantity,
            unit=row.unit,
            amount=row.amount,
            on=row.on,
            product=row.product,
            before=by_id[row.id][0],
            after=by_id[row.id][1],
        )
        for row in reach.deliveries(connection, by_id)
    ]


def _open_lines(
    connection: Connection, certificate_id: int, products: Iterable[int], on: dt.date
) -> list[ReachedLine]:
    """Return the bill lines of buildings that are not finished on the day."""
    found = []
    for row in reach.bill_lines(connection, certificate_id, products):
        *columns, product, completed_on, project_completed_on = row
        done_on = completed_on or project_completed_on
        if done_on is not None and done_on < on:
            continue
        line, project, building, _, number, name, quantity, unit, amount = columns
        found.append(
            ReachedLine(
                id=line,
                project=project,
                building=building,
                number=number,
                name=name,
                quantity=quantity,
                unit=unit,
                amount=amount,
                on=None,
                product=product,
                before=None,
                after=None,
            )
        )
    return found


def _published(connection: Connection, figures: Sequence[ReachedFigure]) -> list[PublishedHead]:
    """Return the published figures that take in a result that changes."""
    hit = {(each.building, each.stage, each.method) for each in figures}
    if not hit:
        return []
    return [
        head
        for head, content in published.contents(connection)
        if any((each.building, head.stage, head.method) in hit for each in content.results)
    ]


def _owners(connection: Connection, lines: Sequence[ReachedLine]) -> list[ReachedOwner]:
    """Return whom to tell, and of which projects."""
    projects: dict[str | None, list[str]] = defaultdict(list)
    owners = reach.owners(connection, {line.project for line in lines})
    for project, owner in sorted(owners.items()):
        projects[owner].append(project)
    ordered = sorted(projects, key=lambda owner: (owner is None, owner or ""))
    return [ReachedOwner(owner, projects[owner]) for owner in ordered]
