"""Take a file in: read it in batches, receive each in its own transaction, keep the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath

from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import ImportRefusedError
from catalog.permissions import Action, Actor, ensure
from catalog.records import Issue, Kind
from catalog.services.garbage import collecting_rarely
from catalog.services.receiving import runs
from catalog.services.receiving.receipt import Change, Receipt
from importers.calculating import recalculate
from importers.formats import format_of
from importers.issues import issue_of
from importers.lookups import Lookups
from importers.reader import ReadOutcome, SourceFile, read_batches, recognise
from importers.remarks import without_remarks
from importers.report import ImportCancelledError, ImportReport, Progress, Request
from importers.trial import room_for_trial

__all__ = [
    "OWN_TEMPLATE",
    "ImportCancelledError",
    "ImportReport",
    "Progress",
    "Request",
    "collecting_rarely",
    "import_file",
    "recalculate",
    "receive_in_batches",
]

OWN_TEMPLATE = "template"
_CANCELLED = Issue(code="import-cancelled")
_ARCHIVE = b"PK"
Clock = Callable[[], dt.datetime]


class _NotKept(Exception):  # noqa: N818  Not an error: it takes a transaction back.
    """Ends a transaction whose work shall not stay."""


def _ignore(_: object) -> None:
    """Show nothing."""


def import_file(
    database: Database,
    file: SourceFile,
    lookups: Lookups,
    request: Request,
    *,
    clock: Clock,
    progress: Callable[[Progress], None] = _ignore,
    on_batch: Callable[[Receipt], None] = _ignore,
) -> ImportReport:
    """Take a file in, and calculate the buildings that it touches.

    A run that was cut off is picked up where it stopped when the same file comes again. A dry
    run does all the work where it does not stay; an all-or-nothing import that meets an error
    takes its one transaction back. ``on_batch`` sees each batch, in a dry run with its changes.

    Raises:
        ImportRefusedError: The file as a whole cannot be read.
        ImportCancelledError: ``progress`` raised it; what was in already is taken back.
        PermissionDeniedError: The actor may not import.
    """
    ensure(request.actor, Action.IMPORT)
    mapping = request.mapping
    kind = mapping.kind if mapping else request.kind or recognise(file)
    form = None if mapping else format_of(without_remarks(file))
    name = PurePath(file.name)
    # Whoever sends a table of their own speaks for themselves; our template speaks for us.
    is_foreign = mapping is not None or kind in (Kind.REGISTRY, Kind.EPDS)
    source = request.source or (name.stem if is_foreign else OWN_TEMPLATE)
    report = ImportReport(kind=kind, source=source)
    new = runs.NewRun(
        kind=kind,
        source=source,
        file_name=name.name,
        file_hash=file.sha256,
        is_synthetic=request.is_synthetic,
        format=form.key if form and form.kind is kind else None,
        options=request.options,
    )
    outcomes = _reported(
        read_batches(file, lookups, kind=kind, placement=request.placement, mapping=mapping),
        file,
        report,
        progress,
    )
    try:
        with collecting_rarely():
            if request.is_dry_run:
                with room_for_trial(database, file) as room:
                    _at_once(room, new, outcomes, request, report, clock=clock, on_batch=on_batch)
            elif request.is_all_or_nothing:
                _at_once(database, new, outcomes, request, report, clock=clock, on_batch=on_batch)
            else:
                receive_in_batches(
                    database, new, outcomes, request.actor, report, clock=clock, on_batch=on_batch
                )
    except (ImportRefusedError, ImportCancelledError):
        if not request.is_dry_run:
            # What was taken back has left buildings to calculate.
            recalculate(database, request.actor, clock=clock)
        raise
    if not request.is_dry_run and not report.is_refused:
        report.buildings_recalculated = recalculate(
            database, request.actor, clock=clock, progress=progress, run_id=report.run_id,
            processes=request.processes,
        )  # fmt: skip
    return report


def _reported(
    outcomes: Iterable[ReadOutcome],
    file: SourceFile,
    report: ImportReport,
    progress: Callable[[Progress], None],
) -> Iterator[ReadOutcome]:
    """Say after each batch how far the import has come, and of a text about how far it is to go."""
    lines = None if file.head(2) == _ARCHIVE else file.line_ends
    for outcome in outcomes:
        yield outcome
        total = lines if outcome.rows_total is None else outcome.rows_total
        progress(
            Progress(step="reading", done=outcome.rows_done, total=total, run_id=report.run_id)
        )


def receive_in_batches(
    database: Database,
    new: runs.NewRun,
    outcomes: Iterable[ReadOutcome],
    actor: Actor,
    report: ImportReport,
    *,
    clock: Clock,
    on_batch: Callable[[Receipt], None] = _ignore,
) -> None:
    """Receive each batch in its own transaction, with the place reached written in the ledger.

    Raises:
        ImportRefusedError: The file as a whole cannot be read; what was in already is taken back.
        ImportCancelledError: Nobody wants it any more; what was in already is taken back.
        PermissionDeniedError: The actor may not import.
    """
    with database.transaction() as session:
        run = runs.open_run(session, new, actor=actor, now=clock())
    report.run_id = run.id
    report.is_resumed = run.next_batch > 0
    try:
        for batch, outcome in enumerate(outcomes):
            if batch < run.next_batch:
                continue
            with database.transaction() as session:
                receipt = runs.receive_batch(
                    session,
                    run.id,
                    outcome.records,
                    outcome.issues,
                    actor=actor,
                    batch=batch,
                    is_synthetic=new.is_synthetic,
                    now=clock(),
                    rows_total=outcome.rows_total,
                )
            report.add(receipt)
            on_batch(receipt)
    except (ImportRefusedError, ImportCancelledError) as error:
        reason = issue_of(error) if isinstance(error, ImportRefusedError) else _CANCELLED
        with database.transaction() as session:
            runs.refuse_run(session, run.id, [reason], actor=actor, now=clock())
        raise
    with database.transaction() as session:
        report.conflicts += runs.finish_run(session, run.id, actor=actor, now=clock())


def _at_once(
    database: Database,
    new: runs.NewRun,
    outcomes: Iterable[ReadOutcome],
    request: Request,
    report: ImportReport,
    *,
    clock: Clock,
    on_batch: Callable[[Receipt], None],
) -> None:
    """Receive everything in one transaction; keep it only if that is wanted and nothing failed."""
    try:
        with database.transaction() as session:
            _receive_all(session, new, outcomes, request, report, clock=clock, on_batch=on_batch)
            if request.is_dry_run or report.refused:
                raise _NotKept
    except _NotKept:
        report.run_id = None
        if not request.is_dry_run:
            _refuse(database, new, request, report, clock)
    except ImportRefusedError as error:
        if not request.is_dry_run:
            report.issues.append(issue_of(error))
            _refuse(database, new, request, report, clock)
        raise


def _receive_all(
    session: Session,
    new: runs.NewRun,
    outcomes: Iterable[ReadOutcome],
    request: Request,
    report: ImportReport,
    *,
    clock: Clock,
    on_batch: Callable[[Receipt], None],
) -> None:
    run = runs.open_run(session, new, actor=request.actor, now=clock(), is_resumable=False)
    # A dry run's line in the ledger is gone again before anybody could look for it.
    report.run_id = None if request.is_dry_run else run.id
    for batch, outcome in enumerate(outcomes):
        changes: list[Change] | None = [] if request.is_dry_run else None
        receipt = runs.receive_batch(
            session,
            run.id,
            outcome.records,
            outcome.issues,
            actor=request.actor,
            batch=batch,
            is_synthetic=new.is_synthetic,
            now=clock(),
            changes=changes,
            rows_total=outcome.rows_total,
        )
        report.add(receipt)
        on_batch(receipt)
    report.conflicts += runs.finish_run(session, run.id, actor=request.actor, now=clock())


def _refuse(
    database: Database, new: runs.NewRun, request: Request, report: ImportReport, clock: Clock
) -> None:
    """Write in the ledger that the file was refused, and why."""
    report.is_refused = True
    report.created = report.changed = report.unchanged = report.conflicts = 0
    with database.transaction() as session:
        run = runs.open_run(session, new, actor=request.actor, now=clock(), is_resumable=False)
        runs.refuse_run(
            session, run.id, report.errors, actor=request.actor, now=clock(), read=report.read
        )
    report.run_id = run.id
