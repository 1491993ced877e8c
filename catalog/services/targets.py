"""Ratios that bureaus set out to reach, each from a document; without an entry there is none."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import DivisionNotFoundError, TargetNotFoundError, TargetRefusedError
from catalog.models.reporting import BureauTarget
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, published
from catalog.repositories import targets as kept
from catalog.rules.keys import hashed_key
from catalog.services.audit import record
from catalog.services.calculation import METHODS
from catalog.views.reporting import TargetView

LONGEST_DOCUMENT = 200
LONGEST_REASON = 2000
_MOST = 100
_TABLE = bulk.table_of(BureauTarget)


class NewTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A ratio in per cent that is to be reached; of no division, the Corps'."""

    division: str | None
    year: int
    method: str
    percent: Decimal
    document: str


def every_target(connection: Connection) -> list[TargetView]:
    """Return every target that was ever set, the latest year first; targets are public."""
    return [view for _, view in kept.every(connection)]


def find_target(
    connection: Connection,
    division: str | None,
    year: int,
    method: str,
    *,
    known_at: dt.datetime | None = None,
) -> TargetView | None:
    """Return the target of a year, as known now or at a moment; a division without one goes by
    that of the Corps.
    """
    found = [
        view
        for _, view in kept.every(connection)
        if (view.year, view.method) == (year, method)
        and (known_at is None or view.recorded_at <= known_at)
        and (view.withdrawn_at is None or (known_at is not None and view.withdrawn_at > known_at))
    ]
    for scope in (division, None):
        mine = [view for view in found if view.division == scope]
        if mine:
            return max(mine, key=lambda view: (view.recorded_at, view.key))
    return None


def set_target(session: Session, new: NewTarget, *, actor: Actor, now: dt.datetime) -> TargetView:
    """Set a target, in place of the one that stood for the same; the same again changes nothing.

    Raises:
        PermissionDeniedError: The actor may not keep the division's targets.
        DivisionNotFoundError: There is no such division.
        TargetRefusedError: It is no percentage, no method has it, or no document is named.
    """
    ensure(actor, Action.KEEP_TARGETS, Thing(division=new.division))
    bulk.take_turns(session)
    connection = session.connection()
    divisions = {key: number for number, key in published.division_keys(connection).items()}
    if new.division is not None and new.division not in divisions:
        raise DivisionNotFoundError(key=new.division)
    document = new.document.strip()[:LONGEST_DOCUMENT]
    exponent = new.percent.normalize().as_tuple().exponent
    if (
        not 0 < new.percent <= _MOST
        or new.method not in METHODS
        or not document
        or not isinstance(exponent, int)
        or exponent < -2  # noqa: PLR2004  Hundredths of a per cent, as documents state them.
    ):
        raise TargetRefusedError(
            reason_zh="请填 0 到 100 之间、最多两位小数的百分数，并写明出处文件",
            reason_en="state a percentage up to 100 with two places, and the document it is in",
        )
    for number, view in kept.every(connection):
        same = (view.division, view.year, view.method) == (new.division, new.year, new.method)
        if same and view.withdrawn_at is None:
            if (view.percent, view.document) == (new.percent, document):
                return view
            reason = f"{view.percent}% → {new.percent}%"
            bulk.update_by_id(
                session, _TABLE, [{"id": number, "withdrawn_at": now, "withdrawn_reason": reason}]
            )
    key = hashed_key("target", new.division or "", str(new.year), new.method, now.isoformat())
    row = {
        "key": key,
        "division_id": divisions[new.division] if new.division else None,
        "year": new.year,
        "method": new.method,
        "percent": new.percent,
        "document": document,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
    bulk.insert_mappings(session, _TABLE, [row])
    record(
        session, actor, action=Action.KEEP_TARGETS, thing="bureau-target", key=key, now=now,
        after={"division": new.division, "year": new.year, "method": new.method,
               "percent": new.percent, "document": document},
        whose=Thing(division=new.division),
    )  # fmt: skip
    return next(view for _, view in kept.every(connection) if view.key == key)


def withdraw_target(
    session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Take a target back; it stays on record with the reason.

    Raises:
        TargetNotFoundError: No such target stands.
        PermissionDeniedError: The actor may not keep the division's targets.
        TargetRefusedError: No reason is given.
    """
    found = {view.key: (number, view) for number, view in kept.every(session.connection())}
    number, view = found.get(key, (0, None))
    if view is None or view.withdrawn_at is not None:
        raise TargetNotFoundError(key=key)
    ensure(actor, Action.KEEP_TARGETS, Thing(division=view.division))
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise TargetRefusedError(reason_zh="请写明撤销原因", reason_en="say why it is withdrawn")
    bulk.update_by_id(
        session, _TABLE, [{"id": number, "withdrawn_at": now, "withdrawn_reason": why}]
    )
    record(
        session, actor, action=Action.KEEP_TARGETS, thing="bureau-target", key=key, now=now,
        reason=why, before={"percent": view.percent}, after={"percent": None},
        whose=Thing(division=view.division),
    )  # fmt: skip
