"""Partial collections of one registry taken in one after another: merged, and conflicts shown."""

from __future__ import annotations

from catalog.db import Database
from catalog.records import Kind
from catalog.services import conflicts
from catalog.services.receiving import runs
from importers.lookups import Lookups
from importers.mapping import propose
from importers.reader import SourceFile, read_batches
from importers.report import ImportReport, Request
from importers.run import import_file, receive_in_batches
from tests.builders import NOW
from tests.conftest import OPERATOR
from tests.real_files.test_registry_tables import the_file

COLLECTIONS = ["tabc_core_dev_jiankang_600", "real_floor_all_data", "real_wall_30_data"]


def take_in(database: Database, name: str, lookups: Lookups) -> ImportReport:
    source = the_file(f"registry/{name}.json")
    return import_file(database, source, lookups, Request(actor=OPERATOR), clock=lambda: NOW)


def take_page_in(database: Database, source: SourceFile, lookups: Lookups) -> ImportReport:
    proposal = propose(source, lookups)
    mapping = proposal.answered(
        {choice.field: choice.column.header for choice in proposal.choices},
        {given.field: given.text for given in proposal.given} | {"category": "健康綠建材"},
    )
    report = ImportReport(kind=Kind.PRODUCTS, source="the page")
    new = runs.NewRun(
        kind=Kind.PRODUCTS,
        source=report.source,
        file_name=source.name,
        file_hash=source.sha256,
        is_synthetic=False,
    )
    outcomes = read_batches(source, lookups, mapping=mapping)
    receive_in_batches(database, new, outcomes, OPERATOR, report, clock=lambda: NOW)
    return report


def test_collections_of_one_registry_merge_and_their_page_adds_nothing_new(
    database: Database, lookups: Lookups
) -> None:
    health, floor, wall = (take_in(database, name, lookups) for name in COLLECTIONS)
    assert (health.created, health.conflicts) == (600, 0)
    # 55 floors and 7 walls are in the health group already; three of them are recycled as well.
    assert (floor.created, floor.changed, floor.conflicts) == (23, 55, 3)
    assert (wall.created, wall.changed, wall.conflicts) == (23, 7, 0)
    with database.reading() as connection:
        found = conflicts.browse_conflicts(connection, limit=100, offset=0).items
    assert {(c.number, c.field, c.held_value, c.offered_value) for c in found} == {
        (number, "category", "tabc-healthy", "tabc-recycled")
        for number in ("GBM0103580", "GBM0103958", "GBM0103980")
    }
    page = take_page_in(database, the_file("registry/raw_tabc_search.html"), lookups)
    assert (page.read, page.unchanged, page.refused, page.conflicts) == (10, 10, 0, 0)
