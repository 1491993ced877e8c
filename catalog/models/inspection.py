"""What was found after a product was certified: surveillance visits, and spot checks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import (
    Base,
    Name,
    Paragraph,
    PrimaryKey,
    Recorded,
    unique_while_current,
)


class SurveillanceVisit(Recorded, Base, kw_only=True):
    """A certification body's visit to the factory of what a certificate covers, and how it ended.

    ``actor`` is who put it on record; ``source`` is where it is known from.
    """

    __tablename__ = "surveillance_visit"
    __table_args__ = (unique_while_current("surveillance_visit", "certificate_id", "visited_on"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    visited_on: Mapped[dt.date]
    is_passed: Mapped[bool]
    note: Mapped[Paragraph | None]
    source: Mapped[Name]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    actor: Mapped[Name]


class SpotCheck(Recorded, Base, kw_only=True):
    """An authority's check of a product, on a site or in the trade, and how it ended."""

    __tablename__ = "spot_check"
    __table_args__ = (unique_while_current("spot_check", "product_id", "checked_on", "authority"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    checked_on: Mapped[dt.date]
    authority: Mapped[Name]
    is_passed: Mapped[bool]
    note: Mapped[Paragraph | None]
    source: Mapped[Name]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    actor: Mapped[Name]
