"""Receive what buildings need and get: bill lines and deliveries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from catalog.models.project import Building
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.records import BillLineRecord, DeliveryRecord, Issue
from catalog.repositories import bulk
from catalog.rules.keys import building_key, project_key
from catalog.services.receiving import entities, facts
from catalog.services.receiving.decided import fill_in
from catalog.services.receiving.declared import declared_text
from catalog.services.receiving.footprints import EXISTENCE
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.references import References

_BUILDING = bulk.table_of(Building)
_BILL_LINE = bulk.table_of(BillLine)
_DELIVERY = bulk.table_of(Delivery)
_EVIDENCE = bulk.table_of(DeliveryEvidence)
# What a person looks at to see whether the columns of a list were read rightly.
_SHOWN = ("specification", "quantity", "unit", "amount", "delivered_on", "supplier")

LineRecord = BillLineRecord | DeliveryRecord


def receive_bill_lines(receipt: Receipt, records: Sequence[BillLineRecord]) -> None:
    """Take a batch of bill lines in. A line is known by building, stage and number."""
    rows: list[tuple[LineRecord, dict[str, Any]]] = []
    for record, shared in _resolved(receipt, records):
        assert isinstance(record, BillLineRecord)  # noqa: S101  The caller's list holds no other.
        row = {
            **shared,
            "stage": record.stage,
            "line_number": record.line_number,
            "item_code": record.item_code,
            "unit_price": record.unit_price,
            "planned_green_quantity": record.planned_green_quantity,
        }
        rows.append((record, row))
    _record(receipt, _BILL_LINE, rows, ("building_id", "stage", "line_number"))


def receive_deliveries(receipt: Receipt, records: Sequence[DeliveryRecord]) -> None:
    """Take a batch of deliveries in. A delivery is known by building, note and line number."""
    rows: list[tuple[LineRecord, dict[str, Any]]] = []
    evidence: dict[tuple[Any, ...], list[tuple[str, str]]] = {}
    for record, shared in _resolved(receipt, _delivered(receipt, records)):
        assert isinstance(record, DeliveryRecord)  # noqa: S101  The caller's list holds no other.
        row = {
            **shared,
            "note_number": record.note_number,
            "line_number": record.line_number,
            "delivered_on": record.delivered_on,
            "supplier": record.supplier,
            "delivered_precision": record.delivered_precision,
            "factory": record.factory,
            "transport_km": record.transport_km,
        }
        rows.append((record, row))
        key = (row["building_id"], record.note_number, record.line_number)
        evidence.setdefault(key, sorted((e.kind, e.reference) for e in record.evidence))
    _record(
        receipt, _DELIVERY, rows, ("building_id", "note_number", "line_number"), evidence=evidence
    )


def _delivered(receipt: Receipt, records: Sequence[DeliveryRecord]) -> list[DeliveryRecord]:
    """Return the deliveries that can have been made: what comes tomorrow has not come yet."""
    made = []
    for record in records:
        if record.delivered_on <= receipt.today:
            made.append(record)
            continue
        on, today = record.delivered_on.isoformat(), receipt.today.isoformat()
        issue = Issue(code="delivered-in-future", value=on, facts={"today": today})
        receipt.report(_at(issue, record))
    return made


def _resolved(
    receipt: Receipt, records: Sequence[LineRecord]
) -> list[tuple[LineRecord, dict[str, Any]]]:
    """Return the records whose building and product are known, with the columns they share."""
    keys = {building_key(project_key(r.project), r.building) for r in records}
    buildings = {
        row["key"]: row["id"]
        for row in bulk.rows_where_in(receipt.session, _BUILDING, "key", keys)
        if row["withdrawn_at"] is None
    }
    categories = list(receipt.session.scalars(select(Category)))
    by_key = {category.key: category for category in categories}
    by_id = {category.id: category for category in categories}
    references = References.of(
        receipt.session, [r.product for r in records if r.product], receipt.footprint
    )
    for building_id in buildings.values():
        receipt.footprint.speak(_BUILDING.name, building_id, of=EXISTENCE)
    found = []
    for record in records:
        building = buildings.get(building_key(project_key(record.project), record.building))
        if building is None:
            receipt.report(
                Issue(
                    code="unknown-building",
                    sheet=record.sheet,
                    row=record.row,
                    value=record.building,
                    facts={"project": record.project, "building": record.building},
                )
            )
            continue
        product_id = certificate_id = None
        category = by_key[record.category] if record.category else None
        if record.product:
            answer = references.resolve(record.product)
            if isinstance(answer, Issue):
                receipt.report(_at(answer, record))
                continue
            product, certificate_id = answer
            product_id = product["id"]
            mismatch = _mismatch(category, by_id[product["category_id"]])
            if mismatch:
                receipt.report(_at(mismatch, record))
                continue
        shared = {
            "building_id": building,
            "name": record.name,
            "specification": record.specification,
            "category_id": category.id if category else None,
            "place": record.place,
            "unit": record.unit,
            "quantity": record.quantity,
            "amount": record.amount,
            "declared": declared_text(record.declared),
            "product_id": product_id,
            "certificate_id": certificate_id,
        }
        found.append((record, shared))
    fill_in(receipt, found, by_key)
    return found


def _mismatch(stated: Category | None, product: Category) -> Issue | None:
    """Return what is wrong if a line and its product are of two kinds of one catalogue."""
    if stated is None or stated.catalogue_id != product.catalogue_id or stated.id == product.id:
        return None
    facts = {
        "category": stated.key,
        "category_zh": stated.name_zh,
        "category_en": stated.name_en,
        "product_category": product.key,
        "product_category_zh": product.name_zh,
        "product_category_en": product.name_en,
    }
    return Issue(code="category-mismatch", value=stated.key, facts=facts)


def _at(issue: Issue, record: LineRecord) -> Issue:
    return Issue(
        code=issue.code,
        severity=issue.severity,
        sheet=record.sheet,
        row=record.row,
        value=issue.value,
        facts=issue.facts,
    )


def _record(
    receipt: Receipt,
    table: Table,
    rows: Sequence[tuple[LineRecord, dict[str, Any]]],
    natural: tuple[str, str, str],
    *,
    evidence: Mapping[tuple[Any, ...], list[tuple[str, str]]] | None = None,
) -> None:
    """Add new facts, replace changed ones, leave equal ones alone."""
    building_ids = {row["building_id"] for _, row in rows}
    numbers = {row[natural[2]] for _, row in rows}
    held = {
        tuple(row[name] for name in natural): row
        for row in bulk.rows_where_in(
            receipt.session, table, "building_id", building_ids, current=True
        )
        if row[natural[2]] in numbers
    }
    shown = _evidence_of(receipt, held.values()) if evidence is not None else {}
    added: list[dict[str, Any]] = []
    closed: list[int] = []
    seen: set[tuple[Any, ...]] = set()
    for record, row in rows:
        key = tuple(row[name] for name in natural)
        if key in seen:  # The reader compares what is written; here two writings are one line.
            issue = Issue(code="row-changed-twice", value=record.line_number)
            receipt.report(_at(issue, record))
            continue
        seen.add(key)
        receipt.footprint.speak(table.name, *key)
        known = held.get(key)
        if known is None:
            receipt.created += 1
            said = {name: row.get(name) for name in _SHOWN}
            receipt.note_new(table.name, "/".join(map(str, key[1:])), row["name"], said)
        elif facts.differs(known, row) or (
            evidence is not None and shown.get(known["id"], []) != evidence[key]
        ):
            receipt.changed += 1
            receipt.note_changed(table.name, "/".join(map(str, key[1:])), row["name"], known, row)
            closed.append(known["id"])
        else:
            receipt.unchanged += 1
            continue
        added.append(row)
    facts.close(receipt, table, closed)
    ids = facts.add(receipt, table, added)
    if evidence is not None:
        _attach(receipt, ids, [evidence[tuple(row[n] for n in natural)] for row in added])
    entities.note_stale_buildings(receipt, {row["building_id"] for row in added})


def _evidence_of(receipt: Receipt, deliveries: Any) -> dict[int, list[tuple[str, str]]]:  # noqa: ANN401  A view of mappings.
    found: dict[int, list[tuple[str, str]]] = {}
    for row in bulk.rows_where_in(
        receipt.session, _EVIDENCE, "delivery_id", [d["id"] for d in deliveries]
    ):
        found.setdefault(row["delivery_id"], []).append((row["kind"], row["reference"]))
    return {key: sorted(value) for key, value in found.items()}


def _attach(
    receipt: Receipt, ids: Sequence[int], evidence: Sequence[list[tuple[str, str]]]
) -> None:
    rows = [
        {"delivery_id": i, "kind": kind, "reference": reference}
        for i, documents in zip(ids, evidence, strict=True)
        for kind, reference in documents
    ]
    bulk.insert_mappings(receipt.session, _EVIDENCE, rows)
