"""The ledger of imports: open a run, write down each batch, close the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import ImportRunNotFoundError, UndoRefusedError
from catalog.models.importing import ImportIssue, ImportRun, RunState
from catalog.permissions import Action, Actor, Reach, ensure, office_of, reach_of
from catalog.records import (
    BillLineRecord,
    DeliveryRecord,
    EpdRecord,
    InspectionRecord,
    Issue,
    Kind,
    ProductRecord,
    ProjectRecord,
    Record,
    Severity,
)
from catalog.repositories import bulk, epds
from catalog.services import audit, owning
from catalog.services.receiving.disagreements import refresh_conflicts
from catalog.services.receiving.epd_links import refresh_links
from catalog.services.receiving.epds import receive_epds
from catalog.services.receiving.inspections import receive_inspections
from catalog.services.receiving.lengths import keepable
from catalog.services.receiving.lines import receive_bill_lines, receive_deliveries
from catalog.services.receiving.naming import with_names
from catalog.services.receiving.products import receive_products
from catalog.services.receiving.projects import receive_projects
from catalog.services.receiving.receipt import Change, Receipt
from catalog.services.receiving.undoing import take_back

_ISSUE = bulk.table_of(ImportIssue)
_BRINGS_LINKS = frozenset({Kind.EPDS, Kind.PRODUCTS, Kind.REGISTRY})
_VALUE_LENGTH = 500
_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """What is known of a file before it is read.

    ``format`` is the key of its form, ``options`` the answers given beside it, as JSON.
    """

    kind: Kind
    source: str
    file_name: str
    file_hash: str
    is_synthetic: bool = False
    format: str | None = None
    options: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run that takes batches; ``next_batch`` is above 0 if an earlier try was cut off."""

    id: int
    next_batch: int


def open_run(
    session: Session,
    new: NewRun,
    *,
    actor: Actor,
    now: dt.datetime,
    is_resumable: bool = True,
) -> OpenRun:
    """Enter a file into the ledger, or pick up the run of the same file that was cut off.

    What shall come in whole or not at all picks nothing up: half of it is in already. Whoever
    brings in its own things alone picks up what its own organisation began.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    bulk.take_turns(session)
    source = _storable(new.source, _NAME_LENGTH) or ""
    cut_off = _cut_off(session, new, source, actor) if is_resumable else None
    if cut_off:
        return OpenRun(id=cut_off.id, next_batch=cut_off.next_batch)
    run = ImportRun(
        kind=new.kind,
        source=source,
        file_name=_storable(new.file_name, _NAME_LENGTH) or "",
        file_hash=new.file_hash,
        state=RunState.RUNNING,
        actor=actor.name,
        started_at=now,
        format=new.format,
        options=new.options,
    )
    session.add(run)
    session.flush()
    return OpenRun(id=run.id, next_batch=0)


def _cut_off(session: Session, new: NewRun, source: str, actor: Actor) -> ImportRun | None:
    begun = session.scalars(
        select(ImportRun)
        .where(
            ImportRun.file_hash == new.file_hash,
            ImportRun.kind == new.kind,
            ImportRun.source == source,
            ImportRun.options.is_not_distinct_from(new.options),
            ImportRun.state == RunState.RUNNING,
        )
        .order_by(ImportRun.id)
    )
    is_everybodys = reach_of(actor, Action.IMPORT) is Reach.ALL
    office = office_of(actor.name)
    return next((run for run in begun if is_everybodys or office_of(run.actor) == office), None)


def receive_batch(  # The parts of a batch are what they are.
    session: Session,
    run_id: int,
    records: Sequence[Record],
    issues: Sequence[Issue],
    *,
    actor: Actor,
    batch: int,
    is_synthetic: bool,
    now: dt.datetime,
    changes: list[Change] | None = None,
    rows_total: int | None = None,
) -> Receipt:
    """Take one batch of a run in, and write down in the ledger how far the run has come.

    A batch that is in already is left alone: somebody else took the same file in meanwhile.

    Raises:
        PermissionDeniedError: The actor may not import.
        ImportRunNotFoundError: There is no such run.
    """
    ensure(actor, Action.IMPORT)
    bulk.take_turns(session)
    run = session.get(ImportRun, run_id)
    if run is None:
        raise ImportRunNotFoundError(key=run_id)
    receipt = Receipt(
        session=session,
        run_id=run.id,
        source=run.source,
        actor=run.actor,
        now=now,
        is_synthetic=is_synthetic,
        changes=changes,
    )
    if batch < run.next_batch:
        return receipt
    receipt.read = len(records) + _rows_kept_out(issues)
    kept, overlong = keepable(records)
    # What an owner may not bring in stays out here, whichever door the file came by.
    kept, foreign = owning.within_reach(session.connection(), kept, actor=actor)
    for issue in (*issues, *overlong, *foreign):
        receipt.report(issue)
    products = [r for r in kept if isinstance(r, ProductRecord)]
    projects = [r for r in kept if isinstance(r, ProjectRecord)]
    bill_lines = [r for r in kept if isinstance(r, BillLineRecord)]
    deliveries = [r for r in kept if isinstance(r, DeliveryRecord)]
    declarations = [r for r in kept if isinstance(r, EpdRecord)]
    if products:
        receive_products(receipt, products)
    if projects:
        receive_projects(receipt, projects)
    if bill_lines:
        receive_bill_lines(receipt, bill_lines)
    if deliveries:
        receive_deliveries(receipt, deliveries)
    inspections = [r for r in kept if isinstance(r, InspectionRecord)]
    if inspections:
        receive_inspections(receipt, inspections)
    if declarations:
        receive_epds(receipt, declarations)
    if changes:
        changes[:] = with_names(session, changes)
    receipt.footprint.keep(batch)
    _keep_issues(session, run.id, receipt.issues)
    run.next_batch = batch + 1
    run.rows_total = rows_total
    run.read += receipt.read
    run.created += receipt.created
    run.changed += receipt.changed
    run.unchanged += receipt.unchanged
    run.refused += receipt.refused
    run.warnings += receipt.warnings
    run.conflicts += receipt.conflicts
    session.flush()
    if receipt.created or receipt.changed or receipt.conflicts or receipt.revisions.count:
        put_batch_on_record(receipt, actor, batch)
    return receipt


def put_batch_on_record(receipt: Receipt, actor: Actor, batch: int) -> None:
    """Say how much came in; the hash over all states tells if one is changed afterwards."""
    audit.record(
        receipt.session,
        actor,
        action=Action.IMPORT,
        thing="import",
        key=str(receipt.run_id),
        now=receipt.now,
        after={
            "batch": batch,
            "created": receipt.created,
            "changed": receipt.changed,
            "conflicts": receipt.conflicts,
            "revisions": {"count": receipt.revisions.count, "sha256": receipt.revisions.sha256},
        },
    )


def _rows_kept_out(issues: Sequence[Issue]) -> int:
    """Return how many rows the reader kept out; one row may have several errors."""
    errors = (issue for issue in issues if issue.severity is Severity.ERROR)
    return len({(issue.sheet, issue.row) for issue in errors if issue.row is not None})


def _keep_issues(session: Session, run_id: int, issues: Sequence[Issue]) -> None:
    rows = [
        {
            "run_id": run_id,
            "code": issue.code,
            "severity": issue.severity,
            "sheet": _storable(issue.sheet, _NAME_LENGTH),
            "row": issue.row,
            "column": _storable(issue.column, _NAME_LENGTH),
            "value": _storable(issue.value),
            "facts": msgspec.json.encode(
                {k: _storable(v) or "" for k, v in issue.facts.items()}
            ).decode(),
        }
        for issue in issues
    ]
    bulk.insert_mappings(session, _ISSUE, rows)


def _storable(value: str | None, length: int = _VALUE_LENGTH) -> str | None:
    """Return a value from a file as a database can keep it: no NUL, not endless."""
    if value is None:
        return None
    plain = "".join(c if c.isprintable() else "�" for c in value)
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def finish_run(session: Session, run_id: int, *, actor: Actor, now: dt.datetime) -> int:
    """Close a run whose file was read to the end.

    Return how many contradictions with and between declarations came to light.

    Raises:
        PermissionDeniedError: The actor may not import.
        ImportRunNotFoundError: There is no such run.
    """
    ensure(actor, Action.IMPORT)
    run = _close(session, run_id, RunState.FINISHED, now)
    found = 0
    if run.kind in _BRINGS_LINKS:
        refresh_links(session, actor=run.actor, run_id=run.id, now=now)
        found = refresh_conflicts(
            session, epds.touched_by(session.connection(), run.id), run_id=run.id, now=now
        )
    run.conflicts += found
    session.flush()
    _put_end_on_record(session, run, actor, now)
    return found


def refuse_run(
    session: Session,
    run_id: int,
    issues: Sequence[Issue],
    *,
    actor: Actor,
    now: dt.datetime,
    read: int = 0,
) -> None:
    """Close a run of which nothing shall stay, with the issues that stood in the way.

    Batches that are in already are taken back. Where a later import stands on them that cannot
    be: then they stay, and the run counts as finished, so that it can be undone in its turn.

    Raises:
        PermissionDeniedError: The actor may not import.
        ImportRunNotFoundError: There is no such run.
    """
    ensure(actor, Action.IMPORT)
    bulk.take_turns(session)
    run = _close(session, run_id, RunState.REFUSED, now)
    _keep_issues(session, run_id, issues)
    run.read += read
    run.refused += len(issues)
    if run.next_batch:
        try:
            take_back(session, run, actor=actor, now=now)
        except UndoRefusedError:
            run.state = RunState.FINISHED
            _put_end_on_record(session, run, actor, now)
            return
    run.created = run.changed = run.unchanged = run.conflicts = 0
    _put_end_on_record(session, run, actor, now)


def _put_end_on_record(session: Session, run: ImportRun, actor: Actor, now: dt.datetime) -> None:
    counted = ("read", "created", "changed", "unchanged", "refused", "warnings", "conflicts")
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing="import",
        key=str(run.id),
        now=now,
        after={
            "state": run.state,
            "kind": run.kind,
            "source": run.source,
            "file": run.file_name,
            "sha256": run.file_hash,
            **{name: getattr(run, name) for name in counted},
        },
    )


def _close(session: Session, run_id: int, state: RunState, now: dt.datetime) -> ImportRun:
    run = session.get(ImportRun, run_id)
    if run is None:
        raise ImportRunNotFoundError(key=run_id)
    run.state = state
    run.finished_at = now
    session.flush()
    return run
