"""What an edition holds, its one spelling, and how two editions differ."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from catalog.rules.keys import normal_name
from catalog.rules.publication import canonical
from catalog.rules.terms import EditionKind, Route

FORMAT = "lucai-edition-1"


class EditionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A product in an edition, with the paper that lists it; null is not stated.

    ``key`` is what stays the same from edition to edition: product and certificate in the
    catalogue, the adoption in the adoption list. ``valid_to`` is the last day of its paper.
    """

    key: str
    product: str
    name: str
    brand: str | None
    model: str | None
    scope: str | None
    category: str
    company: str
    company_name: str
    credit_code: str | None
    division: str | None
    certificate: str | None
    certificate_number: str | None
    body: str | None
    star: int | None
    standard: str | None
    factory: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    route: Route | None = None
    case_number: str | None = None
    adopted_on: dt.date | None = None
    report_issued_on: dt.date | None = None
    is_synthetic: bool = False


class EditionHead(msgspec.Struct, frozen=True, kw_only=True):
    """What stands before the entries: which edition, of which day, of what was known when.

    The names are those under which categories and divisions went then: Chinese and English.
    """

    format: str
    kind: EditionKind
    year: int
    number: int
    as_of: dt.date
    known_at: dt.datetime
    categories: dict[str, tuple[str, str]]
    divisions: dict[str, tuple[str, str]]


class FieldChange(msgspec.Struct, frozen=True):
    """A field that two editions state differently; None is not stated."""

    field: str
    before: str | None
    after: str | None


class EntryChange(msgspec.Struct, frozen=True):
    """An entry that both editions have, with the fields that differ."""

    entry: EditionEntry
    fields: tuple[FieldChange, ...]


class Compared(msgspec.Struct, frozen=True):
    """What a later edition adds to an earlier one, lacks of it, and states otherwise."""

    added: tuple[EditionEntry, ...]
    removed: tuple[EditionEntry, ...]
    changed: tuple[EntryChange, ...]
    unchanged: int


def in_order(entries: Iterable[EditionEntry]) -> list[EditionEntry]:
    """Return entries as an edition lists them: by category, company, name and model."""
    return sorted(entries, key=lambda e: (e.category, e.company_name, e.name, e.model or "", e.key))


def spelled(entry: EditionEntry) -> bytes:
    """Return the one spelling of an entry."""
    return canonical(entry)


def words_of(entry: EditionEntry) -> str:
    """Return what a search in an edition reads of an entry, in the form in which it compares."""
    said = (
        entry.name, entry.brand, entry.model, entry.scope, entry.company_name, entry.credit_code,
        entry.certificate_number, entry.case_number, entry.factory,
    )  # fmt: skip
    return normal_name(" ".join(each for each in said if each))


def content_pieces(head: bytes, entries: Iterable[bytes]) -> Iterable[bytes]:
    """Yield an edition's canonical JSON in pieces: the very bytes that are hashed."""
    yield b'{"entries":['
    for number, entry in enumerate(entries):
        yield b"," + entry if number else entry
    yield b'],"head":' + head + b"}"


def content_hash(head: bytes, entries: Iterable[bytes]) -> str:
    """Return the SHA-256 of an edition's canonical JSON."""
    digest = hashlib.sha256()
    for piece in content_pieces(head, entries):
        digest.update(piece)
    return digest.hexdigest()


def compare(older: Iterable[EditionEntry], newer: Iterable[EditionEntry]) -> Compared:
    """Return how a later edition differs from an earlier one, in the order of the lists."""
    before = {entry.key: entry for entry in older}
    after = {entry.key: entry for entry in newer}
    changed = []
    for key, entry in after.items():
        fields = _differing(before[key], entry) if key in before else ()
        if fields:
            changed.append(EntryChange(entry, fields))
    return Compared(
        added=tuple(entry for key, entry in after.items() if key not in before),
        removed=tuple(entry for key, entry in before.items() if key not in after),
        changed=tuple(changed),
        unchanged=len(before.keys() & after.keys()) - len(changed),
    )


def _differing(before: EditionEntry, after: EditionEntry) -> tuple[FieldChange, ...]:
    stated: Mapping[str, Any] = msgspec.structs.asdict(before)
    now: Mapping[str, Any] = msgspec.structs.asdict(after)
    return tuple(
        FieldChange(name, _said(stated[name]), _said(now[name]))
        for name in EditionEntry.__struct_fields__
        if stated[name] != now[name]
    )


def _said(value: object) -> str | None:
    return None if value is None else str(value)
