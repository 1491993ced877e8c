"""Queries for a company's desk: its products, and the certificates that cover them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, select

from catalog.models.account import Organisation
from catalog.models.adoption import Case
from catalog.models.certificate import Certificate, CertificationBody, ProductCertificate
from catalog.models.product import Product
from catalog.models.taxonomy import Category

_COMPANY_ID: Select[*tuple[Any, ...]] = select(Organisation.company_id).where(
    Organisation.key == bindparam("key")
)
_LISTED = and_(Product.company_id == bindparam("company"), Product.withdrawn_at.is_(None))
_COVERS = and_(
    ProductCertificate.product_id == Product.id, ProductCertificate.superseded_at.is_(None)
)
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.key,
        Product.name,
        Product.model,
        Product.brand,
        Product.scope,
        Product.description,
        Category.key.label("category"),
        Case.number.label("case"),
        Case.state.label("case_state"),
        Product.is_synthetic,
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(Case, and_(Case.product_id == Product.id, Case.ended_at.is_(None)))
    .where(_LISTED)
    .order_by(Product.name, Product.id)
    .limit(bindparam("limit"))
)
_COUNT: Select[*tuple[Any, ...]] = select(func.count()).select_from(Product).where(_LISTED)
_CERTIFICATES: Select[*tuple[Any, ...]] = (
    select(
        Certificate.id,
        Certificate.key,
        Certificate.number,
        CertificationBody.name.label("body"),
        func.count().label("products"),
    )
    .select_from(Product)
    .join(ProductCertificate, _COVERS)
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(_LISTED, Certificate.withdrawn_at.is_(None))
    .group_by(Certificate.id, Certificate.key, Certificate.number, CertificationBody.name)
    .order_by(Certificate.id)
    .limit(bindparam("limit"))
)


def company_id(connection: Connection, organisation: str) -> int | None:
    """Return the id of the company that an organisation was proved to be, None if of none."""
    found: int | None = connection.scalar(_COMPANY_ID, {"key": organisation})
    return found


def products(connection: Connection, company: int, *, limit: int) -> tuple[list[Any], int]:
    """Return a company's listed products in order of name, and how many there are."""
    rows = list(connection.execute(_PRODUCTS, {"company": company, "limit": limit}))
    return rows, connection.scalar(_COUNT, {"company": company}) or 0


def certificates(connection: Connection, company: int, *, limit: int) -> list[Any]:
    """Return the certificates that cover a company's products, with how many each covers."""
    return list(connection.execute(_CERTIFICATES, {"company": company, "limit": limit}))
