"""What a building needs and what came to its site: bill lines, deliveries and their evidence."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import (
    Base,
    Code,
    Exact,
    Key,
    LongText,
    Name,
    Paragraph,
    PrimaryKey,
    Recorded,
    unique_while_current,
)
from catalog.rules.terms import BillStage, DatePrecision, EvidenceKind


class BillLine(Recorded, Base, kw_only=True):
    """A line of a building's bill, planned or settled, in the unit that the bill states.

    ``declared`` is the JSON of the factors declared for it (``catalog.rules.units.Declared``).
    """

    __tablename__ = "bill_line"
    __table_args__ = (unique_while_current("bill_line", "building_id", "stage", "line_number"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"), index=True)
    stage: Mapped[BillStage]
    line_number: Mapped[Code]
    item_code: Mapped[Code | None]
    name: Mapped[Name]
    specification: Mapped[Paragraph | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    place: Mapped[Key | None]
    unit: Mapped[Key]
    quantity: Mapped[Exact]
    unit_price: Mapped[Exact | None]
    amount: Mapped[Exact | None]
    planned_green_quantity: Mapped[Exact | None]
    declared: Mapped[LongText | None] = mapped_column(default=None)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))


class Delivery(Recorded, Base, kw_only=True):
    """One line of a delivery note: what came to site on one day. A return is negative.

    Where ``delivered_precision`` is less than a day, ``delivered_on`` is the first day it can be.
    ``declared`` is the JSON of the factors declared for it (``catalog.rules.units.Declared``).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        unique_while_current("delivery", "building_id", "note_number", "line_number"),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"), index=True)
    note_number: Mapped[Key]
    line_number: Mapped[Code]
    delivered_on: Mapped[dt.date]
    name: Mapped[Name]
    specification: Mapped[Paragraph | None]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    place: Mapped[Key | None]
    unit: Mapped[Key]
    quantity: Mapped[Exact]
    amount: Mapped[Exact | None]
    supplier: Mapped[Name | None]
    delivered_precision: Mapped[DatePrecision] = mapped_column(
        default=DatePrecision.DAY, server_default=DatePrecision.DAY.value
    )
    declared: Mapped[LongText | None] = mapped_column(default=None)
    factory: Mapped[Name | None] = mapped_column(default=None)
    transport_km: Mapped[Exact | None] = mapped_column(default=None)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))


class DeliveryEvidence(Base, kw_only=True):
    """A reference to a document that proves a delivery."""

    __tablename__ = "delivery_evidence"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    kind: Mapped[EvidenceKind]
    reference: Mapped[Name] = mapped_column(index=True)
