"""The statements of a STEP physical file (ISO 10303-21), the exchange form of IFC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import msgspec

from importers.ifc.text import decoded
from importers.issues import refusal

# Every repetition is possessive: a damaged file costs one pass over its bytes, not many.
_STATEMENT = re.compile(rb"(?:[^;'/]++|'[^']*+'|/\*(?:[^*]++|\*(?!/))*+\*/|/(?!\*))*+;", re.DOTALL)
_LEAD = re.compile(rb"(?:\s++|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_COMMENT = re.compile(rb"('[^']*+')|/\*(?:[^*]++|\*(?!/))*+\*/")
_INSTANCE = re.compile(rb"\s*#(\d{1,18})\s*=\s*([A-Za-z][A-Za-z0-9_]*)\s*(\(.*\))\s*;", re.DOTALL)
_KEYWORD = re.compile(rb"\s*([A-Za-z][A-Za-z0-9_-]*)\s*(\(.*\))?\s*;", re.DOTALL)
_TOKEN = re.compile(
    rb"\s*+(?:#(?P<reference>\d{1,18})(?!\d)"
    rb"|'(?P<text>(?:[^']++|'')*+)'"
    rb"|(?P<number>[+-]?\d{1,60}(?:\.\d{0,60})?(?:[eE][+-]?\d{1,2})?)(?![\d.eE])"
    rb"|\.(?P<word>[A-Za-z0-9_]+)\."
    rb'|"(?P<binary>[0-9A-Fa-f]*)"'
    rb"|(?P<name>[A-Za-z][A-Za-z0-9_]*)(?=\s*+\()"
    rb"|(?P<sign>[(),$*]))"
)
_MAX_DEPTH = 32
_LAST = "END-ISO-10303-21"


class StepError(Exception):
    """A statement that cannot be read."""


class Reference(int):
    """The number of another instance."""


class Word(str):
    """A word of a closed list, such as ``.METRE.``."""

    __slots__ = ()


class Typed(msgspec.Struct, frozen=True):
    """A value with its type, such as ``IFCLENGTHMEASURE(0.3048)``."""

    name: str
    values: tuple[Value, ...]


Value = Reference | Word | Typed | str | Decimal | tuple["Value", ...] | None


class Instance(msgspec.Struct, frozen=True):
    """One instance: its number, its type in capitals, its values, and its row in the file."""

    number: int
    type: str
    values: tuple[Value, ...]
    row: int

    def at(self, position: int) -> Value:
        """Return a value, None if it is not given."""
        return self.values[position] if position < len(self.values) else None

    def text(self, position: int) -> str:
        """Return a text in one line, "" if it is not given."""
        value = self.at(position)
        plain = isinstance(value, str) and not isinstance(value, Word)
        return " ".join(str(value).split()) if plain else ""

    def number_at(self, position: int) -> Decimal | None:
        """Return a number, None if it is not given."""
        value = self.at(position)
        while isinstance(value, Typed):
            value = value.values[0] if value.values else None
        return value if isinstance(value, Decimal) else None

    def references(self, position: int) -> list[int]:
        """Return the numbers of the instances that a value leads to, those in lists as well."""
        found: list[int] = []
        waiting = [self.at(position)]
        while waiting:
            value = waiting.pop()
            if isinstance(value, Reference):
                found.append(int(value))
            elif isinstance(value, Typed):
                waiting += reversed(value.values)
            elif isinstance(value, tuple):
                waiting += reversed(value)
        return found


class StepFile(msgspec.Struct):
    """The instances of the wanted types, and what could not be read.

    ``numbers`` are those of every instance, wanted or not. ``broken`` are the rows of statements
    that say nothing; ``twice`` of those whose number was taken. From ``cut_off`` on nothing was
    read.
    """

    schema: str = ""
    instances: dict[int, Instance] = {}
    numbers: set[int] = set()
    broken: list[int] = []
    twice: list[int] = []
    cut_off: int | None = None


def read_step(
    content: bytes, wanted: Callable[[str], bool], *, most: int | None = None
) -> StepFile:
    """Return the instances of the wanted types, in the order of the file.

    Raises:
        ImportRefusedError: There are more of them than ``most``.
    """
    file = StepFile()
    has_ended = False
    row = 1
    for row, statement in _statements(content):
        instance = _INSTANCE.fullmatch(statement)
        if instance is not None:
            _take(file, instance, row, wanted)
            if most is not None and len(file.instances) > most:
                raise refusal("ifc-too-large", limit=str(most))
            continue
        keyword = _KEYWORD.fullmatch(statement)
        word = keyword[1].upper().decode() if keyword else ""
        if keyword is None or (word == "FILE_SCHEMA" and not keyword[2]):
            file.broken.append(row)
        elif word == "FILE_SCHEMA":
            file.schema = _schema_in(keyword[2])
        has_ended = has_ended or word == _LAST
    if not has_ended:
        file.cut_off = row
    return file


def parsed(text: bytes) -> tuple[Value, ...]:
    """Return the values of a list in brackets.

    Raises:
        StepError: It is none.
    """
    lists: list[list[Value]] = [[]]
    names: list[str | None] = []
    name: str | None = None
    needs_value = True
    position = 0
    while position < len(text.rstrip()):
        token = _TOKEN.match(text, position)
        if token is None:
            raise StepError
        position = token.end()
        sign = token["sign"]
        if sign == b"(" and needs_value and len(lists) <= _MAX_DEPTH:
            lists.append([])
            names.append(name)
            name = None
        elif sign == b")" and names and (not needs_value or not lists[-1]):
            values = tuple(lists.pop())
            kind = names.pop()
            lists[-1].append(values if kind is None else Typed(kind, values))
            needs_value = False
        elif sign == b"," and not needs_value and names:
            needs_value = True
        elif token["name"] is not None and needs_value:
            name = token["name"].upper().decode()
        elif sign not in (b"(", b")", b",") and needs_value and names:
            lists[-1].append(_value(token))
            needs_value = False
        else:
            raise StepError
    if names or len(lists[0]) != 1 or not isinstance(lists[0][0], tuple):
        raise StepError
    return lists[0][0]


def _statements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each statement with the row in which it begins."""
    position, row = 0, 1
    while found := _STATEMENT.match(content, position):
        statement = found[0]
        lead = _LEAD.match(statement)
        start = row + (lead[0].count(b"\n") if lead else 0)
        if b"/*" in statement:
            statement = _COMMENT.sub(lambda part: part[1] or b"", statement)
        yield start, statement
        row += content.count(b"\n", position, found.end())
        position = found.end()


def _take(file: StepFile, found: re.Match[bytes], row: int, wanted: Callable[[str], bool]) -> None:
    number, kind = int(found[1]), found[2].upper().decode()
    if number in file.numbers:
        file.twice.append(row)
        return
    file.numbers.add(number)
    if wanted(kind):
        try:
            file.instances[number] = Instance(number, kind, parsed(found[3]), row)
        except StepError:
            file.broken.append(row)


def _schema_in(text: bytes) -> str:
    try:
        (names,) = parsed(text)
    except (StepError, ValueError):
        return ""
    first = names[0] if isinstance(names, tuple) and names else ""
    return first.upper() if isinstance(first, str) else ""


def _value(token: re.Match[bytes]) -> Value:
    if token["reference"] is not None:
        return Reference(token["reference"])
    if token["text"] is not None:
        return decoded(token["text"].replace(b"''", b"'"))
    if token["number"] is not None:
        return Decimal(token["number"].decode())
    if token["word"] is not None:
        return Word(token["word"].decode().upper())
    # What is in bits says nothing of quantities; $ is no value, and * one that follows from others.
    return None
