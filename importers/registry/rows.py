"""The rows of a JSON list, whole or cut off in the middle."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from catalog.records import Issue
from importers.issues import refusal
from importers.source import SourceFile

_BOM = b"\xef\xbb\xbf"
_SPACE = " \t\r\n"


def json_rows(source: SourceFile) -> tuple[list[Any], list[Issue]]:
    """Return the rows; of a file that was cut off, the whole ones and an issue.

    Raises:
        ImportRefusedError: It is not a list of rows, or not even JSON.
    """
    with source.open() as stream:
        content = stream.read().removeprefix(_BOM)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            raise refusal("json-wrong-encoding") from error
        text = content[: error.start].decode()
    try:
        return _list_of(msgspec.json.decode(text)), []
    except (msgspec.DecodeError, RecursionError) as error:
        rows = _whole_rows(text.strip(_SPACE))
        if not rows:
            raise refusal("json-broken", problem=str(error)) from error
        return rows, [Issue(code="cut-off-list", row=len(rows) + 1)]


def _list_of(content: object) -> list[Any]:
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else None
    if not isinstance(content, list):
        raise refusal("json-not-a-list")
    if not content:
        raise refusal("table-without-rows")
    return content


def _whole_rows(text: str) -> list[Any]:
    """Return the rows before the place where the text stops making sense."""
    if not text.startswith("["):
        return []
    decoder = json.JSONDecoder()
    rows: list[Any] = []
    place = 1
    while True:
        while place < len(text) and text[place] in f"{_SPACE},":
            place += 1
        try:
            row, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return rows
        rows.append(row)
