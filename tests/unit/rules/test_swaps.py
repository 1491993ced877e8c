"""Swaps in small buildings, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine
from catalog.rules.swaps.answer import Candidate, Count, Objective, Obstacle, Offer, Reach, SwapPlan
from catalog.rules.swaps.fitting import ending, is_contrary, may_fit
from catalog.rules.swaps.quantities import swappable_lines, with_swaps
from catalog.rules.swaps.reaching import swaps_to_reach
from catalog.rules.terms import Stage
from seed_data.matching import contraries
from tests.unit.rules.lines import billed, delivered
from tests.unit.rules.seeds import ratio_pack, unit_table

CONCRETE, MORTAR = "ready-mixed-concrete", "ready-mixed-mortar"


def offer(line: str, *prices: str | None, planned: str | None = "100") -> Offer:
    """Return an offer of one product for each price."""
    return Offer(
        line=line,
        candidates=tuple(
            Candidate(product=f"p{n}", price=None if price is None else Decimal(price))
            for n, price in enumerate(prices)
        ),
        price=None if planned is None else Decimal(planned),
    )


def plan(  # What every test asks, with what is usual.
    lines: list[RatioLine],
    target: str,
    *offers: Offer,
    pack: str = "ratio-b-2021",
    stage: Stage = Stage.DESIGN,
    objective: Objective = Objective.FEWEST,
) -> SwapPlan:
    return swaps_to_reach(
        ratio_pack(pack),
        lines,
        unit_table(),
        stage,
        target=Decimal(target),
        offers=offers or [offer(line.id, "120") for line in lines],
        objective=objective,
    )


def swapped(found: SwapPlan) -> list[str]:
    return [swap.line for swap in found.swaps]


def quantities(lines: list[RatioLine], stage: Stage = Stage.COMPLETION) -> dict[str, Decimal]:
    """Return how much of each line can be swapped, by method B."""
    units = unit_table()
    counted = calculate(ratio_pack("ratio-b-2021"), lines, units, stage)
    found = swappable_lines(lines, counted, units, stage)
    return {line: Decimal(str(float(each.quantity))) for line, each in found.items()}


def test_takes_the_one_line_that_makes_a_class_pass() -> None:
    lines = [billed("big", CONCRETE, "85", green="0"), billed("small", CONCRETE, "15", green="0")]
    found = plan(lines, "45")
    assert swapped(found) == ["big"]
    assert (found.percent_before, found.percent_after) == (0, 45)


def test_explains_the_class_that_passes() -> None:
    found = plan([billed("a", CONCRETE, "100", green="60"), billed("b", MORTAR, green="90")], "45")
    (group,) = found.groups
    (item,) = group.items
    assert (group.points_before, group.points_after) == (Decimal("22.5"), 45)
    assert (item.ratio_before, item.ratio_after) == (Decimal("0.6"), 1)
    assert (item.passing_before, item.passing_after, item.lines) == (0, 1, ("a",))


def test_swaps_only_what_is_not_green_yet() -> None:
    found = plan([billed("a", CONCRETE, "100", green="60")], "45", offer("a", "120.005"))
    (swap,) = found.swaps
    assert (swap.quantity, swap.extra_cost) == (40, Decimal("800.20"))


def test_says_what_is_reached_with_one_swap_less() -> None:
    lines = [billed("a", CONCRETE, "50", green="0"), billed("b", CONCRETE, "50", green="0")]
    found = plan([*lines, billed("c", MORTAR, green="0")], "45")
    assert len(found.swaps) == 3
    assert found.less is not None
    assert (found.less.count, found.less.at_most, found.less.percent) == (
        Count.SWAPS, 2, Decimal("22.5"))  # fmt: skip


def test_needs_nothing_where_the_target_is_reached() -> None:
    found = plan([billed("a", CONCRETE, green="80")], "45")
    assert (found.reach, found.swaps, found.less) == (Reach.REACHED, (), None)
    assert found.extra_cost == 0


def test_a_building_without_lines_is_out_of_reach() -> None:
    found = plan([], "1", offer("nothing", "1"))
    assert (found.reach, found.percent_after, found.swaps) == (Reach.OUT_OF_REACH, 0, ())


def test_out_of_reach_comes_as_near_as_it_can_and_names_what_blocks() -> None:
    lines = [
        billed("a", CONCRETE, green="0"),
        billed("b", MORTAR, green="0"),
        billed("bags", MORTAR, unit="bag", green="0"),
        billed("nameless", None),
    ]
    found = plan(lines, "45", offer("a", "120"), offer("b"))
    assert (found.reach, found.percent_after, swapped(found)) == (
        Reach.OUT_OF_REACH, Decimal("22.5"), ["a"])  # fmt: skip
    assert [(block.obstacle, block.item, block.line) for block in found.blocks] == [
        (Obstacle.NO_CANDIDATE, "q1-mortar", "b"),
        (Obstacle.LEFT_OUT, None, "bags"),
        (Obstacle.LEFT_OUT, None, "nameless"),
    ]


def test_an_item_that_the_building_lacks_blocks_where_it_stays_in_the_denominator() -> None:
    found = plan([billed("a", CONCRETE, green="0")], "70", pack="ratio-a-2019")
    assert found.percent_after == 20
    lacking = {block.item for block in found.blocks if block.obstacle is Obstacle.NOT_IN_USE}
    assert "s1-mortar" in lacking and "s1-concrete" not in lacking


def test_interpolated_points_take_as_many_lines_as_they_need() -> None:
    # 10 points at 80 %, and 0.5 for each further hundredth: 15 points need 90 %.
    lines = [billed(f"line-{n}", CONCRETE, "10", green="0") for n in range(10)]
    found = plan(lines, "15", pack="ratio-a-2019")
    assert (len(found.swaps), found.percent_after) == (9, 15)
    assert found.less is not None and found.less.percent == 10


def test_of_lines_that_do_the_same_the_cheaper_is_swapped() -> None:
    # 75 % are green; with either of the two others it is 87.5 %, which is 13.75 points.
    lines = [billed("a", CONCRETE, "150", green="150"), billed("b", CONCRETE, "25", green="0"),
             billed("c", CONCRETE, "25", green="0")]  # fmt: skip
    found = plan(lines, "13.8", offer("b", "130", "125"), offer("c", "120"), pack="ratio-a-2019")
    assert swapped(found) == ["c"] and found.percent_after == Decimal("13.8")


def test_of_many_lines_that_do_the_same_the_cheapest_are_swapped() -> None:
    lines = [billed(f"line-{n}", CONCRETE, "10", green="0") for n in range(50)]
    offers = [offer(f"line-{n}", str(150 + n)) for n in range(50)]
    found = plan(lines, "45", *offers)
    assert swapped(found) == [f"line-{n}" for n in range(40)] and found.is_proven


def test_the_cheapest_candidate_of_a_line_is_its_best() -> None:
    (swap,) = plan([billed("a", CONCRETE, green="0")], "45", offer("a", None, "130", "110")).swaps
    assert (swap.product, swap.extra_cost) == ("p2", 1000)


@pytest.mark.parametrize(
    ("candidate", "planned"), [(None, "100"), ("120", None), (None, None)], ids=str
)
def test_an_unknown_price_is_no_price_of_zero(candidate: str | None, planned: str | None) -> None:
    lines = [billed("a", CONCRETE, green="0"), billed("b", MORTAR, green="0")]
    unknown = offer("a", candidate, planned=planned)
    dear = offer("b", "1000000")
    cheapest = plan(lines, "22.5", unknown, dear, objective=Objective.CHEAPEST)
    assert swapped(cheapest) == ["b"] and cheapest.extra_cost == Decimal(99_990_000)
    both = plan(lines, "45", unknown, dear, objective=Objective.CHEAPEST)
    assert both.extra_cost is None
    assert both.less is not None and both.less.count is Count.UNKNOWN_COSTS


def test_the_cheapest_plan_may_take_more_swaps_than_the_fewest() -> None:
    lines = [
        billed("whole", CONCRETE, "80", green="0"),
        *(billed(f"part-{n}", MORTAR, "40", green="0") for n in range(2)),
    ]
    offers = [offer("whole", "125"), offer("part-0", "110"), offer("part-1", "110")]
    assert swapped(plan(lines, "20", *offers)) == ["whole"]
    cheapest = plan(lines, "20", *offers, objective=Objective.CHEAPEST)
    assert swapped(cheapest) == ["part-0", "part-1"]
    assert cheapest.extra_cost == 800
    assert cheapest.less is not None
    assert (cheapest.less.count, cheapest.less.at_most) == (Count.EXTRA_COST, Decimal("799.99"))


def test_what_one_swap_saves_pays_for_no_other() -> None:
    lines = [billed("a", CONCRETE, green="0"), billed("b", MORTAR, green="0")]
    found = plan(lines, "20", offer("a", "60"), offer("b", "90"), objective=Objective.CHEAPEST)
    assert len(found.swaps) == 1 and found.extra_cost is not None and found.extra_cost < 0


def test_a_plan_that_only_seems_to_reach_is_shut_out() -> None:
    # Any eight of the ten are 80 %, but for the odd millionths that one of them has more.
    lines = [billed(f"line-{n}", CONCRETE, "100", green="0") for n in range(9)]
    lines.append(billed("odd", CONCRETE, "100.000001", green="0"))
    found = plan(lines, "45")
    assert len(found.swaps) == 8 and "odd" in swapped(found)
    assert found.is_proven and found.percent_after == 45
    without = plan(lines, "45", *(offer(f"line-{n}", "120") for n in range(9)))
    assert len(without.swaps) == 9


def test_a_line_in_another_unit_counts_what_it_converts_to() -> None:
    lines = [billed("a", "steel-members", "2000", "kg", green="0"),
             billed("b", "steel-members", "1", "t", green="1")]  # fmt: skip
    (swap,) = plan(lines, "45").swaps
    assert (swap.line, swap.quantity, swap.unit) == ("a", 2000, "kg")


def test_at_completion_what_came_is_a_fact() -> None:
    lines = [billed("bill", CONCRETE, "100"), delivered("came", CONCRETE, "15", green=False)]
    found = plan(lines, "45", offer("bill", "120"), stage=Stage.COMPLETION)
    assert [(swap.line, swap.quantity) for swap in found.swaps] == [("bill", 85)]
    lines[1] = delivered("came", CONCRETE, "25", green=False)
    late = plan(lines, "45", offer("bill", "120"), stage=Stage.COMPLETION)
    assert (late.reach, late.swaps) == (Reach.OUT_OF_REACH, ())
    assert [(block.obstacle, block.line) for block in late.blocks] == [(Obstacle.DELIVERED, "came")]


def test_what_came_is_taken_off_the_line_of_its_name_first() -> None:
    lines = [
        msgspec.structs.replace(billed("a", CONCRETE, "60"), label="C30"),
        msgspec.structs.replace(billed("b", CONCRETE, "40"), label="C40"),
        msgspec.structs.replace(delivered("came", CONCRETE, "30"), label="C40"),
    ]
    assert quantities(lines) == {"a": 60, "b": 10}


def test_what_fits_no_line_by_name_is_taken_off_the_others_of_its_class() -> None:
    lines = [billed("a", CONCRETE, "60"), billed("b", "precast-components", "40", "m3"),
             delivered("came", CONCRETE, "70")]  # fmt: skip
    units = unit_table()
    counted = calculate(ratio_pack("ratio-a-2019"), lines, units, Stage.COMPLETION)
    found = swappable_lines(lines, counted, units, Stage.COMPLETION)
    assert {line: each.quantity for line, each in found.items()} == {"b": 30}


def test_what_is_billed_as_less_cannot_still_come() -> None:
    lines = [billed("a", CONCRETE, "100"), billed("credit", CONCRETE, "-30"),
             delivered("came", CONCRETE, "20"), delivered("back", CONCRETE, "-5")]  # fmt: skip
    assert quantities(lines) == {"a": 55}


def test_more_than_was_billed_leaves_nothing_to_come() -> None:
    lines = [billed("a", CONCRETE, "100"), delivered("came", CONCRETE, "120", green=False)]
    assert quantities(lines) == {}


def test_swaps_never_change_the_denominator() -> None:
    lines = [billed("a", CONCRETE, "100"), billed("credit", CONCRETE, "-30"),
             delivered("came", CONCRETE, "20", green=False)]  # fmt: skip
    units = unit_table()
    before = calculate(ratio_pack("ratio-b-2021"), lines, units, Stage.COMPLETION)
    found = swappable_lines(lines, before, units, Stage.COMPLETION)
    supplied = with_swaps(lines, found, {"a"})
    after = calculate(ratio_pack("ratio-b-2021"), supplied, units, Stage.COMPLETION)
    whole = [result.groups[0].items[0].measures[0].denominator for result in (before, after)]
    assert whole == [70, 70]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("洗脸盆", "盆"),
        ("断桥铝合金窗（60系列）", "窗"),
        ("预拌混凝土 C30", "土"),
        ("墙面一般抹灰砂浆(内墙)", "浆"),
        ("Wash basin", "basin"),
        ("123", None),
    ],
    ids=["basin", "window", "grade", "brackets", "english", "nothing"],
)
def test_the_end_of_a_name_says_what_the_thing_is(name: str, found: str | None) -> None:
    assert ending(name) == found


def test_a_product_fits_unless_its_scope_says_otherwise() -> None:
    assert may_fit("C20–C50", "预拌混凝土 C30") and not may_fit("C50", "预拌混凝土 C30")
    assert may_fit("系列产品", "预拌混凝土 C30")


@pytest.mark.parametrize(
    ("product", "line", "answer"),
    [
        ("合成树脂乳液外墙涂料", "内墙乳胶漆", True),
        ("干混砌筑砂浆 DM M10", "墙面一般抹灰砂浆 DP M10", True),
        ("干混砂浆 砌筑、抹灰", "墙面一般抹灰砂浆", False),
        ("合成树脂乳液内墙涂料", "乳胶漆 两遍", False),
        ("外墙外保温用岩棉板", "外墙保温岩棉板", False),
        ("PVC-U 排水管", "PP-R 给水管", True),
    ],
    ids=["other-side", "other-use", "both-uses", "unsaid", "same-side", "other-water"],
)
def test_a_product_for_something_else_is_no_swap(product: str, line: str, *, answer: bool) -> None:
    assert is_contrary(product, line, contraries()) is answer
