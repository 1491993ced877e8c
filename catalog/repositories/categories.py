"""Queries for one category: its catalogue, and the standards that its products' papers name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.models.certificate import Certificate, CertificateVersion, ProductCertificate
from catalog.models.product import Product
from catalog.models.taxonomy import Catalogue, Category
from catalog.views.categories import CatalogueView, StandardView

_CATALOGUES: Select[*tuple[Any, ...]] = select(
    Catalogue.key,
    Catalogue.name_zh,
    Catalogue.name_en,
    Catalogue.source,
    Catalogue.effective_from,
).order_by(Catalogue.id)
_STANDARDS: Select[*tuple[Any, ...]] = (
    select(CertificateVersion.standard, func.count(Product.id.distinct()))
    .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
    .join(ProductCertificate, ProductCertificate.certificate_id == Certificate.id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .join(Category, Category.id == Product.category_id)
    .where(
        Category.key == bindparam("category"),
        CertificateVersion.superseded_at.is_(None),
        CertificateVersion.standard.is_not(None),
        ProductCertificate.superseded_at.is_(None),
        Certificate.withdrawn_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
    .group_by(CertificateVersion.standard)
    .order_by(func.count(Product.id.distinct()).desc(), CertificateVersion.standard)
    .limit(bindparam("limit"))
)


def catalogues(connection: Connection) -> list[CatalogueView]:
    """Return the catalogues, the first one first."""
    return [CatalogueView(*row) for row in connection.execute(_CATALOGUES)]


def standards_of(connection: Connection, category: str, *, limit: int) -> list[StandardView]:
    """Return the standards that the products' certificates name, the most usual first."""
    rows = connection.execute(_STANDARDS, {"category": category, "limit": limit})
    return [StandardView(*row) for row in rows]
