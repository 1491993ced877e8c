"""Current bill lines and deliveries as the records that a reader would yield of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select

from catalog.models.certificate import Certificate, CertificationBody
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.records import BillLineRecord, DeliveryRecord, EvidenceRecord, ProductReference
from catalog.rules.units import Declared

_OF_PROJECT = Project.key == bindparam("project")


def _with_names(table: type[BillLine] | type[Delivery]) -> Select[*tuple[Any, ...]]:
    """Return a query of all lines of a project, with the words for what they refer to."""
    return (
        select(
            *table.__table__.columns,
            Project.code.label("project"),
            Building.code.label("building"),
            Category.key.label("category"),
            Product.key.label("product"),
            Certificate.number.label("certificate"),
            CertificationBody.name.label("body"),
        )
        .join(Building, Building.id == table.building_id)
        .join(Project, Project.id == Building.project_id)
        .outerjoin(Category, Category.id == table.category_id)
        .outerjoin(Product, Product.id == table.product_id)
        .outerjoin(Certificate, Certificate.id == table.certificate_id)
        .outerjoin(CertificationBody, CertificationBody.id == Certificate.body_id)
        .where(_OF_PROJECT, table.superseded_at.is_(None))
        .order_by(Building.code, table.id)
    )


_BILL_LINES = _with_names(BillLine)
_DELIVERIES = _with_names(Delivery)
_EVIDENCE: Select[*tuple[Any, ...]] = (
    select(DeliveryEvidence.delivery_id, DeliveryEvidence.kind, DeliveryEvidence.reference)
    .join(Delivery, Delivery.id == DeliveryEvidence.delivery_id)
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(_OF_PROJECT, Delivery.superseded_at.is_(None))
    .order_by(DeliveryEvidence.id)
)


def bill_lines(connection: Connection, project: str) -> Iterator[BillLineRecord]:
    """Yield the current bill lines of a project, planned and settled, building by building."""
    for number, row in enumerate(connection.execute(_BILL_LINES, {"project": project}), start=2):
        yield BillLineRecord(
            **_shared(row, number),
            stage=row.stage,
            item_code=row.item_code,
            unit_price=row.unit_price,
            planned_green_quantity=row.planned_green_quantity,
        )


def deliveries(connection: Connection, project: str) -> Iterator[DeliveryRecord]:
    """Yield the current deliveries to a project, building by building, with their evidence."""
    evidence: dict[int, list[EvidenceRecord]] = defaultdict(list)
    for delivery_id, kind, reference in connection.execute(_EVIDENCE, {"project": project}):
        evidence[delivery_id].append(EvidenceRecord(kind=kind, reference=reference))
    for number, row in enumerate(connection.execute(_DELIVERIES, {"project": project}), start=2):
        yield DeliveryRecord(
            **_shared(row, number),
            note_number=row.note_number,
            delivered_on=row.delivered_on,
            delivered_precision=row.delivered_precision,
            supplier=row.supplier,
            factory=row.factory,
            transport_km=row.transport_km,
            evidence=tuple(evidence[row.id]),
        )


def _shared(row: Any, number: int) -> dict[str, Any]:  # noqa: ANN401  A row of either query.
    product = None
    if row.product is not None:
        product = ProductReference(
            key=row.product, certificate_number=row.certificate, body=row.body
        )
    return {
        "row": number,
        "project": row.project,
        "building": row.building,
        "line_number": row.line_number,
        "name": row.name,
        "specification": row.specification,
        "category": row.category,
        "place": row.place,
        "unit": row.unit,
        "quantity": row.quantity,
        "amount": row.amount,
        "declared": tuple(msgspec.json.decode(row.declared or "[]", type=list[Declared])),
        "product": product,
    }
