"""Read the catalogue: products, companies, certificates, and the lists that they refer to."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from catalog.repositories import certificates, products, reference
from catalog.rules.numbers import normal_number
from catalog.rules.units import UnitTable
from catalog.views.products import (
    CertificateView,
    CompanyView,
    ProductPage,
    ProductUseView,
    ProductView,
)
from catalog.views.projects import CategoryView, DivisionView, GroupView, RulePackView


def get_product(connection: Connection, key: str) -> ProductView:
    """Return a product.

    Raises:
        ProductNotFoundError: There is no such product.
    """
    return products.get_by_key(connection, key)


def products_by_keys(connection: Connection, keys: list[str]) -> dict[str, ProductView]:
    """Return those of the products that there are, by key."""
    return products.by_keys(connection, keys)


def browse_products(connection: Connection, *, limit: int, offset: int) -> ProductPage:
    """Return one page of products in order of name."""
    # One row more than asked tells whether there is a next page; to count them all would cost
    # more than the page.
    items = products.page_by_name(connection, limit=limit + 1, offset=offset)
    has_more = len(items) > limit
    return ProductPage(
        items=items[:limit] if has_more else items,
        limit=limit,
        offset=offset,
        next_offset=offset + limit if has_more else None,
    )


def count_products(connection: Connection) -> int:
    """Return how many products the catalogue lists."""
    return products.count(connection)


def uses_of_product(
    connection: Connection, product: ProductView, *, limit: int
) -> list[ProductUseView]:
    """Return the buildings to which a product was delivered, latest first."""
    return products.uses_of(connection, product.key, limit=limit)


def use_counts(connection: Connection, keys: list[str]) -> dict[str, tuple[int, int]]:
    """Return in how many projects and buildings each product was used, if in any."""
    return products.use_counts(connection, keys)


def shows_synthetic(connection: Connection, *, division: str | None = None) -> bool:
    """Tell whether any product or project (of a division) is made up by the demo."""
    return products.has_synthetic(connection, division=division)


def companies_by_keys(connection: Connection, keys: list[str]) -> dict[str, str]:
    """Return the names of those of the companies that there are, by key."""
    return products.company_names(connection, keys)


def get_company(connection: Connection, key: str) -> CompanyView:
    """Return a company."""
    return products.get_company(connection, key)


def certificates_of_product(
    connection: Connection, product: ProductView, *, on: dt.date
) -> list[CertificateView]:
    """Return the certificates that cover a product, with their validity on a day."""
    return certificates.of_product(connection, product.key, on=on)


def get_certificate(connection: Connection, key: str, *, on: dt.date) -> CertificateView:
    """Return a certificate with its validity on a day."""
    return certificates.get_by_key(connection, key, on=on)


def certificates_by_number(
    connection: Connection, number: str, *, on: dt.date
) -> list[CertificateView]:
    """Return the certificates that bear a number, however it is written."""
    return certificates.by_number(connection, normal_number(number), on=on)


def categories(connection: Connection) -> list[CategoryView]:
    """Return the categories of all catalogues."""
    return reference.categories(connection)


def groups(connection: Connection) -> list[GroupView]:
    """Return the groups of categories."""
    return reference.groups(connection)


def divisions(connection: Connection, *, on: dt.date) -> list[DivisionView]:
    """Return the divisions under the names of that day."""
    return reference.divisions(connection, on=on)


def places(connection: Connection) -> list[tuple[str, str, str]]:
    """Return the places of use: key, Chinese and English name."""
    return reference.places(connection)


def units(connection: Connection) -> UnitTable:
    """Return the units of quantity."""
    return reference.unit_table(connection)


def rule_packs(connection: Connection) -> list[RulePackView]:
    """Return every published rule pack."""
    return reference.rule_packs(connection)
