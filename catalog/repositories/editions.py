"""Queries for editions, and for what certificates said as it was known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, select

from catalog.errors import EditionNotFoundError
from catalog.models.adoption import Adoption, AdoptionStatus
from catalog.models.base import UTCDateTime
from catalog.models.certificate import (
    Certificate,
    CertificateVersion,
    CertificationBody,
    ProductCertificate,
)
from catalog.models.edition import Edition, EditionLine, EditionNote
from catalog.models.taxonomy import Category
from catalog.permissions import office_of
from catalog.repositories.clocks import Clocked, between, clocked
from catalog.rules.editions import EditionEntry, EditionHead
from catalog.rules.terms import EditionKind
from catalog.views.editions import EditionNoteView, EditionView

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_VIEW: Select[*tuple[Any, ...]] = select(
    Edition.key,
    Edition.kind,
    Edition.year,
    Edition.number,
    Edition.as_of,
    Edition.entries,
    Edition.content_hash,
    Edition.is_synthetic,
    Edition.published_at,
    Edition.published_by,
    Edition.note,
)
_LATEST_FIRST = (Edition.as_of.desc(), Edition.id.desc())
_BY_KEY = _VIEW.add_columns(Edition.id, Edition.head).where(Edition.key == bindparam("key"))
_LAST = (
    _VIEW.where(Edition.kind == bindparam("kind"), Edition.as_of < bindparam("as_of"))
    .order_by(*_LATEST_FIRST)
    .limit(1)
)
_NUMBER: Select[*tuple[Any, ...]] = select(func.max(Edition.number)).where(
    Edition.kind == bindparam("kind"), Edition.year == bindparam("year")
)
_NOTES: Select[*tuple[Any, ...]] = (
    select(EditionNote.text, EditionNote.written_at, EditionNote.written_by)
    .where(EditionNote.edition_id == bindparam("edition"))
    .order_by(EditionNote.id)
)
_LINES: Select[*tuple[Any, ...]] = (
    select(EditionLine.content)
    .where(
        EditionLine.edition_id == bindparam("edition"),
        EditionLine.position.between(bindparam("first"), bindparam("last")),
    )
    .order_by(EditionLine.position)
)
_COVERED: Clocked = clocked(
    select(ProductCertificate.product_id, ProductCertificate.certificate_id).order_by(
        ProductCertificate.product_id, ProductCertificate.certificate_id
    ),
    ProductCertificate,
)
_VERSIONS: Clocked = clocked(
    select(
        CertificateVersion.certificate_id,
        CertificateVersion.effective_on,
        CertificateVersion.star,
        CertificateVersion.standard,
        CertificateVersion.factory,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
    )
    .where(CertificateVersion.certificate_id.in_(_IDS))
    .order_by(CertificateVersion.certificate_id, CertificateVersion.effective_on),
    CertificateVersion,
)
_CERTIFICATES: Select[*tuple[Any, ...]] = (
    select(
        Certificate.id,
        Certificate.key,
        Certificate.number,
        Certificate.is_synthetic,
        CertificationBody.name.label("body"),
    )
    .join(CertificationBody, CertificationBody.id == Certificate.body_id)
    .where(Certificate.id.in_(_IDS), between(Certificate.recorded_at, Certificate.withdrawn_at))
)
_CATEGORIES: Select[*tuple[Any, ...]] = select(Category.id, Category.key)
_ADOPTED: Select[*tuple[Any, ...]] = (
    select(Adoption.product_id)
    .where(Adoption.recorded_at <= bindparam("known_at", type_=UTCDateTime()))
    .distinct()
)
_GROUNDS: Clocked = clocked(
    select(
        Adoption.key,
        AdoptionStatus.state,
        AdoptionStatus.ground,
        AdoptionStatus.reason,
    )
    .join(Adoption, Adoption.id == AdoptionStatus.adoption_id)
    .where(Adoption.key.in_(_IDS), AdoptionStatus.from_on <= bindparam("on"))
    .order_by(AdoptionStatus.from_on, AdoptionStatus.id),
    AdoptionStatus,
)


def page(
    connection: Connection, kind: EditionKind | None, *, limit: int, offset: int
) -> tuple[list[EditionView], int]:
    """Return one page of editions, the latest first, and how many there are."""
    wanted = [Edition.kind == kind] if kind else []
    rows = connection.execute(
        _VIEW.where(*wanted).order_by(*_LATEST_FIRST).limit(limit).offset(offset)
    )
    total = connection.scalar(select(func.count()).select_from(Edition).where(*wanted)) or 0
    return [_view(row) for row in rows], total


def get(connection: Connection, key: str) -> tuple[int, EditionView, str]:
    """Return an edition's id, the edition and its head, or raise EditionNotFoundError."""
    row = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    if row is None:
        raise EditionNotFoundError(key=key)
    return row.id, _view(row), row.head


def before(connection: Connection, kind: EditionKind, as_of: dt.date) -> EditionView | None:
    """Return the last edition of a list before a day."""
    row = connection.execute(_LAST, {"kind": kind, "as_of": as_of}).one_or_none()
    return None if row is None else _view(row)


def last_number(connection: Connection, kind: EditionKind, year: int) -> int:
    """Return the number of a list's last edition of a year, 0 where there is none."""
    return connection.scalar(_NUMBER, {"kind": kind, "year": year}) or 0


def notes(connection: Connection, edition_id: int) -> list[EditionNoteView]:
    """Return the corrections of an edition, the first one first."""
    return [
        EditionNoteView(row.text, row.written_at, office_of(row.written_by))
        for row in connection.execute(_NOTES, {"edition": edition_id})
    ]


def lines(connection: Connection, edition_id: int) -> Iterator[bytes]:
    """Yield the spelling of every entry of an edition, in order."""
    for first in count(0, _CHUNK):
        asked = {"edition": edition_id, "first": first, "last": first + _CHUNK - 1}
        contents = connection.scalars(_LINES, asked).all()
        for content in contents:
            yield content.encode()
        if len(contents) < _CHUNK:
            return


def find_lines(
    connection: Connection, edition_id: int, words: Iterable[str], *, limit: int, offset: int
) -> tuple[list[EditionEntry], int]:
    """Return one page of the entries that hold every word, and how many do."""
    holds: list[ColumnElement[bool]] = [
        EditionLine.words.contains(word, autoescape=True) for word in words
    ]
    wanted = (EditionLine.edition_id == edition_id, *holds)
    rows = connection.execute(
        select(EditionLine.content)
        .where(*wanted)
        .order_by(EditionLine.position)
        .limit(limit)
        .offset(offset)
    )
    total = connection.scalar(select(func.count()).select_from(EditionLine).where(*wanted)) or 0
    return [msgspec.json.decode(row[0], type=EditionEntry) for row in rows], total


def covered(connection: Connection, known_at: dt.datetime) -> list[tuple[int, int]]:
    """Return which product each certificate covered, as known at a moment: their ids."""
    return [(row[0], row[1]) for row in _COVERED.run(connection, {}, known_at)]


def versions(
    connection: Connection, certificate_ids: Iterable[int], known_at: dt.datetime
) -> dict[int, list[Any]]:
    """Return what each certificate stated, version by version, as known at a moment."""
    wanted = sorted(set(certificate_ids))
    found: dict[int, list[Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        asked = {"ids": wanted[start : start + _CHUNK]}
        for row in _VERSIONS.run(connection, asked, known_at):
            found.setdefault(row.certificate_id, []).append(row)
    return found


def certificates(
    connection: Connection, ids: Iterable[int], known_at: dt.datetime
) -> dict[int, Any]:
    """Return what names certificates that were listed at a moment; it never changes."""
    wanted = sorted(set(ids))
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), _CHUNK):
        asked = {"ids": wanted[start : start + _CHUNK], "known_at": known_at}
        found |= {row.id: row for row in connection.execute(_CERTIFICATES, asked)}
    return found


def categories(connection: Connection) -> dict[int, str]:
    """Return the keys of categories by id."""
    return {row.id: row.key for row in connection.execute(_CATEGORIES)}


def adopted_products(connection: Connection, known_at: dt.datetime) -> list[int]:
    """Return the products that had any adoption on record at a moment."""
    return sorted(connection.scalars(_ADOPTED, {"known_at": known_at}))


def grounds(
    connection: Connection, adoptions: Iterable[str], on: dt.date, known_at: dt.datetime
) -> dict[str, tuple[str | None, str | None]]:
    """Return ground and reason of what was last decided of adoptions by a day, by their key."""
    asked = {"ids": sorted(set(adoptions)), "on": on}
    return {row.key: (row.ground, row.reason) for row in _GROUNDS.run(connection, asked, known_at)}


def head_of(spelling: str) -> EditionHead:
    """Return the head that a spelling is of."""
    return msgspec.json.decode(spelling, type=EditionHead)


def _view(row: Any) -> EditionView:  # noqa: ANN401  A row of _VIEW.
    columns = {name: getattr(row, name) for name in EditionView.__struct_fields__}
    return EditionView(**{**columns, "published_by": office_of(row.published_by)})
