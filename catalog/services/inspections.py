"""Put on record how a product fared after it was certified: surveillance visits and spot checks."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from catalog.errors import (
    CertificateNotFoundError,
    InspectionRefusedError,
    ProductNotFoundError,
)
from catalog.models.inspection import SpotCheck, SurveillanceVisit
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, evidence, inspections, products
from catalog.rules.periods import CHINA
from catalog.services import evidence as files
from catalog.services.audit import record
from catalog.views.score import CheckView, VisitView


class Finding(NamedTuple):
    """What a visit or a check found, where that is known from, and the file that proves it."""

    on: dt.date
    is_passed: bool
    source: str
    note: str | None = None
    evidence: str | None = None


def are_any(connection: Connection) -> bool:
    """Tell whether any inspection was ever recorded."""
    return inspections.are_any(connection)


def visits_of_product(connection: Connection, key: str) -> list[VisitView]:
    """Return the surveillance visits for a product's certificates, the latest first.

    Raises:
        ProductNotFoundError: There is no such product.
    """
    products.get_by_key(connection, key)
    return inspections.visits_of(connection, key)


def checks_of_product(connection: Connection, key: str) -> list[CheckView]:
    """Return the spot checks of a product, the latest first.

    Raises:
        ProductNotFoundError: There is no such product.
    """
    products.get_by_key(connection, key)
    return inspections.checks_of(connection, key)


def whose_product(connection: Connection, key: str) -> Thing:
    """Return in whose division inspections of a product stand."""
    place = inspections.place_of_product(connection, key)
    return Thing(division=None if place is None else place[1])


def record_visit(
    session: Session, certificate: str, finding: Finding, *, actor: Actor, now: dt.datetime
) -> None:
    """Put a surveillance visit on record; an earlier word on the same day's visit is closed.

    Raises:
        CertificateNotFoundError: There is no such certificate.
        PermissionDeniedError: The actor may not record inspections in this division.
        InspectionRefusedError: The day is yet to come, or no source is named.
        EvidenceNotFoundError: There is no such file, or the actor may not see it.
    """
    place = inspections.place_of_certificate(session.connection(), certificate)
    if place is None:
        raise CertificateNotFoundError(key=certificate)
    number, division = place
    ensure(actor, Action.RECORD_INSPECTIONS, Thing(division=division))
    proof = _checked(session, finding, actor, now)
    bulk.take_turns(session)
    held = session.scalars(
        select(SurveillanceVisit).where(
            SurveillanceVisit.certificate_id == number,
            SurveillanceVisit.visited_on == finding.on,
            SurveillanceVisit.superseded_at.is_(None),
        )
    ).one_or_none()
    _close(session, held, now)
    session.add(
        SurveillanceVisit(
            certificate_id=number,
            visited_on=finding.on,
            is_passed=finding.is_passed,
            note=finding.note,
            source=finding.source,
            evidence_id=proof,
            actor=actor.name,
            recorded_at=now,
        )
    )
    session.flush()
    _noted(
        session,
        actor,
        thing="surveillance-visit",
        key=certificate,
        finding=finding,
        division=division,
        held=held,
        now=now,
    )


def record_check(
    session: Session,
    product: str,
    finding: Finding,
    *,
    authority: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Put a spot check on record; an earlier word on the same authority's check is closed.

    Raises:
        ProductNotFoundError: There is no such product.
        PermissionDeniedError: The actor may not record inspections in this division.
        InspectionRefusedError: The day is yet to come, or no source is named.
        EvidenceNotFoundError: There is no such file, or the actor may not see it.
    """
    place = inspections.place_of_product(session.connection(), product)
    if place is None:
        raise ProductNotFoundError(key=product)
    number, division = place
    ensure(actor, Action.RECORD_INSPECTIONS, Thing(division=division))
    proof = _checked(session, finding, actor, now)
    if not authority.strip():
        raise InspectionRefusedError(
            reason_zh="请写明是哪个部门查的", reason_en="name the authority that checked"
        )
    bulk.take_turns(session)
    held = session.scalars(
        select(SpotCheck).where(
            SpotCheck.product_id == number,
            SpotCheck.checked_on == finding.on,
            SpotCheck.authority == authority,
            SpotCheck.superseded_at.is_(None),
        )
    ).one_or_none()
    _close(session, held, now)
    session.add(
        SpotCheck(
            product_id=number,
            checked_on=finding.on,
            authority=authority,
            is_passed=finding.is_passed,
            note=finding.note,
            source=finding.source,
            evidence_id=proof,
            actor=actor.name,
            recorded_at=now,
        )
    )
    session.flush()
    _noted(
        session,
        actor,
        thing="spot-check",
        key=product,
        finding=finding,
        division=division,
        held=held,
        now=now,
    )


def _checked(session: Session, finding: Finding, actor: Actor, now: dt.datetime) -> int | None:
    """Return the id of the file that proves the finding, if it names one."""
    if finding.on > now.astimezone(CHINA).date():
        raise InspectionRefusedError(reason_zh="日期在今天之后", reason_en="the day is yet to come")
    if not finding.source.strip():
        raise InspectionRefusedError(reason_zh="请写明信息来源", reason_en="name the source")
    if finding.evidence is None:
        return None
    connection = session.connection()
    files.get(connection, finding.evidence, actor=actor)
    return evidence.ids_by_keys(connection, [finding.evidence])[finding.evidence]


def _close(session: Session, held: SurveillanceVisit | SpotCheck | None, now: dt.datetime) -> None:
    if held is not None:
        held.superseded_at = now
        # One word at a time may be current, so the old one must be closed first.
        session.flush()


def _noted(
    session: Session,
    actor: Actor,
    *,
    thing: str,
    key: str,
    finding: Finding,
    division: str | None,
    held: SurveillanceVisit | SpotCheck | None,
    now: dt.datetime,
) -> None:
    before = None
    if held is not None:
        before = {"on": finding.on, "is_passed": held.is_passed, "note": held.note}
    record(
        session,
        actor,
        action=Action.RECORD_INSPECTIONS,
        thing=thing,
        key=key,
        now=now,
        before=before,
        after=finding._asdict(),
        whose=Thing(division=division),
    )
