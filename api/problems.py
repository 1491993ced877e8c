"""How errors leave the JSON API: RFC 9457 problem details, always the same shape."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec

from catalog import errors
from catalog.errors import CatalogError, ChangedMeanwhileError

STATUS_OF: dict[type[CatalogError], HTTPStatus] = {
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.AuditEntryNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ProductNotFoundError: HTTPStatus.NOT_FOUND,
    errors.CompanyNotFoundError: HTTPStatus.NOT_FOUND,
    errors.CertificateNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ProjectNotFoundError: HTTPStatus.NOT_FOUND,
    errors.DivisionNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ImportRunNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ResultNotFoundError: HTTPStatus.NOT_FOUND,
    errors.PublishedFigureNotFoundError: HTTPStatus.NOT_FOUND,
    errors.RulePackNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SavedSearchNotFoundError: HTTPStatus.NOT_FOUND,
    errors.WebhookNotFoundError: HTTPStatus.NOT_FOUND,
    errors.WebhookRefusedError: HTTPStatus.BAD_REQUEST,
    errors.EpdNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ConflictNotFoundError: HTTPStatus.NOT_FOUND,
    errors.CaseNotFoundError: HTTPStatus.NOT_FOUND,
    errors.CaseRefusedError: HTTPStatus.CONFLICT,
    errors.EntryRefusedError: HTTPStatus.CONFLICT,
    errors.DeliveryNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SubmissionNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SubmissionRefusedError: HTTPStatus.CONFLICT,
    errors.BackupRefusedError: HTTPStatus.CONFLICT,
    errors.StepImpossibleError: HTTPStatus.CONFLICT,
    errors.StepRefusedError: HTTPStatus.CONFLICT,
    errors.ClockBehindError: HTTPStatus.CONFLICT,
    errors.FindingNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SigningKeyMissingError: HTTPStatus.NOT_FOUND,
    errors.FindingJudgedError: HTTPStatus.CONFLICT,
    errors.TooManyNumbersError: HTTPStatus.BAD_REQUEST,
    errors.ChangedMeanwhileError: HTTPStatus.CONFLICT,
    errors.ConflictDecidedError: HTTPStatus.CONFLICT,
    errors.ConflictUndecidableError: HTTPStatus.CONFLICT,
    errors.TooManySavedSearchesError: HTTPStatus.CONFLICT,
    errors.DecisionImpossibleError: HTTPStatus.CONFLICT,
    errors.PermissionDeniedError: HTTPStatus.FORBIDDEN,
    errors.RulePackChangedError: HTTPStatus.CONFLICT,
    errors.RuleChoiceRefusedError: HTTPStatus.CONFLICT,
    errors.PolicyRefusedError: HTTPStatus.CONFLICT,
    errors.InspectionRefusedError: HTTPStatus.CONFLICT,
    errors.UndoRefusedError: HTTPStatus.CONFLICT,
    errors.AlreadyUndoneError: HTTPStatus.CONFLICT,
    errors.NothingToPublishError: HTTPStatus.CONFLICT,
    errors.FiguresUnsettledError: HTTPStatus.CONFLICT,
    errors.StillChangingError: HTTPStatus.CONFLICT,
    errors.MixedMethodsError: HTTPStatus.BAD_REQUEST,
    errors.TraceOutdatedError: HTTPStatus.CONFLICT,
    errors.ImportRefusedError: HTTPStatus.BAD_REQUEST,
    errors.IncompleteImportError: HTTPStatus.CONFLICT,
    errors.EvidenceNotFoundError: HTTPStatus.NOT_FOUND,
    errors.EvidenceRefusedError: HTTPStatus.BAD_REQUEST,
    errors.EvidenceChoiceRefusedError: HTTPStatus.CONFLICT,
    errors.EvidenceDamagedError: HTTPStatus.GONE,
    errors.ExpertNotFoundError: HTTPStatus.NOT_FOUND,
    errors.PanelRefusedError: HTTPStatus.CONFLICT,
    errors.DrawNotFoundError: HTTPStatus.NOT_FOUND,
    errors.DrawRefusedError: HTTPStatus.CONFLICT,
    errors.TooFewExpertsError: HTTPStatus.CONFLICT,
    errors.EditionNotFoundError: HTTPStatus.NOT_FOUND,
    errors.DumpNotFoundError: HTTPStatus.NOT_FOUND,
    errors.StatisticNotFoundError: HTTPStatus.NOT_FOUND,
    errors.CategoryNotFoundError: HTTPStatus.NOT_FOUND,
    errors.EditionRefusedError: HTTPStatus.CONFLICT,
    errors.DemonstrationNotFoundError: HTTPStatus.NOT_FOUND,
    errors.DemonstrationRefusedError: HTTPStatus.CONFLICT,
    errors.FilingNotFoundError: HTTPStatus.NOT_FOUND,
    errors.FilingRefusedError: HTTPStatus.CONFLICT,
    errors.ReportNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ReportRefusedError: HTTPStatus.CONFLICT,
    errors.TargetNotFoundError: HTTPStatus.NOT_FOUND,
    errors.TargetRefusedError: HTTPStatus.CONFLICT,
    errors.SearchUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.IndexLockedError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SchemaOutOfDateError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.UnknownSchemaError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BrokenLinksError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AccountNotFoundError: HTTPStatus.NOT_FOUND,
    errors.OrganisationNotFoundError: HTTPStatus.NOT_FOUND,
    errors.MemberNotFoundError: HTTPStatus.NOT_FOUND,
    errors.TokenNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SignInFailedError: HTTPStatus.FORBIDDEN,
    errors.TooManyGuessesError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.PasswordRefusedError: HTTPStatus.BAD_REQUEST,
    errors.AccountRefusedError: HTTPStatus.CONFLICT,
    errors.RegistrationRefusedError: HTTPStatus.CONFLICT,
    errors.RegistrationJudgedError: HTTPStatus.CONFLICT,
    errors.MembershipRefusedError: HTTPStatus.CONFLICT,
    errors.TokenRefusedError: HTTPStatus.CONFLICT,
}


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing wrong with one part of the request."""

    where: str
    what: str


class Problem(msgspec.Struct, frozen=True):
    """The body of every error answer."""

    type: Annotated[str, msgspec.Meta(description="A stable name for this kind of problem.")]
    title: str
    status: int
    detail: str
    fields: list[FieldProblem]


def problem_responses(*statuses: int) -> dict[int, ResponseSpec]:
    """Document these statuses in OpenAPI; every route must name each one it can answer."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=HTTPStatus(status).phrase,
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status in statuses
    }


def language_of(request: Request[Any, Any, Any]) -> str:
    """Return the language that a client of the API asks for: zh, or en by default."""
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


def _answer(problem: Problem, headers: dict[str, str] | None = None) -> Response[Problem]:
    return Response(
        problem,
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers,
    )


def on_catalog_error(request: Request[Any, Any, Any], error: CatalogError) -> Response[Problem]:
    """Turn an error of ours into its problem."""
    status = STATUS_OF[type(error)]
    return _answer(
        Problem(
            type=error.code,
            title=status.phrase,
            status=status,
            detail=error.text(language_of(request)),
            fields=_fields(error),
        )
    )


def _fields(error: CatalogError) -> list[FieldProblem]:
    """Name what somebody else changed meanwhile, where that is the problem."""
    if not isinstance(error, ChangedMeanwhileError):
        return []
    return [
        FieldProblem(where=name, what=f"{before or '—'} → {after or '—'}")
        for name, before, after in error.changes
    ]


def on_http_exception(_: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Turn an error of Litestar's into a problem."""
    status = HTTPStatus(error.status_code)
    fields = []
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        fields = [
            FieldProblem(where=str(e.get("key", "")), what=str(e.get("message", "")))
            for e in error.extra
        ]
    return _answer(
        Problem(
            type=f"http-{status}",
            title=status.phrase,
            status=status,
            detail=error.detail or status.phrase,
            fields=fields,
        ),
        headers=dict(error.headers or {}),
    )


HANDLERS: dict[int | type[Exception], Any] = {
    CatalogError: on_catalog_error,
    HTTPException: on_http_exception,
}
