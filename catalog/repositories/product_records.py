"""Listed products with their papers, as the records that an import of them would bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.report import TestReport
from catalog.models.taxonomy import Category
from catalog.records import CertificateRecord, CompanyRecord, ProductRecord, TestReportRecord
from catalog.rules.units import Declared

_AT_ONCE = 10_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.name,
        Product.brand,
        Product.model,
        Product.scope,
        Product.description,
        Product.declared,
        Category.key.label("category"),
        Company.name.label("company"),
        Company.credit_code,
        Division.key.label("division"),
        Company.address,
    )
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Product.id > bindparam("after"), Product.withdrawn_at.is_(None))
    .order_by(Product.id)
    .limit(_AT_ONCE)
)
_LINKS: Select[*tuple[Any, ...]] = (
    select(
        ProductCertificate.product_id,
        Certificate.id,
        Certificate.number,
        CertificationBody.name.label("body"),
    )
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(
        ProductCertificate.product_id.in_(_IDS),
        ProductCertificate.superseded_at.is_(None),
        Certificate.withdrawn_at.is_(None),
    )
    .order_by(ProductCertificate.product_id, Certificate.id)
)
_STATED = (
    "suffix", "star", "standard", "issued_on", "reissued_on", "valid_from", "valid_to",
    "applicant", "manufacturer", "factory", "factory_address", "url",
)  # fmt: skip
_VERSIONS: Select[*tuple[Any, ...]] = (
    select(
        CertificateVersion.certificate_id, *(getattr(CertificateVersion, name) for name in _STATED)
    )
    .where(CertificateVersion.certificate_id.in_(_IDS), CertificateVersion.superseded_at.is_(None))
    .order_by(CertificateVersion.certificate_id, CertificateVersion.effective_on)
)
_STATES: Select[*tuple[Any, ...]] = (
    select(
        CertificateStatus.certificate_id,
        CertificateStatus.state,
        CertificateStatus.from_on,
        CertificateStatus.reason,
    )
    .where(CertificateStatus.certificate_id.in_(_IDS), CertificateStatus.superseded_at.is_(None))
    .order_by(CertificateStatus.from_on, CertificateStatus.id)
)
_REPORTS: Select[*tuple[Any, ...]] = (
    select(
        TestReport.product_id,
        TestReport.number,
        TestReport.laboratory,
        TestReport.standard,
        TestReport.issued_on,
        TestReport.url,
    )
    .where(TestReport.product_id.in_(_IDS), TestReport.superseded_at.is_(None))
    .order_by(TestReport.product_id, TestReport.id)
)


def every(connection: Connection) -> Iterator[list[ProductRecord]]:
    """Yield the records in pieces: of each product one for each of its papers, or just one."""
    last = 0
    while found := connection.execute(_PRODUCTS, {"after": last}).all():
        yield _records(connection, found)
        last = found[-1][0]


def _records(connection: Connection, found: Sequence[Any]) -> list[ProductRecord]:
    ids = {"ids": [row.id for row in found]}
    links: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(_LINKS, ids):
        links[row[0]].append(row)
    papers = _papers(connection, sorted({row.id for each in links.values() for row in each}))
    reports: dict[int, list[TestReportRecord]] = defaultdict(list)
    for row in connection.execute(_REPORTS, ids):
        reports[row[0]].append(
            TestReportRecord(
                number=row[1], laboratory=row[2], standard=row[3], issued_on=row[4], url=row[5]
            )
        )
    records = []
    for row in found:
        product = ProductRecord(
            row=0,
            company=CompanyRecord(
                name=row.company,
                credit_code=row.credit_code,
                division=row.division,
                address=row.address,
            ),
            name=row.name,
            category=row.category,
            brand=row.brand,
            model=row.model,
            scope=row.scope,
            description=row.description,
            declared=msgspec.json.decode(row.declared or "[]", type=tuple[Declared, ...]),
        )
        proved = [
            msgspec.structs.replace(
                product,
                certificate=CertificateRecord(
                    number=link.number, body=link.body, **papers[link.id]
                ),
            )
            for link in links[row.id]
            if link.id in papers
        ]
        proved += [msgspec.structs.replace(product, report=each) for each in reports[row.id]]
        records += proved or [product]
    return records


def _papers(connection: Connection, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return what each certificate states now: its last version, and its last state."""
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(_VERSIONS, {"ids": ids}):
        found[row[0]] = dict(zip(_STATED, row[1:], strict=True))
    for number, state, from_on, reason in connection.execute(_STATES, {"ids": ids}):
        if number in found:
            found[number] |= {"state": state, "state_on": from_on, "state_reason": reason}
    return found
