"""What the checks across projects look at: all lines of the store, and the files in cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    String,
    bindparam,
    func,
    select,
    type_coerce,
)

from catalog.models.adoption import Case, CaseEvidence
from catalog.models.certificate import Certificate
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.finding import CertifiedOutput
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.rules.checks.files import CaseFile, WrongFile
from catalog.rules.terms import BillStage, EvidenceKind

_CHUNK = 200_000
_AFTER: BindParameter[Any] = bindparam("after")
_STANDING = (Building.withdrawn_at.is_(None), Project.withdrawn_at.is_(None))
_DELIVERIES: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Delivery.building_id,
        Building.project_id,
        Project.division_id,
        Project.is_synthetic,
        Delivery.note_number,
        Delivery.supplier,
        Delivery.name,
        Delivery.specification,
        Delivery.category_id,
        Delivery.unit,
        type_coerce(Delivery.quantity, BigInteger),
        type_coerce(Delivery.delivered_on, String),
        type_coerce(Delivery.delivered_precision, String),
        Delivery.factory,
        Delivery.product_id,
        Delivery.certificate_id,
    )
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(Delivery.id > _AFTER, Delivery.superseded_at.is_(None), *_STANDING)
    .order_by(Delivery.id)
    .limit(_CHUNK)
)
_DELIVERY_COLUMNS = {
    "id": pl.Int64(),
    "building": pl.Int64(),
    "project": pl.Int64(),
    "division": pl.Int64(),
    "is_synthetic": pl.Boolean(),
    "note": pl.String(),
    "supplier": pl.String(),
    "name": pl.String(),
    "specification": pl.String(),
    "category": pl.Int64(),
    "unit": pl.String(),
    "micro": pl.Int64(),
    "day": pl.String(),
    "precision": pl.String(),
    "factory": pl.String(),
    "product": pl.Int64(),
    "certificate": pl.Int64(),
}
_BILLED: Select[*tuple[Any, ...]] = (
    select(
        BillLine.id,
        BillLine.building_id,
        BillLine.category_id,
        BillLine.unit,
        type_coerce(BillLine.quantity, BigInteger),
    )
    .join(Building, Building.id == BillLine.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(
        BillLine.id > _AFTER,
        BillLine.superseded_at.is_(None),
        BillLine.stage == BillStage.SETTLEMENT,
        BillLine.category_id.is_not(None),
        *_STANDING,
    )
    .order_by(BillLine.id)
    .limit(_CHUNK)
)
_BILL_COLUMNS = {
    "id": pl.Int64(),
    "building": pl.Int64(),
    "category": pl.Int64(),
    "unit": pl.String(),
    "micro": pl.Int64(),
}
_INVOICES: Select[*tuple[Any, ...]] = (
    select(DeliveryEvidence.id, DeliveryEvidence.delivery_id, DeliveryEvidence.reference)
    .where(DeliveryEvidence.id > _AFTER, DeliveryEvidence.kind == EvidenceKind.CONTRACT_OR_INVOICE)
    .order_by(DeliveryEvidence.id)
    .limit(_CHUNK)
)
_INVOICE_COLUMNS = {"row": pl.Int64(), "id": pl.Int64(), "reference": pl.String()}
_OUTPUTS: Select[*tuple[Any, ...]] = (
    select(
        CertifiedOutput.certificate_id,
        Certificate.number,
        CertifiedOutput.amount_per_year,
        CertifiedOutput.unit,
        CertifiedOutput.source,
    )
    .join(Certificate, Certificate.id == CertifiedOutput.certificate_id)
    .where(CertifiedOutput.superseded_at.is_(None), Certificate.withdrawn_at.is_(None))
    .order_by(CertifiedOutput.certificate_id, CertifiedOutput.id)
)
_WRONG_FILES: Select[*tuple[Any, ...]] = (
    select(
        Evidence.id,
        Evidence.key,
        Evidence.name,
        Evidence.sha256,
        Evidence.division_id,
        Evidence.altered_since,
        Evidence.missing_since,
    )
    .where(Evidence.altered_since.is_not(None) | Evidence.missing_since.is_not(None))
    .order_by(Evidence.id)
)
_SHARED = (
    select(Evidence.sha256)
    .join(CaseEvidence, CaseEvidence.evidence_id == Evidence.id)
    .where(CaseEvidence.removed_at.is_(None))
    .group_by(Evidence.sha256)
    .having(func.count(CaseEvidence.case_id.distinct()) > 1)
)
_CASE_FILES: Select[*tuple[Any, ...]] = (
    select(
        Evidence.sha256,
        Evidence.name,
        Evidence.id,
        CaseEvidence.kind,
        Case.id,
        Case.number,
        Case.organisation_id,
        Case.division_id,
        Case.is_synthetic,
    )
    .join(CaseEvidence, CaseEvidence.evidence_id == Evidence.id)
    .join(Case, Case.id == CaseEvidence.case_id)
    .where(CaseEvidence.removed_at.is_(None), Evidence.sha256.in_(_SHARED))
    .order_by(Evidence.sha256, Case.id)
)
_UNSTATED = select(func.count(Delivery.certificate_id.distinct())).where(
    Delivery.superseded_at.is_(None),
    Delivery.certificate_id.is_not(None),
    Delivery.certificate_id.not_in(
        select(CertifiedOutput.certificate_id).where(CertifiedOutput.superseded_at.is_(None))
    ),
)
_NAMES_OF: dict[str, Select[*tuple[Any, ...]]] = {
    "jurisdictions": select(Division.id, Division.jurisdiction),
    "certificates": select(Certificate.id, Certificate.number),
    "products": select(Product.id, Product.name),
}


class StatedOutput(NamedTuple):
    """How much may be sold a year under a certificate, in millionths of the unit."""

    certificate: int
    number: str
    amount: Any
    unit: str
    source: str


def deliveries(connection: Connection) -> pl.DataFrame:
    """Return every current delivery, quantities in millionths, days as ISO texts."""
    return _frame(connection, _DELIVERIES, _DELIVERY_COLUMNS)


def billed(connection: Connection) -> pl.DataFrame:
    """Return every current settled bill line that has a category."""
    return _frame(connection, _BILLED, _BILL_COLUMNS)


def invoices(connection: Connection) -> pl.DataFrame:
    """Return the invoices and contracts that deliveries refer to, by the delivery's id."""
    return _frame(connection, _INVOICES, _INVOICE_COLUMNS).drop("row")


def outputs(connection: Connection) -> list[StatedOutput]:
    """Return the yearly outputs that are stated of certificates."""
    return [StatedOutput(*row) for row in connection.execute(_OUTPUTS)]


def wrong_files(connection: Connection) -> list[WrongFile]:
    """Return the files of evidence that were altered, or are gone."""
    return [WrongFile(*row) for row in connection.execute(_WRONG_FILES)]


def files_in_cases(connection: Connection) -> list[CaseFile]:
    """Return the files that stand in more than one case, those of equal bytes together."""
    return [CaseFile(*row) for row in connection.execute(_CASE_FILES)]


def certificates_without_output(connection: Connection) -> int:
    """Return how many certificates deliveries name whose yearly output nobody states."""
    return connection.scalar(_UNSTATED) or 0


def jurisdictions(connection: Connection) -> dict[int, str]:
    """Return the jurisdictions of divisions."""
    return _named(connection, "jurisdictions")


def certificate_numbers(connection: Connection) -> dict[int, str]:
    """Return the numbers of certificates as written."""
    return _named(connection, "certificates")


def product_names(connection: Connection) -> dict[int, str]:
    """Return the names of products."""
    return _named(connection, "products")


def _named(connection: Connection, what: str) -> dict[int, str]:
    return {row[0]: row[1] for row in connection.execute(_NAMES_OF[what])}


def _frame(
    connection: Connection, query: Select[*tuple[Any, ...]], schema: dict[str, Any]
) -> pl.DataFrame:
    frames: list[pl.DataFrame] = [pl.DataFrame(schema=schema)]
    last = 0
    while rows := connection.execute(query, {"after": last}).all():
        last = rows[-1][0]
        frames.append(_columns(rows, schema))
    return pl.concat(frames, rechunk=True)


def _columns(rows: Sequence[Iterable[Any]], schema: dict[str, Any]) -> pl.DataFrame:
    columns = dict(zip(schema, zip(*rows, strict=True), strict=True))
    if "day" in columns:
        # PostgreSQL has days, SQLite their texts.
        columns["day"] = tuple(str(day) for day in columns["day"])
    return pl.DataFrame(columns, schema=schema)
