"""What is published has one spelling and one fingerprint, and differences have a place."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


class Difference(msgspec.Struct, frozen=True):
    """The first place at which two contents differ, and what each says there."""

    path: str
    published: str
    rebuilt: str


def canonical(content: object) -> bytes:
    """Return the one JSON spelling of a value: keys in order, no spaces, decimals as text."""
    return _ENCODER.encode(msgspec.to_builtins(content, str_keys=True))


def canonical_parts(content: object) -> bytes:
    """Return the same spelling of a value without dictionaries and sets, in a third of the time.

    A part of it may be ``msgspec.Raw``: what ``canonical`` said of it before.
    """
    return _ENCODER.encode(content)


def fingerprint(spelling: bytes) -> str:
    """Return the SHA-256 of a spelling, in hexadecimal."""
    return hashlib.sha256(spelling).hexdigest()


def first_difference(published: bytes, rebuilt: bytes) -> Difference | None:
    """Return the first difference of two contents, or None where they are the same bytes."""
    if published == rebuilt:
        return None
    found = _differing(msgspec.json.decode(published), msgspec.json.decode(rebuilt), "$")
    if found is None:
        return Difference(path="$", published=published.decode(), rebuilt=rebuilt.decode())
    return found


def _differing(one: Any, other: Any, path: str) -> Difference | None:  # noqa: ANN401  JSON.
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(f"{path}.{key}", one.get(key), other.get(key)) for key in sorted({*one, *other})]
    elif isinstance(one, list) and isinstance(other, list):
        longest = max(len(one), len(other))
        pairs = [
            (f"{path}[{i}]", one[i] if i < len(one) else None, other[i] if i < len(other) else None)
            for i in range(longest)
        ]
    elif one == other:
        return None
    else:
        return Difference(path=path, published=_spelled(one), rebuilt=_spelled(other))
    for place, left, right in pairs:
        found = _differing(left, right, place)
        if found is not None:
            return found
    return None


def _spelled(value: object) -> str:
    return canonical(value).decode()
