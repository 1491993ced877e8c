"""Divisions and years are exact sums of buildings."""

from __future__ import annotations

import polars as pl
import pytest

from catalog.errors import MixedMethodsError
from catalog.rules.ratio.rollup import DIVISION_RATIOS_SCHEMA, RESULTS_SCHEMA, division_ratios

Building = tuple[str, int, str, str, int | None, int | None, bool | None]
_M2 = 1_000_000


def a_building(
    *,
    division: str = "08",
    method: str = "B",
    stage: str = "completion",
    percent: int | None = 50,
    area_m2: int | None = 1000,
    passes: bool | None = True,
) -> Building:
    p = None if percent is None else percent * 1_000_000
    area = None if area_m2 is None else area_m2 * _M2
    return (division, 2026, method, stage, p, area, passes)


def ratios_of(*buildings: Building) -> pl.DataFrame:
    frame = pl.LazyFrame(list(buildings), schema=RESULTS_SCHEMA, orient="row")
    return division_ratios(frame).collect(engine="streaming")


def test_weighs_buildings_by_their_floor_area() -> None:
    found = ratios_of(
        a_building(percent=80, area_m2=3000), a_building(percent=40, area_m2=1000, passes=False)
    )
    assert found.schema == DIVISION_RATIOS_SCHEMA
    assert found.row(0, named=True) == {
        "division": "08",
        "year": 2026,
        "p_micro_percent": 70_000_000,
        "buildings": 2,
        "buildings_without_area": 0,
        "buildings_passing": 1,
        "floor_area_micro_m2": 4000 * _M2,
        "floor_area_passing_micro_m2": 3000 * _M2,
    }


def test_counts_a_building_of_unknown_area_and_does_not_weigh_it() -> None:
    (row,) = ratios_of(a_building(), a_building(percent=0, area_m2=None)).to_dicts()
    assert (row["buildings"], row["buildings_without_area"]) == (2, 1)
    assert row["p_micro_percent"] == 50_000_000


def test_a_division_in_which_nothing_weighs_has_no_ratio() -> None:
    (row,) = ratios_of(a_building(percent=None)).to_dicts()
    assert row["p_micro_percent"] is None and row["buildings"] == 1


def test_rounds_a_mean_once_a_half_upwards() -> None:
    rows = [("08", 2026, "B", "completion", p, 1, True) for p in (1, 2)]
    assert ratios_of(*rows)["p_micro_percent"].item() == 2


@pytest.mark.parametrize(
    "other", [a_building(division="01", method="A"), a_building(division="01", stage="design")]
)
def test_never_mixes_methods_or_stages(other: Building) -> None:
    with pytest.raises(MixedMethodsError, match="never aggregated"):
        ratios_of(a_building(), other)


def test_does_not_overflow_with_a_nations_floor_area() -> None:
    found = ratios_of(*(a_building(percent=100, area_m2=10**11) for _ in range(40)))
    assert found["p_micro_percent"].item() == 100_000_000
    assert found["floor_area_micro_m2"].item() == 40 * 10**17


def test_no_buildings_give_no_rows() -> None:
    assert ratios_of().schema == DIVISION_RATIOS_SCHEMA
    assert ratios_of().height == 0
