"""Certificates: a number for life, its versions, its states, and what it covers."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import (
    Base,
    Code,
    Key,
    Line,
    Name,
    PrimaryKey,
    Recorded,
    unique_while_current,
)
from catalog.rules.terms import CertificateState


class CertificationBody(Base, kw_only=True):
    """A body that issues certificates."""

    __tablename__ = "certification_body"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    name: Mapped[Name]


class Certificate(Base, kw_only=True):
    """A certificate's identity: the body, and the number as written and in normal form."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("number_normal", "body_id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("certification_body.id"))
    number: Mapped[Name]
    number_normal: Mapped[Name]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class CertificateVersion(Recorded, Base, kw_only=True):
    """What the paper says from ``effective_on`` on: its first issue, or a re-issue."""

    __tablename__ = "certificate_version"
    __table_args__ = (
        unique_while_current("certificate_version", "certificate_id", "effective_on"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    effective_on: Mapped[dt.date]
    suffix: Mapped[Code | None]
    star: Mapped[int | None]
    standard: Mapped[Name | None]
    issued_on: Mapped[dt.date | None]
    reissued_on: Mapped[dt.date | None]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date]
    applicant: Mapped[Name | None]
    manufacturer: Mapped[Name | None]
    factory: Mapped[Name | None]
    factory_address: Mapped[Line | None]
    url: Mapped[Line | None]
    source: Mapped[Name]


class CertificateStatus(Recorded, Base, kw_only=True):
    """A state that a certificate entered on a day; expiry follows from the dates instead."""

    __tablename__ = "certificate_status"
    __table_args__ = (unique_while_current("certificate_status", "certificate_id", "from_on"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    state: Mapped[CertificateState]
    from_on: Mapped[dt.date]
    reason: Mapped[Line | None]
    source: Mapped[Name]


class CertificateCategory(Recorded, Base, kw_only=True):
    """A source's word that a certificate belongs to a category; sources may differ."""

    __tablename__ = "certificate_category"
    __table_args__ = (
        unique_while_current("certificate_category", "certificate_id", "category_id", "source"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    source: Mapped[Name]


class ProductCertificate(Recorded, Base, kw_only=True):
    """A certificate covers a product; one certificate may cover many, and the reverse."""

    __tablename__ = "product_certificate"
    __table_args__ = (unique_while_current("product_certificate", "product_id", "certificate_id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
