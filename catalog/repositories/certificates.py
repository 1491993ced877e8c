"""Queries for certificates, and for what covers a product on which day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.errors import CertificateNotFoundError
from catalog.models.certificate import (
    Certificate,
    CertificateCategory,
    CertificateStatus,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.importing import SourceConflict
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.repositories import products
from catalog.repositories.clocks import Clocked, clocked
from catalog.rules.terms import ConflictSubject
from catalog.rules.validity import StateChange, Window, validity_on
from catalog.views.products import (
    CategoryClaimView,
    CertificateStateView,
    CertificateVersionView,
    CertificateView,
    ConflictView,
    ProductView,
)

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_HEAD: Select[*tuple[Any, ...]] = (
    select(
        Certificate.id,
        Certificate.key,
        Certificate.number,
        CertificationBody.name,
        Certificate.is_synthetic,
    )
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(Certificate.withdrawn_at.is_(None))
)
_BY_KEY: Select[*tuple[Any, ...]] = _HEAD.where(Certificate.key == bindparam("key"))
_BY_NUMBER: Select[*tuple[Any, ...]] = _HEAD.where(
    Certificate.number_normal == bindparam("number")
).order_by(Certificate.key)
_OF_PRODUCT: Select[*tuple[Any, ...]] = (
    _HEAD.join(ProductCertificate, ProductCertificate.certificate_id == Certificate.id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .where(Product.key == bindparam("key"), ProductCertificate.superseded_at.is_(None))
    .order_by(Certificate.number_normal, Certificate.key)
)
_VERSIONS: Select[*tuple[Any, ...]] = (
    select(
        CertificateVersion.certificate_id,
        CertificateVersion.effective_on,
        CertificateVersion.star,
        CertificateVersion.standard,
        CertificateVersion.issued_on,
        CertificateVersion.reissued_on,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
        CertificateVersion.suffix,
        CertificateVersion.applicant,
        CertificateVersion.manufacturer,
        CertificateVersion.factory,
        CertificateVersion.factory_address,
        CertificateVersion.url,
        CertificateVersion.source,
        CertificateVersion.run_id,
        CertificateVersion.recorded_at,
    )
    .where(CertificateVersion.certificate_id.in_(_IDS), CertificateVersion.superseded_at.is_(None))
    .order_by(CertificateVersion.effective_on)
)
_STATES: Select[*tuple[Any, ...]] = (
    select(
        CertificateStatus.certificate_id,
        CertificateStatus.state,
        CertificateStatus.from_on,
        CertificateStatus.reason,
        CertificateStatus.source,
        CertificateStatus.recorded_at,
    )
    .where(CertificateStatus.certificate_id.in_(_IDS), CertificateStatus.superseded_at.is_(None))
    .order_by(CertificateStatus.from_on, CertificateStatus.id)
)
_CATEGORIES: Select[*tuple[Any, ...]] = (
    select(
        CertificateCategory.certificate_id,
        Category.key,
        Category.name_zh,
        Category.name_en,
        CertificateCategory.source,
    )
    .join(Category, Category.id == CertificateCategory.category_id)
    .where(
        CertificateCategory.certificate_id.in_(_IDS), CertificateCategory.superseded_at.is_(None)
    )
    .order_by(Category.position, Category.key, CertificateCategory.source)
)
_CONFLICT: Select[*tuple[Any, ...]] = (
    select(
        SourceConflict.certificate_id,
        Certificate.key,
        Certificate.number,
        SourceConflict.field,
        SourceConflict.held_value,
        SourceConflict.held_source,
        SourceConflict.offered_value,
        SourceConflict.offered_source,
        SourceConflict.recorded_at,
    )
    .join(Certificate, Certificate.id == SourceConflict.certificate_id)
    .where(
        SourceConflict.closed_at.is_(None),
        SourceConflict.subject == ConflictSubject.CERTIFICATE,
    )
)
_CONFLICTS_OF: Select[*tuple[Any, ...]] = _CONFLICT.where(
    SourceConflict.certificate_id.in_(_IDS)
).order_by(SourceConflict.id)
_COVERED: Select[*tuple[Any, ...]] = (
    products.VIEW.join(ProductCertificate, ProductCertificate.product_id == Product.id)
    .add_columns(ProductCertificate.certificate_id)
    .where(
        ProductCertificate.certificate_id.in_(_IDS),
        ProductCertificate.superseded_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
    .order_by(Product.name, Product.id)
)
_COVERS: Clocked = clocked(
    select(ProductCertificate.product_id, ProductCertificate.certificate_id).where(
        ProductCertificate.product_id.in_(_IDS)
    ),
    ProductCertificate,
)


def get_by_key(connection: Connection, key: str, *, on: dt.date) -> CertificateView:
    """Return the certificate and its validity on a day, or raise CertificateNotFoundError."""
    found = _views(connection, connection.execute(_BY_KEY, {"key": key}).all(), on)
    if not found:
        raise CertificateNotFoundError(key=key)
    return found[0]


def by_number(connection: Connection, number_normal: str, *, on: dt.date) -> list[CertificateView]:
    """Return the certificates that bear the number (of several bodies, perhaps)."""
    return _views(connection, connection.execute(_BY_NUMBER, {"number": number_normal}).all(), on)


def of_product(connection: Connection, key: str, *, on: dt.date) -> list[CertificateView]:
    """Return the certificates that cover a product."""
    return _views(connection, connection.execute(_OF_PRODUCT, {"key": key}).all(), on)


def timelines(
    connection: Connection, certificate_ids: Iterable[int]
) -> dict[int, tuple[list[Window], list[StateChange]]]:
    """Return, for each certificate, its windows of validity and its states."""
    ids = {"ids": sorted(set(certificate_ids))}
    found: dict[int, tuple[list[Window], list[StateChange]]] = {i: ([], []) for i in ids["ids"]}
    for row in connection.execute(_VERSIONS, ids):
        found[row.certificate_id][0].append((row.valid_from, row.valid_to))
    for row in connection.execute(_STATES, ids):
        found[row.certificate_id][1].append((row.state, row.from_on))
    return found


def covering(
    connection: Connection, product_ids: Iterable[int], *, known_at: dt.datetime | None = None
) -> dict[int, list[int]]:
    """Return the certificates that cover each product, as known now or at a moment."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = _COVERS.run(connection, {"ids": sorted(set(product_ids))}, known_at)
    for product_id, certificate_id in rows:
        found[product_id].append(certificate_id)
    return found


def _views(
    connection: Connection, heads: Sequence[tuple[int, str, str, str, bool]], on: dt.date
) -> list[CertificateView]:
    if not heads:
        return []
    ids = {"ids": [head[0] for head in heads]}
    versions: dict[int, list[CertificateVersionView]] = defaultdict(list)
    for row in connection.execute(_VERSIONS, ids):
        versions[row[0]].append(CertificateVersionView(*row[1:]))
    states: dict[int, list[CertificateStateView]] = defaultdict(list)
    for row in connection.execute(_STATES, ids):
        states[row[0]].append(CertificateStateView(*row[1:]))
    claims: dict[int, list[CategoryClaimView]] = defaultdict(list)
    for row in connection.execute(_CATEGORIES, ids):
        claims[row[0]].append(CategoryClaimView(*row[1:]))
    disputes: dict[int, list[ConflictView]] = defaultdict(list)
    for row in connection.execute(_CONFLICTS_OF, ids):
        disputes[row[0]].append(ConflictView(*row[1:]))
    covered: dict[int, list[ProductView]] = defaultdict(list)
    for row in connection.execute(_COVERED, ids):
        covered[row[-1]].append(ProductView(*row[:-1]))
    return [
        CertificateView(
            key=key,
            number=number,
            body=body,
            is_synthetic=is_synthetic,
            validity=validity_on(
                [(v.valid_from, v.valid_to) for v in versions[i]],
                [(s.state, s.from_on) for s in states[i]],
                on,
            ),
            validity_on=on,
            versions=versions[i],
            states=states[i],
            categories=claims[i],
            conflicts=disputes[i],
            products=covered[i],
        )
        for i, key, number, body, is_synthetic in heads
    ]
