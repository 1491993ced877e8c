"""Which ratio an owner means to reach: chosen from the steps of the rules, and taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from catalog.errors import EntryRefusedError
from catalog.models.project import Project
from catalog.models.project_target import ProjectTarget
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, projects
from catalog.repositories import project_targets as rows
from catalog.rules.packs import RatioPack, ThresholdPack
from catalog.services import audit, choosing, owning
from catalog.views.owner import ProjectTargetView


def target_of(connection: Connection, project: str) -> ProjectTargetView | None:
    """Return what a project shall reach; None where nobody chose."""
    return rows.standing(connection, [project]).get(project)


def targets_to_choose(
    connection: Connection, project: str, *, on: dt.date
) -> tuple[list[str], list[Decimal]]:
    """Return the methods in force for a project, and the percentages at which its rules give more.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    methods: set[str] = set()
    steps: set[Decimal] = set()
    for used in choosing.rules_of_project(connection, project, on=on):
        if isinstance(used.pack, RatioPack):
            methods.add(used.pack.method)
        if isinstance(used.pack, ThresholdPack):
            steps |= {tier.at_least_percent for tier in used.pack.tiers}
            steps |= {gate.at_least_percent for gate in used.pack.gates}
    return sorted(methods), sorted(steps)


def choose_target(
    session: Session,
    project: str,
    *,
    method: str,
    percent: Decimal | None,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let a project aim at a percentage, or at none; the earlier target stays on record.

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: It is somebody else's.
        EntryRefusedError: The method or the percentage is none that its rules know.
    """
    connection = session.connection()
    projects.get_by_key(connection, project)
    whose = owning.whose_project(connection, project)
    ensure(actor, Action.IMPORT, whose)
    bulk.take_turns(session)
    methods, steps = targets_to_choose(connection, project, on=now.date())
    if percent is not None and (method not in methods or percent not in steps):
        raise EntryRefusedError(
            reason_zh="请从所用规则的方法和档次里选择",
            reason_en="choose among the methods and steps of the rules in force",
        )
    held = session.scalar(
        select(ProjectTarget)
        .join(Project, Project.id == ProjectTarget.project_id)
        .where(Project.key == project, ProjectTarget.ended_at.is_(None))
    )
    wanted = None if percent is None else {"method": method, "percent": percent}
    before = None if held is None else {"method": held.method, "percent": held.percent}
    if wanted == before:
        return
    if held is not None:
        held.ended_at = now
        # The index lets one target stand at a time, so the old one must be ended first.
        session.flush()
    if percent is not None:
        number = session.scalars(select(Project.id).where(Project.key == project)).one()
        session.add(
            ProjectTarget(
                project_id=number,
                method=method,
                percent=percent,
                chosen_at=now,
                chosen_by=actor.name,
            )
        )
    session.flush()
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing="project-target",
        key=project,
        now=now,
        before=before,
        after=wanted,
        whose=whose,
    )
