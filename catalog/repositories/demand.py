"""Queries for the demand for a company's products: who asked is not kept, who bought not told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.submission import ProductInterest
from catalog.models.usage import Delivery
from catalog.repositories import bulk

_TABLE = bulk.table_of(ProductInterest)
_CHUNK = 500
_INTEREST: Select[*tuple[Any, ...]] = (
    select(
        Product.key,
        Product.name,
        ProductInterest.kind,
        ProductInterest.on_day,
        func.sum(ProductInterest.times),
    )
    .join(Product, Product.id == ProductInterest.product_id)
    .where(
        Product.company_id == bindparam("company"),
        Product.withdrawn_at.is_(None),
        ProductInterest.on_day.between(bindparam("first"), bindparam("last")),
    )
    .group_by(Product.key, Product.name, ProductInterest.kind, ProductInterest.on_day)
)
_USES: Select[*tuple[Any, ...]] = (
    select(
        Project.id,
        Division.key,
        Delivery.delivered_on,
        Product.key,
        Product.name,
        func.count(),
    )
    .select_from(Product)
    .join(Delivery, Delivery.product_id == Product.id)
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .where(
        Product.company_id == bindparam("company"),
        Product.withdrawn_at.is_(None),
        Delivery.superseded_at.is_(None),
        Delivery.quantity > 0,
        Delivery.delivered_on.between(bindparam("first"), bindparam("last")),
    )
    .group_by(Project.id, Division.key, Delivery.delivered_on, Product.key, Product.name)
)
_IDS: Select[*tuple[Any, ...]] = select(Product.key, Product.id).where(
    Product.key.in_(bindparam("keys", expanding=True)), Product.withdrawn_at.is_(None)
)


def add_interest(session: Session, counts: Mapping[tuple[str, str, dt.date], int]) -> None:
    """Add to the numbers of the days; a product that is not listed is passed over."""
    ids = _ids(session.connection(), {key for key, _, _ in counts})
    rows = [
        {"product_id": ids[key], "kind": kind, "on_day": day, "times": times}
        for (key, kind, day), times in sorted(counts.items())
        if key in ids
    ]
    if not rows:
        return
    insert = sqlite.insert if session.connection().dialect.name == "sqlite" else postgresql.insert
    statement = insert(_TABLE)
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["product_id", "kind", "on_day"],
            set_={"times": _TABLE.c.times + statement.excluded.times},
        ),
        rows,
    )


def interest(
    connection: Connection, company_id: int, *, first: dt.date, last: dt.date
) -> list[Any]:
    """Return product, kind, day and how often, for the products of a company."""
    return list(
        connection.execute(_INTEREST, {"company": company_id, "first": first, "last": last})
    )


def uses(connection: Connection, company_id: int, *, first: dt.date, last: dt.date) -> list[Any]:
    """Return project, division, day, product and number of deliveries, returns left out."""
    return list(connection.execute(_USES, {"company": company_id, "first": first, "last": last}))


def _ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    wanted, found = sorted(keys), {}
    for start in range(0, len(wanted), _CHUNK):
        rows = connection.execute(_IDS, {"keys": wanted[start : start + _CHUNK]})
        found.update({row[0]: row[1] for row in rows})
    return found
