"""Find products in the database itself, for when no index can answer."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, func, select

from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.repositories import documents
from catalog.views.searchable import SearchableProduct


def products_named(  # One keyword for each filter that the database can keep by itself.
    connection: Connection,
    *,
    words: str,
    categories: Collection[str],
    divisions: Collection[str],
    companies: Collection[str],
    limit: int,
    offset: int,
) -> tuple[list[SearchableProduct], int]:
    """Return products whose name or model contains every word, in order of key, and the total."""
    conditions: list[ColumnElement[bool]] = [Product.withdrawn_at.is_(None)]
    for word in words.split():
        plain = word.replace("\x00", "")
        conditions.append(
            Product.name.icontains(plain, autoescape=True)
            | Product.model.icontains(plain, autoescape=True)
        )
    if categories:
        conditions.append(Category.key.in_(categories))
    if divisions:
        conditions.append(Division.key.in_(divisions))
    if companies:
        conditions.append(Company.key.in_(companies))
    found = (
        select(Product.id)
        .join(Category, Category.id == Product.category_id)
        .join(Company, Company.id == Product.company_id)
        .outerjoin(Division, Division.id == Company.division_id)
        .where(*conditions)
    )
    total = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
    ids = list(connection.scalars(found.order_by(Product.key).limit(limit).offset(offset)))
    by_id = {product.id: product for product in documents.by_ids(connection, ids)}
    return [by_id[i] for i in ids if i in by_id], total
