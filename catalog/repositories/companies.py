"""Queries for a company's page: the papers of its products, and spot checks of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BindParameter, Connection, Date, Select, bindparam, func, select

from catalog.models.adoption import Adoption
from catalog.models.certificate import (
    Certificate,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.inspection import SpotCheck
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.repositories import adopted
from catalog.repositories.products import VIEW
from catalog.views.companies import CompanyCheck
from catalog.views.products import ProductView

_KEY: BindParameter[Any] = bindparam("key")
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_LINKS = (
    select(ProductCertificate.certificate_id, func.count().label("products"))
    .join(Product, Product.id == ProductCertificate.product_id)
    .join(Company, Company.id == Product.company_id)
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .where(
        Company.key == _KEY,
        Product.withdrawn_at.is_(None),
        ProductCertificate.superseded_at.is_(None),
        Certificate.withdrawn_at.is_(None),
    )
    .group_by(ProductCertificate.certificate_id)
    .subquery("links")
)
_LAST = (
    select(
        CertificateVersion.certificate_id,
        func.max(CertificateVersion.valid_to).label("valid_to"),
        func.max(CertificateVersion.effective_on).label("effective_on"),
    )
    .where(
        CertificateVersion.certificate_id.in_(select(_LINKS.c.certificate_id)),
        CertificateVersion.superseded_at.is_(None),
    )
    .group_by(CertificateVersion.certificate_id)
    .subquery("last_versions")
)
_PAPERS: Select[*tuple[Any, ...]] = (
    select(
        Certificate.id,
        Certificate.key,
        Certificate.number,
        CertificationBody.name.label("body"),
        CertificateVersion.star,
        _LAST.c.valid_to,
        _LINKS.c.products,
    )
    .join(_LINKS, _LINKS.c.certificate_id == Certificate.id)
    .join(_LAST, _LAST.c.certificate_id == Certificate.id)
    .join(
        CertificateVersion,
        (CertificateVersion.certificate_id == Certificate.id)
        & (CertificateVersion.effective_on == _LAST.c.effective_on)
        & CertificateVersion.superseded_at.is_(None),
    )
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .order_by(_LAST.c.valid_to.desc(), Certificate.number_normal)
    .limit(bindparam("limit"))
)
_TOTAL: Select[*tuple[Any, ...]] = select(func.count()).select_from(_LINKS)
_NAMED = ("applicant", "manufacturer", "factory")
_ROLES: Select[*tuple[Any, ...]] = select(
    *(
        func.count(CertificateVersion.certificate_id.distinct())
        .filter(getattr(CertificateVersion, name) == bindparam("name"))
        .label(name)
        for name in _NAMED
    )
).where(
    CertificateVersion.certificate_id.in_(select(_LINKS.c.certificate_id)),
    CertificateVersion.superseded_at.is_(None),
)
_CHECKS: Select[*tuple[Any, ...]] = (
    select(
        Product.key, Product.name, SpotCheck.checked_on, SpotCheck.authority, SpotCheck.is_passed
    )
    .join(Product, Product.id == SpotCheck.product_id)
    .join(Company, Company.id == Product.company_id)
    .where(Company.key == _KEY, Product.withdrawn_at.is_(None), SpotCheck.superseded_at.is_(None))
    .order_by(SpotCheck.checked_on.desc(), Product.key)
    .limit(bindparam("limit"))
)
# A category has thousands of products: nothing is asked of them here but what their index holds.
_ALIKE: Select[*tuple[Any, ...]] = (
    select(Adoption.product_id)
    .join(Product, Product.id == Adoption.product_id)
    .where(
        Product.category_id
        == select(Category.id).where(Category.key == bindparam("category")).scalar_subquery(),
        adopted.rank_on(bindparam("on", type_=Date)) == adopted.ADOPTED,
    )
    .order_by(Adoption.adopted_on.desc(), Adoption.product_id)
    .limit(bindparam("limit"))
)
# A product of two adoptions is found twice, and one that was withdrawn is not shown.
_SPARE = 4
_BY_ID: Select[*tuple[Any, ...]] = VIEW.where(
    Product.id.in_(bindparam("ids", expanding=True)), Product.withdrawn_at.is_(None)
).add_columns(Product.id)


def papers_of(connection: Connection, key: str, *, limit: int) -> tuple[list[Any], int]:
    """Return the certificates of a company's products, those that run longest first; how many."""
    rows = connection.execute(_PAPERS, {"key": key, "limit": limit}).all()
    return list(rows), connection.scalar(_TOTAL, {"key": key}) or 0


def roles_of(connection: Connection, key: str, name: str) -> dict[str, int]:
    """Return how many of these certificates name the company as what."""
    row = connection.execute(_ROLES, {"key": key, "name": name}).one()
    return dict(zip(_NAMED, row, strict=True))


def checks_of(connection: Connection, key: str, *, limit: int) -> list[CompanyCheck]:
    """Return the spot checks of a company's products, the latest first."""
    rows = connection.execute(_CHECKS, {"key": key, "limit": limit})
    return [CompanyCheck(*row) for row in rows]


def adopted_alike(
    connection: Connection, category: str, key: str, *, on: dt.date, limit: int
) -> list[ProductView]:
    """Return other products of a category that are adopted on a day, the latest first."""
    asked = {"category": category, "on": on, "limit": (limit + 1) * _SPARE}
    ids = list(dict.fromkeys(connection.scalars(_ALIKE, asked)))
    if not ids:
        return []
    views = {row[-1]: ProductView(*row[:-1]) for row in connection.execute(_BY_ID, {"ids": ids})}
    found = [views[each] for each in ids if each in views and views[each].key != key]
    return found[:limit]
