"""Queries for many certificate numbers at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.rules.terms import CertificateState
from catalog.views.verification import NearNumber

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_HEADS: Select[*tuple[Any, ...]] = (
    select(
        Certificate.id,
        Certificate.number_normal,
        Certificate.key,
        Certificate.number,
        CertificationBody.name,
        Certificate.is_synthetic,
    )
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(Certificate.withdrawn_at.is_(None))
)
_BY_NUMBER = _HEADS.where(Certificate.number_normal.in_(_IDS)).order_by(Certificate.key)
_BY_KEY = _HEADS.where(Certificate.key.in_(_IDS)).order_by(Certificate.number_normal)
_OF_PRODUCT = (
    _HEADS.join(ProductCertificate, ProductCertificate.certificate_id == Certificate.id)
    .where(ProductCertificate.product_id.in_(_IDS), ProductCertificate.superseded_at.is_(None))
    .order_by(Certificate.number_normal, Certificate.key)
)
_VERSIONS: Select[*tuple[Any, ...]] = (
    select(
        CertificateVersion.certificate_id,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
        CertificateVersion.star,
        CertificateVersion.standard,
        CertificateVersion.factory,
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
    )
    .where(CertificateStatus.certificate_id.in_(_IDS), CertificateStatus.superseded_at.is_(None))
    .order_by(CertificateStatus.from_on, CertificateStatus.id)
)
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        ProductCertificate.certificate_id,
        Product.id,
        Product.key,
        Product.name,
        Product.model,
        Product.scope,
        Company.key,
        Company.name,
    )
    .join(Product, Product.id == ProductCertificate.product_id)
    .join(Company, Company.id == Product.company_id)
    .where(
        ProductCertificate.certificate_id.in_(_IDS),
        ProductCertificate.superseded_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
    .order_by(Product.name, Product.id)
)


class PaperRow(NamedTuple):
    """What names a certificate."""

    id: int
    number_normal: str
    key: str
    number: str
    body: str
    is_synthetic: bool


class VersionRow(NamedTuple):
    """What a certificate says in one of its versions."""

    valid_from: dt.date
    valid_to: dt.date
    star: int | None
    standard: str | None
    factory: str | None


class StateRow(NamedTuple):
    """A state that a certificate entered, and why."""

    state: CertificateState
    from_on: dt.date
    reason: str | None


class ProductRow(NamedTuple):
    """What names a product and its company."""

    id: int
    key: str
    name: str
    model: str | None
    scope: str | None
    company: str
    company_name: str


class Told(NamedTuple):
    """Everything that is on record of some certificates, by their numbers in the store."""

    versions: Mapping[int, list[VersionRow]]
    states: Mapping[int, list[StateRow]]
    products: Mapping[int, list[ProductRow]]


def by_numbers(connection: Connection, numbers: Collection[str]) -> dict[str, list[PaperRow]]:
    """Return the certificates that bear each of the normal numbers."""
    found: dict[str, list[PaperRow]] = defaultdict(list)
    for row in _in_parts(connection, _BY_NUMBER, sorted(numbers)):
        found[row[1]].append(PaperRow(*row))
    return found


def by_key(connection: Connection, key: str) -> list[PaperRow]:
    """Return the certificate of this key, or nothing."""
    return [PaperRow(*row) for row in _in_parts(connection, _BY_KEY, [key])]


def of_product(connection: Connection, product_id: int) -> list[PaperRow]:
    """Return the certificates that cover a product."""
    return [PaperRow(*row) for row in _in_parts(connection, _OF_PRODUCT, [product_id])]


def told_of(connection: Connection, certificate_ids: Collection[int]) -> Told:
    """Return the versions, states and products of certificates."""
    ids = sorted(certificate_ids)
    versions: dict[int, list[VersionRow]] = defaultdict(list)
    for row in _in_parts(connection, _VERSIONS, ids):
        versions[row[0]].append(VersionRow(*row[1:]))
    states: dict[int, list[StateRow]] = defaultdict(list)
    for row in _in_parts(connection, _STATES, ids):
        states[row[0]].append(StateRow(*row[1:]))
    products: dict[int, list[ProductRow]] = defaultdict(list)
    for row in _in_parts(connection, _PRODUCTS, ids):
        products[row[0]].append(ProductRow(*row[1:]))
    return Told(versions, states, products)


def near(
    connection: Connection, wanted: Mapping[str, Iterable[str]], most: int
) -> dict[str, tuple[NearNumber, ...]]:
    """Return, for each number, at most so many known ones among those that are near it."""
    of: dict[str, list[str]] = defaultdict(list)
    for number, others in wanted.items():
        for other in others:
            of[other].append(number)
    found: dict[str, list[NearNumber]] = defaultdict(list)
    for row in _in_parts(connection, _BY_NUMBER, sorted(of)):
        for number in of[row[1]]:
            found[number].append(NearNumber(row[2], row[3], row[4]))
    return {number: tuple(each[:most]) for number, each in found.items()}


def _in_parts(
    connection: Connection, query: Select[*tuple[Any, ...]], ids: Sequence[Any]
) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(query, {"ids": ids[start : start + _CHUNK]})
