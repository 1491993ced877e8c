"""Queries for a tender: every product of a category that is certified on a day, and whose it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy import Connection, func, literal, select
from sqlalchemy.orm import aliased

from catalog.models.certificate import Certificate, CertificateVersion, ProductCertificate
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.repositories.adopted import is_adopted_on
from catalog.repositories.narrowing import IS_CURRENT_VERSION, covered, is_ended
from catalog.views.tender import Offer


def offers(
    connection: Connection, categories: Collection[str], *, on: dt.date, star: int | None
) -> dict[str, list[Offer]]:
    """Return, by category, the products with a certificate valid on a day, of the star asked.

    Of each certificate the version in force on the day speaks. In order of maker and name.
    """
    newer = aliased(CertificateVersion)
    is_replaced = (
        select(newer.id)
        .where(
            newer.certificate_id == CertificateVersion.certificate_id,
            newer.superseded_at.is_(None),
            newer.effective_on > CertificateVersion.effective_on,
            newer.effective_on <= on,
        )
        .exists()
    )
    certified = (
        covered(
            ProductCertificate.product_id.label("product_id"),
            func.max(CertificateVersion.star).label("star"),
        )
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .where(
            IS_CURRENT_VERSION,
            CertificateVersion.valid_from <= on,
            CertificateVersion.valid_to >= on,
            ~is_replaced,
            ~is_ended(literal(on)),
        )
        .group_by(ProductCertificate.product_id)
    )
    if star is not None:
        certified = certified.where(CertificateVersion.star >= star)
    papers = certified.subquery()
    statement = (
        select(
            Category.key,
            Product.key,
            Product.name,
            Product.model,
            Product.brand,
            Company.key,
            Company.name,
            papers.c.star,
            is_adopted_on(on).label("is_adopted"),
            Product.is_synthetic,
        )
        .join(papers, papers.c.product_id == Product.id)
        .join(Company, Company.id == Product.company_id)
        .join(Category, Category.id == Product.category_id)
        .where(Category.key.in_(categories), Product.withdrawn_at.is_(None))
        .order_by(Company.name, Product.name, Product.key)
    )
    found: dict[str, list[Offer]] = {category: [] for category in categories}
    for row in connection.execute(statement):
        found[row[0]].append(Offer(*(*row[1:8], bool(row[8]), row[9])))
    return found
