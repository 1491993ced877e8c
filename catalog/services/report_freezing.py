"""Freeze a report at length: made while others go on writing, kept in one short transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.permissions import Actor
from catalog.repositories import reports
from catalog.rules.annual_report.steps import ReportState, ReportStep
from catalog.services import freezing, reporting
from catalog.services.jobs import Tell, tell_nobody
from catalog.services.report_making import MadeReport, make_report
from catalog.views.reporting import ReportHead


def ensure_freezable(connection: Connection, key: str, *, version: int, actor: Actor) -> ReportHead:
    """Return the report if the actor may freeze it as it was shown.

    Raises:
        ReportNotFoundError, PermissionDeniedError, ReportRefusedError, ChangedMeanwhileError: As
            ``reporting.take_step``.
    """
    return reporting.report_to_freeze(connection, key, version=version, actor=actor)[0]


def freeze_report(
    database: Database,
    key: str,
    *,
    version: int,
    actor: Actor,
    clock: Callable[[], dt.datetime],
    reason: str = "",
    tell: Tell = tell_nobody,
) -> ReportHead:
    """Freeze a report; what the actor has frozen already, at that version, stays as it is.

    Raises:
        StillChangingError: Others record things as known before what was read already.
        ReportNotFoundError, PermissionDeniedError, ReportRefusedError, ChangedMeanwhileError,
        IncompleteImportError, FiguresUnsettledError: As ``reporting.take_step``.
    """
    with database.reading() as connection:
        done = _frozen_already(connection, key, version + 1, actor)
    if done is not None:
        return done

    def make(connection: Connection, now: dt.datetime) -> MadeReport:
        head, texts = reporting.report_to_freeze(connection, key, version=version, actor=actor)
        return make_report(connection, now, head, texts, tell=tell)

    def keep(session: Session, made: MadeReport, now: dt.datetime) -> ReportHead:
        return reporting.take_step(
            session,
            key,
            ReportStep.FREEZE,
            version=version,
            actor=actor,
            now=now,
            reason=reason,
            made=made,
        )

    return freezing.freeze(database, make, keep, clock=clock, tell=tell)


def _frozen_already(
    connection: Connection, key: str, version: int, actor: Actor
) -> ReportHead | None:
    """Return the report if the actor froze it as that version: a server may end just after."""
    for head in reports.every(connection):
        if (head.key, head.version, head.state) == (key, version, ReportState.FROZEN):
            number, _ = reports.row_of(connection, key)
            taken, account = reports.steps(connection, number)[-1]
            is_own = (taken.actor, account) == (actor.name, actor.account)
            return head if is_own and taken.step is ReportStep.FREEZE else None
    return None
