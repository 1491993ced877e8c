"""What stands behind the lines of a watch-list: products, visits, divisions, owners."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    func,
    select,
)

from catalog.models.account import Organisation
from catalog.models.adoption import Adoption
from catalog.models.certificate import (
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.inspection import SurveillanceVisit
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import Role

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


class OrganisationRow(NamedTuple):
    """An organisation, and what says which things are its own."""

    id: int
    key: str
    role: Role
    name: str
    company_id: int | None
    body_id: int | None


class ProductRow(NamedTuple):
    """A product and whose it is."""

    id: int
    key: str
    name: str
    company: str
    company_name: str
    division: str | None
    is_synthetic: bool


_ORGANISATION: Select[*tuple[Any, ...]] = select(
    Organisation.id,
    Organisation.key,
    Organisation.role,
    Organisation.name,
    Organisation.company_id,
    Organisation.body_id,
).where(Organisation.key == bindparam("key"))
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.key,
        Product.name,
        Company.key,
        Company.name,
        Division.key,
        Product.is_synthetic,
    )
    .join(Company, Company.id == Product.company_id)
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Product.id.in_(_IDS))
    .order_by(Product.name, Product.id)
)
_LINKS: Select[*tuple[Any, ...]] = (
    select(ProductCertificate.certificate_id, ProductCertificate.product_id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .where(
        ProductCertificate.certificate_id.in_(_IDS),
        ProductCertificate.superseded_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
)
_VISITS: Select[*tuple[Any, ...]] = (
    select(SurveillanceVisit.certificate_id, func.max(SurveillanceVisit.visited_on))
    .where(SurveillanceVisit.certificate_id.in_(_IDS), SurveillanceVisit.superseded_at.is_(None))
    .group_by(SurveillanceVisit.certificate_id)
)
_ADOPTING: Select[*tuple[Any, ...]] = (
    select(Adoption.product_id, Division.key)
    .join(Division, Division.id == Adoption.division_id)
    .where(Adoption.product_id.in_(_IDS))
    .distinct()
)
_BUILDINGS_OF: Select[*tuple[Any, ...]] = (
    select(Building.id)
    .join(Project, Project.id == Building.project_id)
    .where(Project.owner == bindparam("owner"))
)
_USED_IN: list[Select[*tuple[Any, ...]]] = [
    select(line.product_id)
    .where(line.building_id.in_(_IDS), line.superseded_at.is_(None), line.product_id.is_not(None))
    .distinct()
    for line in (Delivery, BillLine)
]


def organisation(connection: Connection, key: str) -> OrganisationRow | None:
    """Return an organisation, None if there is none of this key."""
    row = connection.execute(_ORGANISATION, {"key": key}).one_or_none()
    return None if row is None else OrganisationRow(*row)


def products(connection: Connection, ids: Iterable[int]) -> dict[int, ProductRow]:
    """Return products by id, in order of name."""
    return {row[0]: ProductRow(*row) for row in _in_parts(connection, _PRODUCTS, ids)}


def products_covered(connection: Connection, certificate_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return the listed products that each certificate covers."""
    found: dict[int, set[int]] = defaultdict(set)
    for certificate_id, product_id in _in_parts(connection, _LINKS, certificate_ids):
        found[certificate_id].add(product_id)
    return found


def last_visits(connection: Connection, certificate_ids: Iterable[int]) -> dict[int, dt.date]:
    """Return the day of the last surveillance visit known of each certificate."""
    return dict(_in_parts(connection, _VISITS, certificate_ids))


def divisions_adopting(connection: Connection, ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the divisions in whose adoption database each product has an entry."""
    found: dict[int, set[str]] = defaultdict(set)
    for product_id, division in _in_parts(connection, _ADOPTING, ids):
        found[product_id].add(division)
    return found


def owners_by_key(connection: Connection, product_keys: Iterable[str]) -> dict[str, set[str]]:
    """Return, by product, the owners by name in whose projects it stands on a current line."""
    wanted = sorted(set(product_keys))
    found: dict[str, set[str]] = defaultdict(set)
    line: type[Delivery | BillLine]
    for line in (Delivery, BillLine):
        statement = (
            used(line)
            .join(Product, Product.id == line.product_id)
            .where(Product.key.in_(_IDS), Project.owner.is_not(None))
            .with_only_columns(Product.key, Project.owner)
            .distinct()
        )
        for start in range(0, len(wanted), _CHUNK):
            rows = connection.execute(statement, {"ids": wanted[start : start + _CHUNK]})
            for row in rows:
                found[row[0]].add(str(row[1]))
    return found


def used(line: type[Delivery | BillLine]) -> Select[*tuple[Any, ...]]:
    """Return the products on current lines of projects, to be narrowed by project or product."""
    return (
        select(line.product_id)
        .join(Building, Building.id == line.building_id)
        .join(Project, Project.id == Building.project_id)
        .where(line.superseded_at.is_(None), line.product_id.is_not(None))
    )


def products_used(connection: Connection, owner: str) -> frozenset[int]:
    """Return the products on current lines of an owner's projects.

    Its buildings are looked up first: a database that is asked all at once reads every line.
    """
    buildings = connection.scalars(_BUILDINGS_OF, {"owner": owner}).all()
    return frozenset(
        row[0] for query in _USED_IN for row in _in_parts(connection, query, buildings)
    )


def _in_parts(
    connection: Connection, query: Select[*tuple[Any, ...]], ids: Iterable[int]
) -> Iterator[Any]:
    wanted: Sequence[int] = sorted(set(ids))
    for start in range(0, len(wanted), _CHUNK):
        yield from connection.execute(query, {"ids": wanted[start : start + _CHUNK]})
