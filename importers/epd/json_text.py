"""JSON documents as their exact texts and values: numbers as written, no field twice."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

import msgspec

from importers.epd.notes import DataSetError
from importers.epd.reading import head_of
from importers.issues import refusal
from importers.source import SourceFile

_BOM = b"\xef\xbb\xbf"
_HEAD = 1 << 18


def has_field(source: SourceFile, names: re.Pattern[bytes]) -> bool:
    """Return whether a file is JSON and one of these fields stands near its beginning."""
    head = head_of(source, _HEAD).removeprefix(_BOM).lstrip()
    return head.startswith((b"{", b"[")) and names.search(head) is not None


def fields(*names: str) -> re.Pattern[bytes]:
    """Return what finds a field of one of these names."""
    return re.compile(rb'"(?:%s)"\s*:' % "|".join(names).encode())


def documents(source: SourceFile) -> list[str]:
    """Return the text of each document of a file: of the one, or of each of a list.

    Raises:
        ImportRefusedError: It is not JSON in UTF-8, or neither an object nor a list.
    """
    with source.open() as stream:
        content = stream.read()
    try:
        return split(content)
    except DataSetError as error:
        raise refusal(error.code, **error.facts) from error


def split(content: bytes) -> list[str]:
    """Return the text of each document.

    Raises:
        DataSetError: It is not JSON in UTF-8, or neither an object nor a list.
    """
    plain = content.removeprefix(_BOM).strip()
    try:
        text = plain.decode()
    except UnicodeDecodeError as error:
        raise DataSetError("json-wrong-encoding") from error
    if text.startswith("{"):
        return [text]
    try:
        parts = msgspec.json.decode(plain, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise DataSetError("json-broken", problem=str(error)) from error
    return [bytes(part).decode() for part in parts]


def value_of(text: str) -> Any:  # noqa: ANN401 - JSON can be anything.
    """Return what a document says, with exact numbers.

    Raises:
        DataSetError: It is not JSON, is nested too deeply, or names a field twice.
    """
    try:
        # The stricter reader first: what it refuses, such as half a character, nobody gives back.
        msgspec.json.decode(text)
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise DataSetError("json-broken", problem=str(error)) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise DataSetError("json-field-twice", field=next(n for n in names if names.count(n) > 1))
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
