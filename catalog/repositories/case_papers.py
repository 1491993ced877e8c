"""Queries for what a case stands on: certificates that cover its product, and its rules."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, func, select

from catalog.models.adoption import Adoption
from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.product import Product
from catalog.models.rulebook import RulePack
from catalog.rules.packs import Pack, parse_pack
from catalog.rules.validity import Validity, validity_on

_COVERS: Select[*tuple[Any, ...]] = select(func.count()).where(
    ProductCertificate.certificate_id == bindparam("certificate_id"),
    ProductCertificate.product_id == bindparam("product_id"),
    ProductCertificate.superseded_at.is_(None),
)
_WINDOWS: Select[*tuple[Any, ...]] = select(
    CertificateVersion.valid_from, CertificateVersion.valid_to
).where(
    CertificateVersion.certificate_id == bindparam("certificate_id"),
    CertificateVersion.superseded_at.is_(None),
)
_STATES: Select[*tuple[Any, ...]] = (
    select(CertificateStatus.state, CertificateStatus.from_on)
    .where(
        CertificateStatus.certificate_id == bindparam("certificate_id"),
        CertificateStatus.superseded_at.is_(None),
    )
    .order_by(CertificateStatus.from_on, CertificateStatus.id)
)
_VALID_TO: Select[*tuple[Any, ...]] = select(Adoption.valid_to).where(
    Adoption.case_id == bindparam("case_id")
)
_PACK: Select[*tuple[Any, ...]] = select(RulePack.content).where(
    RulePack.key == bindparam("key"), RulePack.version == bindparam("version")
)
_ADMISSION: Select[*tuple[Any, ...]] = select(RulePack.content).where(RulePack.kind == "admission")


def paper_on(
    connection: Connection, *, certificate_id: int | None, product_id: int, on: dt.date
) -> Validity:
    """Return what a certificate is on the day; unknown where it does not cover the product."""
    if certificate_id is None or not covers(connection, certificate_id, product_id):
        return Validity.UNKNOWN
    asked = {"certificate_id": certificate_id}
    windows, states = connection.execute(_WINDOWS, asked), connection.execute(_STATES, asked)
    return validity_on([(a, b) for a, b in windows], [(a, b) for a, b in states], on)


def covers(connection: Connection, certificate_id: int, product_id: int) -> bool:
    """Tell whether a certificate covers a product, as is known now."""
    asked = {"certificate_id": certificate_id, "product_id": product_id}
    return bool(connection.scalar(_COVERS, asked))


def is_certified_by(connection: Connection, product_id: int, body_id: int) -> bool:
    """Tell whether a certificate of the body covers the product, as is known now."""
    found = connection.scalar(
        select(func.count())
        .select_from(ProductCertificate)
        .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
        .where(
            ProductCertificate.product_id == product_id,
            ProductCertificate.superseded_at.is_(None),
            Certificate.body_id == body_id,
        )
    )
    return bool(found)


def certificates_of(connection: Connection, product: str) -> list[tuple[str, str]]:
    """Return key and number of each certificate that covers a product."""
    rows = connection.execute(
        select(Certificate.key, Certificate.number)
        .join(ProductCertificate, ProductCertificate.certificate_id == Certificate.id)
        .join(Product, Product.id == ProductCertificate.product_id)
        .where(
            Product.key == product,
            ProductCertificate.superseded_at.is_(None),
            Certificate.withdrawn_at.is_(None),
        )
        .order_by(Certificate.number)
    )
    return [(key, number) for key, number in rows]


def valid_to_of(connection: Connection, case_id: int) -> dt.date | None:
    """Return the last day of a case's adoption by test report, None if it has none."""
    found: dt.date | None = connection.scalar(_VALID_TO, {"case_id": case_id})
    return found


def pack_named(connection: Connection, name: str) -> Pack | None:
    """Return the published pack ``key@version``, or None."""
    key, _, version = name.partition("@")
    content = connection.scalar(_PACK, {"key": key, "version": version})
    return None if content is None else _parsed(content)


def admission_packs(connection: Connection) -> list[Pack]:
    """Return every published admission pack."""
    return [_parsed(content) for content in connection.scalars(_ADMISSION)]


@lru_cache(maxsize=16)
def _parsed(content: str) -> Pack:
    return parse_pack(msgspec.json.decode(content))
