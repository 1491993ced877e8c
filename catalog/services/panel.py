"""Keep the panel of experts: who is on it, what each judges, and what bars them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import PanelRefusedError
from catalog.models.panel import Expert, Recusal
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, panel
from catalog.rules.keys import hashed_key, normal_name
from catalog.services.audit import record
from catalog.views.panel import ExpertView

_EXPERT = bulk.table_of(Expert)
_RECUSAL = bulk.table_of(Recusal)


class NewExpert(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be put on the panel; ``fields`` are groups of categories."""

    name: str
    employer: str
    fields: tuple[str, ...]
    since: dt.date
    employer_code: str | None = None
    until: dt.date | None = None


def list_experts(connection: Connection, *, actor: Actor) -> list[ExpertView]:
    """Return everybody who is or was on the panel.

    Raises:
        PermissionDeniedError: The actor does not keep the panel.
    """
    ensure(actor, Action.KEEP_PANEL)
    return [view for _, view in panel.experts(connection)]


def fields(connection: Connection) -> list[str]:
    """Return the keys of the fields that experts judge."""
    return panel.fields(connection)


def on_panel(views: Sequence[ExpertView], day: dt.date) -> list[ExpertView]:
    """Return those who are on the panel on a day; both ends count."""
    return [
        view for view in views if view.since <= day and (view.until is None or day <= view.until)
    ]


def add_expert(session: Session, new: NewExpert, *, actor: Actor, now: dt.datetime) -> ExpertView:
    """Put somebody on the panel.

    Raises:
        PermissionDeniedError: The actor does not keep the panel.
        PanelRefusedError: A field is none of ours, no field is named, the days are the wrong way
            round, or the same person of the same employer is on the panel already.
    """
    ensure(actor, Action.KEEP_PANEL)
    bulk.take_turns(session)
    connection = session.connection()
    unknown = sorted(set(new.fields) - set(panel.fields(connection)))
    if unknown or not new.fields:
        named = "、".join(unknown) or "—"
        raise PanelRefusedError(
            reason_zh=f"请选择现有的专业（{named}）", reason_en=f"choose known fields ({named})"
        )
    if new.until is not None and new.until < new.since:
        raise PanelRefusedError(
            reason_zh="结束日期早于开始日期", reason_en="the last day is before the first"
        )
    who = (normal_name(new.name), normal_name(new.employer))
    for _, view in panel.experts(connection):
        is_over = view.until is not None and view.until < new.since
        if not is_over and (normal_name(view.name), normal_name(view.employer)) == who:
            raise PanelRefusedError(
                reason_zh=f"{new.name}（{new.employer}）已在专家库中",
                reason_en=f"{new.name} ({new.employer}) is on it already",
            )
    key = hashed_key("expert", *who, now.isoformat())
    row = {
        "key": key,
        "name": new.name,
        "employer": new.employer,
        "employer_code": new.employer_code or None,
        "fields": msgspec.json.encode(sorted(set(new.fields))).decode(),
        "since": new.since,
        "until": new.until,
        "added_at": now,
        "added_by": actor.name,
    }
    bulk.insert_mappings(session, _EXPERT, [row])
    record(
        session,
        actor,
        action=Action.KEEP_PANEL,
        thing="expert",
        key=key,
        now=now,
        after={name: row[name] for name in ("name", "employer", "fields", "since", "until")},
    )
    return panel.expert(connection, key)[1]


def end_expert(
    session: Session, key: str, *, until: dt.date, reason: str, actor: Actor, now: dt.datetime
) -> ExpertView:
    """Take somebody off the panel after a day; what was drawn before stands.

    Raises:
        PermissionDeniedError: The actor does not keep the panel.
        ExpertNotFoundError: The panel has no such expert.
        PanelRefusedError: The day is before the first one.
    """
    ensure(actor, Action.KEEP_PANEL)
    bulk.take_turns(session)
    connection = session.connection()
    row_id, view = panel.expert(connection, key)
    if until < view.since:
        raise PanelRefusedError(
            reason_zh="结束日期早于开始日期", reason_en="the last day is before the first"
        )
    bulk.update_by_id(session, _EXPERT, [{"id": row_id, "until": until}])
    record(
        session,
        actor,
        action=Action.KEEP_PANEL,
        thing="expert",
        key=key,
        now=now,
        reason=reason,
        before={"until": view.until},
        after={"until": until},
    )
    return panel.expert(connection, key)[1]


def declare_interest(
    session: Session, key: str, *, party: str, reason: str, actor: Actor, now: dt.datetime
) -> ExpertView:
    """Bar an expert from whatever concerns a company, for a declared reason.

    Raises:
        PermissionDeniedError: The actor does not keep the panel.
        ExpertNotFoundError: The panel has no such expert.
        PanelRefusedError: The company or the reason is missing.
    """
    ensure(actor, Action.KEEP_PANEL)
    if not party.strip() or not reason.strip():
        raise PanelRefusedError(
            reason_zh="请写明要回避的企业和理由", reason_en="name the company and say why"
        )
    connection = session.connection()
    row_id, _ = panel.expert(connection, key)
    row = {
        "expert_id": row_id,
        "party": party.strip(),
        "reason": reason.strip(),
        "declared_at": now,
        "declared_by": actor.name,
    }
    bulk.insert_mappings(session, _RECUSAL, [row])
    record(
        session,
        actor,
        action=Action.KEEP_PANEL,
        thing="expert",
        key=key,
        now=now,
        reason=reason.strip(),
        after={"recusal": party.strip()},
    )
    return panel.expert(connection, key)[1]


def end_interest(
    session: Session, key: str, number: int, *, reason: str, actor: Actor, now: dt.datetime
) -> ExpertView:
    """Let a declared interest bar no longer; it stays on record.

    Raises:
        PermissionDeniedError: The actor does not keep the panel.
        ExpertNotFoundError: The panel has no such expert.
        PanelRefusedError: The expert has no such interest standing.
    """
    ensure(actor, Action.KEEP_PANEL)
    connection = session.connection()
    _, view = panel.expert(connection, key)
    standing = {each.number: each for each in view.recusals if each.ended_at is None}
    if number not in standing:
        raise PanelRefusedError(
            reason_zh="没有这条有效的回避声明", reason_en="no such interest stands"
        )
    bulk.update_by_id(session, _RECUSAL, [{"id": number, "ended_at": now, "ended_by": actor.name}])
    record(
        session,
        actor,
        action=Action.KEEP_PANEL,
        thing="expert",
        key=key,
        now=now,
        reason=reason,
        before={"recusal": standing[number].party},
    )
    return panel.expert(connection, key)[1]
