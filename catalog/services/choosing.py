"""Choose which rule pack a project goes by, with a reason, and take the choice back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from catalog.errors import RuleChoiceRefusedError, RulePackNotFoundError
from catalog.models.project import Building
from catalog.models.rulebook import RuleChoice
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, choices, projects, reference
from catalog.rules.packs import Pack, PackInUse, RatioPack, named, packs_in_use, version_order
from catalog.services import audit
from catalog.views.rules import RuleChoiceView

LONGEST_REASON = 500


def choices_of_project(connection: Connection, project: str) -> list[RuleChoiceView]:
    """Return every choice that was made for a project, the latest first."""
    projects.get_by_key(connection, project)
    return choices.of_project(connection, project)


def choice_of_result(connection: Connection, result_id: int) -> RuleChoiceView | None:
    """Return the choice by which a result does not go by the pack in force, or None."""
    return choices.of_result(connection, result_id)


def rules_of_project(connection: Connection, project: str, *, on: dt.date) -> list[PackInUse]:
    """Return the packs that a project goes by on a day, each with the choice if there is one.

    A building of it goes by the day of its own design or completion, if that is known.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    project_id, place = choices.place_of(connection, project)
    standing = choices.standing(connection, [project_id]).get(project_id, [])
    return packs_in_use(reference.packs(connection), standing, place=place, on=on)


def rules_in_force(connection: Connection, *, place: str, on: dt.date) -> list[Pack]:
    """Return the packs that are in force at a place on a day."""
    found = packs_in_use(reference.packs(connection), (), place=place, on=on)
    return [each.pack for each in found]


def known_places(connection: Connection) -> list[str]:
    """Return the places that divisions or packs name, those of the divisions first."""
    own = reference.jurisdictions(connection)
    named_by_packs = {pack.jurisdiction for pack in reference.packs(connection)}
    return [*own, *sorted(named_by_packs - set(own))]


def choose_pack(
    session: Session, project: str, pack: str, *, reason: str, actor: Actor, now: dt.datetime
) -> RuleChoiceView:
    """Let a project go by a published pack, of any place and day, instead of the one in force.

    ``pack`` is ``key@version``; a key alone is its newest version. An earlier choice for the same
    kind and method ends. The project's buildings become stale.

    Raises:
        PermissionDeniedError: The actor may not choose rules.
        ProjectNotFoundError: There is no such project.
        RulePackNotFoundError: No such pack is published.
        RuleChoiceRefusedError: Without a reason, or the pack is chosen already.
    """
    ensure(actor, Action.CHOOSE_RULES)
    why = _reason(reason)
    connection = session.connection()
    project_id, _ = choices.place_of(connection, project)
    found = published(reference.packs(connection), pack)
    method = found.method if isinstance(found, RatioPack) else ""
    bulk.take_turns(session)
    held = session.scalar(
        select(RuleChoice).where(
            RuleChoice.project_id == project_id,
            RuleChoice.kind == found.kind,
            RuleChoice.method == method,
            RuleChoice.ended_at.is_(None),
        )
    )
    if held is not None and held.pack == named(found):
        raise RuleChoiceRefusedError(
            reason_zh=f"该项目已选用 {held.pack}",
            reason_en=f"the project goes by {held.pack} already",
        )
    if held is not None:
        _end(held, why, actor, now)
        # The index lets one choice stand at a time, so the old one must be ended first.
        session.flush()
    choice = RuleChoice(
        project_id=project_id,
        kind=found.kind,
        method=method,
        pack=named(found),
        reason=why,
        actor=actor.name,
        chosen_at=now,
    )
    session.add(choice)
    session.flush()
    _note_stale(session, project_id, now)
    said = {"kind": found.kind, "method": method}
    audit.record(
        session,
        actor,
        action=Action.CHOOSE_RULES,
        thing="project",
        key=project,
        now=now,
        reason=why,
        before={**said, "pack": held.pack} if held is not None else None,
        after={**said, "pack": choice.pack},
        whose=Thing(division=choices.division_of(connection, project_id)),
    )
    return _view(connection, project, choice.id)


def withdraw_choice(
    session: Session, project: str, choice_id: int, *, reason: str, actor: Actor, now: dt.datetime
) -> RuleChoiceView:
    """Let the project go by the pack in force again; the choice stays on record.

    Raises:
        PermissionDeniedError: The actor may not choose rules.
        ProjectNotFoundError: There is no such project.
        RuleChoiceRefusedError: Without a reason, or no such choice stands for the project.
    """
    ensure(actor, Action.CHOOSE_RULES)
    why = _reason(reason)
    project_id, _ = choices.place_of(session.connection(), project)
    bulk.take_turns(session)
    held = session.get(RuleChoice, choice_id)
    if held is None or held.project_id != project_id or held.ended_at is not None:
        raise RuleChoiceRefusedError(
            reason_zh=f"该项目没有编号为 {choice_id} 的现行选用",
            reason_en=f"no choice {choice_id} stands for the project",
        )
    _end(held, why, actor, now)
    session.flush()
    _note_stale(session, project_id, now)
    audit.record(
        session,
        actor,
        action=Action.CHOOSE_RULES,
        thing="project",
        key=project,
        now=now,
        reason=why,
        before={"kind": held.kind, "method": held.method, "pack": held.pack},
        whose=Thing(division=choices.division_of(session.connection(), project_id)),
    )
    return _view(session.connection(), project, choice_id)


def published(packs: list[Pack], name: str) -> Pack:
    """Return the pack that ``key@version`` names, or the newest version of ``key``.

    Raises:
        RulePackNotFoundError: No such pack is published.
    """
    found = [pack for pack in packs if name in (named(pack), pack.key)]
    if not found:
        known = ", ".join(sorted(named(pack) for pack in packs))
        raise RulePackNotFoundError(key=name, known=known)
    return max(found, key=lambda pack: version_order(pack.version))


def _reason(stated: str) -> str:
    why = stated.strip()
    if not why:
        raise RuleChoiceRefusedError(reason_zh="请说明理由", reason_en="give a reason")
    if len(why) > LONGEST_REASON:
        raise RuleChoiceRefusedError(
            reason_zh=f"理由最多 {LONGEST_REASON} 个字符",
            reason_en=f"the reason has more than {LONGEST_REASON} characters",
        )
    return why


def _end(choice: RuleChoice, reason: str, actor: Actor, now: dt.datetime) -> None:
    choice.ended_at, choice.ended_by, choice.ended_reason = now, actor.name, reason


def _note_stale(session: Session, project_id: int, now: dt.datetime) -> None:
    rows = [
        {"id": i, "stale_since": now}
        for i in choices.buildings_of(session.connection(), project_id)
    ]
    bulk.update_by_id(session, bulk.table_of(Building), rows)


def _view(connection: Connection, project: str, choice_id: int) -> RuleChoiceView:
    return next(view for view in choices.of_project(connection, project) if view.id == choice_id)
