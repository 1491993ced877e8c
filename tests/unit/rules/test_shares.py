"""Green shares are exact sums of deliveries, the same digits on every engine."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.ratio.shares import (
    CATEGORY_SHARES_SCHEMA,
    FACTS_SCHEMA,
    GREEN_SHARES_SCHEMA,
    green_shares,
)

Fact = tuple[str, int | None, str | None, str, int | None, int, bool | None]
_TOP = 2**63 - 1
_EVERY_PART = ("division", "year", "category", "unit")


def a_fact(
    amount_fen: int | None,
    *,
    category: str | None = "masonry",
    quantity_micro: int = 1,
    is_green: bool | None = True,
) -> Fact:
    return ("08", 2026, category, "m3", amount_fen, quantity_micro, is_green)


def shares_of(*facts: Fact, by: tuple[str, ...] = ("division", "year")) -> pl.DataFrame:
    return green_shares(frame_of(facts).lazy(), by=by).collect(engine="streaming")


def frame_of(facts: tuple[Fact, ...] | list[Fact]) -> pl.DataFrame:
    return pl.DataFrame(facts, schema=FACTS_SCHEMA, orient="row")


def on_polars_in_memory(frame: pl.DataFrame) -> pl.DataFrame:
    return green_shares(frame.lazy(), by=_EVERY_PART).collect(engine="in-memory")


def on_polars_streaming(frame: pl.DataFrame) -> pl.DataFrame:
    return green_shares(frame.lazy(), by=_EVERY_PART).collect(engine="streaming")


def on_duckdb(frame: pl.DataFrame) -> pl.DataFrame:
    with duckdb.connect() as connection:
        facts = connection.from_arrow(_arrow_of(frame))
        return green_shares(facts, by=_EVERY_PART).collect()


def on_daft(frame: pl.DataFrame) -> pl.DataFrame:
    daft = _extra("daft")
    return green_shares(daft.from_arrow(_arrow_of(frame)), by=_EVERY_PART).collect()


def _extra(name: str) -> Any:
    """A module of the extra `cluster`, which CI must have; it reports to nobody."""
    os.environ.setdefault("DAFT_ANALYTICS_ENABLED", "0")
    return importlib.import_module(name) if os.environ.get("CI") else pytest.importorskip(name)


def _arrow_of(frame: pl.DataFrame) -> Any:
    _extra("pyarrow")
    return frame.to_arrow()


ENGINES = [on_polars_in_memory, on_polars_streaming, on_duckdb, on_daft]


def test_gives_the_green_share_of_the_amount() -> None:
    found = shares_of(
        a_fact(200),
        a_fact(100, is_green=False),
        a_fact(None, category="stone"),
        a_fact(0, category="stone", is_green=None),
    )
    assert found.schema == GREEN_SHARES_SCHEMA
    (row,) = found.to_dicts()
    assert row["share_micro_percent"] == 66_666_667
    assert (row["lines"], row["lines_without_amount"], row["lines_unstated"]) == (4, 1, 1)


def test_a_total_of_zero_has_no_share() -> None:
    found = shares_of(a_fact(0), by=("division", "year", "category"))
    assert found.schema == CATEGORY_SHARES_SCHEMA
    assert found["share_micro_percent"].to_list() == [None]


def test_no_lines_give_no_rows() -> None:
    assert shares_of().schema == GREEN_SHARES_SCHEMA
    assert shares_of().height == 0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("number", [_TOP, -_TOP - 1, 2**31, 2**31 - 1, -(2**31), -(2**31) - 1, -1])
def test_sums_at_the_limits_of_64_bits_are_exact(
    engine: Callable[[pl.DataFrame], pl.DataFrame], number: int
) -> None:
    facts = [a_fact(number, quantity_micro=number, is_green=g) for g in (True, True, False, None)]
    (row,) = engine(frame_of(facts)).to_dicts()
    assert (row["amount_fen"], row["green_amount_fen"]) == (4 * number, 2 * number)
    assert (row["quantity_micro"], row["green_quantity_micro"]) == (4 * number, 2 * number)
    assert row["share_micro_percent"] == (50_000_000 if number > 0 else None)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_not_known_is_a_group_of_its_own(
    engine: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    facts = [("01", None, None, "m3", None, 5, None), a_fact(3), a_fact(1, category=None)]
    found = engine(frame_of(facts)).select("year", "category", "lines", "amount_fen").rows()
    assert found == [(None, None, 1, 0), (2026, None, 1, 1), (2026, "masonry", 1, 3)]


facts = st.tuples(
    st.sampled_from(["01", "08"]),
    st.sampled_from([2025, 2026]),
    st.sampled_from(["masonry", "stone"]),
    st.sampled_from(["m3", "t"]),
    st.one_of(st.none(), st.integers(0, 10**15)),
    st.integers(0, _TOP),
    st.sampled_from([True, False, None]),
)


@given(rows=st.lists(facts, max_size=30))
def test_a_share_is_what_exact_arithmetic_says(rows: list[Fact]) -> None:
    for row in shares_of(*rows).to_dicts():
        mine = [fact for fact in rows if fact[:2] == (row["division"], row["year"])]
        total = sum(fact[4] or 0 for fact in mine)
        green = sum(fact[4] or 0 for fact in mine if fact[6])
        assert (row["amount_fen"], row["green_amount_fen"]) == (total, green)
        assert row["quantity_micro"] == sum(fact[5] for fact in mine)
        if total:
            exact = Fraction(green * 100_000_000, total)
            assert abs(row["share_micro_percent"] - exact) <= Fraction(1, 2)
        else:
            assert row["share_micro_percent"] is None


# The first call of an engine loads it.
@pytest.mark.parametrize("engine", ENGINES[1:])
@settings(deadline=None)
@given(rows=st.lists(facts, max_size=30))
def test_every_engine_gives_the_same_digits(
    engine: Callable[[pl.DataFrame], pl.DataFrame], rows: list[Fact]
) -> None:
    frame = frame_of(rows)
    found, expected = engine(frame), on_polars_in_memory(frame)
    assert found.schema == expected.schema
    assert found.equals(expected)
