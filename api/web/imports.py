"""The pages of the import ledger: what was imported, what stayed out, and the way back."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter
from litestar.response import Redirect, Stream, Template

from api.desk import OpenDesk, opened
from api.long_ways import undo_import_at_length
from api.long_work import OpenWork
from api.parameters import IdInPath, day_or_today
from api.reading import read
from api.web.asked import PageNumber, Short, Text, plain
from api.web.desk_files import issues_answer, refused_answer
from api.web.i18n import language_of
from api.web.long_work import to_work
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import AlreadyUndoneError, IncompleteImportError, UndoRefusedError
from catalog.models.importing import RunState
from catalog.permissions import Action, Actor
from catalog.records import Kind, Severity
from catalog.services import catalogue, conflicts, ledger, owning, wordings
from importers.issues import explain
from importers.refused import form_of_refused
from importers.report import Answers

_CONFLICTS = 200
_ISSUES = 50
_RUN = re.compile(r"#(\d+)")
# Litestar keeps the name “state” for itself.
StateText = Annotated[str, QueryParameter(name="state", max_length=20)]


class ImportPages(Controller):
    """Read what was imported, and what stayed out and why; take an import back."""

    path = "/imports"

    @read(name="imports:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        q: Text = "",
        kind: Short = "",
        run_state: StateText = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the ledger."""
        chosen = {
            "q": plain(q),
            "kind": kind if kind in list(Kind) else "",
            "state": run_state if run_state in list(RunState) else "",
        }
        with database.reading() as connection:
            runs = ledger.browse_runs(
                connection,
                limit=PAGE_SIZE + 1,
                offset=offset(page_number),
                kind=chosen["kind"],
                state=chosen["state"],
                words=chosen["q"],
            )
            return page(
                request,
                "imports/index.html",
                runs=runs[:PAGE_SIZE],
                page_number=page_number,
                has_more=len(runs) > PAGE_SIZE,
                chosen=chosen,
                kinds=list(Kind),
                states=list(RunState),
                shows_synthetic=bool(runs) and catalogue.shows_synthetic(connection),
            )

    @read("/{run_id:int}", name="imports:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        desk: OpenDesk,
        run_id: IdInPath,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one run with its issues explained."""
        language = language_of(request)
        with database.reading() as connection:
            run = ledger.get_run(connection, run_id)
            issues, total = ledger.issues_of_run(
                connection, run_id, limit=_ISSUES, offset=offset(page_number, _ISSUES)
            )
            is_kept = desk is not None and desk.files.find(run.file_hash, name="") is not None
            has_refused_rows = run.refused > 0 and any(
                issue.severity is Severity.ERROR and issue.row is not None
                for issue in ledger.all_issues_of_run(connection, run_id)
            )
            return page(
                request,
                "imports/show.html",
                run=run,
                answers=Answers.of(run.options),
                issues=[(issue, *explain(issue, language)) for issue in issues],
                paging=Paging(page_number, _ISSUES, total),
                conflicts=conflicts.browse_conflicts(
                    connection, run=run_id, limit=_CONFLICTS, offset=0
                ).items,
                waiting=wordings.open_lines(connection, run=run_id),
                names=names_of(connection, on=day_or_today(None)),
                can_give_back=is_kept and has_refused_rows and run.state != RunState.RUNNING,
                shows_synthetic=catalogue.shows_synthetic(connection),
            )

    @read("/{run_id:int}/issues.csv", name="imports:issues")
    def issues(
        self, request: PageRequest, database: NamedDependency[Database], run_id: IdInPath
    ) -> Stream:
        """Send every issue of a run."""
        with database.reading() as connection:
            issues = list(ledger.all_issues_of_run(connection, run_id))
        return issues_answer(issues, language_of(request))

    @get("/{run_id:int}/refused", name="imports:refused", sync_to_thread=True,
         dependencies=who_may(Action.IMPORT))  # fmt: skip
    def refused(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        desk: OpenDesk,
        run_id: IdInPath,
    ) -> Stream | Template:
        """Send the rows that stayed out, in the file's own form; say so where that cannot be."""
        with database.reading() as connection:
            owning.ensure_run(connection, run_id, Action.IMPORT, actor=actor)
            run = ledger.get_run(connection, run_id)
            issues = list(ledger.all_issues_of_run(connection, run_id))
        file = opened(desk).files.find(run.file_hash, name=run.file_name)
        if file is None:
            raise NotFoundException
        if form_of_refused(file) is None:
            return page(
                request,
                "imports/not_given_back.html",
                status_code=HTTPStatus.NOT_FOUND,
                run=run,
            )
        return refused_answer(
            file,
            issues,
            kind=Kind(run.kind),
            answers=Answers.of(run.options),
            language=language_of(request),
        )

    @get("/{run_id:int}/undo", name="imports:undo", sync_to_thread=True,
         dependencies=who_may(Action.UNDO_IMPORT))  # fmt: skip
    def ask_undo(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        run_id: IdInPath,
    ) -> Template:
        """Ask whether a run shall really be taken back."""
        return _undo_page(request, database, run_id, None)

    @post("/{run_id:int}/undo", name="imports:undone", sync_to_thread=True,
          dependencies=who_may(Action.UNDO_IMPORT))  # fmt: skip
    def undo(
        self,
        request: PageRequest,
        actor: NamedDependency[Actor],
        database: NamedDependency[Database],
        long_work: OpenWork,
        run_id: IdInPath,
    ) -> Template | Redirect:
        """Take a run back, or name the later work that stands on it."""
        with database.reading() as connection:
            owning.ensure_run(connection, run_id, Action.UNDO_IMPORT, actor=actor)
        back = request.app.route_reverse("imports:show", run_id=run_id)
        try:
            job = undo_import_at_length(long_work, run_id, actor=actor, back=back)
        except (UndoRefusedError, AlreadyUndoneError, IncompleteImportError) as error:
            return _undo_page(request, database, run_id, error)
        return to_work(job)


def _undo_page(
    request: PageRequest,
    database: Database,
    run_id: int,
    error: UndoRefusedError | AlreadyUndoneError | IncompleteImportError | None,
) -> Template:
    later = _RUN.findall(str(error.facts["later"])) if isinstance(error, UndoRefusedError) else []
    with database.reading() as connection:
        return page(
            request,
            "imports/undo.html",
            status_code=HTTPStatus.CONFLICT if error else HTTPStatus.OK,
            run=ledger.get_run(connection, run_id),
            later=[ledger.get_run(connection, int(number)) for number in later],
            refusal=error.text(language_of(request)) if error else None,
        )
