"""Queries for the open statistics: certificates by month, adoptions, declarations by category."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    extract,
    func,
    literal,
    select,
)

from catalog.models.adoption import Adoption, Case
from catalog.models.certificate import Certificate, CertificateVersion, CertificationBody
from catalog.models.division import Division
from catalog.models.epd import EpdResult, EpdVersion, ProductEpd
from catalog.models.product import Product
from catalog.models.published import PublishedFigure
from catalog.models.taxonomy import Category
from catalog.repositories import adopted
from catalog.repositories.epds import SHOWN
from catalog.rules.periods import Basis
from catalog.rules.standing import Standing
from catalog.rules.terms import Stage

_WORDS = {rank: standing.value for rank, standing in enumerate(Standing)}


def _papers() -> Subquery:
    """Return each certificate's first day of issue and last valid day, over all its versions."""
    return (
        select(
            CertificateVersion.certificate_id,
            func.min(CertificateVersion.issued_on).label("issued"),
            func.max(CertificateVersion.valid_to).label("expires"),
        )
        .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
        .where(CertificateVersion.superseded_at.is_(None), Certificate.withdrawn_at.is_(None))
        .group_by(CertificateVersion.certificate_id)
        .subquery("papers")
    )


def months(connection: Connection, which: str) -> dict[tuple[int, int] | None, int]:
    """Return how many certificates there are by year and month of ``issued`` or ``expires``."""
    day = _papers().c[which]
    year, month = extract("year", day), extract("month", day)
    rows = connection.execute(select(year, month, func.count()).group_by(year, month))
    return {None if row[0] is None else (int(row[0]), int(row[1])): row[2] for row in rows}


def papers_of_month(
    connection: Connection, which: str, first: dt.date | None, *, limit: int, offset: int
) -> tuple[list[Any], int]:
    """Return one page of the certificates of a month, or of those without a day; and how many."""
    papers = _papers()
    day = papers.c[which]
    within = day.is_(None) if first is None else and_(day >= first, day < _next(first))
    total = connection.scalar(select(func.count()).select_from(papers).where(within)) or 0
    rows = connection.execute(
        select(
            Certificate.key,
            Certificate.number,
            CertificationBody.name.label("body"),
            papers.c.issued,
            papers.c.expires,
            Certificate.is_synthetic,
        )
        .join(papers, papers.c.certificate_id == Certificate.id)
        .join(CertificationBody, CertificationBody.id == Certificate.body_id)
        .where(within)
        .order_by(day, Certificate.number_normal, Certificate.id)
        .limit(limit)
        .offset(offset)
    )
    return list(rows), total


def _next(first: dt.date) -> dt.date:
    return (first.replace(day=28) + dt.timedelta(days=7)).replace(day=1)


def adoptions_by_month(connection: Connection, on: dt.date) -> list[tuple[int, int, str, int]]:
    """Return year and month of adoption, what the adoption is on the day, and how many are."""
    rank = adopted.rank_on(literal(on))
    year, month = extract("year", Adoption.adopted_on), extract("month", Adoption.adopted_on)
    counted = select(year.label("y"), month.label("m"), rank.label("r")).subquery()
    rows = connection.execute(
        select(counted.c.y, counted.c.m, counted.c.r, func.count())
        .group_by(counted.c.y, counted.c.m, counted.c.r)
        .order_by(counted.c.y, counted.c.m, counted.c.r)
    )
    return [(int(row[0]), int(row[1]), _WORDS[row[2]], row[3]) for row in rows]


def adoptions_page(
    connection: Connection,
    on: dt.date,
    *,
    standing: Standing | None,
    first: dt.date | None,
    limit: int,
    offset: int,
) -> tuple[list[Any], int]:
    """Return one page of adoptions of a standing, of a month, or all; and how many there are."""
    word = case(_WORDS, value=adopted.rank_on(literal(on)))
    asked: list[ColumnElement[bool]] = []
    if standing is not None:
        asked.append(word == standing.value)
    if first is not None:
        asked.append(and_(Adoption.adopted_on >= first, Adoption.adopted_on < _next(first)))
    found: Select[*tuple[Any, ...]] = (
        select(
            Adoption.key,
            Case.number.label("case_number"),
            Product.key.label("product"),
            Product.name.label("product_name"),
            Product.model,
            Product.withdrawn_at.is_(None).label("is_listed"),
            Category.key.label("category"),
            Division.key.label("division"),
            Adoption.adopted_on,
            word.label("standing"),
            Adoption.is_synthetic,
        )
        .join(Case, Case.id == Adoption.case_id)
        .join(Product, Product.id == Adoption.product_id)
        .join(Category, Category.id == Product.category_id)
        .join(Division, Division.id == Adoption.division_id)
        .where(*asked)
    )
    total = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(Adoption.adopted_on.desc(), Adoption.id.desc())
    return list(connection.execute(rows.limit(limit).offset(offset))), total


def products_declared(connection: Connection) -> list[tuple[str, int, int]]:
    """Return each category that has products, how many, and how many have a declaration."""
    declared = (
        select(ProductEpd.product_id)
        .where(
            ProductEpd.superseded_at.is_(None),
            ProductEpd.epd_id.in_(select(EpdVersion.epd_id).where(EpdVersion.id.in_(SHOWN))),
        )
        .distinct()
        .subquery()
    )
    rows = connection.execute(
        select(Category.key, func.count(Product.id), func.count(declared.c.product_id))
        .join(Product, Product.category_id == Category.id)
        .outerjoin(declared, declared.c.product_id == Product.id)
        .where(Product.withdrawn_at.is_(None))
        .group_by(Category.id, Category.key, Category.catalogue_id, Category.position)
        .order_by(Category.catalogue_id, Category.position)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def declared_amounts(connection: Connection, indicator: str, module: str) -> Sequence[Any]:
    """Return per category the declarations about its products, with what they state.

    Each declaration is there once in a category, however many products it is about.
    """
    stated = (
        select(EpdResult.version_id, EpdResult.amount, EpdResult.unit)
        .where(EpdResult.indicator == indicator, EpdResult.module == module)
        .where(EpdResult.scenario.is_(None))
        .subquery()
    )
    return connection.execute(
        select(
            Category.key,
            EpdVersion.id,
            EpdVersion.declared_quantity,
            EpdVersion.declared_unit,
            stated.c.amount,
            stated.c.unit,
        )
        .select_from(ProductEpd)
        .join(Product, Product.id == ProductEpd.product_id)
        .join(Category, Category.id == Product.category_id)
        .join(EpdVersion, EpdVersion.epd_id == ProductEpd.epd_id)
        .outerjoin(stated, stated.c.version_id == EpdVersion.id)
        .where(
            ProductEpd.superseded_at.is_(None),
            Product.withdrawn_at.is_(None),
            EpdVersion.id.in_(SHOWN),
        )
        .distinct()
    ).all()


def published_ratios(connection: Connection) -> Sequence[Any]:
    """Return every published figure of completed buildings by calendar year, the earliest first."""
    return connection.execute(
        select(
            Division.key,
            PublishedFigure.year,
            PublishedFigure.method,
            PublishedFigure.content_hash,
            PublishedFigure.content,
        )
        .outerjoin(Division, Division.id == PublishedFigure.division_id)
        .where(PublishedFigure.stage == Stage.COMPLETION, PublishedFigure.basis == Basis.CALENDAR)
        .order_by(PublishedFigure.published_at, PublishedFigure.id)
    ).all()
