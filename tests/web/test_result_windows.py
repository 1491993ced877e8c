"""The lines of a long result, a window at a time."""

from __future__ import annotations

from decimal import Decimal

import pytest

from api.web.result_windows import EXCLUDED, LINES_AT_ONCE, windows
from catalog.rules.ratio.calculate import calculate
from catalog.rules.ratio.lines import RatioLine, Role
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import Stage
from tests.unit.rules.seeds import ratio_pack, unit_table

LINES = 2 * LINES_AT_ONCE + 30


@pytest.fixture(scope="module")
def trace() -> RatioResult:
    """A result of many deliveries of one class, and of many lines of none."""
    lines = [
        RatioLine(
            id=f"delivery-{n}",
            category="ready-mixed-concrete" if n % 2 else None,
            place=None,
            unit="m3",
            quantity=Decimal(n + 1),
            role=Role.DELIVERED,
            green=True,
        )
        for n in range(2 * LINES)
    ]
    return calculate(ratio_pack("ratio-b-2021@2021.2"), lines, unit_table(), Stage.COMPLETION)


def test_every_line_is_in_one_window(trace: RatioResult) -> None:
    names = list(windows(trace, part="", page=1, line=""))
    seen = [
        line
        for name in names
        for page in (1, 2, 3)
        for line in windows(trace, part=name, page=page, line="")[name].lines
    ]
    assert len(seen) == len(set(seen)) == 2 * LINES


def test_a_line_asked_for_opens_its_window_and_no_other(trace: RatioResult) -> None:
    (name,) = (name for name in windows(trace, part="", page=1, line="") if name != EXCLUDED)
    last = windows(trace, part=name, page=3, line="")[name].lines[-1]
    found = windows(trace, part="", page=1, line=last)
    (opened,) = [window for window in found.values() if window.is_open]
    assert opened.name == name and opened.lines[-1] == last
    assert opened.paging.page == opened.paging.pages == 3
    left_out = windows(trace, part="", page=1, line="delivery-0")
    assert [window.name for window in left_out.values() if window.is_open] == [EXCLUDED]


def test_a_line_nobody_knows_opens_nothing(trace: RatioResult) -> None:
    found = windows(trace, part="none", page=9, line="delivery-x")
    assert not any(window.is_open for window in found.values())
    assert all(window.paging.page == 1 for window in found.values())


def test_a_page_behind_the_last_is_the_last(trace: RatioResult) -> None:
    for name in windows(trace, part="", page=1, line=""):
        last, behind = (windows(trace, part=name, page=page, line="")[name] for page in (3, 9_999))
        assert last == behind and last.lines
