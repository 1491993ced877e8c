"""Make what a report says once it is frozen: its figures, and everything that stands on them."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
from sqlalchemy import Connection

from catalog.rules.periods import Basis
from catalog.rules.publication import canonical, fingerprint
from catalog.rules.terms import Stage
from catalog.services import divisions, publishing
from catalog.services.jobs import Step, Tell, tell_nobody
from catalog.services.publishing import NewPublication
from catalog.services.report_content import Asked, compose
from catalog.views.figures import DIVISION, Question
from catalog.views.published import FigureContent
from catalog.views.reporting import ReportContent, ReportHead, ReportTexts

METHOD: Final = "B"
"""By which method a report tells the ratio, unless it is asked otherwise."""


class MadeReport(msgspec.Struct, frozen=True):
    """A report's figures, None for a year without a result, and its content."""

    figures: FigureContent | None
    content: ReportContent


def publication_of(head: ReportHead) -> NewPublication:
    """Return the figures that a report stands on."""
    return NewPublication(
        year=head.year,
        division=head.division,
        basis=Basis.REPORT,
        method=METHOD,
        note=f"年度报告 {head.key}",
    )


def make_report(
    connection: Connection,
    now: dt.datetime,
    head: ReportHead,
    texts: ReportTexts,
    *,
    tell: Tell = tell_nobody,
) -> MadeReport:
    """Return what a report would say if it were frozen now; a year without a result says so.

    Raises:
        OutdatedError: Results do not say what the facts say.
        IncompleteImportError: A file is half taken in: figures would stand on that half.
    """
    new = publication_of(head)
    figures = publishing.make_figures(connection, now, new, tell=tell)
    tell(Step(name="report"))
    content = compose(
        connection,
        Asked(
            scope=publishing.scope_of(connection, new),
            figure_hash=fingerprint(canonical(figures)) if figures else None,
            figure=figures.figure if figures else None,
            divisions=figures.divisions if figures else [],
            texts=texts,
            known_at=now,
        ),
        tell=tell,
    )
    return MadeReport(figures, content)


def compose_now(
    connection: Connection, head: ReportHead, texts: ReportTexts, now: dt.datetime, tell: Tell
) -> ReportContent:
    """Return what a report would say now, from the sums that are kept."""
    question = Question(
        stage=Stage.COMPLETION,
        by=(),
        basis=Basis.REPORT,
        division=head.division,
        year=head.year,
    )
    whole = divisions.result_figures(connection, question, methods=[METHOD])
    by_division = msgspec.structs.replace(question, by=(DIVISION,))
    return compose(
        connection,
        Asked(
            scope=publishing.scope_of(connection, publication_of(head)),
            figure_hash=None,
            figure=whole[0] if whole else None,
            divisions=[]
            if head.division
            else divisions.result_figures(connection, by_division, methods=[METHOD]),
            texts=texts,
            known_at=now,
            is_draft=True,
        ),
        tell=tell,
    )
