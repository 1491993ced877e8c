"""Cases, the way to an adoption, and adoptions: a product's entry in the adoption database."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import (
    Base,
    Code,
    Key,
    LongText,
    Name,
    Paragraph,
    PrimaryKey,
    Recorded,
    unique_while_current,
)
from catalog.rules.terms import AdoptionState, CaseState, Route


class Case(Base, kw_only=True):
    """A product's way to an adoption, its suspension, removal and appeal: one for life.

    ``number`` is what people call it by (``2026-08-0012``). ``pack`` is the admission pack's key
    and version that the case goes by, fixed when it is submitted. ``version`` grows with every
    step or edit: who shows an older one is told what changed meanwhile. ``due_on`` is the day by
    which whoever has the case (``state``) must act, null where no clock runs. ``draft`` is JSON of
    what the applicant filled in.
    """

    __tablename__ = "adoption_case"
    __table_args__ = (
        # One product has one open way at a time.
        Index(
            "uq_adoption_case_open",
            "product_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    number: Mapped[Code] = mapped_column(unique=True)
    route: Mapped[Route]
    state: Mapped[CaseState] = mapped_column(index=True)
    version: Mapped[int]
    pack: Mapped[Key | None]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    report_issued_on: Mapped[dt.date | None]
    draft: Mapped[LongText]
    is_synthetic: Mapped[bool]
    opened_at: Mapped[dt.datetime]
    submitted_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    due_on: Mapped[dt.date | None] = mapped_column(default=None, index=True)
    ended_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class CaseStep(Base, kw_only=True):
    """One step of a case: who took it from which state to which, when, why, on what evidence.

    The unique sequence settles two people at once: the second one's step is refused. ``detail``
    is JSON of what belongs to the step (what is missing, the notice's days, the ground).
    """

    __tablename__ = "case_step"
    __table_args__ = (UniqueConstraint("case_id", "sequence"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("adoption_case.id"))
    sequence: Mapped[int]
    step: Mapped[Code]
    from_state: Mapped[CaseState | None]
    to_state: Mapped[CaseState]
    actor: Mapped[Name]
    account: Mapped[Key | None]
    acts_for: Mapped[Key | None]
    role: Mapped[Code]
    reason: Mapped[Paragraph | None]
    detail: Mapped[LongText]
    taken_at: Mapped[dt.datetime]


class CaseEvidence(Base, kw_only=True):
    """A file that a case stands on; what is replaced stays on record."""

    __tablename__ = "case_evidence"
    __table_args__ = (Index(None, "case_id", "kind"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("adoption_case.id"))
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("case_step.id"))
    kind: Mapped[Code]
    dated_on: Mapped[dt.date | None]
    added_at: Mapped[dt.datetime]
    removed_at: Mapped[dt.datetime | None] = mapped_column(default=None)


class Objection(Base, kw_only=True):
    """What somebody brought forward against a case in its public notice, and who they are.

    A unit objects in its name and credit code, a person in name, identity number and telephone;
    the last two are kept sealed and shown only to those who decide.
    """

    __tablename__ = "objection"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("adoption_case.id"), index=True)
    is_unit: Mapped[bool]
    name: Mapped[Name]
    identity: Mapped[LongText]
    text: Mapped[LongText]
    received_at: Mapped[dt.datetime]
    recorded_by: Mapped[Name]
    judged_at: Mapped[dt.datetime | None] = mapped_column(default=None)
    judged_by: Mapped[Name | None] = mapped_column(default=None)
    is_upheld: Mapped[bool | None] = mapped_column(default=None)
    answer: Mapped[Paragraph | None] = mapped_column(default=None)


class Adoption(Base, kw_only=True):
    """A product's entry in the adoption database.

    What it is on a day is derived: from its states here, and from the certificate (``route``
    certificate) or from ``valid_to`` (``route`` test report) on that day.
    """

    __tablename__ = "adoption"

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    key: Mapped[Key] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("adoption_case.id"), unique=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    division_id: Mapped[int] = mapped_column(ForeignKey("division.id"), index=True)
    route: Mapped[Route]
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    report_issued_on: Mapped[dt.date | None]
    adopted_on: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    is_synthetic: Mapped[bool]
    recorded_at: Mapped[dt.datetime]

    @property
    def indexed_product_id(self) -> int:
        """Whose search document a change to this row makes stale."""
        return self.product_id


class AdoptionStatus(Recorded, Base, kw_only=True):
    """A state that an adoption entered on a day by a decision; expiry follows from the papers."""

    __tablename__ = "adoption_status"
    __table_args__ = (unique_while_current("adoption_status", "adoption_id", "from_on"),)

    id: Mapped[PrimaryKey] = mapped_column(init=False)
    adoption_id: Mapped[int] = mapped_column(ForeignKey("adoption.id"), index=True)
    state: Mapped[AdoptionState]
    from_on: Mapped[dt.date]
    ground: Mapped[Code | None]
    reason: Mapped[Paragraph | None]
    step_id: Mapped[int | None] = mapped_column(ForeignKey("case_step.id"), default=None)
