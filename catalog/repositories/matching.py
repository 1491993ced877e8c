"""Queries for matching: lines with their words, the catalogue's shelves, what people decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, String, bindparam, literal, null, select, update

from catalog.models.account import Organisation
from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.company import Company
from catalog.models.deciding import LineDecision
from catalog.models.product import Product
from catalog.models.project import Building
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.permissions import office_of
from catalog.repositories.narrowing import is_valid_on
from catalog.rules.matching_products import Listed
from catalog.rules.matching_text import signature
from catalog.views.matching import DecisionView, LineSort, LineView

_CHUNK = 500
_BILL_LINES: Select[*tuple[Any, ...]] = (
    select(
        literal(LineSort.BILL_LINE.value, String()),
        BillLine.id,
        BillLine.line_number,
        BillLine.item_code,
        BillLine.name,
        BillLine.specification,
        BillLine.unit,
        BillLine.quantity,
        null(),
        Category.key,
        BillLine.place,
        Product.key,
    )
    .join(Building, Building.id == BillLine.building_id)
    .outerjoin(Category, Category.id == BillLine.category_id)
    .outerjoin(Product, Product.id == BillLine.product_id)
    .where(Building.key == bindparam("building"), BillLine.superseded_at.is_(None))
    .order_by(BillLine.stage, BillLine.line_number, BillLine.id)
)
_DELIVERIES: Select[*tuple[Any, ...]] = (
    select(
        literal(LineSort.DELIVERY.value, String()),
        Delivery.id,
        Delivery.note_number + "/" + Delivery.line_number,
        null(),
        Delivery.name,
        Delivery.specification,
        Delivery.unit,
        Delivery.quantity,
        Delivery.supplier,
        Category.key,
        Delivery.place,
        Product.key,
    )
    .join(Building, Building.id == Delivery.building_id)
    .outerjoin(Category, Category.id == Delivery.category_id)
    .outerjoin(Product, Product.id == Delivery.product_id)
    .where(Building.key == bindparam("building"), Delivery.superseded_at.is_(None))
    .order_by(Delivery.delivered_on, Delivery.note_number, Delivery.line_number, Delivery.id)
)
_NAMES: Select[*tuple[Any, ...]] = (
    select(Product.name, Category.key)
    .join(Category, Category.id == Product.category_id)
    .where(
        Product.withdrawn_at.is_(None), Category.key.in_(bindparam("categories", expanding=True))
    )
    .distinct()
)
_SHELF: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.key,
        Product.name,
        Product.model,
        Product.brand,
        Company.id,
        Company.name,
    )
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
    .where(Category.key == bindparam("category"), Product.withdrawn_at.is_(None))
)
_MADE_BY: Select[*tuple[Any, ...]] = (
    select(Company.name, Company.id, Category.key)
    .join(Product, Product.company_id == Company.id)
    .join(Category, Category.id == Product.category_id)
    .where(
        Company.name.in_(bindparam("names", expanding=True)),
        Company.withdrawn_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
)
_CERTIFIED: Select[*tuple[Any, ...]] = (
    select(Certificate.number_normal, Product.id, Category.key)
    .join(ProductCertificate, ProductCertificate.certificate_id == Certificate.id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .join(Category, Category.id == Product.category_id)
    .where(
        Certificate.number_normal.in_(bindparam("numbers", expanding=True)),
        Certificate.withdrawn_at.is_(None),
        ProductCertificate.superseded_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
    .order_by(Certificate.number_normal, Product.key)
)
_DECISION: Select[*tuple[Any, ...]] = (
    select(
        LineDecision.id,
        LineDecision.signature,
        LineDecision.name,
        LineDecision.specification,
        LineDecision.unit,
        Category.key,
        LineDecision.place,
        Product.key,
        LineDecision.is_material,
        LineDecision.actor,
        LineDecision.decided_at,
        LineDecision.superseded_at,
        Organisation.key,
    )
    .outerjoin(Category, Category.id == LineDecision.category_id)
    .outerjoin(Product, Product.id == LineDecision.product_id)
    .outerjoin(Organisation, Organisation.id == LineDecision.organisation_id)
)
_CURRENT: Select[*tuple[Any, ...]] = _DECISION.where(
    LineDecision.signature.in_(bindparam("signatures", expanding=True)),
    LineDecision.superseded_at.is_(None),
)
_SHARED: Select[*tuple[Any, ...]] = _CURRENT.where(LineDecision.organisation_id.is_(None))
_HISTORY: Select[*tuple[Any, ...]] = (
    _DECISION.order_by(LineDecision.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
)
_ANY_DECISION = select(LineDecision.id).where(LineDecision.superseded_at.is_(None)).limit(1)


class Made(msgspec.Struct, frozen=True):
    """Who a supplier's name means, and which share of their goods is of which category."""

    companies: frozenset[int]
    shares: dict[str, float]


def lines_of(connection: Connection, building: str) -> list[LineView]:
    """Return the current bill lines of a building and what was delivered to it."""
    rows = [
        *connection.execute(_BILL_LINES, {"building": building}),
        *connection.execute(_DELIVERIES, {"building": building}),
    ]
    return [
        LineView(
            sort=LineSort(row[0]),
            id=row[1],
            number=row[2],
            item_code=row[3],
            name=row[4],
            specification=row[5],
            unit=row[6],
            quantity=row[7],
            supplier=row[8],
            category=row[9],
            place=row[10],
            product=row[11],
            signature=signature(row[4], row[5], row[6]),
        )
        for row in rows
    ]


def product_names(connection: Connection, categories: Collection[str]) -> list[tuple[str, str]]:
    """Return what the products of these categories are called: name and category, none twice."""
    rows = connection.execute(_NAMES, {"categories": list(categories)})
    return [(row[0], row[1]) for row in rows]


def products_of(connection: Connection, category: str, valid: Collection[int]) -> list[Listed]:
    """Return the products of a category, each marked by whether it is one of the valid ones."""
    rows = connection.execute(_SHELF, {"category": category})
    names = Listed.__struct_fields__[:-1]
    return [Listed(**dict(zip(names, row, strict=True)), is_valid=row[0] in valid) for row in rows]


def valid_products(connection: Connection, *, on: dt.date) -> frozenset[int]:
    """Return the products of which a certificate is valid on a day.

    One look at all certificates costs little more than one at those of a category.
    """
    return frozenset(connection.scalars(select(Product.id).where(is_valid_on(on))))


def made_by(connection: Connection, names: Collection[str]) -> dict[str, Made]:
    """Return what the catalogue knows of suppliers that are makers, by the name as written."""
    ids: dict[str, set[int]] = defaultdict(set)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in _in_chunks(connection, _MADE_BY, "names", names):
        ids[row[0]].add(row[1])
        counts[row[0]][row[2]] += 1
    return {
        name: Made(
            frozenset(ids[name]),
            {category: count / found.total() for category, count in sorted(found.items())},
        )
        for name, found in counts.items()
    }


def certified(connection: Connection, numbers: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """Return the products (id and category) under each of these normal certificate numbers."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in _in_chunks(connection, _CERTIFIED, "numbers", numbers):
        found[row[0]].append((row[1], row[2]))
    return found


def has_decisions(connection: Connection) -> bool:
    """Tell whether anybody decided anything that counts now."""
    return connection.scalar(_ANY_DECISION) is not None


def decisions(
    connection: Connection, signatures: Collection[str], *, memory: str | None
) -> dict[str, DecisionView]:
    """Return the decisions that count now, by signature: of an organisation, then shared ones."""
    return shared_decisions(connection, signatures) | (
        own_decisions(connection, signatures, memory) if memory is not None else {}
    )


def shared_decisions(
    connection: Connection, signatures: Collection[str]
) -> dict[str, DecisionView]:
    """Return the decisions that count now for everybody's lines, by signature."""
    rows = _in_chunks(connection, _SHARED, "signatures", signatures)
    return {row[1]: _decision(row) for row in rows}


def own_decisions(
    connection: Connection, signatures: Collection[str], organisation: str
) -> dict[str, DecisionView]:
    """Return the decisions that count now for an organisation's lines alone, by signature."""
    number = organisation_id(connection, organisation)
    query = _CURRENT.where(LineDecision.organisation_id == number)
    rows = _in_chunks(connection, query, "signatures", signatures)
    return {row[1]: _decision(row) for row in rows}


def organisation_id(connection: Connection, key: str) -> int | None:
    """Return the number of the organisation with a key."""
    return connection.scalar(select(Organisation.id).where(Organisation.key == key))


def decision_history(
    connection: Connection, *, of: str | None, limit: int, offset: int
) -> list[DecisionView]:
    """Return all decisions ever made, newest first: those of one organisation if it is named."""
    query = _HISTORY if of is None else _HISTORY.where(Organisation.key == of)
    rows = connection.execute(query, {"limit": limit, "offset": offset})
    return [_decision(row) for row in rows]


def supersede(
    connection: Connection, ids: Collection[int], *, now: dt.datetime, of: str | None = None
) -> None:
    """Let decisions count no longer, of one organisation if it is named; they stay on record."""
    if not ids:
        return
    query = update(LineDecision).where(
        LineDecision.id.in_(ids), LineDecision.superseded_at.is_(None)
    )
    if of is not None:
        query = query.where(LineDecision.organisation_id == organisation_id(connection, of))
    connection.execute(query.values(superseded_at=now))


def _decision(row: Any) -> DecisionView:  # noqa: ANN401  A row of the query above.
    stated = dict(zip(DecisionView.__struct_fields__, row, strict=True))
    # Everybody reads what a building's lines are taken for, and by which office.
    return DecisionView(**stated | {"actor": office_of(stated["actor"])})


def _in_chunks(
    connection: Connection, query: Select[*tuple[Any, ...]], name: str, values: Collection[str]
) -> list[Any]:
    wanted = sorted(values)
    return [
        row
        for start in range(0, len(wanted), _CHUNK)
        for row in connection.execute(query, {name: wanted[start : start + _CHUNK]})
    ]
