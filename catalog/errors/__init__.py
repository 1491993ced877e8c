"""Errors that the catalog raises on purpose, each in the reader's language.

CatalogError
├── NotFoundError
│   ├── AuditEntryNotFoundError
│   ├── ProductNotFoundError
│   ├── CompanyNotFoundError
│   ├── CertificateNotFoundError
│   ├── ProjectNotFoundError
│   ├── DivisionNotFoundError
│   ├── ImportRunNotFoundError
│   ├── ResultNotFoundError
│   ├── PublishedFigureNotFoundError
│   ├── RulePackNotFoundError
│   ├── SavedSearchNotFoundError
│   ├── EpdNotFoundError
│   ├── ConflictNotFoundError
│   ├── DeliveryNotFoundError
│   ├── CaseNotFoundError
│   ├── FindingNotFoundError
│   ├── SigningKeyMissingError
│   ├── AccountNotFoundError
│   ├── OrganisationNotFoundError
│   ├── MemberNotFoundError
│   ├── TokenNotFoundError
│   ├── WebhookNotFoundError
│   ├── EvidenceNotFoundError
│   ├── ExpertNotFoundError
│   ├── DrawNotFoundError
│   ├── SubmissionNotFoundError
│   ├── ReportNotFoundError
│   ├── FilingNotFoundError
│   ├── TargetNotFoundError
│   ├── DemonstrationNotFoundError
│   ├── DumpNotFoundError
│   ├── StatisticNotFoundError
│   ├── CategoryNotFoundError
│   └── EditionNotFoundError
├── SubmissionRefusedError
├── BackupRefusedError
├── CaseRefusedError
├── EntryRefusedError
├── StepImpossibleError
├── StepRefusedError
├── ClockBehindError
├── ChangedMeanwhileError
├── ConflictDecidedError
├── ConflictUndecidableError
├── TooManySavedSearchesError
├── DecisionImpossibleError
├── PermissionDeniedError
├── RulePackChangedError
├── RuleChoiceRefusedError
├── PolicyRefusedError
├── InspectionRefusedError
├── UndoRefusedError
├── AlreadyUndoneError
├── NothingToPublishError
├── FiguresUnsettledError
├── StillChangingError
├── MixedMethodsError
├── TraceOutdatedError
├── ImportRefusedError
├── IncompleteImportError
├── SearchUnavailableError
│   └── IndexLockedError
├── TooManyNumbersError
├── FindingJudgedError
├── SchemaOutOfDateError
├── UnknownSchemaError
├── BrokenLinksError
├── SignInFailedError
├── TooManyGuessesError
├── PasswordRefusedError
├── AccountRefusedError
├── RegistrationRefusedError
├── RegistrationJudgedError
├── MembershipRefusedError
├── TokenRefusedError
├── WebhookRefusedError
├── EvidenceRefusedError
├── EvidenceChoiceRefusedError
├── EvidenceDamagedError
├── PanelRefusedError
├── DrawRefusedError
├── TooFewExpertsError
├── ReportRefusedError
├── FilingRefusedError
├── TargetRefusedError
├── DemonstrationRefusedError
└── EditionRefusedError
"""

from catalog.errors.accounts import (
    AccountNotFoundError,
    AccountRefusedError,
    MemberNotFoundError,
    MembershipRefusedError,
    OrganisationNotFoundError,
    PasswordRefusedError,
    RegistrationJudgedError,
    RegistrationRefusedError,
    SignInFailedError,
    TokenNotFoundError,
    TokenRefusedError,
    TooManyGuessesError,
)
from catalog.errors.base import CatalogError
from catalog.errors.cases import (
    CaseNotFoundError,
    CaseRefusedError,
    ClockBehindError,
    StepImpossibleError,
    StepRefusedError,
)
from catalog.errors.not_found import (
    AuditEntryNotFoundError,
    CategoryNotFoundError,
    CertificateNotFoundError,
    CompanyNotFoundError,
    ConflictNotFoundError,
    DivisionNotFoundError,
    DumpNotFoundError,
    EpdNotFoundError,
    FindingNotFoundError,
    ImportRunNotFoundError,
    NotFoundError,
    ProductNotFoundError,
    ProjectNotFoundError,
    PublishedFigureNotFoundError,
    ResultNotFoundError,
    RulePackNotFoundError,
    SavedSearchNotFoundError,
    SigningKeyMissingError,
    StatisticNotFoundError,
)
from catalog.errors.owners import DeliveryNotFoundError, EntryRefusedError
from catalog.errors.proofs import (
    DrawNotFoundError,
    DrawRefusedError,
    EditionNotFoundError,
    EditionRefusedError,
    EvidenceChoiceRefusedError,
    EvidenceDamagedError,
    EvidenceNotFoundError,
    EvidenceRefusedError,
    ExpertNotFoundError,
    PanelRefusedError,
    TooFewExpertsError,
)
from catalog.errors.refusals import (
    AlreadyUndoneError,
    BrokenLinksError,
    ChangedMeanwhileError,
    ConflictDecidedError,
    ConflictUndecidableError,
    DecisionImpossibleError,
    FiguresUnsettledError,
    FindingJudgedError,
    ImportRefusedError,
    IncompleteImportError,
    MixedMethodsError,
    NothingToPublishError,
    PermissionDeniedError,
    RuleChoiceRefusedError,
    RulePackChangedError,
    SchemaOutOfDateError,
    StillChangingError,
    TooManyNumbersError,
    TooManySavedSearchesError,
    TraceOutdatedError,
    UndoRefusedError,
    UnknownSchemaError,
)
from catalog.errors.reporting import (
    DemonstrationNotFoundError,
    DemonstrationRefusedError,
    FilingNotFoundError,
    FilingRefusedError,
    ReportNotFoundError,
    ReportRefusedError,
    TargetNotFoundError,
    TargetRefusedError,
)
from catalog.errors.scoring import InspectionRefusedError, PolicyRefusedError
from catalog.errors.searching import IndexLockedError, SearchTrouble, SearchUnavailableError
from catalog.errors.submissions import (
    BackupRefusedError,
    SubmissionNotFoundError,
    SubmissionRefusedError,
)
from catalog.errors.webhooks import WebhookNotFoundError, WebhookRefusedError

__all__ = [
    "AccountNotFoundError",
    "AccountRefusedError",
    "AlreadyUndoneError",
    "AuditEntryNotFoundError",
    "BackupRefusedError",
    "BrokenLinksError",
    "CaseNotFoundError",
    "CaseRefusedError",
    "CatalogError",
    "CategoryNotFoundError",
    "CertificateNotFoundError",
    "ChangedMeanwhileError",
    "ClockBehindError",
    "CompanyNotFoundError",
    "ConflictDecidedError",
    "ConflictNotFoundError",
    "ConflictUndecidableError",
    "DecisionImpossibleError",
    "DeliveryNotFoundError",
    "DemonstrationNotFoundError",
    "DemonstrationRefusedError",
    "DivisionNotFoundError",
    "DrawNotFoundError",
    "DrawRefusedError",
    "DumpNotFoundError",
    "EditionNotFoundError",
    "EditionRefusedError",
    "EntryRefusedError",
    "EpdNotFoundError",
    "EvidenceChoiceRefusedError",
    "EvidenceDamagedError",
    "EvidenceNotFoundError",
    "EvidenceRefusedError",
    "ExpertNotFoundError",
    "FiguresUnsettledError",
    "FilingNotFoundError",
    "FilingRefusedError",
    "FindingJudgedError",
    "FindingNotFoundError",
    "ImportRefusedError",
    "ImportRunNotFoundError",
    "IncompleteImportError",
    "IndexLockedError",
    "InspectionRefusedError",
    "MemberNotFoundError",
    "MembershipRefusedError",
    "MixedMethodsError",
    "NotFoundError",
    "NothingToPublishError",
    "OrganisationNotFoundError",
    "PanelRefusedError",
    "PasswordRefusedError",
    "PermissionDeniedError",
    "PolicyRefusedError",
    "ProductNotFoundError",
    "ProjectNotFoundError",
    "PublishedFigureNotFoundError",
    "RegistrationJudgedError",
    "RegistrationRefusedError",
    "ReportNotFoundError",
    "ReportRefusedError",
    "ResultNotFoundError",
    "RuleChoiceRefusedError",
    "RulePackChangedError",
    "RulePackNotFoundError",
    "SavedSearchNotFoundError",
    "SchemaOutOfDateError",
    "SearchTrouble",
    "SearchUnavailableError",
    "SignInFailedError",
    "SigningKeyMissingError",
    "StatisticNotFoundError",
    "StepImpossibleError",
    "StepRefusedError",
    "StillChangingError",
    "SubmissionNotFoundError",
    "SubmissionRefusedError",
    "TargetNotFoundError",
    "TargetRefusedError",
    "TokenNotFoundError",
    "TokenRefusedError",
    "TooFewExpertsError",
    "TooManyGuessesError",
    "TooManyNumbersError",
    "TooManySavedSearchesError",
    "TraceOutdatedError",
    "UndoRefusedError",
    "UnknownSchemaError",
    "WebhookNotFoundError",
    "WebhookRefusedError",
]
