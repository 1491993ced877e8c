"""What products can be narrowed by, in SQL: the values of facets, and validity on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    cast,
    exists,
    func,
    literal,
    select,
    union,
)
from sqlalchemy.orm import aliased

from catalog.models.certificate import (
    Certificate,
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.taxonomy import Category, CategoryGroup
from catalog.rules.terms import CertificateState

Condition = ColumnElement[bool]

_FINAL = (CertificateState.REVOKED, CertificateState.CANCELLED)
ENDING = (*_FINAL, CertificateState.EXPIRED, CertificateState.SUSPENDED)
IS_CURRENT_VERSION = CertificateVersion.superseded_at.is_(None)


def has_value(values: Subquery, keys: Collection[str]) -> Condition:
    """Return what holds if the product has any of the keys among these values of products."""
    return Product.id.in_(select(values.c.product_id).where(values.c.value.in_(sorted(keys))))


def is_valid_on(day: dt.date) -> Condition:
    """Return what holds if ``rules.validity`` calls a certificate of the product valid on a day."""
    return Product.id.in_(
        covered(ProductCertificate.product_id)
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .where(
            IS_CURRENT_VERSION,
            CertificateVersion.valid_from <= day,
            CertificateVersion.valid_to >= day,
            ~is_ended(literal(day)),
        )
    )


def covered(*columns: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """Return columns of products and the certificates that cover them now."""
    return (
        select(*columns)
        .select_from(ProductCertificate)
        .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
        .where(ProductCertificate.superseded_at.is_(None), Certificate.withdrawn_at.is_(None))
    )


def is_ended(
    day: SQLColumnExpression[dt.date],
    *,
    before: bool = False,
    states: Collection[CertificateState] = ENDING,
) -> Condition:
    """Return what holds if the certificate's state on a day (or before it) is one of these."""
    later = aliased(CertificateStatus)
    begun, begun_later = (
        state.from_on < day if before else state.from_on <= day
        for state in (CertificateStatus, later)
    )
    is_followed = exists().where(
        later.certificate_id == CertificateStatus.certificate_id,
        later.superseded_at.is_(None),
        begun_later,
        later.from_on > CertificateStatus.from_on,
    )
    return (
        exists()
        .where(
            CertificateStatus.certificate_id == Certificate.id,
            CertificateStatus.superseded_at.is_(None),
            CertificateStatus.state.in_(states),
            begun,
            ~is_followed.correlate_except(later),
        )
        .correlate_except(CertificateStatus)
    )


def _star_values() -> Select[*tuple[Any, ...]]:
    """Return the highest star of the newest versions of certificates that are not over."""
    newer = aliased(CertificateVersion)
    is_replaced = exists().where(
        newer.certificate_id == CertificateVersion.certificate_id,
        newer.superseded_at.is_(None),
        newer.effective_on > CertificateVersion.effective_on,
    )
    is_over = is_ended(literal(dt.date.max), states=_FINAL)
    highest = cast(func.max(CertificateVersion.star), String)
    return (
        covered(ProductCertificate.product_id.label("product_id"), highest.label("value"))
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .where(IS_CURRENT_VERSION, CertificateVersion.star.is_not(None), ~is_replaced, ~is_over)
        .group_by(ProductCertificate.product_id)
    )


def _values() -> dict[str, Subquery]:
    """Return, for each facet, the products with the values they have, none twice."""
    of_product = Product.id.label("product_id")
    of_paper = ProductCertificate.product_id.label("product_id")
    own_category = select(of_product, Category.key.label("value")).join(
        Category, Category.id == Product.category_id
    )
    claimed_category = (
        covered(of_paper, Category.key.label("value"))
        .join(CertificateCategory, CertificateCategory.certificate_id == Certificate.id)
        .join(Category, Category.id == CertificateCategory.category_id)
        .where(CertificateCategory.superseded_at.is_(None))
    )
    of_company = select(of_product, Company.key.label("value")).join(
        Company, Company.id == Product.company_id
    )
    return {
        "category": union(own_category, claimed_category).subquery("categories"),
        "group": select(of_product, CategoryGroup.key.label("value"))
        .join(Category, Category.id == Product.category_id)
        .join(CategoryGroup, CategoryGroup.id == Category.group_id)
        .subquery("groups"),
        "star": _star_values().subquery("stars"),
        "division": select(of_product, Division.key.label("value"))
        .join(Company, Company.id == Product.company_id)
        .join(Division, Division.id == Company.division_id)
        .subquery("divisions"),
        "company": of_company.subquery("companies"),
        "body": covered(of_paper, CertificationBody.name.label("value"))
        .join(CertificationBody, CertificationBody.id == Certificate.body_id)
        .distinct()
        .subquery("bodies"),
    }


VALUES = _values()
