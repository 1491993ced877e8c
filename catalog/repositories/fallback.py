"""Find and count products in the database itself, for when no index can answer."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from catalog.models.certificate import (
    Certificate,
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.repositories.narrowing import (
    ENDING,
    IS_CURRENT_VERSION,
    VALUES,
    Condition,
    covered,
    is_ended,
)

_Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]

_SIGNS = " -/_×*()"  # What stands between the parts of a model or a number.
_LISTED = Product.withdrawn_at.is_(None)


class Found(NamedTuple):
    """A product that keeps the conditions; ``is_named_so`` tells whether its name alone does."""

    id: int
    key: str
    name: str
    recorded_at: dt.datetime
    is_named_so: bool


def has_text(spellings: Collection[str]) -> Condition:
    """Return what holds if any text of the product contains any of the spellings."""

    def contains(column: _Text) -> Condition:
        return or_(*(func.coalesce(column, "").icontains(s, autoescape=True) for s in spellings))

    return or_(
        *map(contains, (Product.name, Product.brand, Product.model, Product.scope)),
        Product.company_id.in_(select(Company.id).where(contains(Company.name))),
        *_of_category(contains),
        *_on_paper(contains),
    )


def has_code(code: str) -> Condition:
    """Return what holds if a model, number or standard contains the code, signs left away."""

    def contains(column: _Text) -> Condition:
        bare: ColumnElement[Any] = func.coalesce(column, "")
        for sign in _SIGNS:
            bare = func.replace(bare, sign, "")
        return bare.icontains(code, autoescape=True)

    return or_(contains(Product.model), contains(Product.scope), *_on_paper(contains))


def named_so(spellings: Collection[str]) -> Condition:
    """Return what holds if the product's name contains any of the spellings."""
    return or_(*(Product.name.icontains(s, autoescape=True) for s in spellings))


def found(
    connection: Connection, conditions: Iterable[Condition], *, named: Condition | None = None
) -> list[Found]:
    """Return every listed product that keeps all conditions."""
    is_named = true() if named is None else named
    rows = connection.execute(
        select(
            Product.id, Product.key, Product.name, Product.recorded_at,
            case((is_named, 1), else_=0),
        ).where(_LISTED, *conditions)
    )  # fmt: skip
    return [Found(i, key, name, at, bool(so)) for i, key, name, at, so in rows]


def counts(
    connection: Connection, facets: Mapping[str, Subquery], conditions: Iterable[Condition]
) -> dict[str, dict[str, int]]:
    """Return how many products that keep all conditions have each value of each facet.

    Each facet comes with the products and the values of it that they have.
    """
    matching = select(Product.id).where(_LISTED, *conditions).cte("matching")
    counted: dict[str, dict[str, int]] = {facet: {} for facet in facets}
    if not facets:
        return counted
    parts = []
    for facet, values in facets.items():
        parts.append(
            select(literal(facet), values.c.value, func.count())
            .join(matching, matching.c.id == values.c.product_id)
            .group_by(values.c.value)
        )
    for facet, value, count in connection.execute(union_all(*parts)):
        counted[facet][value] = count
    return counted


def stars(connection: Connection) -> Mapping[int, int]:
    """Return the highest star of each product that has one."""
    values = VALUES["star"]
    rows = connection.execute(select(values.c.product_id, values.c.value))
    return {product: int(star) for product, star in rows}


def last_valid_days(connection: Connection) -> Mapping[int, dt.date]:
    """Return the last day on which a certificate of each product is valid, if any day is.

    A certificate's last day is the end of a window, or the eve of a state that ends it.
    """
    of_window = (
        covered(ProductCertificate.product_id, func.max(CertificateVersion.valid_to))
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .where(
            IS_CURRENT_VERSION,
            CertificateVersion.valid_from <= CertificateVersion.valid_to,
            ~is_ended(CertificateVersion.valid_to),
        )
        .group_by(ProductCertificate.product_id)
    )
    ending = aliased(CertificateStatus)
    of_state = (
        covered(ProductCertificate.product_id, func.max(ending.from_on))
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .join(ending, ending.certificate_id == Certificate.id)
        .where(
            IS_CURRENT_VERSION,
            ending.superseded_at.is_(None),
            ending.state.in_(ENDING),
            CertificateVersion.valid_from < ending.from_on,
            CertificateVersion.valid_to >= ending.from_on,
            ~is_ended(ending.from_on, before=True),
        )
        .group_by(ProductCertificate.product_id)
    )
    days: dict[int, list[dt.date]] = defaultdict(list)
    for product, day in connection.execute(of_window):
        days[product].append(day)
    for product, day in connection.execute(of_state):
        days[product].append(day - dt.timedelta(days=1))
    return {product: max(candidates) for product, candidates in days.items()}


def _of_category(contains: Callable[[_Text], Condition]) -> tuple[Condition, ...]:
    named = select(Category.id).where(or_(contains(Category.name_zh), contains(Category.name_en)))
    claimed = (
        covered(ProductCertificate.product_id)
        .join(CertificateCategory, CertificateCategory.certificate_id == Certificate.id)
        .where(
            CertificateCategory.superseded_at.is_(None),
            CertificateCategory.category_id.in_(named),
        )
    )
    return Product.category_id.in_(named), Product.id.in_(claimed)


def _on_paper(contains: Callable[[_Text], Condition]) -> tuple[Condition, ...]:
    numbered = covered(ProductCertificate.product_id).where(
        or_(contains(Certificate.number), contains(Certificate.number_normal))
    )
    standardised = (
        covered(ProductCertificate.product_id)
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .where(IS_CURRENT_VERSION, contains(CertificateVersion.standard))
    )
    return Product.id.in_(numbered), Product.id.in_(standardised)
