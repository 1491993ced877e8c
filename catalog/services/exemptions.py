"""Who is let off handing something in for a year: the Corps grants it, and takes it back."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from catalog.errors import FilingNotFoundError, FilingRefusedError
from catalog.models.reporting import FilingExemption
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk
from catalog.repositories import filings as kept
from catalog.rules.keys import hashed_key
from catalog.rules.pack_reporting import ReportingPack
from catalog.rules.periods import CHINA
from catalog.services.audit import record
from catalog.services.filings import LONGEST_NOTE, division_id, ensure_owed
from catalog.views.reporting import ExemptionView

_TABLE = bulk.table_of(FilingExemption)


def exempt(
    session: Session,
    pack: ReportingPack,
    *,
    division: str,
    duty: str,
    year: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> ExemptionView:
    """Let a division off handing something in for a year.

    Raises:
        PermissionDeniedError: The actor is not the Corps' bureau.
        DivisionNotFoundError: There is no such division.
        FilingRefusedError: The plan asks for no such thing, or no reason is given.
    """
    ensure(actor, Action.ACCEPT_REPORT)
    ensure_owed(pack, duty, year, None, on=now.astimezone(CHINA).date())
    why = reason.strip()[:LONGEST_NOTE]
    if not why:
        raise FilingRefusedError(reason_zh="请写明豁免原因", reason_en="say why it is exempt")
    key = hashed_key("exemption", division, duty, str(year), now.isoformat())
    row = {
        "key": key,
        "division_id": division_id(session.connection(), division),
        "duty": duty,
        "year": year,
        "reason": why,
        "granted_at": now,
        "granted_by": actor.name,
    }
    bulk.insert_mappings(session, _TABLE, [row])
    record(
        session, actor, action=Action.ACCEPT_REPORT, thing="exemption", key=key, now=now,
        reason=why, after={"division": division, "duty": duty, "year": year},
        whose=Thing(division=division),
    )  # fmt: skip
    known = kept.exemptions(session.connection(), known_at=now)
    return next(each for each in known if each.key == key)


def end_exemption(session: Session, key: str, *, actor: Actor, now: dt.datetime) -> None:
    """Take an exemption back.

    Raises:
        PermissionDeniedError: The actor is not the Corps' bureau.
        FilingNotFoundError: No such exemption stands.
    """
    ensure(actor, Action.ACCEPT_REPORT)
    number = kept.exemption_id(session.connection(), key)
    if number is None:
        raise FilingNotFoundError(key=key)
    bulk.update_by_id(session, _TABLE, [{"id": number, "withdrawn_at": now}])
    record(
        session, actor, action=Action.ACCEPT_REPORT, thing="exemption", key=key, now=now,
        after={"withdrawn": True},
    )  # fmt: skip
