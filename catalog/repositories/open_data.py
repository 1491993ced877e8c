"""Queries for the open data: one for each table, some thousands of rows at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    Select,
    bindparam,
    case,
    literal,
    select,
)
from sqlalchemy.sql.elements import ColumnElement

from catalog.models.adoption import Adoption, AdoptionStatus, Case
from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division, DivisionName
from catalog.models.edition import Edition
from catalog.models.epd import Epd, EpdResult, EpdVersion, ProductEpd
from catalog.models.product import Product
from catalog.models.report import TestReport
from catalog.models.taxonomy import Catalogue, Category, CategoryGroup
from catalog.repositories import adopted, certificates
from catalog.rules.standing import Standing
from catalog.rules.validity import validity_on

AT_ONCE = 20_000
_PRODUCTS = Product.withdrawn_at.is_(None)
_PAPERS = Certificate.withdrawn_at.is_(None)
_DECLARATIONS = Epd.withdrawn_at.is_(None)
# The first column of each is what rows are read on by; it is not part of the table.
_TABLES: Mapping[str, Select[*tuple[Any, ...]]] = {
    "products": select(
        Product.id,
        Product.key,
        Product.name,
        Product.brand,
        Product.model,
        Product.scope,
        Product.description,
        Category.key.label("category"),
        Company.key.label("company"),
        Product.declared.label("declared_factors"),
        Product.source,
        Product.is_synthetic,
        Product.recorded_at,
    )
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
    .where(_PRODUCTS),
    "companies": select(
        Company.id,
        Company.key,
        Company.name,
        Company.credit_code,
        Division.key.label("division"),
        Company.address,
        Company.is_synthetic,
        Company.recorded_at,
    )
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Company.withdrawn_at.is_(None)),
    "certificates": select(
        Certificate.id,
        Certificate.key,
        Certificate.number,
        CertificationBody.name.label("body"),
        Certificate.is_synthetic,
        Certificate.recorded_at,
    )
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(_PAPERS),
    "certificate_versions": select(
        CertificateVersion.id,
        Certificate.key.label("certificate"),
        CertificateVersion.effective_on,
        CertificateVersion.suffix,
        CertificateVersion.star,
        CertificateVersion.standard,
        CertificateVersion.issued_on,
        CertificateVersion.reissued_on,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
        CertificateVersion.applicant,
        CertificateVersion.manufacturer,
        CertificateVersion.factory,
        CertificateVersion.factory_address,
        CertificateVersion.url,
        CertificateVersion.source,
        Certificate.is_synthetic,
        CertificateVersion.recorded_at,
    )
    .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
    .where(_PAPERS, CertificateVersion.superseded_at.is_(None)),
    "certificate_states": select(
        CertificateStatus.id,
        Certificate.key.label("certificate"),
        CertificateStatus.state,
        CertificateStatus.from_on,
        CertificateStatus.reason,
        CertificateStatus.source,
        Certificate.is_synthetic,
        CertificateStatus.recorded_at,
    )
    .join(Certificate, Certificate.id == CertificateStatus.certificate_id)
    .where(_PAPERS, CertificateStatus.superseded_at.is_(None)),
    "product_certificates": select(
        ProductCertificate.id,
        Product.key.label("product"),
        Certificate.key.label("certificate"),
        Product.is_synthetic,
    )
    .join(Product, Product.id == ProductCertificate.product_id)
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .where(_PRODUCTS, _PAPERS, ProductCertificate.superseded_at.is_(None)),
    "test_reports": select(
        TestReport.id,
        Product.key.label("product"),
        TestReport.number,
        TestReport.laboratory,
        TestReport.standard,
        TestReport.issued_on,
        TestReport.url,
        TestReport.source,
        Product.is_synthetic,
    )
    .join(Product, Product.id == TestReport.product_id)
    .where(_PRODUCTS, TestReport.superseded_at.is_(None)),
    "adoptions": select(
        Adoption.id,
        Adoption.key,
        Case.number.label("case_number"),
        Product.key.label("product"),
        Division.key.label("division"),
        Adoption.route,
        Certificate.key.label("certificate"),
        Adoption.report_issued_on,
        Adoption.adopted_on,
        Adoption.valid_to,
        Adoption.is_synthetic,
        Adoption.recorded_at,
    )
    .join(Case, Case.id == Adoption.case_id)
    .join(Product, Product.id == Adoption.product_id)
    .join(Division, Division.id == Adoption.division_id)
    .outerjoin(Certificate, Certificate.id == Adoption.certificate_id),
    "adoption_states": select(
        AdoptionStatus.id,
        Adoption.key.label("adoption"),
        AdoptionStatus.state,
        AdoptionStatus.from_on,
        AdoptionStatus.ground,
        AdoptionStatus.reason,
        Adoption.is_synthetic,
        AdoptionStatus.recorded_at,
    )
    .join(Adoption, Adoption.id == AdoptionStatus.adoption_id)
    .where(AdoptionStatus.superseded_at.is_(None)),
    "declarations": select(
        EpdVersion.id,
        Epd.key,
        EpdVersion.source,
        EpdVersion.name,
        EpdVersion.manufacturer,
        EpdVersion.operator,
        EpdVersion.registration_number,
        EpdVersion.location,
        EpdVersion.issued_on,
        EpdVersion.issued_precision,
        EpdVersion.valid_until,
        EpdVersion.valid_precision,
        EpdVersion.declared_quantity,
        EpdVersion.declared_unit,
        EpdVersion.mass_kg,
        EpdVersion.is_synthetic,
        EpdVersion.recorded_at,
    )
    .join(Epd, Epd.id == EpdVersion.epd_id)
    .where(_DECLARATIONS, EpdVersion.superseded_at.is_(None)),
    "declaration_results": select(
        EpdResult.id,
        Epd.key.label("declaration"),
        EpdVersion.source,
        EpdResult.indicator,
        EpdResult.method,
        EpdResult.unit,
        EpdResult.module,
        EpdResult.scenario,
        EpdResult.amount,
        EpdVersion.is_synthetic,
    )
    .join(EpdVersion, EpdVersion.id == EpdResult.version_id)
    .join(Epd, Epd.id == EpdVersion.epd_id)
    .where(_DECLARATIONS, EpdVersion.superseded_at.is_(None)),
    "product_declarations": select(
        ProductEpd.id,
        Product.key.label("product"),
        Epd.key.label("declaration"),
        Product.is_synthetic,
        ProductEpd.recorded_at,
    )
    .join(Product, Product.id == ProductEpd.product_id)
    .join(Epd, Epd.id == ProductEpd.epd_id)
    .where(_PRODUCTS, _DECLARATIONS, ProductEpd.superseded_at.is_(None)),
    "editions": select(
        Edition.id,
        Edition.key,
        Edition.kind,
        Edition.year,
        Edition.number,
        Edition.as_of,
        Edition.entries,
        Edition.content_hash,
        Edition.is_synthetic,
        Edition.published_at,
    ),
    "categories": select(
        Category.id,
        Category.key,
        Catalogue.key.label("catalogue"),
        CategoryGroup.key.label("group"),
        Category.name_zh,
        Category.name_en,
        Category.standard,
        Category.effective_from,
        Category.effective_to,
    )
    .join(Catalogue, Catalogue.id == Category.catalogue_id)
    .outerjoin(CategoryGroup, CategoryGroup.id == Category.group_id),
    "divisions": select(
        DivisionName.id,
        Division.key,
        DivisionName.name_zh,
        DivisionName.name_en,
        DivisionName.city,
        DivisionName.valid_from,
        DivisionName.valid_to,
    ).join(Division, Division.id == DivisionName.division_id),
}
TABLES = tuple(_TABLES)
_DERIVED: Mapping[str, str] = {"certificates": "validity", "adoptions": "standing"}
_STANDINGS = {rank: standing.value for rank, standing in enumerate(Standing)}
Row = tuple[Any, ...]


def columns(table: str) -> dict[str, type]:
    """Return what each column of a table holds, in order: text, numbers, days, moments, yes/no."""
    held = {
        column.key: _held(column)
        for column in [*_TABLES[table].selected_columns][1:]
        if column.key is not None
    }
    return held | ({_DERIVED[table]: str} if table in _DERIVED else {})


def rows(connection: Connection, table: str, *, on: dt.date) -> Iterator[list[Row]]:
    """Yield a table's rows in pieces, in the order in which they came to be.

    What follows from papers and decisions is told as of a day.
    """
    statement = _TABLES[table]
    if table == "adoptions":
        words = case(_STANDINGS, value=adopted.rank_on(literal(on)))
        statement = statement.add_columns(words.label(_DERIVED[table]))
    number = statement.selected_columns[0]
    piece = statement.where(number > bindparam("after")).order_by(number).limit(AT_ONCE)
    last = 0
    while found := connection.execute(piece, {"after": last}).all():
        if table == "certificates":
            known = certificates.timelines(connection, [row[0] for row in found])
            yield [(*row[1:], validity_on(*known[row[0]], on).value) for row in found]
        else:
            yield [tuple(row[1:]) for row in found]
        last = found[-1][0]


def _held(column: ColumnElement[Any]) -> type:
    kinds: Mapping[type[Any], type] = {
        Boolean: bool,
        Integer: int,
        DateTime: dt.datetime,
        Date: dt.date,
    }
    plain = getattr(column.type, "impl_instance", column.type)
    return next((kind for of, kind in kinds.items() if isinstance(plain, of)), str)
