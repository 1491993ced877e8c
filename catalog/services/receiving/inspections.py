"""Receive surveillance visits and spot checks: how products fared after they were certified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Table

from catalog.models.inspection import SpotCheck, SurveillanceVisit
from catalog.records import InspectionRecord, Issue
from catalog.repositories import bulk
from catalog.rules.terms import InspectionKind
from catalog.services.receiving import facts
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.references import References

_VISIT = bulk.table_of(SurveillanceVisit)
_CHECK = bulk.table_of(SpotCheck)
_KEYS = {
    _VISIT: ("certificate_id", "visited_on"),
    _CHECK: ("product_id", "checked_on", "authority"),
}
_SAID = ("is_passed", "note", "source")
Row = dict[str, Any]


def receive_inspections(receipt: Receipt, records: Sequence[InspectionRecord]) -> None:
    """Take inspections; another word on the same visit or check closes the earlier one."""
    references = References.of(
        receipt.session, [record.product for record in records], receipt.footprint
    )
    wanted: dict[Table, list[tuple[InspectionRecord, Row]]] = {_VISIT: [], _CHECK: []}
    for record in records:
        found = _row(receipt, references, record)
        if isinstance(found, Issue):
            receipt.report(msgspec.structs.replace(found, sheet=record.sheet, row=record.row))
        else:
            table = _VISIT if record.kind is InspectionKind.SURVEILLANCE_VISIT else _CHECK
            wanted[table].append((record, found))
    for table, rows in wanted.items():
        _keep(receipt, table, rows)


def _row(receipt: Receipt, references: References, record: InspectionRecord) -> Row | Issue:
    """Return the row of an inspection, or what stands in its way."""
    if record.inspected_on > receipt.today:
        facts_ = {"today": receipt.today.isoformat()}
        return Issue(
            code="inspected-in-future", value=record.inspected_on.isoformat(), facts=facts_
        )
    said = {
        "is_passed": record.is_passed,
        "note": record.note,
        "source": record.source or receipt.source,
        "evidence_id": None,  # A file that proved an earlier word proves nothing of this one.
        "actor": receipt.actor,
    }
    if record.kind is InspectionKind.SURVEILLANCE_VISIT:
        paper = references.certificate_of(record.product)
        if isinstance(paper, Issue):
            return paper
        return {"certificate_id": paper["id"], "visited_on": record.inspected_on, **said}
    found = references.resolve(record.product)
    if isinstance(found, Issue):
        return found
    return {
        "product_id": found[0]["id"],
        "checked_on": record.inspected_on,
        "authority": record.authority,
        **said,
    }


def _keep(receipt: Receipt, table: Table, rows: Sequence[tuple[InspectionRecord, Row]]) -> None:
    key_of = _KEYS[table]
    held = {
        tuple(row[name] for name in key_of): row
        for row in bulk.rows_where_in(
            receipt.session, table, key_of[0], {row[key_of[0]] for _, row in rows}, current=True
        )
    }
    added: dict[tuple[Any, ...], Row] = {}
    closed: list[int] = []
    for record, row in rows:
        key = tuple(row[name] for name in key_of)
        receipt.footprint.speak(table.name, *map(str, key))
        known = added.get(key) or held.get(key)
        said = {name: row[name] for name in _SAID}
        label = record.product.certificate_number or record.product.key or ""
        if known is None:
            receipt.created += 1
            receipt.note_new(table.name, record.inspected_on.isoformat(), label)
        elif not facts.differs(known, said):
            receipt.unchanged += 1
            continue
        else:
            receipt.changed += 1
            receipt.note_changed(table.name, record.inspected_on.isoformat(), label, known, said)
            if "id" in known:
                closed.append(known["id"])
        added[key] = row
    facts.close(receipt, table, closed)
    facts.add(receipt, table, list(added.values()))
