"""What the search index needs to know of products: everything a document is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.certificate import (
    Certificate,
    CertificateCategory,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.taxonomy import Category, CategoryGroup
from catalog.repositories import adoptions, certificates
from catalog.rules.validity import StateChange, Window
from catalog.views.searchable import SearchableCertificate, SearchableProduct

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.key,
        Product.name,
        Product.brand,
        Product.model,
        Product.scope,
        Category.key,
        Category.name_zh,
        Category.name_en,
        CategoryGroup.key,
        Company.key,
        Company.name,
        Division.key,
        Product.is_synthetic,
        Product.recorded_at,
    )
    .join(Category, Category.id == Product.category_id)
    .outerjoin(CategoryGroup, CategoryGroup.id == Category.group_id)
    .join(Company, Company.id == Product.company_id)
    .outerjoin(Division, Division.id == Company.division_id)
    .where(Product.id.in_(_IDS), Product.withdrawn_at.is_(None))
)
_PAPERS: Select[*tuple[Any, ...]] = (
    select(
        ProductCertificate.product_id,
        Certificate.id,
        Certificate.number,
        CertificationBody.name,
    )
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(
        ProductCertificate.product_id.in_(_IDS),
        ProductCertificate.superseded_at.is_(None),
        Certificate.withdrawn_at.is_(None),
    )
    .order_by(Certificate.number_normal, Certificate.id)
)
_GRADES: Select[*tuple[Any, ...]] = (
    select(CertificateVersion.certificate_id, CertificateVersion.star, CertificateVersion.standard)
    .where(CertificateVersion.certificate_id.in_(_IDS), CertificateVersion.superseded_at.is_(None))
    .order_by(CertificateVersion.effective_on)
)
_CLAIMS: Select[*tuple[Any, ...]] = (
    select(CertificateCategory.certificate_id, Category.key, Category.name_zh, Category.name_en)
    .join(Category, Category.id == CertificateCategory.category_id)
    .where(
        CertificateCategory.certificate_id.in_(_IDS), CertificateCategory.superseded_at.is_(None)
    )
    .order_by(Category.position, Category.key)
)
_NEXT_IDS: Select[*tuple[Any, ...]] = (
    select(Product.id)
    .where(Product.id > bindparam("after"), Product.withdrawn_at.is_(None))
    .order_by(Product.id)
    .limit(bindparam("limit"))
)


def living_ids(connection: Connection, *, after: int, limit: int) -> list[int]:
    """Return the ids of listed products behind an id, in order."""
    return list(connection.scalars(_NEXT_IDS, {"after": after, "limit": limit}))


def by_ids(connection: Connection, ids: Iterable[int]) -> Iterator[SearchableProduct]:
    """Yield those of the products that are listed."""
    wanted = {"ids": sorted(set(ids))}
    papers = connection.execute(_PAPERS, wanted).all()
    paper_ids = {"ids": sorted({row[1] for row in papers})}
    timelines = certificates.timelines(connection, paper_ids["ids"])
    grades: dict[int, list[tuple[int | None, str | None]]] = defaultdict(list)
    for row in connection.execute(_GRADES, paper_ids):
        grades[row[0]].append((row[1], row[2]))
    claims: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in connection.execute(_CLAIMS, paper_ids):
        claims[row[0]].append((row[1], row[2], row[3]))
    covering: dict[int, list[SearchableCertificate]] = defaultdict(list)
    for product_id, certificate_id, number, body in papers:
        covering[product_id].append(
            _certificate(
                number, body, timelines[certificate_id], grades[certificate_id],
                claims[certificate_id],
            )
        )  # fmt: skip
    entries = adoptions.entries(connection, wanted["ids"])
    for row in connection.execute(_PRODUCTS, wanted):
        yield SearchableProduct(*(*row, covering[row[0]], entries.get(row[0], ())))


def _certificate(
    number: str,
    body: str,
    timeline: tuple[list[Window], list[StateChange]],
    grades: list[tuple[int | None, str | None]],
    claims: list[tuple[str, str, str]],
) -> SearchableCertificate:
    return SearchableCertificate(
        number=number,
        body=body,
        windows=timeline[0],
        states=timeline[1],
        star=grades[-1][0] if grades else None,
        standards=[standard for _, standard in grades if standard],
        categories=list(dict.fromkeys(claims)),
    )
