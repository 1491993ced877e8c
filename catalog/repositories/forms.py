"""What stands behind a result's lines, for its form: by id, whether it is current or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    literal,
    select,
)

from catalog.models.certificate import Certificate, CertificateVersion
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.models.usage import BillLine, Delivery, DeliveryEvidence
from catalog.rules.terms import EvidenceKind
from catalog.views.forms import FormLine, FormPaper, PaperVersion

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_AT_ONCE = 1000


def _lines(of: type[BillLine | Delivery], factory: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            of.id,
            of.name,
            of.specification,
            of.unit,
            of.quantity,
            factory,
            of.certificate_id,
            Product.key,
            Product.name,
            Product.model,
            Company.name,
            Product.is_synthetic,
        )
        .outerjoin(Product, Product.id == of.product_id)
        .outerjoin(Company, Company.id == Product.company_id)
        .where(of.id.in_(_IDS))
    )


_BILL_LINES = _lines(BillLine, literal(None))
_DELIVERIES = _lines(Delivery, Delivery.factory.expression)
_EVIDENCE: Select[*tuple[Any, ...]] = (
    select(DeliveryEvidence.delivery_id, DeliveryEvidence.kind, DeliveryEvidence.reference)
    .where(DeliveryEvidence.delivery_id.in_(_IDS))
    .order_by(DeliveryEvidence.id)
)
_PAPERS: Select[*tuple[Any, ...]] = (
    select(
        Certificate.id,
        Certificate.number,
        CertificateVersion.effective_on,
        CertificateVersion.star,
        CertificateVersion.factory,
        CertificateVersion.manufacturer,
    )
    .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
    .where(Certificate.id.in_(_IDS), CertificateVersion.superseded_at.is_(None))
    .order_by(Certificate.id, CertificateVersion.effective_on)
)


def bill_lines_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, FormLine]:
    """Return bill lines by id, those too that were corrected since."""
    return {row[0]: FormLine(*row[1:]) for row in _rows(connection, _BILL_LINES, ids)}


def deliveries_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, FormLine]:
    """Return deliveries by id, those too that were corrected since."""
    return {row[0]: FormLine(*row[1:]) for row in _rows(connection, _DELIVERIES, ids)}


def evidence_of(
    connection: Connection, ids: Iterable[int]
) -> dict[EvidenceKind, list[tuple[int, str]]]:
    """Return for each kind of document the deliveries it is on record for, and its references."""
    found: dict[EvidenceKind, list[tuple[int, str]]] = defaultdict(list)
    for delivery_id, kind, reference in _rows(connection, _EVIDENCE, ids):
        found[EvidenceKind(kind)].append((delivery_id, reference))
    return dict(found)


def papers_by_id(connection: Connection, ids: Iterable[int]) -> dict[int, FormPaper]:
    """Return certificates by id, with what their versions say of grade and maker."""
    found: dict[int, FormPaper] = {}
    for certificate_id, number, *version in _rows(connection, _PAPERS, ids):
        paper = found.setdefault(certificate_id, FormPaper(number, []))
        paper.versions.append(PaperVersion(*version))
    return found


def _rows(
    connection: Connection, statement: Select[*tuple[Any, ...]], ids: Iterable[int]
) -> Iterator[Sequence[Any]]:
    """Ask for so many at once as every database takes."""
    wanted = iter(sorted(set(ids)))
    while some := list(islice(wanted, _AT_ONCE)):
        yield from connection.execute(statement, {"ids": some})
