"""What companies state of their own products, and how much the public asked for each."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, Code, Key, LongText, Name, Paragraph, PrimaryKey
from catalog.rules.terms import SubmissionState


class ProductSubmission(Base, kw_only=True):
    """A product, perhaps with its certificate, as its company states it and before it is proved.

    Nothing of it is in the catalogue until a bureau proved it: then ``run_id`` is the run that
    brought it there and ``product_id`` the product. ``content`` is JSON of what was filled in, with
    the file ``evidence_id``; ``sent_content`` and ``sent_evidence_id`` are what was last handed in,
    which is all that others than the company read. ``version`` grows with every change, so that
    whoever shows an older one is told.
    """

    __tablename__ = "product_submission"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    division_id: Mapped[int | None] = mapped_column(ForeignKey("division.id"), index=True)
    state: Mapped[SubmissionState] = mapped_column(index=True)
    version: Mapped[int]
    content: Mapped[LongText]
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), index=True)
    begun_at: Mapped[dt.datetime]
    sent_content: Mapped[LongText | None] = mapped_column(default=None)
    sent_evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, index=True
    )
    submitted_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    judged_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    judged_by: Mapped[Name | None] = mapped_column(default=None)
    judged_reason: Mapped[Paragraph | None] = mapped_column(default=None)
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_run.id"), default=None, index=True
    )
    product_id: Mapped[int | None] = mapped_column(
        ForeignKey("product.id"), default=None, index=True
    )


class ProductInterest(Base, kw_only=True):
    """How often a product was looked at, compared or verified on one day, and never by whom."""

    __tablename__ = "product_interest"
    __table_args__ = (UniqueConstraint("product_id", "kind", "on_day"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    kind: Mapped[Code]
    on_day: Mapped[dt.date]
    times: Mapped[int]
