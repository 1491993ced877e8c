"""What products stand as in the adoption database on a day, in SQL: as ``rules.standing`` says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    Subquery,
    case,
    exists,
    func,
    literal,
    select,
)

from catalog.models.adoption import Adoption, AdoptionStatus
from catalog.models.certificate import CertificateStatus, CertificateVersion
from catalog.models.product import Product
from catalog.rules.standing import Standing
from catalog.rules.terms import AdoptionState, CertificateState, Route

Condition = ColumnElement[bool]
_RANK = {standing: rank for rank, standing in enumerate(Standing)}
ADOPTED = _RANK[Standing.ADOPTED]
"""The rank of what is adopted; every other standing ranks behind it."""


def is_adopted_on(day: dt.date) -> Condition:
    """Return what holds if the product is adopted on the day."""
    return exists().where(
        Adoption.product_id == Product.id, rank_on(literal(day)) == _RANK[Standing.ADOPTED]
    )


def standings_on(day: dt.date) -> Subquery:
    """Return every product's standing on the day, as its word; none has two."""
    best = (
        select(Adoption.product_id, func.min(rank_on(literal(day))).label("rank"))
        .group_by(Adoption.product_id)
        .subquery("best")
    )
    words = {rank: standing.value for standing, rank in _RANK.items()}
    named = case(words, value=best.c.rank, else_=Standing.NO_ADOPTION.value)
    return (
        select(Product.id.label("product_id"), named.label("value"))
        .outerjoin(best, best.c.product_id == Product.id)
        .subquery("standings")
    )


def rank_on(day: SQLColumnExpression[dt.date]) -> ColumnElement[int]:
    """Return the rank of an adoption's standing on a day, for queries that read adoptions.

    The conditions come in the order in which ``rules.standing`` asks them.
    """
    decided, state = _decided_on(day), _certificate_state_on(day)
    is_report = Adoption.route == Route.TEST_REPORT
    is_suspended = decided == AdoptionState.SUSPENDED
    holds = _has_window(CertificateVersion.valid_from <= day, CertificateVersion.valid_to >= day)
    is_past = _has_window(CertificateVersion.valid_to < day)
    is_later = _has_window() & ~holds & ~is_past
    return case(
        (Adoption.adopted_on > day, _RANK[Standing.NOT_YET]),
        (decided == AdoptionState.REMOVED, _RANK[Standing.REMOVED]),
        (is_report & (Adoption.valid_to < day), _RANK[Standing.EXPIRED]),
        (is_report & is_suspended, _RANK[Standing.SUSPENDED]),
        (is_report & Adoption.valid_to.is_(None), _RANK[Standing.UNKNOWN]),
        (is_report, _RANK[Standing.ADOPTED]),
        (state == CertificateState.REVOKED, _RANK[Standing.CERTIFICATE_REVOKED]),
        (state == CertificateState.CANCELLED, _RANK[Standing.CERTIFICATE_CANCELLED]),
        (is_later, _RANK[Standing.NOT_YET]),
        (state == CertificateState.EXPIRED, _RANK[Standing.EXPIRED]),
        (is_past & ~holds, _RANK[Standing.EXPIRED]),
        (is_suspended, _RANK[Standing.SUSPENDED]),
        (state == CertificateState.SUSPENDED, _RANK[Standing.CERTIFICATE_SUSPENDED]),
        (holds, _RANK[Standing.ADOPTED]),
        else_=_RANK[Standing.UNKNOWN],
    )


def _decided_on(day: SQLColumnExpression[dt.date]) -> ScalarSelect[Any]:
    return _latest(
        select(AdoptionStatus.state).where(
            AdoptionStatus.adoption_id == Adoption.id,
            AdoptionStatus.superseded_at.is_(None),
            AdoptionStatus.from_on <= day,
        ),
        AdoptionStatus,
    )


def _certificate_state_on(day: SQLColumnExpression[dt.date]) -> ScalarSelect[Any]:
    return _latest(
        select(CertificateStatus.state).where(
            CertificateStatus.certificate_id == Adoption.certificate_id,
            CertificateStatus.superseded_at.is_(None),
            CertificateStatus.from_on <= day,
        ),
        CertificateStatus,
    )


def _latest(
    states: Select[*tuple[Any, ...]], of: type[AdoptionStatus | CertificateStatus]
) -> ScalarSelect[Any]:
    ordered = states.order_by(of.from_on.desc(), of.id.desc()).limit(1)
    return ordered.correlate(Adoption).scalar_subquery()


def _has_window(*holding: ColumnElement[bool]) -> Condition:
    return (
        exists()
        .where(
            CertificateVersion.certificate_id == Adoption.certificate_id,
            CertificateVersion.superseded_at.is_(None),
            CertificateVersion.valid_from <= CertificateVersion.valid_to,
            *holding,
        )
        .correlate(Adoption)
    )
