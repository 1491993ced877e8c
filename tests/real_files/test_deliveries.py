"""The real delivery list that others published, where it is at hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from importers.bill import is_bill_table
from importers.delivery import is_delivery_list, read_delivery_list
from importers.lookups import Lookups
from importers.source import SourceFile
from tests.importers.lists import ARRIVED, codes, deliveries, found_in

PATH = (
    Path(__file__).parents[3]
    / "shared"
    / "data"
    / "deliveries"
    / "aggregated_construction_site_quantity.xlsx"
)


@pytest.fixture
def source() -> SourceFile:
    if not PATH.exists():
        pytest.skip(f"the real delivery list is not here: {PATH}")
    return SourceFile(PATH.name, PATH)


def test_every_delivery_comes_in(source: SourceFile, lookups: Lookups) -> None:
    assert is_delivery_list(source)
    assert not is_bill_table(source)
    records, issues = found_in(source, read_delivery_list, lookups, ARRIVED)
    lines = deliveries(records)
    assert (len(lines), len({line.supplier for line in lines})) == (378, 19)
    assert len({line.line_number for line in lines}) == 378
    assert [line.quantity for line in lines if line.quantity < 0] == [Decimal("-31.76")]
    counted = Counter(codes(issues))
    assert counted.keys() <= {
        "line-not-material",
        "unit-as-written",
        "article-in-two-units",
        "returned-more-than-delivered",
    }
    assert counted["line-not-material"] == 95


def test_what_may_be_counted_twice_is_named(source: SourceFile, lookups: Lookups) -> None:
    _, issues = found_in(source, read_delivery_list, lookups, ARRIVED)
    twice = [
        (issue.row, issue.facts["first_row"])
        for issue in issues
        if issue.code == "article-in-two-units"
    ]
    assert twice == [(153, "100"), (236, "225"), (328, "34")]
