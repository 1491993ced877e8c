"""Read annual reports: those that are public, and one's own; make them again, compare with now."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from catalog.errors import ReportNotFoundError, ReportRefusedError
from catalog.permissions import Action, Actor, Thing, may
from catalog.repositories import reports
from catalog.rules.annual_report.checks import MustCheck
from catalog.rules.annual_report.steps import (
    PUBLIC,
    Office,
    ReportState,
    ReportStep,
    possible_steps,
)
from catalog.rules.annual_report.steps import RULES as STEPS
from catalog.rules.publication import canonical, fingerprint, first_difference
from catalog.services import publishing
from catalog.services.jobs import Tell, tell_nobody
from catalog.services.report_checks import OF_BUILDINGS, unmet
from catalog.services.report_content import Asked, compose
from catalog.services.report_drafts import Drafts, StoreState, state_of
from catalog.services.report_making import compose_now, publication_of
from catalog.services.report_offices import holds_office
from catalog.views.reporting import (
    CheckedBuilding,
    ReportContent,
    ReportHead,
    ReportRebuilt,
    ReportTexts,
    ReportView,
    TextVersion,
)

_DRAFTS = Drafts()


def browse_reports(
    connection: Connection, actor: Actor, *, year: int | None = None
) -> list[ReportHead]:
    """Return the latest revision that the actor may see of every report, the latest year first."""
    found: dict[tuple[int, str | None], ReportHead] = {}
    for head in reports.every(connection, year=year):
        if _is_seen(actor, head):
            found.setdefault((head.year, head.division), head)
    return list(found.values())


def get_report(
    connection: Connection,
    actor: Actor,
    *,
    year: int,
    scope: str,
    now: dt.datetime,
    revision: int | None = None,
    tell: Tell = tell_nobody,
) -> ReportView:
    """Return a report: what was frozen, or what a draft would say now.

    ``scope`` is a division's key, or the Corps'. Without a revision it is the latest that the
    actor may see.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
    """
    seen = [head for head in reports.revisions(connection, scope, year) if _is_seen(actor, head)]
    chosen = [head for head in seen if revision in (None, head.revision)]
    if not chosen:
        raise ReportNotFoundError(key=f"{year}/{scope}")
    head = chosen[0]
    number, frozen = reports.row_of(connection, head.key)
    versions = reports.texts(connection, number)
    row, texts = versions[0]
    is_ours = _is_ours(actor, head)
    return ReportView(
        head=head,
        content=_content(frozen)
        if frozen
        else _as_of_now(connection, head, texts, now=now, tell=tell),
        # What was said inside the bureaus on the way is not for everybody.
        steps=[taken for taken, _ in reports.steps(connection, number)] if is_ours else [],
        revisions=seen,
        written_by=row.written_by if is_ours else None,
        written_at=row.written_at if is_ours else None,
    )


def texts_of(
    connection: Connection, actor: Actor, *, year: int, scope: str
) -> tuple[ReportHead, ReportTexts, list[TextVersion]]:
    """Return a report's texts for whoever writes it, and who saved which version when.

    Raises:
        ReportNotFoundError: There is none, or it is not the actor's to write.
    """
    head = latest(connection, actor, year=year, scope=scope)
    if not holds_office(actor, Office.OWN, head.division):
        raise ReportNotFoundError(key=f"{year}/{scope}")
    number, _ = reports.row_of(connection, head.key)
    versions = reports.texts(connection, number)
    return (
        head,
        versions[0][1],
        [TextVersion(row.version, row.written_by, row.written_at) for row, _ in versions],
    )


def steps_open_to(actor: Actor, head: ReportHead) -> list[ReportStep]:
    """Return the steps that the actor may take from where a report stands."""
    is_corps = head.division is None
    return [
        step
        for step in possible_steps(head.state, is_corps=is_corps)
        if holds_office(actor, STEPS[step].office, head.division)
    ]


def report_bytes(connection: Connection, actor: Actor, *, year: int, scope: str) -> bytes:
    """Return the very bytes whose SHA-256 is the report's hash.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
        ReportRefusedError: It is not frozen yet.
    """
    head = latest(connection, actor, year=year, scope=scope)
    return _frozen(connection, head).encode()


def draft_to_make(
    connection: Connection, actor: Actor, *, year: int, scope: str, now: dt.datetime
) -> tuple[str, int, StoreState] | None:
    """Return the draft that a reader would wait for, as it stands; None where nobody has to.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
    """
    head = latest(connection, actor, year=year, scope=scope)
    _, frozen = reports.row_of(connection, head.key)
    if frozen or _DRAFTS.kept(connection, head, now=now) is not None:
        return None
    return head.key, head.version, state_of(connection, now=now)


def rebuild(
    connection: Connection, actor: Actor, *, year: int, scope: str, tell: Tell = tell_nobody
) -> ReportRebuilt:
    """Make a frozen report again from what was known then, figures and all, and compare bytes.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
        ReportRefusedError: It is not frozen yet.
    """
    head = latest(connection, actor, year=year, scope=scope)
    spelling = _frozen(connection, head)
    content = _content(spelling)
    figure = None
    if content.figure_hash is not None:
        published = publishing.rebuild(connection, content.figure_hash, tell=tell)
        figure = publishing.get_published(connection, content.figure_hash).content
        if not published.is_same:
            return ReportRebuilt(
                content_hash=head.content_hash or "",
                rebuilt_hash=published.rebuilt_hash,
                is_same=False,
                path=f"figure {published.path}",
                frozen=published.published,
                rebuilt=published.rebuilt,
            )
    again = compose(
        connection,
        Asked(
            scope=publishing.scope_of(connection, publication_of(head)),
            figure_hash=content.figure_hash,
            figure=figure.figure if figure else None,
            divisions=figure.divisions if figure else [],
            texts=content.texts,
            known_at=content.known_at,
            form=content.format,
            # What people held of findings is theirs, as the texts are: it is not made again.
            findings=[row for row in content.checks or () if row.check is MustCheck.FINDING],
        ),
        tell=tell,
    )
    made = canonical(again)
    difference = first_difference(spelling.encode(), made)
    return ReportRebuilt(
        content_hash=head.content_hash or "",
        rebuilt_hash=fingerprint(made),
        is_same=difference is None and fingerprint(spelling.encode()) == head.content_hash,
        path=difference.path if difference else None,
        frozen=difference.published if difference else None,
        rebuilt=difference.rebuilt if difference else None,
    )


def restated(
    connection: Connection,
    actor: Actor,
    *,
    year: int,
    scope: str,
    now: dt.datetime,
    tell: Tell = tell_nobody,
) -> tuple[ReportHead, ReportContent, ReportContent]:
    """Return a frozen report as it was, and as the same year would be told now.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
        ReportRefusedError: It is not frozen yet.
    """
    head = latest(connection, actor, year=year, scope=scope)
    then = _content(_frozen(connection, head))
    return head, then, _as_of_now(connection, head, then.texts, now=now, tell=tell)


def unmet_of(
    connection: Connection,
    actor: Actor,
    *,
    year: int,
    scope: str,
    check: MustCheck,
    now: dt.datetime,
) -> tuple[ReportHead, list[CheckedBuilding]]:
    """Return the buildings behind a check of a report, as known when it was frozen, or now.

    Raises:
        ReportNotFoundError: There is none, the actor may not know of it yet, or the check is
            asked of no building.
    """
    head = latest(connection, actor, year=year, scope=scope)
    if check not in OF_BUILDINGS:
        raise ReportNotFoundError(key=f"{year}/{scope}/checks/{check}")
    _, frozen = reports.row_of(connection, head.key)
    known_at = _content(frozen).known_at if frozen else now
    of = publishing.scope_of(connection, publication_of(head))
    return head, unmet(connection, of, check, known_at=known_at)


def latest(connection: Connection, actor: Actor, *, year: int, scope: str) -> ReportHead:
    """Return the latest revision that the actor may see.

    Raises:
        ReportNotFoundError: There is none, or the actor may not know of it yet.
    """
    for head in reports.revisions(connection, scope, year):
        if _is_seen(actor, head):
            return head
    raise ReportNotFoundError(key=f"{year}/{scope}")


def _frozen(connection: Connection, head: ReportHead) -> str:
    _, content = reports.row_of(connection, head.key)
    if content is None:
        raise ReportRefusedError(reason_zh="还没有冻结", reason_en="it is not frozen yet")
    return content


def _content(spelling: str) -> ReportContent:
    return msgspec.json.decode(spelling, type=ReportContent)


def _is_ours(actor: Actor, head: ReportHead) -> bool:
    """Tell whether the actor is of the bureau that writes it, or of the Corps'."""
    return may(actor, Action.SEE_REPORTS, Thing(division=head.division))


def _is_seen(actor: Actor, head: ReportHead) -> bool:
    """Tell whether the actor may know of it: a division's draft is not the Corps' to read."""
    if head.state in PUBLIC:
        return True
    if not _is_ours(actor, head):
        return False
    is_unsent = head.state in (ReportState.DRAFT, ReportState.FROZEN, ReportState.SIGNED)
    return head.division in (None, actor.division) or not is_unsent


def _as_of_now(
    connection: Connection, head: ReportHead, texts: ReportTexts, *, now: dt.datetime, tell: Tell
) -> ReportContent:
    """Return what the report would say now, from the sums that are kept."""
    return _DRAFTS.content(
        connection, head, lambda: compose_now(connection, head, texts, now, tell), now=now
    )
