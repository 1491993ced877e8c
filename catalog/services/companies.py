"""Read what stands behind a company's name: papers, roles, checks; and what is like a product."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection

from catalog.repositories import certificates, companies, products
from catalog.rules.validity import validity_on
from catalog.views.companies import CompanyPaper, CompanySheet
from catalog.views.products import ProductView

_MOST_PAPERS = 30
_MOST_CHECKS = 20


def company_sheet(connection: Connection, key: str, *, on: dt.date) -> CompanySheet:
    """Return a company's papers as of a day, those that run longest first, and its spot checks.

    Raises:
        CompanyNotFoundError: There is no such company.
    """
    company = products.get_company(connection, key)
    rows, total = companies.papers_of(connection, key, limit=_MOST_PAPERS)
    known = certificates.timelines(connection, [row.id for row in rows])
    return CompanySheet(
        papers=[
            CompanyPaper(
                key=row.key,
                number=row.number,
                body=row.body,
                star=row.star,
                valid_to=row.valid_to,
                validity=validity_on(*known[row.id], on),
                products=row.products,
            )
            for row in rows
        ],
        papers_total=total,
        roles=companies.roles_of(connection, key, company.name),
        checks=companies.checks_of(connection, key, limit=_MOST_CHECKS),
    )


def adopted_alike(
    connection: Connection, product: ProductView, *, on: dt.date, limit: int
) -> list[ProductView]:
    """Return other products of the same category that are adopted on a day, the latest first."""
    return companies.adopted_alike(connection, product.category, product.key, on=on, limit=limit)
