"""What gets a building of 300 lines to its target, with eight products for each line."""

from __future__ import annotations

import random
import time
from decimal import Decimal

import seed_data
from benchmarks.report import show
from catalog.rules.packs import RatioPack, parse_pack
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.swaps.answer import Candidate, Objective, Offer
from catalog.rules.swaps.reaching import swaps_to_reach
from catalog.rules.terms import Stage
from catalog.rules.units import UnitTable

LINES = 300
PRODUCTS = 8
BILLS = 5
TARGETS = (50, 70, 90)
PACKS = ("ratio-a-2019", "ratio-b-2021")
_CENT = Decimal("0.01")


def a_bill(pack: RatioPack, seed: int) -> tuple[list[RatioLine], list[Offer]]:
    """Make up a bill: goods of all kinds, some of them green, some prices unknown."""
    drawn = random.Random(seed)  # noqa: S311  The same bills every time; nothing is secret.
    mapped = [entry for entry in pack.mapping if entry.targets]
    lines, offers = [], []
    for n in range(LINES):
        entry = mapped[int(len(mapped) * drawn.random() ** 1.5)]
        place = drawn.choice(list(entry.places)) if entry.places else None
        item = pack.items[entry.item or entry.places[place or ""]]
        quantity = Decimal(drawn.randrange(1, 10**6)) / 100
        lines.append(
            RatioLine(
                id=f"bill-line-{n}",
                category=entry.category,
                place=place,
                unit=item.units[0] if item.units else "piece",
                quantity=quantity,
                role=Role.TOTAL,
                green_quantity=drawn.choice([None, Decimal(0), quantity / 2, quantity]),
            )
        )
        planned = Decimal(drawn.randrange(100, 100_000)) / 100
        prices = [
            None if drawn.random() < 0.1 else planned * drawn.randrange(95, 140) / 100
            for _ in range(PRODUCTS)
        ]
        offers.append(
            Offer(
                line=f"bill-line-{n}",
                candidates=tuple(
                    Candidate(product=f"p{k}", price=price and price.quantize(_CENT))
                    for k, price in enumerate(prices)
                ),
                price=planned,
            )
        )
    return lines, offers


def main() -> None:
    """Measure and print."""
    units = UnitTable.from_rows(seed_data.read_toml("units/units.toml"))
    rows: list[list[object]] = []
    for name in PACKS:
        pack = parse_pack(seed_data.read_toml(f"rules/{name}.toml"))
        if not isinstance(pack, RatioPack):
            raise TypeError(f"{name} is no way to calculate a ratio")
        bills = [a_bill(pack, seed) for seed in range(BILLS)]
        _once(pack, units, *bills[0])  # The solver is loaded when it is first needed.
        for objective in Objective:
            for target in TARGETS:
                rows.append([
                    f"method {pack.method}, {objective.value}, {target} %",
                    *_measured(pack, units, bills, Decimal(target), objective),
                ])  # fmt: skip
    show(
        f"Swaps: {LINES} lines with {PRODUCTS} products each",
        [f"{BILLS} bills, CPU time", "mean ms", "worst ms", "mean swaps", "proven"],
        rows,
    )


def _once(pack: RatioPack, units: UnitTable, lines: list[RatioLine], offers: list[Offer]) -> None:
    swaps_to_reach(pack, lines, units, Stage.DESIGN, target=Decimal(30), offers=offers)


def _measured(
    pack: RatioPack,
    units: UnitTable,
    bills: list[tuple[list[RatioLine], list[Offer]]],
    target: Decimal,
    objective: Objective,
) -> list[object]:
    times, swaps, proven = [], 0, 0
    for lines, offers in bills:
        started = time.process_time()
        plan = swaps_to_reach(
            pack, lines, units, Stage.DESIGN, target=target, offers=offers, objective=objective
        )
        times.append((time.process_time() - started) * 1000)
        swaps += len(plan.swaps)
        proven += plan.is_proven
    return [sum(times) / BILLS, max(times), swaps / BILLS, f"{proven} of {BILLS}"]
