"""Environmental product declarations, as their data sets state them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import (
    Base,
    Code,
    Key,
    Line,
    LongText,
    Name,
    PrimaryKey,
    Recorded,
    unique_while_current,
)
from catalog.rules.terms import DatePrecision


class Epd(Base, kw_only=True):
    """A declaration, known by its data set's identifier; what it says stands in its versions."""

    __tablename__ = "epd"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    recorded_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class EpdVersion(Recorded, Base, kw_only=True):
    """What one source states of a declaration.

    ``detail`` is the whole record as JSON without its results and its document; the columns are
    what lists, filters and the product page need of it.
    """

    __tablename__ = "epd_version"
    __table_args__ = (unique_while_current("epd_version", "epd_id", "source"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    epd_id: Mapped[int] = mapped_column(ForeignKey("epd.id"), index=True)
    source: Mapped[Name]
    format: Mapped[Code]
    version: Mapped[Code | None]
    name: Mapped[Line]
    subtype: Mapped[Code | None]
    manufacturer: Mapped[Name | None]
    operator: Mapped[Name | None]
    registration_number: Mapped[Name | None] = mapped_column(index=True)
    location: Mapped[Code | None]
    issued_on: Mapped[dt.date | None]
    issued_precision: Mapped[DatePrecision | None]
    valid_until: Mapped[dt.date | None]
    valid_precision: Mapped[DatePrecision | None]
    declared_quantity: Mapped[Code | None]  # an exact decimal in text: six places do not do
    declared_unit: Mapped[Code | None]
    mass_kg: Mapped[Code | None]
    content_hash: Mapped[Key]
    detail: Mapped[LongText]
    document: Mapped[LongText]
    is_synthetic: Mapped[bool]


class EpdResult(Base, kw_only=True):
    """One amount of a version, exact as written; what is not declared has no row."""

    __tablename__ = "epd_result"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    version_id: Mapped[int] = mapped_column(ForeignKey("epd_version.id"), index=True)
    indicator: Mapped[Name]
    method: Mapped[Key | None]
    unit: Mapped[Key | None]
    module: Mapped[Code]
    scenario: Mapped[Name | None]
    amount: Mapped[Key]


class ProductEpd(Recorded, Base, kw_only=True):
    """That a declaration is about a product, and who or what says so.

    ``ended_by`` is the person who ended it, null if nobody did: what a person ended is never made
    again without one.
    """

    __tablename__ = "product_epd"
    __table_args__ = (unique_while_current("product_epd", "product_id", "epd_id"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    epd_id: Mapped[int] = mapped_column(ForeignKey("epd.id"), index=True)
    reason: Mapped[Name]
    actor: Mapped[Name]
    ended_by: Mapped[Name | None] = mapped_column(default=None)
