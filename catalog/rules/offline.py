"""What a signed record still says today, by the last revocation list that its reader has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from catalog.rules.signing import Opened


class Remark(StrEnum):
    """What a reader must know beside the record."""

    NO_LIST = "no-list"
    LIST_OLD = "list-old"
    LIST_BEFORE_RECORD = "list-before-record"
    NOT_VALID_THEN = "not-valid-then"
    EXPIRED_SINCE = "expired-since"
    REVOKED_SINCE = "revoked-since"


class RecordedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as a record has it; ``state`` is what it was on the record's day."""

    key: str
    number: str
    body: str
    state: str
    star: int | None
    valid_from: dt.date | None
    valid_to: dt.date | None


class RecordedAdoption(msgspec.Struct, frozen=True, kw_only=True):
    """An adoption as a record has it."""

    key: str
    on: dt.date
    state: str


class RecordedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product as a record has it; without an adoption it is in no adoption database."""

    key: str
    name: str
    model: str | None
    company: str
    adoption: RecordedAdoption | None


class ListRead(msgspec.Struct, frozen=True, kw_only=True):
    """The revocation list that was in force when a record was signed."""

    on: dt.date
    sha256: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record: certificates and products as they stood on a day.

    ``left_out`` counts what there was no room for. ``synthetic`` says that it is demo data.
    """

    on: dt.date
    certificates: tuple[RecordedPaper, ...]
    products: tuple[RecordedProduct, ...]
    left_out: int
    revocations: ListRead
    synthetic: bool


class Revocation(msgspec.Struct, frozen=True, array_like=True, order=True):
    """A certificate or adoption that does not count from a day on (until the list says other)."""

    key: str
    name: str
    state: str
    since: dt.date


class Revocations(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that does not count on a day; ``next_by`` is when a newer list is due."""

    on: dt.date
    next_by: dt.date
    certificates: tuple[Revocation, ...]
    adoptions: tuple[Revocation, ...]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A remark, and what it is about: a certificate's number, a product's name, a day."""

    remark: Remark
    about: str = ""
    state: str = ""
    day: dt.date | None = None


def record_of(opened: Opened) -> Record:
    """Return the record in an opened document.

    Raises:
        msgspec.ValidationError: It is signed, but no record of this shape.
    """
    return msgspec.convert(opened.content, Record)


def revocations_of(opened: Opened) -> Revocations:
    """Return the list in an opened document.

    Raises:
        msgspec.ValidationError: It is signed, but no list of this shape.
    """
    return msgspec.convert(opened.content, Revocations)


def content_of(thing: Record | Revocations) -> Mapping[str, Any]:
    """Return what is signed of a record or a list."""
    built: Mapping[str, Any] = msgspec.to_builtins(thing)
    return built


def remarks(record: Record, known: Revocations | None, *, today: dt.date) -> list[Said]:
    """Return what to know of a record today, what speaks against it first."""
    found = [*_against(record, known, today)]
    for paper in record.certificates:
        if paper.state != "valid":
            found.append(Said(remark=Remark.NOT_VALID_THEN, about=paper.number, state=paper.state))
        elif paper.valid_to is not None and paper.valid_to < today:
            found.append(Said(remark=Remark.EXPIRED_SINCE, about=paper.number, day=paper.valid_to))
    if known is None:
        found.append(Said(remark=Remark.NO_LIST))
        return found
    if known.on < record.revocations.on:
        found.append(Said(remark=Remark.LIST_BEFORE_RECORD, day=known.on))
    if known.next_by < today:
        found.append(Said(remark=Remark.LIST_OLD, day=known.on))
    return found


def _against(record: Record, known: Revocations | None, today: dt.date) -> Iterator[Said]:
    if known is None:
        return
    papers = {each.key: each for each in known.certificates}
    adoptions = {each.key: each for each in known.adoptions}
    named = [(paper.key, paper.number, papers) for paper in record.certificates]
    named += [
        (product.adoption.key, product.name, adoptions)
        for product in record.products
        if product.adoption
    ]
    for key, name, told in named:
        ended = told.get(key)
        if ended is not None and ended.since <= today:
            yield Said(remark=Remark.REVOKED_SINCE, about=name, state=ended.state, day=ended.since)
