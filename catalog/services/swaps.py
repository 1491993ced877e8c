"""What gets a building to a target: the lines to supply by products that are proven green."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec
from sqlalchemy import Connection

from catalog.db import Database
from catalog.repositories import adoptions, projects, swaps
from catalog.repositories.calculating import Reader
from catalog.repositories.swaps import Supplier
from catalog.rules.exact import rounded_half_up
from catalog.rules.packs import ThresholdPack, named
from catalog.rules.swaps.answer import Candidate, Objective, Offer, SwapPlan
from catalog.rules.swaps.fitting import Contraries, ending, is_contrary, may_fit
from catalog.rules.swaps.reaching import swaps_to_reach
from catalog.rules.terms import BillStage, Stage
from catalog.rules.units import UnitTable
from catalog.services.calculation import Calculation, basis, calculate_building
from catalog.views.projects import BillLineView
from catalog.views.swaps import PriceView, ProposalView, SwapLineView, SwapsView

MOST_PROPOSALS = 8
_MOST_SUPPLIERS = 200
_PRICE_PLACES = 6


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked about a building; a target of None is the next step of its thresholds.

    Only adopted products are proposed where ``adopted`` is true; None is true if the adoption
    database holds anything, because without it nothing could be proposed.
    """

    method: str
    stage: Stage
    target: Decimal | None = None
    objective: Objective = Objective.FEWEST
    adopted: bool | None = None


class _Shelf:
    """The products of each category that may be proposed on a day, with their prices."""

    def __init__(
        self,
        connection: Connection,
        units: UnitTable,
        *,
        on: dt.date,
        adopted: bool,
        contraries: Contraries,
    ) -> None:
        self._connection, self._units, self._on = connection, units, on
        self._adopted, self._contraries = adopted, contraries
        self._held: dict[str, list[Supplier]] = {}
        self._prices: dict[tuple[int, str], PriceView] = {}
        self._sorted: dict[tuple[str, str], list[tuple[Supplier, PriceView | None]]] = {}

    def proposals(self, line: BillLineView) -> list[ProposalView]:
        """Return the products that may fit a line: the cheapest first, then by name.

        One that says it is for something else, or whose model and scope speak of other grades,
        sizes or models than the line, does not fit. Where some of the others are called what the
        line is called, only those are looked at. What cannot be told is left to the reader.
        """
        said = f"{line.name} {line.specification or ''}"
        held = [
            (supplier, price)
            for supplier, price in self._of(line.category or "", line.unit)
            if not is_contrary(f"{supplier.name} {supplier.said}", said, self._contraries)
        ]
        own = ending(line.name)
        alike = [pair for pair in held if ending(pair[0].name) == own] or held
        found: list[ProposalView] = []
        for supplier, price in alike:
            if supplier.said and not may_fit(supplier.said, said):
                continue
            found.append(
                ProposalView(
                    product=supplier.key,
                    name=supplier.name,
                    model=supplier.model,
                    company=supplier.company,
                    is_synthetic=supplier.is_synthetic,
                    price=price,
                )
            )
            if len(found) == MOST_PROPOSALS:
                break
        return found

    def _of(self, category: str, unit: str) -> list[tuple[Supplier, PriceView | None]]:
        own = self._unit(unit)
        if category not in self._held:
            held = swaps.suppliers(
                self._connection,
                category,
                on=self._on,
                limit=_MOST_SUPPLIERS,
                adopted=self._adopted,
            )
            self._held[category] = held
            for (product, stated), price in swaps.latest_prices(
                self._connection, [supplier.id for supplier in held]
            ).items():
                known = self._prices.setdefault((product, self._unit(stated)), price)
                if price.on > known.on:
                    self._prices[product, self._unit(stated)] = price
        if (category, own) not in self._sorted:
            priced = [(each, self._prices.get((each.id, own))) for each in self._held[category]]
            priced.sort(key=lambda pair: (pair[1] is None, pair[1].price if pair[1] else 0))
            self._sorted[category, own] = priced
        return self._sorted[category, own]

    def _unit(self, written: str) -> str:
        found = self._units.find(written)
        return found.key if found else written


def read_swaps(
    database: Database,
    building: str,
    question: Question,
    *,
    on: dt.date,
    contraries: Contraries,
) -> SwapsView:
    """Return what gets a building to a target, read in one go.

    Raises:
        ProjectNotFoundError: There is no such building.
    """
    with database.reading() as connection:
        return swaps_of_building(connection, building, question, on=on, contraries=contraries)


def swaps_of_building(
    connection: Connection,
    building: str,
    question: Question,
    *,
    on: dt.date,
    contraries: Contraries,
) -> SwapsView:
    """Return what gets a building to a target, with products that may be proposed on the day.

    A product that says the contrary of a line (``contraries``) is not proposed for it.

    Raises:
        ProjectNotFoundError: There is no such building.
    """
    building_id, view = projects.named_building(connection, building)
    rules = basis(connection)
    adopted = adoptions.is_any(connection) if question.adopted is None else question.adopted
    (facts,) = Reader(connection).facts_of([building_id])
    found = next(
        (
            each
            for each in calculate_building(facts, rules, today=on, methods=[question.method])
            if each.stage is question.stage
        ),
        None,
    )
    if found is None:
        return SwapsView(
            building=view, method=question.method, stage=question.stage, on=on, pack=None,
            thresholds=None, targets=[], plan=None, lines={}, adopted_only=adopted,
        )  # fmt: skip
    shelf = _Shelf(connection, rules.units, on=on, adopted=adopted, contraries=contraries)
    wanted = BillStage.DESIGN if question.stage is Stage.DESIGN else BillStage.SETTLEMENT
    lines = {
        f"bill-line-{line.id}": _line(line, shelf)
        for line in projects.bill_lines_of(connection, building)
        if line.stage is wanted
    }
    targets = _targets(found.thresholds)
    plan = swaps_to_reach(
        found.pack,
        found.counted.lines,
        rules.units,
        question.stage,
        target=_target(question, targets, found),
        offers=_offers(lines),
        objective=question.objective,
    )
    return SwapsView(
        building=view,
        method=question.method,
        stage=question.stage,
        on=on,
        pack=named(found.pack),
        thresholds=named(found.thresholds),
        targets=targets,
        plan=plan,
        lines={line: lines[line] for line in sorted(_named_in(plan) & lines.keys())},
        adopted_only=adopted,
    )


def _line(line: BillLineView, shelf: _Shelf) -> SwapLineView:
    price = line.unit_price
    if price is None and line.amount is not None and line.quantity > 0:
        price = rounded_half_up(Fraction(line.amount) / Fraction(line.quantity), _PRICE_PLACES)
    return SwapLineView(
        name=line.name,
        specification=line.specification,
        category=line.category,
        place=line.place,
        unit=line.unit,
        quantity=line.quantity,
        price=price,
        proposals=shelf.proposals(line) if line.category else [],
    )


def _offers(lines: dict[str, SwapLineView]) -> list[Offer]:
    return [
        Offer(
            line=key,
            candidates=tuple(
                Candidate(product=each.product, price=each.price.price if each.price else None)
                for each in line.proposals
            ),
            price=line.price,
        )
        for key, line in lines.items()
    ]


def _targets(thresholds: ThresholdPack) -> list[Decimal]:
    steps: Iterable[Decimal] = (
        *(tier.at_least_percent for tier in thresholds.tiers),
        *(gate.at_least_percent for gate in thresholds.gates),
    )
    return sorted(set(steps))


def _target(question: Question, targets: Sequence[Decimal], found: Calculation) -> Decimal:
    if question.target is not None:
        return question.target
    tiers = [tier.at_least_percent for tier in found.thresholds.tiers]
    above = (percent for percent in tiers if percent > found.percent)
    return next(above, targets[-1])


def _named_in(plan: SwapPlan) -> Collection[str]:
    named = {swap.line for swap in plan.swaps}
    return named | {block.line for block in plan.blocks if block.line is not None}
