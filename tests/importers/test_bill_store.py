"""Bills and delivery lists in the store: the same file twice changes nothing."""

from __future__ import annotations

import pytest

from catalog.db import Database
from importers.bill import read_bill_table, read_tender
from importers.delivery import read_delivery_list
from importers.formats import Reader
from importers.lookups import Lookups
from importers.source import Placement
from tests.builders import a_project, bring
from tests.importers.lists import ARRIVED, DESIGN, found_in
from tests.importers.printed import printed
from tests.importers.test_bill_tender import tender
from tests.importers.test_bill_workbooks import BLOCKS, PAGES, WALL
from tests.importers.test_delivery_lists import STEEL, TILES, a_list

FILES: list[tuple[bytes, Reader, Placement]] = [
    (printed(PAGES, others=True), read_bill_table, DESIGN),
    (tender(), read_tender, DESIGN),
    (a_list(STEEL, TILES, [*TILES[:3], -2, "Gebinde"]), read_delivery_list, ARRIVED),
]


@pytest.mark.parametrize("number", range(len(FILES)), ids=["bill", "tender", "deliveries"])
def test_the_same_file_twice_changes_nothing(
    number: int, database: Database, lookups: Lookups
) -> None:
    bring(database, [a_project()])
    content, reader, placement = FILES[number]
    records, _ = found_in(content, reader, lookups, placement)
    first = bring(database, records)
    assert (first.created, first.refused) == (len(records), 0)
    again = bring(database, found_in(content, reader, lookups, placement)[0])
    assert (again.created, again.changed, again.unchanged) == (0, 0, len(records))


def test_a_second_bill_of_a_building_does_not_replace_the_first(
    database: Database, lookups: Lookups
) -> None:
    bring(database, [a_project()])
    for name in ("教学楼 土建", "教学楼 装饰"):
        book = printed([[WALL, BLOCKS]], name=name)
        records, _ = found_in(book, read_bill_table, lookups, DESIGN)
        receipt = bring(database, records)
        assert (receipt.created, receipt.changed) == (2, 0)


def test_a_price_that_changed_changes_one_line(database: Database, lookups: Lookups) -> None:
    bring(database, [a_project()])
    dearer = (*BLOCKS[:6], 360, 31104)
    for rows in ([WALL, BLOCKS], [WALL, dearer]):
        records, _ = found_in(printed([rows]), read_bill_table, lookups, DESIGN)
        receipt = bring(database, records)
    assert (receipt.created, receipt.changed, receipt.unchanged) == (0, 1, 1)
