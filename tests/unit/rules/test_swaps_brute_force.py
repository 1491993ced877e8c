"""A plan of swaps is as good as the best of all plans, tried one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import seed_data
from catalog.rules.packs import RatioPack, parse_pack
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.swaps.answer import Candidate, Objective, Offer, Reach, SwapPlan
from catalog.rules.swaps.quantities import Swappable, swappable_lines, with_swaps
from catalog.rules.swaps.reaching import swaps_to_reach
from catalog.rules.terms import Stage
from tests.unit.ratio_strategies import GOODS
from tests.unit.rules.seeds import content, ratio_pack, unit_table

Cost = tuple[int, ...]


def altered(name: str, **policies: object) -> RatioPack:
    """Return a pack with other policies, under a key that says so."""
    stated = content(name)
    key = "-".join([name, *(str(value) for value in policies.values())])
    rounding = {**stated["policies"]["rounding"], **policies}
    return _pack({**stated, "key": key, "policies": {**stated["policies"], "rounding": rounding}})


def _pack(stated: dict[str, object]) -> RatioPack:
    pack = parse_pack(stated)
    assert isinstance(pack, RatioPack)
    return pack


PUBLISHED = sorted(
    path.stem for path in Path(str(seed_data.__path__[0])).glob("rules/ratio-*.toml")
)
PACKS = [
    *(ratio_pack(name) for name in PUBLISHED),
    altered("ratio-a-2019", step="group"),
    altered("ratio-a-2019", step="total", places=0),
    altered("ratio-b-2021", step="total"),
]

goods = st.sampled_from([GOODS[0], *GOODS])
amounts = st.integers(1, 12).map(lambda n: Decimal(n) / 2)
prices = st.none() | st.integers(1, 6).map(Decimal)
candidates = st.lists(prices, max_size=3).map(
    lambda found: tuple(Candidate(product=f"p{n}", price=price) for n, price in enumerate(found))
)


@st.composite
def a_bill(draw: st.DrawFn, stage: Stage) -> tuple[list[RatioLine], list[Offer]]:
    lines, offers = [], []
    for n in range(draw(st.integers(1, 8))):
        category, unit, place = draw(goods)
        quantity = draw(amounts)
        is_billed = stage is Stage.DESIGN or draw(st.booleans())
        green = draw(st.sampled_from([None, Decimal(0), quantity / 2, quantity]))
        lines.append(
            RatioLine(
                id=f"line-{n}",
                category=category,
                place=place,
                unit=unit,
                quantity=quantity,
                role=Role.TOTAL if is_billed else Role.DELIVERED,
                green=None if is_billed else draw(st.booleans()),
                green_quantity=green if stage is Stage.DESIGN else None,
            )
        )
        offers.append(Offer(line=f"line-{n}", candidates=draw(candidates), price=draw(prices)))
    return lines, offers


def cost_of(
    choice: dict[str, Candidate],
    swappable: dict[str, Swappable],
    planned: dict[str, Decimal | None],
) -> tuple[int, Fraction]:
    """Return how many swaps have an unknown cost, and what the others cost more."""
    unknown, extra = 0, Fraction(0)
    for line, candidate in choice.items():
        usual = planned[line]
        if candidate.price is None or usual is None:
            unknown += 1
        else:
            dearer = swappable[line].quantity * (Fraction(candidate.price) - Fraction(usual))
            extra += max(dearer, Fraction(0))
    return unknown, extra


def every_plan(
    pack: RatioPack, lines: list[RatioLine], stage: Stage, offers: list[Offer]
) -> Iterator[tuple[Decimal, int, int, Fraction]]:
    """Yield P, the swaps, those of unknown cost, and the extra cost, of each plan there is."""
    units = unit_table()
    swappable = swappable_lines(lines, calculate(pack, lines, units, stage), units, stage)
    planned = {offer.line: offer.price for offer in offers}
    offered = [offer for offer in offers if offer.line in swappable and offer.candidates]
    percents: dict[frozenset[str], Decimal] = {}
    for choice in product(*((None, *offer.candidates) for offer in offered)):
        chosen = {
            offer.line: candidate
            for offer, candidate in zip(offered, choice, strict=True)
            if candidate is not None
        }
        swapped = frozenset(chosen)
        if swapped not in percents:
            supplied = with_swaps(lines, swappable, swapped)
            percents[swapped] = calculate(pack, supplied, units, stage).percent
        yield percents[swapped], len(chosen), *cost_of(chosen, swappable, planned)


def of_plan(plan: SwapPlan) -> tuple[int, int, Fraction]:
    costs = [swap.extra_cost for swap in plan.swaps]
    extra = sum(
        (max(Fraction(cost), Fraction(0)) for cost in costs if cost is not None), Fraction()
    )
    return len(costs), costs.count(None), extra


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: f"{pack.key}@{pack.version}")
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), objective=st.sampled_from(Objective), target=st.integers(1, 70))
def test_no_plan_is_better(
    pack: RatioPack, stage: Stage, data: st.DataObject, objective: Objective, target: int
) -> None:
    lines, offers = data.draw(a_bill(stage))
    plan = swaps_to_reach(
        pack, lines, unit_table(), stage, target=Decimal(target), offers=offers, objective=objective
    )
    plans = list(every_plan(pack, lines, stage, offers))
    best = max(plans)[0]
    reaching = [made for percent, *made in plans if percent >= min(best, target)]
    assert plan.is_proven
    assert plan.percent_after >= min(best, target)
    assert (plan.reach is Reach.OUT_OF_REACH) == (best < target)
    swaps, unknown, extra = of_plan(plan)
    if objective is Objective.FEWEST:
        assert (swaps, unknown, extra) == min((n, u, cost) for n, u, cost in reaching)
    else:
        assert (unknown, extra, swaps) == min((u, cost, n) for n, u, cost in reaching)
    if plan.less is not None and objective is Objective.FEWEST:
        fewer = [percent for percent, n, *_ in plans if n <= plan.less.at_most]
        assert plan.less.percent == max(fewer) < min(best, target)
