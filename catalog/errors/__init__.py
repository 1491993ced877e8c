"""Errors that the catalog raises on purpose, each in the reader's language.

CatalogError
├── NotFoundError
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
│   └── ConflictNotFoundError
├── ConflictDecidedError
├── ConflictUndecidableError
├── TooManySavedSearchesError
├── DecisionImpossibleError
├── PermissionDeniedError
├── RulePackChangedError
├── RuleChoiceRefusedError
├── UndoRefusedError
├── AlreadyUndoneError
├── NothingToPublishError
├── FiguresUnsettledError
├── MixedMethodsError
├── TraceOutdatedError
├── ImportRefusedError
├── IncompleteImportError
├── SearchUnavailableError
│   └── IndexLockedError
└── SchemaOutOfDateError
"""

from catalog.errors.base import CatalogError
from catalog.errors.not_found import (
    CertificateNotFoundError,
    CompanyNotFoundError,
    ConflictNotFoundError,
    DivisionNotFoundError,
    EpdNotFoundError,
    ImportRunNotFoundError,
    NotFoundError,
    ProductNotFoundError,
    ProjectNotFoundError,
    PublishedFigureNotFoundError,
    ResultNotFoundError,
    RulePackNotFoundError,
    SavedSearchNotFoundError,
)
from catalog.errors.refusals import (
    AlreadyUndoneError,
    ConflictDecidedError,
    ConflictUndecidableError,
    DecisionImpossibleError,
    FiguresUnsettledError,
    ImportRefusedError,
    IncompleteImportError,
    MixedMethodsError,
    NothingToPublishError,
    PermissionDeniedError,
    RuleChoiceRefusedError,
    RulePackChangedError,
    SchemaOutOfDateError,
    TooManySavedSearchesError,
    TraceOutdatedError,
    UndoRefusedError,
)
from catalog.errors.searching import IndexLockedError, SearchTrouble, SearchUnavailableError

__all__ = [
    "AlreadyUndoneError",
    "CatalogError",
    "CertificateNotFoundError",
    "CompanyNotFoundError",
    "ConflictDecidedError",
    "ConflictNotFoundError",
    "ConflictUndecidableError",
    "DecisionImpossibleError",
    "DivisionNotFoundError",
    "EpdNotFoundError",
    "FiguresUnsettledError",
    "ImportRefusedError",
    "ImportRunNotFoundError",
    "IncompleteImportError",
    "IndexLockedError",
    "MixedMethodsError",
    "NotFoundError",
    "NothingToPublishError",
    "PermissionDeniedError",
    "ProductNotFoundError",
    "ProjectNotFoundError",
    "PublishedFigureNotFoundError",
    "ResultNotFoundError",
    "RuleChoiceRefusedError",
    "RulePackChangedError",
    "RulePackNotFoundError",
    "SavedSearchNotFoundError",
    "SchemaOutOfDateError",
    "SearchTrouble",
    "SearchUnavailableError",
    "TooManySavedSearchesError",
    "TraceOutdatedError",
    "UndoRefusedError",
]
