"""A stored result says between what and what it lies, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import ResultNotFoundError
from catalog.rules.ratio.bounds import Certainty
from catalog.rules.ratio.open_lines import Unknown
from catalog.rules.terms import Stage
from catalog.services import outlook, results
from catalog.services.outlook import OutlookView
from tests.builders import (
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    recalculated,
)


def outlook_of(database: Database, method: str = "B") -> OutlookView:
    with database.reading() as connection:
        [result] = [
            result
            for result in results.results_of_project(connection, "p-1")
            if result.method == method and result.stage is Stage.COMPLETION
        ]
        return outlook.outlook_of_result(connection, result.id)


@pytest.fixture
def green_concrete(database: Database) -> Database:
    """A building whose concrete is all green: 45 % by method B."""
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(database, [a_bill_line("1")])
    bring(database, [a_delivery("1", quantity=Decimal(100), product=by_number())])
    return database


def test_a_result_without_unknowns_is_certain(green_concrete: Database) -> None:
    recalculated(green_concrete)
    found = outlook_of(green_concrete)
    assert found.low_percent == found.high_percent == found.percent == Decimal(45)
    assert found.is_exact
    assert found.open_lines == ()
    assert {each.certainty for each in found.thresholds} == {
        Certainty.CERTAIN,
        Certainty.OUT_OF_REACH,
    }


def test_a_line_without_a_category_opens_a_range(green_concrete: Database) -> None:
    bring(green_concrete, [a_bill_line("2", name="不明材料", category=None, quantity=Decimal(10))])
    recalculated(green_concrete)
    found = outlook_of(green_concrete)
    assert (found.low_percent, found.high_percent) == (Decimal("22.5"), Decimal(45))
    assert found.percent == Decimal(45)
    [line] = found.open_lines
    assert line.unknown == (Unknown.CLASS,)
    by_percent = {each.at_least_percent: each.certainty for each in found.thresholds if each.points}
    assert by_percent[Decimal(40)] is Certainty.OPEN


def test_a_result_that_is_not_there_is_refused(database: Database) -> None:
    with database.reading() as connection, pytest.raises(ResultNotFoundError):
        outlook.outlook_of_result(connection, 404)
