"""Receive test reports: laboratories' word that a product meets a standard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.models.report import TestReport
from catalog.records import Issue, ProductRecord, Severity, TestReportRecord
from catalog.repositories import bulk
from catalog.services.receiving import facts
from catalog.services.receiving.receipt import Receipt

_REPORT = bulk.table_of(TestReport)

Row = dict[str, Any]
_Key = tuple[int, str, str]


def receive_reports(receipt: Receipt, records: Sequence[tuple[int, ProductRecord]]) -> set[int]:
    """Take the reports of some products, each with its id; return those with news in a report.

    What another source stated of a report stays, but for blanks, and the difference is told.
    """
    stated = [(i, record, record.report) for i, record in records if record.report]
    held: dict[_Key, Row] = {
        (row["product_id"], row["laboratory"], row["number"]): row
        for row in bulk.rows_where_in(
            receipt.session, _REPORT, "product_id", {i for i, *_ in stated}, current=True
        )
    }
    added: dict[_Key, Row] = {}
    closed: list[int] = []
    touched: set[int] = set()
    for product_id, record, report in stated:
        key = (product_id, report.laboratory, report.number)
        receipt.footprint.speak(_REPORT.name, *key)
        wanted = _columns(product_id, report, receipt.source)
        known = added.get(key) or held.get(key)
        if known is None:
            added[key] = wanted
            touched.add(product_id)
            receipt.note_new(_REPORT.name, report.number, record.name)
            continue
        said = {name: value for name, value in wanted.items() if value is not None}
        if known["source"] != receipt.source:
            said = _without_what_stands(receipt, record, known, said)
        if not facts.differs(known, said):
            continue
        if "id" in known:
            closed.append(known["id"])
        added[key] = {
            **{name: value for name, value in known.items() if name in wanted},
            **said,
        }
        touched.add(product_id)
        receipt.note_changed(_REPORT.name, report.number, record.name, known, said)
    facts.close(receipt, _REPORT, closed)
    facts.add(receipt, _REPORT, list(added.values()))
    return touched


def _columns(product_id: int, report: TestReportRecord, source: str) -> Row:
    return {
        "product_id": product_id,
        "number": report.number,
        "laboratory": report.laboratory,
        "standard": report.standard,
        "issued_on": report.issued_on,
        "url": report.url,
        "source": source,
    }


def _without_what_stands(receipt: Receipt, record: ProductRecord, known: Row, said: Row) -> Row:
    """Return what fills blanks; say it where the rest differs."""
    filled = {name: value for name, value in said.items() if known[name] is None}
    said.pop("source")
    if any(known[name] != value for name, value in said.items() if name not in filled):
        receipt.report(
            Issue(
                code="report-known-otherwise",
                severity=Severity.WARNING,
                sheet=record.sheet,
                row=record.row,
                value=known["number"],
                facts={"report": known["number"], "source": known["source"]},
            )
        )
    return filled
