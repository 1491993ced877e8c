"""Queries for products, companies and where products are used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.errors import CompanyNotFoundError, ProductNotFoundError
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.models.usage import Delivery
from catalog.views.products import CompanyView, ProductUseView, ProductView

# Statements are built once: building one for each call costs more than SQLite takes to answer it.
VIEW: Select[*tuple[Any, ...]] = (
    select(
        Product.key,
        Product.name,
        Product.brand,
        Product.model,
        Product.scope,
        Product.description,
        Category.key,
        Category.name_zh,
        Category.name_en,
        Company.key,
        Company.name,
        Product.is_synthetic,
        Product.recorded_at,
    )
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
)
_BY_KEY: Select[*tuple[Any, ...]] = VIEW.where(
    Product.key == bindparam("key"), Product.withdrawn_at.is_(None)
)
_BY_KEYS: Select[*tuple[Any, ...]] = VIEW.where(
    Product.key.in_(bindparam("keys", expanding=True)), Product.withdrawn_at.is_(None)
)
# The page is chosen in the index alone; only its rows are looked up and joined.
_PAGE_IDS = (
    select(Product.id)
    .where(Product.withdrawn_at.is_(None))
    .order_by(Product.name, Product.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .scalar_subquery()
)
_PAGE: Select[*tuple[Any, ...]] = VIEW.where(Product.id.in_(_PAGE_IDS)).order_by(
    Product.name, Product.id
)
_COMPANY_NAMES: Select[*tuple[Any, ...]] = select(Company.key, Company.name).where(
    Company.key.in_(bindparam("keys", expanding=True))
)
_SYNTHETIC_PRODUCT: Select[*tuple[Any, ...]] = (
    select(Product.id)
    .where(Product.is_synthetic.is_(True), Product.withdrawn_at.is_(None))
    .limit(1)
)
_SYNTHETIC_PROJECT: Select[*tuple[Any, ...]] = (
    select(Project.id)
    .join(Division, Division.id == Project.division_id)
    .where(Project.is_synthetic.is_(True), Project.withdrawn_at.is_(None))
    .limit(1)
)
_SYNTHETIC_PROJECT_OF: Select[*tuple[Any, ...]] = _SYNTHETIC_PROJECT.where(
    Division.key == bindparam("division")
)
_COUNT: Select[*tuple[Any, ...]] = (
    select(func.count()).select_from(Product).where(Product.withdrawn_at.is_(None))
)
_PRODUCTS_OF = (
    select(func.count())
    .where(Product.company_id == Company.id, Product.withdrawn_at.is_(None))
    .scalar_subquery()
)
_COMPANY: Select[*tuple[Any, ...]] = (
    select(
        Company.key,
        Company.name,
        Company.credit_code,
        Division.key,
        Company.address,
        Company.is_synthetic,
        _PRODUCTS_OF,
    )
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Company.key == bindparam("key"), Company.withdrawn_at.is_(None))
)
_USES: Select[*tuple[Any, ...]] = (
    select(
        Project.key,
        Project.name,
        Division.key,
        Building.key,
        Building.name,
        func.count(),
        func.sum(Delivery.quantity, type_=Delivery.quantity.type),
        Delivery.unit,
        func.min(Delivery.delivered_on),
        func.max(Delivery.delivered_on),
    )
    .select_from(Delivery)
    .join(Product, Product.id == Delivery.product_id)
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .where(Product.key == bindparam("key"), Delivery.superseded_at.is_(None))
    .group_by(Project.key, Project.name, Division.key, Building.key, Building.name, Delivery.unit)
    .order_by(func.max(Delivery.delivered_on).desc(), Building.key, Delivery.unit)
    .limit(bindparam("limit"))
)

_USE_COUNTS: Select[*tuple[Any, ...]] = (
    select(
        Product.key,
        func.count(Project.id.distinct()),
        func.count(Building.id.distinct()),
    )
    .select_from(Delivery)
    .join(Product, Product.id == Delivery.product_id)
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(Product.key.in_(bindparam("keys", expanding=True)), Delivery.superseded_at.is_(None))
    .group_by(Product.key)
)


def get_by_key(connection: Connection, key: str) -> ProductView:
    """Return the product, or raise ProductNotFoundError."""
    row = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    if row is None:
        raise ProductNotFoundError(key=key)
    return ProductView(*row)


def page_by_name(connection: Connection, *, limit: int, offset: int) -> list[ProductView]:
    """Return one page of products in order of name."""
    rows = connection.execute(_PAGE, {"limit": limit, "offset": offset})
    return [ProductView(*row) for row in rows]


def by_keys(connection: Connection, keys: Iterable[str]) -> dict[str, ProductView]:
    """Return those of the products that there are, by key."""
    rows = connection.execute(_BY_KEYS, {"keys": list(keys)})
    return {row[0]: ProductView(*row) for row in rows}


def count(connection: Connection) -> int:
    """Return how many products the catalogue lists."""
    return connection.scalar(_COUNT) or 0


def has_synthetic(connection: Connection, *, division: str | None) -> bool:
    """Tell whether there are synthetic projects (of a division), or products if none is named."""
    if division is not None:
        return connection.scalar(_SYNTHETIC_PROJECT_OF, {"division": division}) is not None
    statements = (_SYNTHETIC_PRODUCT, _SYNTHETIC_PROJECT)
    return any(connection.scalar(statement) is not None for statement in statements)


def company_names(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Return the names of companies by key."""
    rows = connection.execute(_COMPANY_NAMES, {"keys": list(keys)})
    return {row[0]: row[1] for row in rows}


def get_company(connection: Connection, key: str) -> CompanyView:
    """Return the company, or raise CompanyNotFoundError."""
    row = connection.execute(_COMPANY, {"key": key}).one_or_none()
    if row is None:
        raise CompanyNotFoundError(key=key)
    return CompanyView(*row)


def uses_of(connection: Connection, key: str, *, limit: int) -> list[ProductUseView]:
    """Return the buildings to which the product was delivered, latest first."""
    rows = connection.execute(_USES, {"key": key, "limit": limit})
    return [ProductUseView(*row) for row in rows]


def use_counts(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return in how many projects and buildings each product was used, if in any."""
    rows = connection.execute(_USE_COUNTS, {"keys": list(keys)})
    return {row[0]: (row[1], row[2]) for row in rows}
