"""What an owner is told of findings: its own side of them, and nothing of other projects."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from catalog.permissions import Action, Actor, ensure
from catalog.repositories import findings
from catalog.rules.checks.kinds import FindingKind, FindingStanding
from catalog.services import owning
from catalog.views.findings import FindingRow
from catalog.views.owner import OwnFinding, OwnFindings

_TOLD = (FindingStanding.OPEN, FindingStanding.CONFIRMED)
_ONE_BUILDING_S = frozenset(
    {"product", "reason", "scope", "specification", "factory", "first-day", "last-day",
     "certificate", "lines"}
)  # fmt: skip
# How often a number came elsewhere, and how much others received, is not this owner's to know.
_FACTS: dict[FindingKind, frozenset[str]] = {
    FindingKind.NOTE_TWICE: frozenset({"note"}),
    FindingKind.INVOICE_TWICE: frozenset({"reference"}),
    FindingKind.OVER_BILLED: frozenset({"category", "unit", "billed", "delivered", "tolerance"}),
    FindingKind.OVER_OUTPUT: frozenset({"certificate", "year", "unit", "output"}),
    FindingKind.OUTSIDE_VALIDITY: _ONE_BUILDING_S,
    FindingKind.OUTSIDE_SCOPE: _ONE_BUILDING_S,
    FindingKind.OTHER_SITE: _ONE_BUILDING_S,
}


def own_findings(
    connection: Connection, project: str, *, actor: Actor, limit: int, offset: int = 0
) -> OwnFindings:
    """Return the findings that stand in a project, newest first, with its own lines alone.

    Those that a bureau dismissed, and those whose cause is gone, ask for nothing.

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: It is somebody else's.
    """
    ensure(actor, Action.IMPORT, owning.whose_project(connection, project))
    rows, total = findings.page_of(
        connection,
        seen_by=None,
        standings=_TOLD,
        kind=None,
        division=None,
        project=project,
        limit=limit,
        offset=offset,
    )
    return OwnFindings(
        items=[_own_side(connection, row, project) for row in rows],
        limit=limit,
        offset=offset,
        total=total,
    )


def count_findings(connection: Connection, projects: Collection[str]) -> dict[str, int]:
    """Return by project how many findings its owner is told of; those without any are left out."""
    return findings.counts_by_project(connection, projects, standings=_TOLD)


def _own_side(connection: Connection, row: FindingRow, project: str) -> OwnFinding:
    deliveries, bill_lines, _, _ = findings.grounds_of(connection, findings.id_of(connection, row))
    told = _FACTS.get(row.kind, frozenset())
    return OwnFinding(
        key=row.key,
        kind=row.kind,
        standing=row.standing,
        facts={name: value for name, value in row.facts.items() if name in told},
        day=row.day,
        found_at=row.found_at,
        is_elsewhere=any(key != project for key, _ in row.projects),
        deliveries=[each for each in deliveries if each.project == project],
        bill_lines=[each for each in bill_lines if each.project == project],
        is_synthetic=row.is_synthetic,
    )
