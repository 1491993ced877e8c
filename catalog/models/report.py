"""Test reports: the second way, beside a certificate, to prove that a product is green."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Line, Name, PrimaryKey, Recorded, unique_while_current


class TestReport(Recorded, Base, kw_only=True):
    """A laboratory's report that a product meets a standard; how long it counts, a pack says."""

    __test__ = False  # No test, though a test collector would think so.
    __tablename__ = "test_report"
    __table_args__ = (unique_while_current("test_report", "product_id", "laboratory", "number"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    number: Mapped[Name]
    laboratory: Mapped[Name]
    standard: Mapped[Name | None]
    issued_on: Mapped[dt.date]
    url: Mapped[Line | None]
    source: Mapped[Name]
