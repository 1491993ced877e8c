"""A project's lines written into our own tables, and imported again, change nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.db import Database
from catalog.errors import ProjectNotFoundError
from catalog.records import BillLineRecord, DeliveryRecord, Issue, Kind, Record
from catalog.rules.terms import BillStage, DatePrecision
from catalog.rules.units import Declared
from catalog.services import projects
from importers.lookups import Lookups
from importers.reader import SourceFile, read
from importers.table.template import Format
from importers.table.write import write_table
from tests.builders import (
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
)
from tests.integration.picture import picture

DENSITY = Declared(amount=Decimal("2350.5"), unit="kg", per="m3", by="清单")
EACH = Declared(amount=Decimal(25), unit="kg", per="frame", by="清单")
LAYER = Declared(amount=Decimal(100), unit="mm", per=None, by="规格")


@pytest.fixture
def site(database: Database) -> Database:
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project()])
    bring(
        database,
        [
            a_bill_line("1", stage=BillStage.DESIGN, planned_green_quantity=Decimal("90.25")),
            a_bill_line("2", declared=(DENSITY, EACH), product=by_number()),
            a_bill_line("3", specification="100mm厚", unit="m2", declared=(LAYER,)),
        ],
    )
    bring(
        database,
        [
            a_delivery(
                "1", product=by_number(), factory="一厂", transport_km=Decimal("35.5"),
                delivered_on=day("2025-03-01"), delivered_precision=DatePrecision.MONTH,
                evidence=(evidence("YS-1"), evidence("YS:2")), supplier="商贸",
            ),
            a_delivery("2", quantity=Decimal("-2.5"), amount=Decimal(-100)),
            a_delivery("3", delivered_on=day("2025-01-01"),
                       delivered_precision=DatePrecision.YEAR),
        ],
    )  # fmt: skip
    return database


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", [Kind.BILL_LINES, Kind.DELIVERIES])
def test_what_goes_out_comes_back_and_changes_nothing(
    site: Database, kind: Kind, fmt: Format
) -> None:
    before = picture(site)
    with site.reading() as connection:
        records: list[Record] = (
            [*projects.bill_line_records(connection, "p-1")]
            if kind is Kind.BILL_LINES
            else [*projects.delivery_records(connection, "p-1")]
        )
    content = write_table(kind, records, "zh", fmt)
    back = [
        each
        for each in read(SourceFile(f"lines.{fmt}", content), Lookups.from_seed())
        if not isinstance(each, Issue)
    ]
    assert len(back) == 3 and all(
        isinstance(each, BillLineRecord | DeliveryRecord) for each in back
    )
    receipt = bring(site, back)
    assert (receipt.created, receipt.changed, receipt.unchanged, receipt.refused) == (0, 0, 3, 0)
    assert picture(site) == before


def test_an_unknown_project_has_no_lines(site: Database) -> None:
    with site.reading() as connection, pytest.raises(ProjectNotFoundError):
        projects.delivery_records(connection, "p-9")
