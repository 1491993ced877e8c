"""What the tests of bills and delivery lists share: a place for lines, and the reading of bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from catalog.records import BillLineRecord, DeliveryRecord, Issue, Record
from catalog.rules.terms import BillStage
from importers.formats import Reader
from importers.lookups import Lookups
from importers.source import Placement, SourceFile

DESIGN = Placement(project="P-1", building="1#", stage=BillStage.DESIGN)
SETTLEMENT = Placement(project="P-1", building="1#", stage=BillStage.SETTLEMENT)
ARRIVED = Placement(
    project="P-1", building="1#", note_number="SH-1", delivered_on=dt.date(2025, 3, 12)
)
Found = tuple[list[Record], list[Issue]]


def found_in(
    content: bytes | SourceFile, reader: Reader, lookups: Lookups, placement: Placement | None
) -> Found:
    source = content if isinstance(content, SourceFile) else SourceFile("list", content)
    outcomes = list(reader(source, lookups, placement=placement, batch_rows=2))
    assert [outcome.rows_done for outcome in outcomes] == sorted(o.rows_done for o in outcomes)
    return (
        [record for outcome in outcomes for record in outcome.records],
        [issue for outcome in outcomes for issue in outcome.issues],
    )


def codes(issues: Sequence[Issue]) -> list[str]:
    return [issue.code for issue in issues]


def bill_lines(records: Sequence[Record]) -> list[BillLineRecord]:
    lines = [record for record in records if isinstance(record, BillLineRecord)]
    assert len(lines) == len(records)
    return lines


def deliveries(records: Sequence[Record]) -> list[DeliveryRecord]:
    lines = [record for record in records if isinstance(record, DeliveryRecord)]
    assert len(lines) == len(records)
    return lines
