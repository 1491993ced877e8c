"""How each kind of long work is done, and how its doors begin it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from api.long_work import Do, LongJob, LongWork, Work, WorkKind
from catalog.db import Database
from catalog.models.importing import RunState
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.services import (
    edition_comparing,
    editions,
    findings,
    ledger,
    publishing,
    report_freezing,
)
from catalog.services.applying import undo_import
from catalog.services.editions import NewEdition
from catalog.services.jobs import Step
from catalog.services.publishing import NewPublication
from catalog.services.report_content import scope_key
from importers.run import recalculate


def freeze_report_at_length(
    long_work: LongWork,
    database: Database,
    key: str,
    *,
    version: int,
    actor: Actor,
    back: str,
    reason: str = "",
) -> LongJob:
    """Begin to freeze a report; return the job, ended if that took no longer than people wait.

    Raises:
        ReportNotFoundError, PermissionDeniedError, ReportRefusedError, ChangedMeanwhileError,
        IncompleteImportError, FiguresUnsettledError, StillChangingError: As
            ``report_freezing.freeze_report``.
    """
    with database.reading() as connection:
        report_freezing.ensure_freezable(connection, key, version=version, actor=actor)
    asks = {"key": key, "version": version, "reason": reason}
    return long_work.wait(
        long_work.begin(WorkKind.FREEZE_REPORT, actor=actor, asks=asks, back=back)
    )


def _freeze_report(work: Work) -> str:
    asks = work.job.asks
    head = report_freezing.freeze_report(
        work.database,
        asks["key"],
        version=asks["version"],
        actor=work.job.actor,
        clock=work.clock,
        reason=asks["reason"],
        tell=work.tell,
    )
    return f"/reports/{head.year}/{scope_key(head.division)}"


def publish_edition_at_length(
    long_work: LongWork, database: Database, new: NewEdition, *, actor: Actor, back: str
) -> LongJob:
    """Begin to publish an edition; return the job as above.

    Raises:
        PermissionDeniedError, IncompleteImportError, EditionRefusedError, StillChangingError: As
            ``editions.publish_at_length``.
    """
    with database.reading() as connection:
        editions.ensure_publishable(connection, new, actor=actor, now=long_work.clock())
    asks = msgspec.to_builtins(new)
    return long_work.wait(
        long_work.begin(WorkKind.PUBLISH_EDITION, actor=actor, asks=asks, back=back)
    )


def foresee_edition_at_length(
    long_work: LongWork, database: Database, new: NewEdition, *, actor: Actor, back: str
) -> LongJob:
    """Begin to look at what publishing an edition would freeze; return the job as above.

    Raises:
        PermissionDeniedError, IncompleteImportError, EditionRefusedError: As
            ``edition_comparing.look_ahead``.
    """
    with database.reading() as connection:
        editions.ensure_publishable(connection, new, actor=actor, now=long_work.clock())
    asks = msgspec.to_builtins(new)
    return long_work.wait(
        long_work.begin(WorkKind.FORESEE_EDITION, actor=actor, asks=asks, back=back)
    )


def _foresee_edition(work: Work) -> str:
    new = msgspec.convert(work.job.asks, NewEdition)
    with work.database.reading() as connection:
        work.keep(
            edition_comparing.look_ahead(
                connection, new, actor=work.job.actor, now=work.clock(), tell=work.tell
            )
        )
    return f"/editions/outlook/{work.job.id}"


def _publish_edition(work: Work) -> str:
    view = editions.publish_at_length(
        work.database,
        msgspec.convert(work.job.asks, NewEdition),
        actor=work.job.actor,
        clock=work.clock,
        tell=work.tell,
    )
    return f"/editions/{view.key}"


def publish_figures_at_length(
    long_work: LongWork, new: NewPublication, *, actor: Actor, back: str
) -> LongJob:
    """Begin to publish figures; return the job as above.

    Raises:
        PermissionDeniedError, DivisionNotFoundError, RulePackNotFoundError,
        IncompleteImportError, FiguresUnsettledError, NothingToPublishError, StillChangingError:
            As ``publishing.publish_at_length``.
    """
    ensure(actor, Action.PUBLISH_FIGURES)
    asks = msgspec.to_builtins(new)
    return long_work.wait(
        long_work.begin(WorkKind.PUBLISH_FIGURES, actor=actor, asks=asks, back=back)
    )


def _publish_figures(work: Work) -> str:
    view = publishing.publish_at_length(
        work.database,
        msgspec.convert(work.job.asks, NewPublication),
        actor=work.job.actor,
        clock=work.clock,
        tell=work.tell,
    )
    return f"/published-figures/{view.head.content_hash}"


def run_checks_at_length(long_work: LongWork, *, actor: Actor, back: str) -> LongJob:
    """Begin to check the whole store; return the job as above.

    Raises:
        PermissionDeniedError: The actor may not see the findings of all divisions.
    """
    ensure(actor, Action.SEE_FINDINGS, Thing())
    return long_work.wait(long_work.begin(WorkKind.RUN_CHECKS, actor=actor, asks={}, back=back))


def _run_checks(work: Work) -> str:
    work.tell(Step(name="checks"))
    findings.run_checks(work.database, work.job.actor, now=work.clock())
    return "/findings"


def undo_import_at_length(long_work: LongWork, run_id: int, *, actor: Actor, back: str) -> LongJob:
    """Begin to take an import back, and to calculate what it changed; return the job as above.

    Raises:
        PermissionDeniedError, ImportRunNotFoundError, UndoRefusedError, AlreadyUndoneError,
        IncompleteImportError: As ``applying.undo_import``.
    """
    asks = {"run": run_id}
    return long_work.wait(long_work.begin(WorkKind.UNDO_IMPORT, actor=actor, asks=asks, back=back))


def _undo_import(work: Work) -> str:
    """Take it back unless an earlier try did; what it changed is calculated in any case."""
    run_id, actor = work.job.asks["run"], work.job.actor
    work.tell(Step(name="undoing"))
    with work.database.reading() as connection:
        is_undone = ledger.get_run(connection, run_id).state == RunState.UNDONE
    if not is_undone or work.job.tries == 1:
        with work.database.transaction() as session:
            undo_import(session, run_id, actor=actor, now=work.clock())
    recalculate(
        work.database,
        actor,
        clock=work.clock,
        progress=lambda far: work.note(Step(name="calculating", done=far.done, total=far.total)),
    )
    return f"/imports/{run_id}"


WAYS: Mapping[WorkKind, Do] = {
    WorkKind.FREEZE_REPORT: _freeze_report,
    WorkKind.PUBLISH_EDITION: _publish_edition,
    WorkKind.FORESEE_EDITION: _foresee_edition,
    WorkKind.PUBLISH_FIGURES: _publish_figures,
    WorkKind.RUN_CHECKS: _run_checks,
    WorkKind.UNDO_IMPORT: _undo_import,
}
