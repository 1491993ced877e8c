"""Queries for published figures, and for the names of what they were made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, String, bindparam, func, or_, select

from catalog.errors import PublishedFigureNotFoundError
from catalog.models.certificate import Certificate
from catalog.models.division import Division
from catalog.models.importing import ImportRun, RunState
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.published import PublishedFigure
from catalog.models.report import TestReport
from catalog.models.result import Result
from catalog.models.rulebook import RulePack
from catalog.permissions import office_of
from catalog.repositories.clocks import Clocked, between
from catalog.rules.terms import Stage
from catalog.views.published import FigureContent, PublishedHead, ReportUsed

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_HEAD: Select[*tuple[Any, ...]] = select(
    PublishedFigure.content_hash,
    Division.key,
    PublishedFigure.basis,
    PublishedFigure.year,
    PublishedFigure.stage,
    PublishedFigure.method,
    PublishedFigure.published_at,
    PublishedFigure.published_by,
    PublishedFigure.note,
).outerjoin(Division, Division.id == PublishedFigure.division_id)
_OF_DIVISION = or_(
    Division.key == bindparam("division", type_=String),
    bindparam("division", type_=String).is_(None),
)
_PAGE = (
    _HEAD.where(_OF_DIVISION)
    .order_by(PublishedFigure.published_at.desc(), PublishedFigure.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT: Select[*tuple[Any, ...]] = (
    select(func.count())
    .select_from(PublishedFigure)
    .outerjoin(Division, Division.id == PublishedFigure.division_id)
    .where(_OF_DIVISION)
)
_BY_HASH = _HEAD.add_columns(PublishedFigure.content).where(
    PublishedFigure.content_hash == bindparam("hash")
)
_CONTENTS: Select[*tuple[Any, ...]] = _HEAD.add_columns(PublishedFigure.content).order_by(
    PublishedFigure.id
)
_RESULTS_OF: Select[*tuple[Any, ...]] = select(
    Result.building_id, Result.id, Result.content_hash
).where(Result.stage == bindparam("stage"), Result.method == bindparam("method"))
_RESULTS = Clocked(
    now=_RESULTS_OF.where(Result.superseded_at.is_(None)),
    then=_RESULTS_OF.where(between(Result.computed_at, Result.superseded_at)),
)
_IN_SCOPE: Select[*tuple[Any, ...]] = (
    select(Result.building_id)
    .join(Division, Division.id == Result.division_id)
    .where(
        Result.stage == bindparam("stage"),
        Result.method == bindparam("method"),
        Result.done_on.between(bindparam("first"), bindparam("last")),
        Result.superseded_at.is_(None),
        _OF_DIVISION,
    )
)
_BUILDINGS: Select[*tuple[Any, ...]] = (
    select(Building.id, Building.key, Project.key)
    .join(Project, Project.id == Building.project_id)
    .where(Building.id.in_(_IDS))
)
_DIVISIONS: Select[*tuple[Any, ...]] = select(Division.id, Division.key)
_PACKS: Select[*tuple[Any, ...]] = select(RulePack.key, RulePack.version, RulePack.content_hash)
_PAPERS: Select[*tuple[Any, ...]] = select(
    Certificate.id, Certificate.key, Certificate.number
).where(Certificate.id.in_(_IDS))
_REPORTS: Select[*tuple[Any, ...]] = (
    select(TestReport.id, Product.key, TestReport.number, TestReport.issued_on)
    .join(Product, Product.id == TestReport.product_id)
    .where(TestReport.id.in_(_IDS))
    .order_by(TestReport.id)
)
_RUNNING = select(func.min(ImportRun.id)).where(ImportRun.state == RunState.RUNNING)


def page(
    connection: Connection, *, division: str | None, limit: int, offset: int
) -> tuple[list[PublishedHead], int]:
    """Return one page of published figures, the latest first, and how many there are."""
    asked = {"division": division, "limit": limit, "offset": offset}
    heads = [_head(row) for row in connection.execute(_PAGE, asked)]
    return heads, connection.scalar(_COUNT, {"division": division}) or 0


def find(connection: Connection, content_hash: str) -> tuple[PublishedHead, str] | None:
    """Return the published figure of the hash and its content as it is spelled, or None."""
    row = connection.execute(_BY_HASH, {"hash": content_hash}).one_or_none()
    return None if row is None else (_head(row[:-1]), row[-1])


def get(connection: Connection, content_hash: str) -> tuple[PublishedHead, str]:
    """Return the published figure and its content, or raise PublishedFigureNotFoundError."""
    found = find(connection, content_hash)
    if found is None:
        raise PublishedFigureNotFoundError(key=content_hash)
    return found


def whole_hash(connection: Connection, start: str) -> str:
    """Return the only hash that begins so, or raise PublishedFigureNotFoundError."""
    begins = PublishedFigure.content_hash.startswith(start, autoescape=True)
    found = connection.scalars(select(PublishedFigure.content_hash).where(begins).limit(2)).all()
    if len(found) != 1:
        raise PublishedFigureNotFoundError(key=start)
    return str(found[0])


def contents(connection: Connection) -> Iterator[tuple[PublishedHead, FigureContent]]:
    """Yield every published figure with its content."""
    for row in connection.execute(_CONTENTS):
        yield _head(row[:-1]), msgspec.json.decode(row[-1], type=FigureContent)


def results_known(
    connection: Connection, stage: Stage, method: str, known_at: dt.datetime | None
) -> dict[int, tuple[int, str]]:
    """Return id and hash of the results by one method at one stage, by building."""
    rows = _RESULTS.run(connection, {"stage": stage, "method": method}, known_at)
    return {row[0]: (row[1], row[2]) for row in rows}


def buildings_in(
    connection: Connection,
    *,
    stage: Stage,
    method: str,
    span: tuple[dt.date, dt.date],
    division: str | None,
) -> set[int]:
    """Return the buildings whose current results count in a division's span of days."""
    asked = {
        "stage": stage, "method": method, "first": span[0], "last": span[1], "division": division
    }  # fmt: skip
    return set(connection.scalars(_IN_SCOPE, asked))


def building_keys(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the keys of buildings and of their projects, by id."""
    return {row[0]: (row[1], row[2]) for row in _in_parts(connection, _BUILDINGS, ids)}


def division_keys(connection: Connection) -> dict[int, str]:
    """Return the keys of the divisions by id."""
    return {row[0]: row[1] for row in connection.execute(_DIVISIONS)}


def pack_hashes(connection: Connection) -> dict[str, str]:
    """Return the content hashes of all packs by ``key@version``."""
    return {f"{row[0]}@{row[1]}": row[2] for row in connection.execute(_PACKS)}


def papers(connection: Connection, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return keys and numbers of certificates by id, listed still or not."""
    return {row[0]: (row[1], row[2]) for row in _in_parts(connection, _PAPERS, sorted(set(ids)))}


def reports(connection: Connection, ids: Iterable[int]) -> list[ReportUsed]:
    """Return test reports in order of id, current or not."""
    return [ReportUsed(*row) for row in _in_parts(connection, _REPORTS, sorted(set(ids)))]


def running_import(connection: Connection) -> int | None:
    """Return an import that has begun and not ended, or None."""
    return connection.scalar(_RUNNING)


def _in_parts(
    connection: Connection, query: Select[*tuple[Any, ...]], ids: Sequence[int]
) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(query, {"ids": ids[start : start + _CHUNK]})


def _head(row: Sequence[Any]) -> PublishedHead:
    head = PublishedHead(*row)
    return msgspec.structs.replace(head, published_by=office_of(head.published_by))
