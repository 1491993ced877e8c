"""What is shown of a product that its company submits, and of what is known of its certificate."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.terms import SubmissionState


class SubmissionDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a company fills in, as it was typed; an empty text says nothing.

    Days are ISO dates; ``star`` is 1, 2 or 3. The last nine are of the certificate.
    """

    name: str = ""
    category: str = ""
    brand: str = ""
    model: str = ""
    scope: str = ""
    description: str = ""
    body: str = ""
    number: str = ""
    star: str = ""
    standard: str = ""
    issued_on: str = ""
    valid_from: str = ""
    valid_to: str = ""
    factory: str = ""
    factory_address: str = ""


class SubmissionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A submission in a list; ``due_on`` is by when a bureau proves what waits, if a clock runs."""

    key: str
    state: SubmissionState
    version: int
    organisation: str
    organisation_name: str
    division: str | None
    draft: SubmissionDraft
    evidence: str | None
    evidence_name: str | None
    begun_at: dt.datetime
    submitted_at: dt.datetime | None
    judged_at: dt.datetime | None
    judged_by: str | None
    judged_reason: str | None
    run: int | None
    product: str | None
    due_on: dt.date | None = None


class SubmissionPage(msgspec.Struct, frozen=True):
    """Some submissions, and how many there are."""

    items: list[SubmissionRow]
    total: int


class Fault(msgspec.Struct, frozen=True):
    """What keeps a submission from being handed in, by the field to mend."""

    field: str
    zh: str
    en: str


class HeldFact(msgspec.Struct, frozen=True):
    """A field of the certificate as it is stated, and as the catalogue holds it."""

    field: str
    stated: str
    held: str

    @property
    def is_same(self) -> bool:
        """Whether both say the same."""
        return self.stated == self.held


class HeldCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate in the catalogue that bears the stated number.

    ``companies`` are those whose products it covers there, ``source`` who says so.
    """

    key: str
    number: str
    body: str
    source: str | None
    companies: list[str]
    facts: list[HeldFact]
    is_synthetic: bool


class SubmissionSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A submission with what stands in its way, and what the catalogue knows of its certificate."""

    submission: SubmissionRow
    faults: list[Fault]
    held: list[HeldCertificate]
