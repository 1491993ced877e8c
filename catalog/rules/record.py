"""How the record is sealed: each entry's hash has the hash of the one before in it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

GENESIS = hashlib.sha256("绿采 Lücai: the record begins".encode()).hexdigest()
"""What stands as the hash before the first entry."""

_SECRET = frozenset({"password", "secret", "token", "cookie", "second_factor"})
_SECRET_ENDINGS = tuple(f"_{word}{end}" for word in _SECRET for end in ("", "_hash")) + tuple(
    f"{word}_hash" for word in _SECRET
)


class SecretOnRecordError(ValueError):
    """A secret was about to be written where it can never be taken back."""


class Break(StrEnum):
    """In which way a chain is broken at an entry."""

    ALTERED = "altered"
    NUMBER = "number"
    LINK = "link"
    SHORTENED = "shortened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the record, as its hash takes it in."""

    number: int
    at: dt.datetime
    actor: str
    account: str | None
    acts_for: str | None
    role: str
    action: str
    thing: str
    thing_key: str
    division: str | None
    organisation: str | None
    reason: str | None
    before: str | None
    after: str | None
    previous_hash: str


_NAMES = tuple(each.name for each in fields(Entry))


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with the hash that was kept beside it."""

    entry: Entry
    hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What a chain was found to be: how long, its last hash, and where it first breaks."""

    length: int
    last_hash: str
    broken_at: int | None = None
    how: Break | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed, inserted or put elsewhere."""
        return self.how is None


def canonical(value: object) -> str:
    """Return the one spelling that a value has as JSON: keys in order, no blanks, exact numbers.

    Raises:
        SecretOnRecordError: A key names a secret.
        TypeError: A value has no exact spelling, such as a float.
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> object:
    """Return the value as what JSON knows: decimals, fractions and days are text."""
    if isinstance(value, Mapping):
        return {_named(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted((_plain(each) for each in value), key=str)
    return value if value is None or isinstance(value, bool | int) else _spelt(value)


def _spelt(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str | Fraction):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no exact spelling on the record")


def _named(key: object) -> str:
    name = str(key)
    if name.lower() in _SECRET or name.lower().endswith(_SECRET_ENDINGS):
        raise SecretOnRecordError(f"{name!r} does not go on record")
    return name


def hash_of(entry: Entry) -> str:
    """Return the SHA-256 that seals an entry and, through it, all before it."""
    return hashlib.sha256(canonical(content_of(entry)).encode()).hexdigest()


def content_of(entry: Entry) -> dict[str, object]:
    """Return an entry's fields by name."""
    return {name: getattr(entry, name) for name in _NAMES}


def sealed(entries: Iterable[Entry], *, number: int, previous_hash: str) -> Iterator[Sealed]:
    """Yield the entries numbered on from ``number`` and linked to what stands before them."""
    for entry in entries:
        number += 1
        linked = replace(entry, number=number, previous_hash=previous_hash)
        previous_hash = hash_of(linked)
        yield Sealed(linked, previous_hash)


State = tuple[str, int, dt.datetime, str, str]
"""What a revision says: of what it is a state, its id, when and by whom it was made, its data."""


class RevisionSeal:
    """A running SHA-256 over the states that an import left behind, in their order."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.sha256()
        self._at: dt.datetime | None = None
        self._actor = ""
        self._head = ""

    def add(self, states: Iterable[State]) -> None:
        """Take states in; when and by whom is hashed once for all that have it in common."""
        parts: list[str] = []
        for entity, entity_id, at, actor, data in states:
            if at is not self._at or actor is not self._actor:
                self._at, self._actor = at, actor
                head = f"{at.astimezone(dt.UTC).isoformat()}\x1f{actor}"
                if head != self._head:
                    self._head = head
                    parts.append(head)
            parts.append("\x1f".join((entity, str(entity_id), data)))
            self.count += 1
        if parts:
            self._hash.update("\n".join((*parts, "")).encode())

    @property
    def sha256(self) -> str:
        """The hash so far."""
        return self._hash.hexdigest()


def verified(entries: Iterable[Sealed], *, expected: str | None = None) -> Chain:
    """Return what the chain is, its entries given in the order of their numbers.

    ``expected`` is a hash noted earlier, outside: a chain that was cut off behind it, or made anew
    from the beginning, fits together and yet does not hold that hash.
    """
    length, last_hash = 0, GENESIS
    is_expected_met = expected in (None, GENESIS)
    for each in entries:
        entry = each.entry
        how = None
        if entry.number != length + 1:
            how = Break.NUMBER
        elif entry.previous_hash != last_hash:
            how = Break.LINK
        elif hash_of(entry) != each.hash:
            how = Break.ALTERED
        if how is not None:
            return Chain(length, last_hash, length + 1, how)
        length, last_hash = entry.number, each.hash
        is_expected_met = is_expected_met or each.hash == expected
    if not is_expected_met:
        return Chain(length, last_hash, length + 1, Break.SHORTENED)
    return Chain(length, last_hash)
