"""From the facts of a building to its ratios: which packs, which lines, and what comes out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from catalog.models.base import DECIMAL_PLACES, decimal_of_millionths
from catalog.repositories import reference
from catalog.repositories.building_facts import BuildingFacts, DeliveredLine
from catalog.rules.greenness import accepted_by, proofs
from catalog.rules.packs import Pack, PackChoice, PackInUse, RatioPack, ThresholdPack, pack_for
from catalog.rules.proof import Accepted, Goods, Proof, Proofs
from catalog.rules.ratio.calculate import Calculator
from catalog.rules.ratio.lines import RatioLine, Role, line_id
from catalog.rules.ratio.thresholds import standing
from catalog.rules.terms import BillStage, Stage
from catalog.rules.units import UnitTable
from catalog.rules.validity import Window

METHODS = ("A", "B", "C")
_MOST_SEEN = 100_000


class Basis:
    """What every calculation needs beside the facts; what recurs is worked out once."""

    def __init__(self, packs: list[Pack], units: UnitTable) -> None:
        self.packs, self.units = packs, units
        self._calculators: dict[tuple[str, str, Stage], Calculator] = {}
        self._proving: dict[Accepted, Proving] = {}
        self._in_force: dict[tuple[str, str | None, str, dt.date], PackInUse | None] = {}

    def calculator(self, pack: RatioPack, stage: Stage) -> Calculator:
        """Return what calculates by the pack at the stage."""
        key = (pack.key, pack.version, stage)
        found = self._calculators.get(key)
        if found is None:
            found = self._calculators[key] = Calculator(pack, self.units, stage)
        return found

    def proving(self, accepted: Accepted) -> Proving:
        """Return what proves deliveries green by this evidence."""
        return self._proving.setdefault(accepted, Proving(accepted))

    def pack_for(
        self, facts: BuildingFacts, kind: str, on: dt.date, method: str | None = None
    ) -> PackInUse | None:
        """Return the pack that the building goes by on the day."""
        if facts.choices:
            return pack_for(self.packs, facts.choices, kind=kind, place=facts.jurisdiction,
                            on=on, method=method)  # fmt: skip
        key = (kind, method, facts.jurisdiction, on)
        if key not in self._in_force:
            self._in_force[key] = pack_for(
                self.packs, (), kind=kind, place=facts.jurisdiction, on=on, method=method
            )
        return self._in_force[key]


class Proving:
    """Proves deliveries green by one kind of evidence; equal goods are judged once."""

    def __init__(self, accepted: Accepted) -> None:
        self._accepted = accepted
        self._known: dict[Goods, Proofs] = {}
        # Deliveries share their goods: to look at one object again is cheaper than to compare it.
        # The goods stand beside their proofs, so that no other object can take their identity.
        self._seen: dict[int, tuple[Goods, Proofs]] = {}

    def of(self, delivery: DeliveredLine) -> Proof:
        """Return whether the delivery counts as green, and why."""
        return self.during(delivery.goods, delivery.days)

    def during(self, goods: Goods, days: Window) -> Proof:
        """Return what can be said of goods that came on one of these days."""
        seen = self._seen.get(id(goods))
        if seen is None:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            seen = self._seen[id(goods)] = (goods, self.proofs_of(goods))
        if days[0] == days[1]:
            return seen[1].on(days[0])
        return seen[1].during(days)

    def proofs_of(self, goods: Goods) -> Proofs:
        """Return what can be said of the goods on every day."""
        found = self._known.get(goods)
        if found is None:
            if len(self._known) >= _MOST_SEEN:
                self._known.clear()
            found = self._known[goods] = proofs(goods, self._accepted)
        return found


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio and what it is worth; the amounts are those that its deliveries state."""

    stage: Stage
    pack: RatioPack
    choice: PackChoice | None
    thresholds: ThresholdPack
    percent: Decimal
    points: Decimal
    gate_star: int | None
    done_on: dt.date | None
    green_amount: Decimal | None
    total_amount: Decimal | None


class Counted(msgspec.Struct, frozen=True):
    """The lines that a stage counts, and the stated amounts of the deliveries among them."""

    lines: list[RatioLine]
    green_amount: Decimal | None
    total_amount: Decimal | None


class Calculation(Figure, frozen=True, kw_only=True):
    """A figure with the lines that it was calculated from."""

    counted: Counted


def basis(connection: Connection) -> Basis:
    """Return the published packs and units."""
    return Basis(reference.packs(connection), reference.unit_table(connection))


def calculate_building(
    facts: BuildingFacts, basis: Basis, *, today: dt.date, methods: Sequence[str] = METHODS
) -> list[Calculation]:
    """Calculate every method in force at each stage for which the building has lines."""
    found = []
    for stage in Stage:
        done_on = facts.designed_on if stage is Stage.DESIGN else facts.completed_on
        on = done_on or today
        thresholds = basis.pack_for(facts, "thresholds", on)
        if thresholds is None or not isinstance(thresholds.pack, ThresholdPack):
            continue
        counted: dict[Accepted, Counted] = {}
        for method in methods:
            used = basis.pack_for(facts, "ratio", on, method)
            if used is None or not isinstance(used.pack, RatioPack):
                continue
            accepted = accepted_by(used.pack.policies)
            if accepted not in counted:
                counted[accepted] = _counted(facts, stage, basis.proving(accepted))
            lines = counted[accepted].lines
            if not lines:
                continue
            percent = basis.calculator(used.pack, stage).percent(lines)
            worth = standing(thresholds.pack, percent)
            found.append(
                Calculation(
                    stage=stage,
                    pack=used.pack,
                    choice=used.choice,
                    thresholds=thresholds.pack,
                    counted=counted[accepted],
                    green_amount=counted[accepted].green_amount,
                    total_amount=counted[accepted].total_amount,
                    percent=percent,
                    points=worth.points,
                    gate_star=worth.star,
                    done_on=done_on,
                )
            )
    return found


def lines_at(facts: BuildingFacts, stage: Stage, accepted: Accepted) -> list[RatioLine]:
    """Return what the stage counts: planned lines, or settled lines and deliveries.

    ``accepted`` is what the pack takes as proof that a delivery is green.
    """
    return _counted(facts, stage, Proving(accepted)).lines


def _counted(facts: BuildingFacts, stage: Stage, proving: Proving) -> Counted:
    wanted = BillStage.DESIGN if stage is Stage.DESIGN else BillStage.SETTLEMENT
    lines = [
        RatioLine(
            id=line_id(line.id, is_delivered=False),
            category=line.category,
            place=line.place,
            unit=line.unit,
            quantity=line.quantity,
            role=Role.TOTAL,
            green_quantity=line.planned_green_quantity if stage is Stage.DESIGN else None,
            declared=line.declared,
            label=line.name,
        )
        for line in facts.bill_lines
        if line.stage is wanted
    ]
    if stage is Stage.DESIGN:
        return Counted(lines, None, None)
    green_amount = total_amount = None
    for delivery in facts.deliveries:
        proof = proving.of(delivery)
        lines.append(_delivered(delivery, proof))
        if delivery.amount is not None:
            total_amount = (total_amount or Decimal(0)) + delivery.amount
            green_amount = green_amount or Decimal(0)
            if proof.green:
                green_amount += delivery.amount
    return Counted(lines, _plain(green_amount), _plain(total_amount))


def _plain(amount: Decimal | None) -> Decimal | None:
    """Return a sum in the spelling of stored decimals: 0.45 and 0.65 are 1.1, and never 1.10."""
    if amount is None:
        return None
    return decimal_of_millionths(int(amount.scaleb(DECIMAL_PLACES)))


def _delivered(delivery: DeliveredLine, proof: Proof) -> RatioLine:
    return RatioLine(
        id=line_id(delivery.id, is_delivered=True),
        category=delivery.category,
        place=delivery.place,
        unit=delivery.unit,
        quantity=delivery.quantity,
        role=Role.DELIVERED,
        green=proof.green,
        green_reason=proof.reason,
        proof=proof,
        declared=delivery.declared,
        label=delivery.name,
    )
