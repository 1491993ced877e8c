"""Queries for environmental product declarations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select

from catalog.errors import EpdNotFoundError
from catalog.models.company import Company
from catalog.models.epd import Epd, EpdResult, EpdVersion, ProductEpd
from catalog.models.importing import ImportRun, RunState, SourceConflict
from catalog.models.product import Product
from catalog.records import EpdRecord, EpdResultRecord
from catalog.repositories import bulk
from catalog.rules.terms import ConflictSubject, Decision

Row = dict[str, Any]

_CHUNK = 10_000
VERSION = bulk.table_of(EpdVersion)
RESULT = bulk.table_of(EpdResult)
_IDS: Any = bindparam("ids", expanding=True)
# A document may be large, and only an export needs it.
_ALL_BUT_DOCUMENT = [column for column in VERSION.columns if column.name != "document"]
_RESULTS: Select[*tuple[Any, ...]] = (
    select(
        EpdResult.version_id,
        EpdResult.indicator,
        EpdResult.method,
        EpdResult.unit,
        EpdResult.module,
        EpdResult.scenario,
        EpdResult.amount,
    )
    .where(EpdResult.version_id.in_(_IDS))
    .order_by(EpdResult.id)
)
_SUMMARIES: Select[*tuple[Any, ...]] = _RESULTS.where(
    EpdResult.indicator == bindparam("indicator"), EpdResult.module == bindparam("module")
)
_CURRENT = EpdVersion.superseded_at.is_(None)
# Of several sources' statements the last recorded stands for the declaration in lists, but one
# that a person decided against only where there is no other.
IS_DISTRUSTED = (
    select(SourceConflict.id)
    .where(
        SourceConflict.subject == ConflictSubject.DECLARATION,
        SourceConflict.epd_id == EpdVersion.epd_id,
        or_(
            (SourceConflict.decision == Decision.HELD)
            & (SourceConflict.offered_source == EpdVersion.source),
            (SourceConflict.decision == Decision.OFFERED)
            & (SourceConflict.held_source == EpdVersion.source),
        ),
    )
    .correlate(EpdVersion)
    .exists()
)
SHOWN = (
    select(func.coalesce(func.max(case((~IS_DISTRUSTED, EpdVersion.id))), func.max(EpdVersion.id)))
    .join(Epd, Epd.id == EpdVersion.epd_id)
    .where(_CURRENT, Epd.withdrawn_at.is_(None))
    .group_by(EpdVersion.epd_id)
)
"""The version of each declaration that stands for it in lists."""
_STATEMENTS: Select[*tuple[Any, ...]] = (
    select(Epd.key.label("key"), *_ALL_BUT_DOCUMENT)
    .join(Epd, Epd.id == VERSION.c.epd_id)
    .where(Epd.withdrawn_at.is_(None), VERSION.c.superseded_at.is_(None))
)
_OF_KEY: Select[*tuple[Any, ...]] = _STATEMENTS.where(Epd.key == bindparam("key")).order_by(
    VERSION.c.source
)
_OF_IDS: Select[*tuple[Any, ...]] = _STATEMENTS.where(VERSION.c.epd_id.in_(_IDS))
_SEVERALLY: Select[*tuple[Any, ...]] = (
    select(EpdVersion.epd_id)
    .join(Epd, Epd.id == EpdVersion.epd_id)
    .where(_CURRENT, Epd.withdrawn_at.is_(None), EpdVersion.epd_id.in_(_IDS))
    .group_by(EpdVersion.epd_id)
    .having(func.count() > 1)
)
# What an import that was undone had brought is no edition that anybody published.
_EDITIONS: Select[*tuple[Any, ...]] = (
    select(
        EpdVersion.source,
        EpdVersion.version,
        EpdVersion.name,
        EpdVersion.recorded_at,
        EpdVersion.superseded_at,
    )
    .join(Epd, Epd.id == EpdVersion.epd_id)
    .outerjoin(ImportRun, ImportRun.id == EpdVersion.run_id)
    .where(
        Epd.key == bindparam("key"),
        EpdVersion.superseded_at.is_not(None),
        or_(ImportRun.id.is_(None), ImportRun.state.not_in([RunState.UNDONE, RunState.REFUSED])),
    )
    .order_by(EpdVersion.superseded_at.desc(), EpdVersion.id.desc())
)
_LINKS: Select[*tuple[Any, ...]] = (
    select(
        Product.key,
        Product.name,
        Product.model,
        Company.name,
        ProductEpd.reason,
        ProductEpd.actor,
        ProductEpd.recorded_at,
        ProductEpd.superseded_at,
        ProductEpd.ended_by,
    )
    .join(Product, Product.id == ProductEpd.product_id)
    .join(Company, Company.id == Product.company_id)
    .join(Epd, Epd.id == ProductEpd.epd_id)
    .where(Epd.key == bindparam("key"))
    .order_by(Product.name, Product.key, ProductEpd.id)
)
_OF_PRODUCT: Select[*tuple[Any, ...]] = (
    select(EpdVersion.id, ProductEpd.reason, ProductEpd.actor)
    .join(Epd, Epd.id == EpdVersion.epd_id)
    .join(ProductEpd, ProductEpd.epd_id == Epd.id)
    .join(Product, Product.id == ProductEpd.product_id)
    .where(
        Product.key == bindparam("key"),
        ProductEpd.superseded_at.is_(None),
        EpdVersion.id.in_(SHOWN),
    )
    .order_by(EpdVersion.name, EpdVersion.id)
)


def page_by_name(
    connection: Connection, words: Sequence[str], *, limit: int, offset: int
) -> tuple[list[Row], int]:
    """Return the declarations that hold every word in order of name, and how many there are."""
    matching = and_(
        EpdVersion.id.in_(SHOWN),
        *(
            EpdVersion.epd_id.in_(select(EpdVersion.epd_id).where(_CURRENT, _holds(word)))
            for word in words
        ),
    )
    total = connection.scalar(select(func.count(EpdVersion.id)).where(matching)) or 0
    ids = select(EpdVersion.id).where(matching).order_by(EpdVersion.name, EpdVersion.id)
    return rows_of(connection, connection.scalars(ids.limit(limit).offset(offset)).all()), total


def _holds(word: str) -> ColumnElement[bool]:
    plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    key = EpdVersion.epd_id.in_(select(Epd.id).where(Epd.key.ilike(f"{plain}%", escape="\\")))
    texts = (
        EpdVersion.name,
        EpdVersion.registration_number,
        EpdVersion.manufacturer,
        EpdVersion.operator,
        EpdVersion.source,
    )
    return or_(*(text.ilike(f"%{plain}%", escape="\\") for text in texts), key)


def rows_of(connection: Connection, version_ids: Sequence[int]) -> list[Row]:
    """Return the columns of these versions in this order, with their declarations' keys."""
    found = connection.execute(_STATEMENTS.where(VERSION.c.id.in_(_IDS)), {"ids": version_ids})
    by_id: dict[int, Row] = {row["id"]: {**row} for row in found.mappings()}
    return [by_id[version_id] for version_id in version_ids]


def keys_by_name(connection: Connection, words: Sequence[str]) -> list[str]:
    """Return the keys of the declarations that hold every word, in order of name."""
    rows, total = page_by_name(connection, words, limit=1, offset=0)
    if total > 1:
        rows, _ = page_by_name(connection, words, limit=total, offset=0)
    return [row["key"] for row in rows]


def statements_of(connection: Connection, key: str) -> list[Row]:
    """Return what each source states of a declaration, or raise EpdNotFoundError."""
    rows = connection.execute(_OF_KEY, {"key": key}).mappings().all()
    if not rows:
        raise EpdNotFoundError(key=key)
    return [{**row} for row in rows]


def editions_of(connection: Connection, key: str) -> list[Any]:
    """Return the editions of a declaration that were replaced, latest first."""
    return list(connection.execute(_EDITIONS, {"key": key}))


def links_of(connection: Connection, key: str) -> list[Any]:
    """Return every link of a declaration to a product, also those that ended."""
    return list(connection.execute(_LINKS, {"key": key}))


def of_product(connection: Connection, product: str) -> list[Any]:
    """Return the version, reason and actor of each declaration that is about a product."""
    return list(connection.execute(_OF_PRODUCT, {"key": product}))


def stated_severally(connection: Connection, epd_ids: Iterable[int]) -> list[int]:
    """Return those of the listed declarations that several sources state, in order of id."""
    found: set[int] = set()
    wanted = sorted(epd_ids)
    for start in range(0, len(wanted), _CHUNK):
        ids = {"ids": wanted[start : start + _CHUNK]}
        found.update(connection.scalars(_SEVERALLY, ids))
    return sorted(found)


def current_of(connection: Connection, epd_ids: Sequence[int]) -> list[Row]:
    """Return what every source states of these declarations, their documents aside."""
    found: list[Row] = []
    for start in range(0, len(epd_ids), _CHUNK):
        ids = {"ids": epd_ids[start : start + _CHUNK]}
        found += [{**row} for row in connection.execute(_OF_IDS, ids).mappings()]
    return found


def touched_by(connection: Connection, run_id: int) -> set[int]:
    """Return the declarations of which a run brought or replaced a statement."""
    turned = or_(EpdVersion.run_id == run_id, EpdVersion.superseded_run_id == run_id)
    return set(connection.scalars(select(EpdVersion.epd_id).where(turned)))


def document_of(connection: Connection, version_id: int) -> str:
    """Return the whole document of a version."""
    statement = select(EpdVersion.document).where(EpdVersion.id == version_id)
    return connection.execute(statement).scalar_one()


def results_of(
    connection: Connection, version_ids: Iterable[int]
) -> dict[int, list[EpdResultRecord]]:
    """Return the amounts of each version, in the order of its source."""
    return _grouped(connection.execute(_RESULTS, {"ids": list(version_ids)}))


def amounts_of(
    connection: Connection, version_ids: Iterable[int], *, indicator: str, module: str
) -> dict[int, list[EpdResultRecord]]:
    """Return the amounts of one indicator in one module."""
    asked = {"ids": list(version_ids), "indicator": indicator, "module": module}
    return _grouped(connection.execute(_SUMMARIES, asked))


def record_of(
    row: Mapping[str, Any], results: Sequence[EpdResultRecord], *, document: str = ""
) -> EpdRecord:
    """Return what a version states, as its reader understood it."""
    record = msgspec.json.decode(row["detail"], type=EpdRecord)
    return msgspec.structs.replace(record, results=tuple(results), document=document)


def _grouped(rows: Iterable[Any]) -> dict[int, list[EpdResultRecord]]:
    found: dict[int, list[EpdResultRecord]] = defaultdict(list)
    for version_id, indicator, method, unit, module, scenario, amount in rows:
        found[version_id].append(
            EpdResultRecord(
                indicator=indicator,
                method=method,
                unit=unit,
                module=module,
                scenario=scenario,
                amount=Decimal(amount),
            )
        )
    return found
