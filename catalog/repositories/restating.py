"""Queries that tell what changed since a moment: results, lines, papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    String,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
)

from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.division import Division
from catalog.models.project import Building, Project
from catalog.models.result import Result
from catalog.models.usage import BillLine, Delivery
from catalog.rules.ratio.lines import line_id
from catalog.rules.terms import Stage

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OF_SCOPE = (
    Result.stage == bindparam("stage"),
    Result.method == bindparam("method"),
    Result.superseded_at.is_(None),
)
_IN_SPAN = (
    Result.done_on.between(bindparam("first"), bindparam("last")),
    or_(
        Division.key == bindparam("division", type_=String),
        bindparam("division", type_=String).is_(None),
    ),
)
_CURRENT: Select[*tuple[Any, ...]] = (
    select(Building.key, Result.id, Result.content_hash)
    .join(Building, Building.id == Result.building_id)
    .join(Division, Division.id == Result.division_id)
    .where(*_OF_SCOPE, *_IN_SPAN)
)
_ELSEWHERE: Select[*tuple[Any, ...]] = (
    select(Building.key, Result.id, Result.content_hash)
    .join(Building, Building.id == Result.building_id)
    .where(*_OF_SCOPE, Building.key.in_(_IDS))
)
_WAITING: Select[*tuple[Any, ...]] = (
    select(func.count())
    .select_from(Result)
    .join(Building, Building.id == Result.building_id)
    .join(Division, Division.id == Result.division_id)
    .where(*_OF_SCOPE, *_IN_SPAN, Building.stale_since.is_not(None))
)
_NAMES: Select[*tuple[Any, ...]] = (
    select(Building.key, Project.key, Project.name, Building.name)
    .join(Project, Project.id == Building.project_id)
    .where(Building.key.in_(_IDS))
)
_DELIVERIES: Select[*tuple[Any, ...]] = select(
    Delivery.id,
    Delivery.note_number,
    Delivery.line_number,
    Delivery.name,
    Delivery.quantity,
    Delivery.unit,
    Delivery.run_id,
    Delivery.recorded_at,
    Delivery.superseded_run_id,
).where(Delivery.id.in_(_IDS))
_BILL_LINES: Select[*tuple[Any, ...]] = select(
    BillLine.id,
    literal(""),
    BillLine.line_number,
    BillLine.name,
    BillLine.quantity,
    BillLine.unit,
    BillLine.run_id,
    BillLine.recorded_at,
    BillLine.superseded_run_id,
).where(BillLine.id.in_(_IDS))
_PAPER_NAMES: Select[*tuple[Any, ...]] = select(
    Certificate.id, Certificate.key, Certificate.number
).where(Certificate.id.in_(_IDS))


class StoredLine(NamedTuple):
    """A bill line or a delivery, current or not; a bill line's ``note`` is empty."""

    id: int
    note: str
    number: str
    name: str
    quantity: Decimal
    unit: str
    run: int | None
    recorded_at: dt.datetime
    superseded_run: int | None


class Learnt(NamedTuple):
    """Something that was learnt of a certificate: a state from a day on, or another paper."""

    certificate_id: int
    state: str | None
    from_on: dt.date | None
    run: int | None
    recorded_at: dt.datetime


class InScope(NamedTuple):
    """Which results count in a published figure's scope."""

    stage: Stage
    method: str
    first: dt.date
    last: dt.date
    division: str | None


Stored = dict[str, tuple[int, str]]


def current_in(connection: Connection, scope: InScope) -> Stored:
    """Return id and hash of the results that count in the scope now, by building."""
    return {row[0]: (row[1], row[2]) for row in connection.execute(_CURRENT, scope._asdict())}


def current_of(connection: Connection, scope: InScope, buildings: Iterable[str]) -> Stored:
    """Return the same of these buildings, wherever they count now."""
    asked = {"stage": scope.stage, "method": scope.method}
    rows = _in_parts(connection, _ELSEWHERE, sorted(buildings), asked)
    return {row[0]: (row[1], row[2]) for row in rows}


def waiting(connection: Connection, scope: InScope) -> int:
    """Return how many buildings of the scope wait to be calculated."""
    return connection.scalar(_WAITING, scope._asdict()) or 0


def names(connection: Connection, buildings: Iterable[str]) -> dict[str, tuple[str, str, str]]:
    """Return project, project's name and name of buildings by key."""
    rows = _in_parts(connection, _NAMES, sorted(buildings), {})
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def stored_lines(connection: Connection, lines: Iterable[str]) -> dict[str, StoredLine]:
    """Return lines by what a trace calls them, be they current or not."""
    wanted = list(lines)
    found: dict[str, StoredLine] = {}
    for query, is_delivered in ((_DELIVERIES, True), (_BILL_LINES, False)):
        start = line_id(0, is_delivered=is_delivered).removesuffix("0")
        ids = sorted(int(line.removeprefix(start)) for line in wanted if line.startswith(start))
        for row in _in_parts(connection, query, ids, {}):
            found[f"{start}{row[0]}"] = StoredLine(*row)
    return found


def learnt_since(
    connection: Connection, certificates: Iterable[int], since: dt.datetime
) -> dict[int, Learnt]:
    """Return what was learnt last of each certificate since a moment; states before papers."""
    ids = sorted(set(certificates))
    found: dict[int, Learnt] = {}
    for query in (_links(since), _versions(since), _states(since)):
        for row in _in_parts(connection, query, ids, {}):
            found[row[0]] = Learnt(*row)
    return found


def paper_names(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return keys and numbers of certificates by id."""
    rows = _in_parts(connection, _PAPER_NAMES, sorted(set(ids)), {})
    return {row[0]: (row[1], row[2]) for row in rows}


def _states(since: dt.datetime) -> Select[*tuple[Any, ...]]:
    changed = or_(CertificateStatus.recorded_at > since, CertificateStatus.superseded_at > since)
    return (
        select(
            CertificateStatus.certificate_id,
            CertificateStatus.state,
            CertificateStatus.from_on,
            func.coalesce(CertificateStatus.superseded_run_id, CertificateStatus.run_id),
            func.coalesce(CertificateStatus.superseded_at, CertificateStatus.recorded_at),
        )
        .where(CertificateStatus.certificate_id.in_(_IDS), changed)
        # A state that stands says more than one that was closed.
        .order_by(CertificateStatus.superseded_at.is_(None), CertificateStatus.id)
    )


def _versions(since: dt.datetime) -> Select[*tuple[Any, ...]]:
    changed = or_(CertificateVersion.recorded_at > since, CertificateVersion.superseded_at > since)
    return (
        select(
            CertificateVersion.certificate_id,
            null(),
            CertificateVersion.effective_on,
            func.coalesce(CertificateVersion.superseded_run_id, CertificateVersion.run_id),
            func.coalesce(CertificateVersion.superseded_at, CertificateVersion.recorded_at),
        )
        .where(CertificateVersion.certificate_id.in_(_IDS), changed)
        .order_by(CertificateVersion.superseded_at.is_(None), CertificateVersion.id)
    )


def _links(since: dt.datetime) -> Select[*tuple[Any, ...]]:
    changed = or_(ProductCertificate.recorded_at > since, ProductCertificate.superseded_at > since)
    return (
        select(
            ProductCertificate.certificate_id,
            null(),
            null(),
            func.coalesce(ProductCertificate.superseded_run_id, ProductCertificate.run_id),
            func.coalesce(ProductCertificate.superseded_at, ProductCertificate.recorded_at),
        )
        .where(ProductCertificate.certificate_id.in_(_IDS), changed)
        .order_by(ProductCertificate.superseded_at.is_(None), ProductCertificate.id)
    )


def _in_parts(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    ids: Sequence[Any],
    asked: Mapping[str, Any],
) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(query, {**asked, "ids": ids[start : start + _CHUNK]})
