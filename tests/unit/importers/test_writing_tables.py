"""What is written into our own tables comes back as it was."""

from __future__ import annotations

from itertools import islice

import msgspec
import pytest

from catalog.records import (
    BillLineRecord,
    DeliveryRecord,
    Issue,
    Kind,
    ProductRecord,
    Record,
    Severity,
)
from importers.lookups import Lookups
from importers.reader import SourceFile, read
from importers.table.template import Format
from importers.table.write import write_table
from seed_data import demo
from seed_data.demo import generate_deliveries, generate_lines, generate_products
from tests.unit.demo.test_projects import SEED, TODAY

POOL = demo.ProductPool(SEED, 600)


def records(kind: Kind) -> list[Record]:
    if kind is Kind.PRODUCTS:
        return list(islice(generate_products(SEED, 600), 200))
    made = generate_lines if kind is Kind.BILL_LINES else generate_deliveries
    return list(islice(made(SEED, 12, POOL, TODAY), 400))


@pytest.mark.parametrize("kind", [Kind.PRODUCTS, Kind.BILL_LINES, Kind.DELIVERIES])
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_comes_back_as_it_was(kind: Kind, fmt: Format, language: str) -> None:
    wanted = records(kind)
    content = write_table(kind, wanted, language, fmt)
    found = list(read(SourceFile(f"table.{fmt}", content), Lookups.from_seed()))
    issues = [each for each in found if isinstance(each, Issue)]
    assert [each for each in issues if each.severity is Severity.ERROR] == []
    back = [each for each in found if not isinstance(each, Issue)]
    for one, other in zip(back, wanted, strict=True):
        assert _bare(one) == _bare(other)
        assert _factors(one) == _factors(other)


def _bare(record: Record) -> Record:
    return msgspec.structs.replace(record, row=0, sheet=None, declared=())


def _factors(record: Record) -> set[object]:
    """Return what a record declares; in which order says nothing."""
    assert isinstance(record, ProductRecord | BillLineRecord | DeliveryRecord)
    return set(record.declared)


def test_a_text_that_would_be_calculated_is_none_in_a_csv() -> None:
    (line,) = islice(generate_lines(SEED, 12, POOL, TODAY), 1)
    content = write_table(
        Kind.BILL_LINES, [msgspec.structs.replace(line, name="=1+1")], "zh", "csv"
    ).decode("utf-8-sig")
    assert ",'=1+1," in content
