"""/api/v1/imports: the ledger, a file brought in, an import taken back."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from anyio import to_thread
from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import QueryParameter

from api.auth import actor_of
from api.desk import OpenDesk
from api.moment import now
from api.openapi import FileOperation
from api.parameters import TEXT, IdInPath, Limit, Offset
from api.problems import language_of, problem_responses
from api.reading import read
from catalog.db import Database
from catalog.permissions import Action, Actor, ensure
from catalog.records import Issue, Kind
from catalog.rules.terms import BillStage
from catalog.services import ledger
from catalog.services.applying import undo_import
from catalog.views.projects import ImportRunView
from importers.issues import explain
from importers.lookups import Lookups
from importers.reader import Limits, Placement, SourceFile
from importers.run import ImportReport, import_file, recalculate
from importers.run import Request as ImportRequest

_SHOWN_ISSUES = 1_000


class IssueView(msgspec.Struct, frozen=True):
    """An issue of a file with its reason and cure in the reader's language."""

    severity: str
    code: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    reason: str
    cure: str


class ChangeView(msgspec.Struct, frozen=True):
    """One thing that an import adds or changes; fields are (before, after)."""

    entity: str
    key: str
    label: str
    is_new: bool
    fields: dict[str, list[str]]


class ImportView(msgspec.Struct, frozen=True):
    """What an import did, or would do. The first 1,000 issues and changes are listed."""

    run: int | None
    kind: str
    source: str
    is_dry_run: bool
    is_refused: bool
    read: int
    created: int
    changed: int
    unchanged: int
    refused: int
    warnings: int
    conflicts: int
    issues: list[IssueView]
    changes: list[ChangeView]


class IssuePage(msgspec.Struct, frozen=True):
    """A window on a run's issues."""

    items: list[IssueView]
    limit: int
    offset: int
    total: int


def _issue_view(issue: Issue, language: str) -> IssueView:
    reason, cure = explain(issue, language)
    return IssueView(
        severity=issue.severity.value,
        code=issue.code,
        sheet=issue.sheet,
        row=issue.row,
        column=issue.column,
        value=issue.value,
        reason=reason,
        cure=cure,
    )


def _view(report: ImportReport, *, is_dry_run: bool, language: str) -> ImportView:
    return ImportView(
        run=report.run_id,
        kind=report.kind.value,
        source=report.source,
        is_dry_run=is_dry_run,
        is_refused=report.is_refused,
        read=report.read,
        created=report.created,
        changed=report.changed,
        unchanged=report.unchanged,
        refused=report.refused,
        warnings=report.warnings,
        conflicts=report.conflicts,
        issues=[_issue_view(issue, language) for issue in report.issues[:_SHOWN_ISSUES]],
        changes=[
            ChangeView(
                entity=change.entity,
                key=change.key,
                label=change.label,
                is_new=change.is_new,
                fields={name: list(pair) for name, pair in change.fields.items()},
            )
            for change in report.changes[:_SHOWN_ISSUES]
        ],
    )


class ImportsController(Controller):
    """Imports."""

    path = "/imports"
    tags = ("imports",)

    @read(operation_id="list_imports", responses=problem_responses(400))
    def index(
        self, database: NamedDependency[Database], limit: Limit = 20, offset: Offset = 0
    ) -> list[ImportRunView]:
        """Return one page of the ledger, newest first."""
        with database.reading() as connection:
            return ledger.browse_runs(connection, limit=limit, offset=offset)

    @read("/{id:int}", operation_id="get_import", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], id: IdInPath) -> ImportRunView:
        """Return one run of the ledger."""
        with database.reading() as connection:
            return ledger.get_run(connection, id)

    @read("/{id:int}/issues", operation_id="list_import_issues",
          responses=problem_responses(400, 404))  # fmt: skip
    def issues(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        id: IdInPath,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> IssuePage:
        """Return one page of a run's issues with reason and cure."""
        with database.reading() as connection:
            found, total = ledger.issues_of_run(connection, id, limit=limit, offset=offset)
        language = language_of(request)
        return IssuePage(
            items=[_issue_view(issue, language) for issue in found],
            limit=limit,
            offset=offset,
            total=total,
        )

    @post(
        operation_id="import_file",
        operation_class=FileOperation,
        status_code=200,
        security=[{"token": []}],
        responses=problem_responses(400, 401, 403, 413),
        dependencies=actor_of,
    )
    async def create(  # What an import can be asked to do.
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        desk: OpenDesk,
        name: Annotated[str, QueryParameter(min_length=1, max_length=200, pattern=TEXT)],
        kind: Annotated[Kind | None, QueryParameter()] = None,
        source: Annotated[
            str | None, QueryParameter(min_length=1, max_length=200, pattern=TEXT)
        ] = None,
        project: Annotated[
            str | None, QueryParameter(min_length=1, max_length=200, pattern=TEXT)
        ] = None,
        building: Annotated[
            str | None, QueryParameter(min_length=1, max_length=200, pattern=TEXT)
        ] = None,
        stage: Annotated[BillStage | None, QueryParameter()] = None,
        dry_run: Annotated[bool, QueryParameter()] = False,
        all_or_nothing: Annotated[bool, QueryParameter()] = False,
    ) -> ImportView:
        """Bring a file in: its bytes are the body, its name a parameter.

        ``project``, ``building`` and ``stage`` say where the lines belong of a file that does not.
        """
        ensure(actor, Action.IMPORT)
        if bool(project) != bool(building):
            raise ClientException("project and building go together.")
        content = await request.body()
        asked = ImportRequest(
            actor=actor,
            kind=kind,
            source=source,
            placement=Placement(project=project, building=building, stage=stage)
            if project and building
            else None,
            is_dry_run=dry_run,
            is_all_or_nothing=all_or_nothing,
        )
        limits = Limits(max_bytes=request.app.state.upload_limit)
        file = SourceFile(name, content, limits=limits)
        if desk is not None and not dry_run:
            # Kept as it came, so that its refused rows can be given back later too.
            await to_thread.run_sync(lambda: desk.files.keep(file.open(), name=name))
        report = await to_thread.run_sync(
            lambda: import_file(database, file, Lookups.from_seed(), asked, clock=now)
        )
        return _view(report, is_dry_run=dry_run, language=language_of(request))

    @post(
        "/{id:int}/undo",
        operation_id="undo_import",
        status_code=200,
        sync_to_thread=True,
        security=[{"token": []}],
        responses=problem_responses(400, 401, 403, 404, 409),
        dependencies=actor_of,
    )
    def undo(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        id: IdInPath,
    ) -> ImportRunView:
        """Take an import back; what it brought is closed, what it replaced is known again."""
        with database.transaction() as session:
            undo_import(session, id, actor=actor, now=now())
        recalculate(database, actor, clock=now)
        with database.reading() as connection:
            return ledger.get_run(connection, id)
