"""Check what an annual report must check: each building done in its year, duties, findings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from catalog.models.base import DECIMAL_PLACES
from catalog.repositories import known_then, reference, report_checks, report_facts
from catalog.repositories.building_facts import BuildingFacts
from catalog.repositories.calculating import Reader, factors_of
from catalog.repositories.report_facts import KnownProject
from catalog.rules.annual_report.checks import (
    CheckRow,
    MustCheck,
    names_must_choose,
    of_answers,
    of_filings,
    of_findings,
    passes_star_gate,
    reaches_lowest_tier,
)
from catalog.rules.greenness import accepted_by
from catalog.rules.pack_measures import LocalMaterialsPack, ProcurementPack
from catalog.rules.ratio import local_materials, procurement
from catalog.rules.ratio.demands import Answer
from catalog.rules.ratio.local_materials import Shipment
from catalog.rules.terms import Stage
from catalog.rules.units import Converted, Declared, UnitTable
from catalog.services.calculation import Basis, lines_at
from catalog.services.jobs import Step, Tell, tell_nobody
from catalog.views.published import Scope
from catalog.views.reporting import CheckedBuilding, FilingRow

OF_BUILDINGS = (
    MustCheck.LOWEST_TIER,
    MustCheck.STAR_GATE,
    MustCheck.MUST_CHOOSE,
    MustCheck.LOCAL_MATERIALS,
)
"""The checks that are asked of each building that was done in the year."""
_READ_AT_ONCE = 100
_OTHER, _WEIGHT = "other", "kg"
_SCALE = 10**DECIMAL_PLACES


class Checked(msgspec.Struct, frozen=True):
    """The answer of one check for one building, by its number in the store."""

    check: MustCheck
    building: int
    answer: Answer


def check_rows(
    connection: Connection,
    projects: Sequence[KnownProject],
    filings: Sequence[FilingRow],
    scope: Scope,
    *,
    known_at: dt.datetime,
    findings: Sequence[CheckRow] | None = None,
    tell: Tell = tell_nobody,
) -> list[CheckRow]:
    """Return how every check came out, of the projects of a report as they were known.

    ``findings`` are those of a frozen report: what people held of them is not made again.
    """
    answers: dict[MustCheck, list[Answer]] = defaultdict(list)
    for number, each in enumerate(checked(connection, projects, scope, known_at=known_at)):
        answers[each.check].append(each.answer)
        tell(Step(name="checks", done=number))
    rows = [of_answers(check, answers[check]) for check in OF_BUILDINGS]
    rows.append(of_filings(each.punctuality for each in filings))
    if findings is not None:
        return [*rows, *findings]
    found = report_checks.findings(
        connection, division=scope.division, first=scope.first, last=scope.last, known_at=known_at
    )
    was_checked = report_checks.was_checked(connection, known_at)
    return [*rows, *of_findings(found, was_checked=was_checked)]


def checked(
    connection: Connection, projects: Sequence[KnownProject], scope: Scope, *, known_at: dt.datetime
) -> Iterator[Checked]:
    """Yield the answer of each check for each building of the projects done in the year.

    A check that does not concern a building is not asked of it: no star was awarded to its
    project, or no rule of the kind is in force where it stands.
    """
    known = Basis(reference.packs(connection, known_at=known_at), reference.unit_table(connection))
    reader = Reader(connection, known_at=known_at)
    awarded = {each.id: each.star_award for each in projects}
    buildings = _done(connection, reader, awarded, scope, known_at)
    worth = report_checks.worth(connection, scope.method, known_at)
    for facts in buildings:
        points, gate = worth.get(facts.id, (None, None))
        yield Checked(MustCheck.LOWEST_TIER, facts.id, reaches_lowest_tier(points))
        star = awarded[facts.project_id]
        if star:
            yield Checked(MustCheck.STAR_GATE, facts.id, passes_star_gate(star, gate))
    yield from _must_choose(reader, buildings, known, scope)
    yield from _local_materials(connection, buildings, known, scope, known_at)


def unmet(
    connection: Connection, scope: Scope, check: MustCheck, *, known_at: dt.datetime
) -> list[CheckedBuilding]:
    """Return the buildings that fail a check, then those of which nobody can tell."""
    projects = report_facts.projects(connection, known_at)
    mine = [each for each in projects if scope.division in (None, each.division)]
    found = {
        each.building: each.answer
        for each in checked(connection, mine, scope, known_at=known_at)
        if each.check is check and each.answer is not Answer.YES
    }
    named = report_checks.named(connection, list(found))
    rows = [CheckedBuilding(answer=found[number], **names) for number, names in named.items()]
    order = (Answer.NO, Answer.OPEN)
    return sorted(rows, key=lambda row: (order.index(row.answer), row.division, row.building))


def _done(
    connection: Connection,
    reader: Reader,
    awarded: Mapping[int, int | None],
    scope: Scope,
    known_at: dt.datetime,
) -> list[BuildingFacts]:
    ids = report_facts.building_ids(connection, awarded, known_at)
    return [
        facts
        for facts in reader.buildings_of(ids)
        if facts.completed_on is not None and scope.first <= facts.completed_on <= scope.last
    ]


def _must_choose(
    reader: Reader, buildings: Sequence[BuildingFacts], known: Basis, scope: Scope
) -> Iterator[Checked]:
    asked: dict[int, ProcurementPack] = {}
    for facts in buildings:
        used = known.pack_for(facts, "procurement", facts.completed_on or scope.last)
        if used is None or not isinstance(used.pack, ProcurementPack):
            continue
        if names_must_choose(used.pack):
            asked[facts.id] = used.pack
        else:
            # No line of any building could change that.
            yield Checked(MustCheck.MUST_CHOOSE, facts.id, Answer.OPEN)
    ids = list(asked)
    for start in range(0, len(ids), _READ_AT_ONCE):
        for facts in reader.facts_of(ids[start : start + _READ_AT_ONCE]):
            pack = asked[facts.id]
            lines = lines_at(facts, Stage.COMPLETION, accepted_by(pack.policies))
            judged = procurement.judge(pack, lines, known.units, Stage.COMPLETION)
            yield Checked(MustCheck.MUST_CHOOSE, facts.id, judged.must if lines else Answer.OPEN)


def _local_materials(
    connection: Connection,
    buildings: Sequence[BuildingFacts],
    known: Basis,
    scope: Scope,
    known_at: dt.datetime,
) -> Iterator[Checked]:
    asked: dict[str, tuple[LocalMaterialsPack, list[int]]] = {}
    for facts in buildings:
        used = known.pack_for(facts, "local-materials", facts.completed_on or scope.last)
        if used is not None and isinstance(used.pack, LocalMaterialsPack):
            asked.setdefault(used.pack.version, (used.pack, []))[1].append(facts.id)
    for pack, ids in asked.values():
        shipments = _shipments(connection, pack, ids, known.units, known_at)
        for building in ids:
            judged = local_materials.judge(pack, shipments[building], known.units)
            yield Checked(MustCheck.LOCAL_MATERIALS, building, judged.verdict)


def _shipments(
    connection: Connection,
    pack: LocalMaterialsPack,
    ids: Sequence[int],
    units: UnitTable,
    known_at: dt.datetime,
) -> Mapping[int, list[Shipment]]:
    """Return what came to each building, as few shipments as give the same answer.

    The measure adds up weights: lines of one sign, distance and kind are one to it.
    """
    came = list(report_checks.came(connection, pack, ids, known_at))
    products = {each.product_id for each in came if each.product_id is not None}
    goods = {
        number: (category, factors_of(declared))
        for number, category, _, _, declared in known_then.products(connection, products, known_at)
    }
    kinds = {
        # Of a category it asks whether it is known, and whether it comes ready mixed.
        number: key if key in pack.ready_mixed else _OTHER
        for number, key in report_checks.categories(connection).items()
    }

    @cache
    def weight(unit: str, declared: tuple[Declared, ...]) -> Fraction | None:
        found = units.convert(Fraction(1, _SCALE), unit, _WEIGHT, declared=declared)
        return found.value if isinstance(found, Converted) else None

    # Whole numbers over each denominator: to add fractions takes ten times as long.
    sums: dict[int, dict[tuple[_Kind, int], int]] = defaultdict(lambda: defaultdict(int))
    for each in came:
        category, factors = goods.get(each.product_id or 0, (None, ()))
        factor = weight(each.unit, factors_of(each.declared) + factors)
        kind = _Kind(
            kinds.get(each.category_id or category or 0),
            each.is_near,
            each.is_site_mixed,
            factor is not None,
            each.millionths > 0,
        )
        top, bottom = (1, 1) if factor is None else (factor.numerator, factor.denominator)
        sums[each.building][kind, bottom] += each.millionths * top
    return defaultdict(list, {building: _of_sums(pack, of) for building, of in sums.items()})


def _of_sums(pack: LocalMaterialsPack, sums: Mapping[tuple[_Kind, int], int]) -> list[Shipment]:
    amounts: dict[_Kind, Fraction] = defaultdict(Fraction)
    for (kind, bottom), top in sums.items():
        amounts[kind] += Fraction(top, bottom)
    return [kind.shipment(pack, n, amount) for n, (kind, amount) in enumerate(amounts.items())]


class _Kind(NamedTuple):
    """What the measure of local materials tells apart."""

    category: str | None
    is_near: bool | None
    is_site_mixed: bool
    is_weighed: bool
    is_positive: bool

    def shipment(self, pack: LocalMaterialsPack, number: int, amount: Fraction) -> Shipment:
        """Return a shipment of the kind; of a name the measure asks only how it was mixed."""
        near, far = pack.within_km, pack.within_km + 1
        return Shipment(
            id=str(number),
            name=pack.site_mixed[0] if self.is_site_mixed else "",
            category=self.category,
            unit=_WEIGHT if self.is_weighed else None,
            quantity=amount,
            transport_km=None if self.is_near is None else near if self.is_near else far,
        )
