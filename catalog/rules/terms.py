"""The closed lists of the trade, one word per idea."""

from __future__ import annotations

from enum import StrEnum


class CertificateState(StrEnum):
    """The five states of the national certification platform, by their codes' meaning."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


STATE_CODES = {
    "01": CertificateState.VALID,
    "02": CertificateState.SUSPENDED,
    "03": CertificateState.REVOKED,
    "04": CertificateState.CANCELLED,
    "05": CertificateState.EXPIRED,
}


class ProjectKind(StrEnum):
    """The five kinds of project that give priority to adopted products."""

    GOVERNMENT = "government"
    KEY = "key"
    MUNICIPAL = "municipal"
    GREEN = "green"
    PREFABRICATED = "prefabricated"


class ProjectStage(StrEnum):
    """How far a project has come."""

    PLANNED = "planned"
    DESIGNED = "designed"
    BUILDING = "building"
    COMPLETED = "completed"


class BillStage(StrEnum):
    """Which bill a line belongs to: the designer's plan or the settlement report."""

    DESIGN = "design"
    SETTLEMENT = "settlement"


class Stage(StrEnum):
    """The stage at which a ratio is calculated."""

    DESIGN = "design"
    COMPLETION = "completion"


class EvidenceKind(StrEnum):
    """The eight kinds of completion document (Sichuan 2024, 5.3)."""

    AS_BUILT = "as-built"
    SETTLEMENT = "settlement"
    CONTRACT_OR_INVOICE = "contract-or-invoice"
    ENTRY_ACCEPTANCE = "entry-acceptance"
    CONSTRUCTION_RECORD = "construction-record"
    ENTRY_RETEST = "entry-retest"
    CERTIFICATE = "certificate"
    OTHER = "other"


class DatePrecision(StrEnum):
    """How exactly a source states a date; of a month or a year only, the day is unknown."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class ConflictSubject(StrEnum):
    """What two sources contradict each other about."""

    CERTIFICATE = "certificate"
    DECLARATION = "declaration"
    PRODUCT = "product"


class Decision(StrEnum):
    """Which side of a conflict a person holds to be true."""

    HELD = "held"
    OFFERED = "offered"


class OrganisationState(StrEnum):
    """Whether an organisation is who it says it is."""

    PENDING = "pending"
    PROVED = "proved"
    REFUSED = "refused"
    CLOSED = "closed"


class Route(StrEnum):
    """The two ways of proving that a product is fit to be adopted."""

    CERTIFICATE = "certificate"
    TEST_REPORT = "test-report"


class CaseState(StrEnum):
    """Where a case stands; the names say who has it or what it waits for."""

    DRAFT = "draft"
    DIVISION_REVIEW = "division-review"
    RETURNED = "returned"
    CORPS_REVIEW = "corps-review"
    NOTICE = "notice"
    OBJECTED = "objected"
    ADOPTED = "adopted"
    SUSPENDED = "suspended"
    CORRECTION = "correction"
    REMOVAL_NOTICE = "removal-notice"
    REMOVED = "removed"
    REFUSED = "refused"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class AdoptionState(StrEnum):
    """What was decided of an adoption; that it expired follows from its papers instead."""

    ADOPTED = "adopted"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class EditionKind(StrEnum):
    """The two lists that are published: what is certified, and what is adopted."""

    CATALOGUE = "catalogue"
    ADOPTIONS = "adoptions"


class InspectionKind(StrEnum):
    """How a product was looked at after it was certified."""

    SURVEILLANCE_VISIT = "surveillance-visit"
    SPOT_CHECK = "spot-check"


class SubmissionState(StrEnum):
    """Where a product stands that its company submits for the catalogue."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PROVED = "proved"
    WITHDRAWN = "withdrawn"


class InterestKind(StrEnum):
    """What readers did with a product."""

    VIEWED = "viewed"
    COMPARED = "compared"
    VERIFIED = "verified"


class PublicThing(StrEnum):
    """What anybody may follow in the change feed."""

    COMPANY = "company"
    PRODUCT = "product"
    CERTIFICATE = "certificate"
    ADOPTION = "adoption"
    DECLARATION = "declaration"
    EDITION = "edition"
    FIGURE = "figure"
