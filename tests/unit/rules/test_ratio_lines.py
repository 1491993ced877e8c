"""Which lines count where, and why the others do not; the design stage."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.rules.ratio.lines import RatioLine
from catalog.rules.ratio.thresholds import standing
from catalog.rules.ratio.trace import Exclusion
from catalog.rules.terms import Stage
from tests.unit.rules.lines import billed, delivered, item_of, ratio
from tests.unit.rules.seeds import ratio_pack, threshold_pack

A = ratio_pack("ratio-a-2019")
B = ratio_pack("ratio-b-2021")


@pytest.mark.parametrize(
    ("line", "reason", "facts"),
    [
        (billed("x", None), Exclusion.NO_CATEGORY, {}),
        (billed("x", "tabc-healthy"), Exclusion.NOT_IN_METHOD, {"category": "tabc-healthy"}),
        (billed("x", "water-reducer", unit="t"), Exclusion.NOT_IN_METHOD, None),
        (billed("x", "paper-faced-gypsum-board", unit="m2"), Exclusion.NO_PLACE, None),
        (
            billed("x", "paper-faced-gypsum-board", unit="m2", place="outdoor"),
            Exclusion.PLACE_NOT_IN_METHOD,
            {
                "category": "paper-faced-gypsum-board",
                "place": "outdoor",
                "places": "ceiling interior-wall partition",
            },
        ),
        (billed("x", "masonry", unit=None), Exclusion.NO_UNIT, {"item": "q1-masonry"}),
        (billed("x", "taps", unit=None), Exclusion.NO_UNIT, {"item": "q3-other"}),
        (
            billed("x", "masonry", unit="1000-bricks"),
            Exclusion.UNIT_MISMATCH,
            {"item": "q1-masonry", "unit": "1000-bricks", "accepted": "m3", "missing": "m³/千块"},
        ),
        (
            billed("x", "taps", unit="a handful"),
            Exclusion.UNIT_MISMATCH,
            {"item": "q3-other", "unit": "a handful", "accepted": ""},
        ),
    ],
)
def test_leaves_a_line_out_with_its_reason(
    line: RatioLine, reason: Exclusion, facts: dict[str, str] | None
) -> None:
    result = ratio(B, [line])
    (excluded,) = result.excluded
    assert (excluded.line, excluded.reason) == ("x", reason)
    assert facts is None or excluded.facts == facts
    assert result.percent == 0


def test_says_in_both_languages_why_a_category_counts_nowhere() -> None:
    (excluded,) = ratio(B, [billed("x", "water-reducer", unit="t")]).excluded
    assert "不直接构成建筑实体" in excluded.facts["why_zh"]
    assert "ingredient" in excluded.facts["why_en"]


def test_one_category_counts_in_different_items_by_place() -> None:
    lines = [
        billed("in", "masonry", place="partition"),
        billed("out", "masonry", place="exterior-wall"),
    ]
    result = ratio(A, lines)
    assert item_of(result, "s2-partition").measures[0].denominator_lines == ("in",)
    assert item_of(result, "s2-exterior").measures[0].denominator_lines == ("out",)


def test_design_goes_by_the_planned_green_quantity() -> None:
    lines = [
        billed("a", "masonry", "60", green="60"),
        billed("b", "masonry", "30", green="20"),
        billed("c", "masonry", "10", green="0"),
    ]
    result = ratio(B, lines, Stage.DESIGN)
    assert item_of(result, "q1-masonry").ratio == Decimal("0.8")
    assert result.percent == 45 and result.unstated_lines == 0


def test_a_plan_that_states_nothing_is_not_green_and_is_reported() -> None:
    lines = [billed("a", "masonry", "60", green="60"), billed("b", "masonry", "40")]
    result = ratio(B, lines, Stage.DESIGN)
    assert item_of(result, "q1-masonry").ratio == Decimal("0.6")
    assert result.unstated_lines == 1
    (line,) = item_of(result, "q1-masonry").measures[0].not_green_lines
    assert (line.line, line.known, line.reason) == ("b", False, "not-stated")


def test_green_planned_beyond_a_line_does_not_stand_in_for_another() -> None:
    lines = [billed("a", "masonry", "50", green="100"), billed("b", "masonry", "50", green="0")]
    assert item_of(ratio(B, lines, Stage.DESIGN), "q1-masonry").ratio == Decimal("0.5")


def test_deliveries_have_no_part_in_the_design_stage() -> None:
    (excluded,) = ratio(B, [delivered("x", "masonry")], Stage.DESIGN).excluded
    assert excluded.reason is Exclusion.OTHER_STAGE


@pytest.mark.parametrize(
    ("pack", "percent", "points", "star", "next_percent"),
    [
        ("thresholds-2019", "29.9", "0", None, "30"),
        ("thresholds-2019", "30", "4", None, "50"),
        ("thresholds-2024", "9.9", "0", 0, "40"),
        ("thresholds-2024", "10", "0", 1, "40"),
        ("thresholds-2024", "20.0", "0", 2, "40"),
        ("thresholds-2024", "39.9", "0", 3, "40"),
        ("thresholds-2024", "50.0", "8", 3, "70"),
        ("thresholds-2024", "100", "12", 3, None),
        ("thresholds-chengdu-2024", "50.0", "4", 3, "60"),
        ("thresholds-chengdu-2024", "60", "8", 3, "70"),
    ],
)
def test_gives_points_and_stars_by_the_thresholds(
    pack: str, percent: str, points: str, star: int | None, next_percent: str | None
) -> None:
    found = standing(threshold_pack(pack), Decimal(percent))
    assert (found.points, found.star) == (Decimal(points), star)
    assert found.next_percent == (None if next_percent is None else Decimal(next_percent))
