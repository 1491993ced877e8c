"""Queries for files of evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)

from catalog.models.account import Organisation
from catalog.models.adoption import Case, CaseEvidence
from catalog.models.certificate import Certificate, CertificateVersion
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.submission import ProductSubmission
from catalog.permissions import Action, Actor, Reach, reach_of
from catalog.views.evidence import EvidenceView, PublicPaper

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_VIEW: Select[*tuple[Any, ...]] = (
    select(
        Evidence.key,
        Evidence.name,
        Evidence.note,
        Evidence.media_type,
        Evidence.size,
        Evidence.sha256,
        Organisation.key.label("organisation"),
        Organisation.name.label("organisation_name"),
        Division.key.label("division"),
        Evidence.uploaded_by,
        Evidence.uploaded_at,
        Evidence.checked_at,
        Evidence.missing_since,
        Evidence.altered_since,
        Evidence.public_since,
        Evidence.public_by,
        Evidence.public_reason,
    )
    .select_from(Evidence)
    .outerjoin(Organisation, Organisation.id == Evidence.organisation_id)
    .outerjoin(Division, Division.id == Evidence.division_id)
)
_BY_KEY = _VIEW.where(Evidence.key.in_(_KEYS))
_BY_HASH = _VIEW.where(Evidence.sha256 == bindparam("sha256")).order_by(Evidence.id)
_LATEST_FIRST = (Evidence.uploaded_at.desc(), Evidence.id.desc())
_IDS: Select[*tuple[Any, ...]] = select(Evidence.key, Evidence.id).where(Evidence.key.in_(_KEYS))
_ALL: Select[*tuple[Any, ...]] = _VIEW.add_columns(Evidence.id).order_by(Evidence.id)
_PUBLIC_OF_CASES: Select[*tuple[Any, ...]] = (
    select(
        Case.number,
        Evidence.key,
        CaseEvidence.kind,
        Evidence.name,
        Evidence.media_type,
        Evidence.size,
    )
    .join(CaseEvidence, CaseEvidence.case_id == Case.id)
    .join(Evidence, Evidence.id == CaseEvidence.evidence_id)
    .where(
        Case.number.in_(_KEYS),
        CaseEvidence.removed_at.is_(None),
        Evidence.public_since.is_not(None),
    )
    .order_by(Case.number, CaseEvidence.id)
)
_PUBLIC: Select[*tuple[Any, ...]] = select(Evidence.key).where(
    Evidence.key.in_(_KEYS), Evidence.public_since.is_not(None)
)
# A certificate's own file came with a case that stands on it, or with the product's submission.
_OF_CERTIFICATE: Select[*tuple[Any, ...]] = _VIEW.where(
    or_(
        Evidence.id.in_(
            select(CaseEvidence.evidence_id)
            .join(Case, Case.id == CaseEvidence.case_id)
            .join(Certificate, Certificate.id == Case.certificate_id)
            .where(
                Certificate.key == bindparam("key"),
                CaseEvidence.kind == "certificate",
                CaseEvidence.removed_at.is_(None),
            )
        ),
        Evidence.id.in_(
            select(ProductSubmission.evidence_id)
            .join(CertificateVersion, CertificateVersion.run_id == ProductSubmission.run_id)
            .join(Certificate, Certificate.id == CertificateVersion.certificate_id)
            .where(Certificate.key == bindparam("key"), ProductSubmission.evidence_id.is_not(None))
        ),
    )
).order_by(*_LATEST_FIRST)
_ORGANISATION: Select[*tuple[Any, ...]] = select(Organisation.id).where(
    Organisation.key == bindparam("key")
)
_DIVISION: Select[*tuple[Any, ...]] = select(Division.id).where(Division.key == bindparam("key"))


def by_keys(connection: Connection, keys: Iterable[str]) -> dict[str, EvidenceView]:
    """Return files by key, those that there are."""
    rows = connection.execute(_BY_KEY, {"keys": sorted(set(keys))})
    return {row.key: _view(row) for row in rows}


def ids_by_keys(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of files by key, for rows that refer to them."""
    rows = connection.execute(_IDS, {"keys": sorted(set(keys))})
    return {row.key: row.id for row in rows}


def of_hash(connection: Connection, sha256: str) -> list[EvidenceView]:
    """Return every handing in of these bytes, the first one first."""
    return [_view(row) for row in connection.execute(_BY_HASH, {"sha256": sha256})]


def page(
    connection: Connection, actor: Actor, *, limit: int, offset: int
) -> tuple[list[EvidenceView], int]:
    """Return one page of the files that the actor may see, the latest first, and their number."""
    seen = _seen_by(actor)
    found = _VIEW.where(seen).order_by(*_LATEST_FIRST).limit(limit).offset(offset)
    number = select(func.count()).select_from(_VIEW.where(seen).subquery())
    return [_view(row) for row in connection.execute(found)], connection.scalar(number) or 0


def everything(connection: Connection) -> list[tuple[int, EvidenceView]]:
    """Return every file with its id, the first one first."""
    return [(row.id, _view(row)) for row in connection.execute(_ALL)]


def public_of_cases(connection: Connection, numbers: Iterable[str]) -> dict[str, list[PublicPaper]]:
    """Return, by number of the case, the files of cases that anyone may open."""
    found: dict[str, list[PublicPaper]] = defaultdict(list)
    for row in connection.execute(_PUBLIC_OF_CASES, {"keys": sorted(set(numbers))}):
        found[row.number].append(
            PublicPaper(**{name: getattr(row, name) for name in PublicPaper.__struct_fields__})
        )
    return found


def of_certificate(connection: Connection, key: str) -> list[EvidenceView]:
    """Return the files that were handed in as this certificate, the latest first."""
    return [_view(row) for row in connection.execute(_OF_CERTIFICATE, {"key": key})]


def public_among(connection: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these files anyone may open."""
    return frozenset(connection.scalars(_PUBLIC, {"keys": sorted(set(keys))}))


def organisation_id(connection: Connection, key: str | None) -> int | None:
    """Return an organisation's id; None of none, or of one that is not there."""
    return None if key is None else connection.scalar(_ORGANISATION, {"key": key})


def division_id(connection: Connection, key: str | None) -> int | None:
    """Return a division's id; None of none, or of one that is not there."""
    return None if key is None else connection.scalar(_DIVISION, {"key": key})


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that ``may(actor, SEE_EVIDENCE, …)`` is, for many files at once."""
    reach = reach_of(actor, Action.SEE_EVIDENCE)
    if reach is None:
        return false()
    if reach is Reach.ALL:
        return true()
    is_own = Organisation.key == actor.organisation if actor.organisation else false()
    if reach is Reach.OWN or actor.division is None:
        return is_own
    return or_(is_own, Division.key == actor.division)


def _view(row: Any) -> EvidenceView:  # noqa: ANN401  A row of _VIEW.
    return EvidenceView(**{name: getattr(row, name) for name in EvidenceView.__struct_fields__})
