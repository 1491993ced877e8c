"""A file as it was handed in: its name, bytes and hash, and how much of it may be read."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import msgspec

from catalog.records import Issue, Record
from catalog.rules.terms import BillStage
from importers.issues import refusal

T = TypeVar("T")

_CHUNK = 1 << 20
_MEGABYTE = 1 << 20


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one file may ask of the machine; the doors hand in their own."""

    max_bytes: int = 200 * _MEGABYTE
    max_unpacked_bytes: int = 2048 * _MEGABYTE
    max_unpacked_ratio: int = 200
    max_cells: int = 40_000_000


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where the lines of a file belong that does not say so itself.

    ``note_number`` and ``delivered_on`` are for a delivery list without them. ``of_materials``
    takes the materials of a bill that lists them beside its items, in place of the items.
    """

    project: str
    building: str
    stage: BillStage | None = None
    note_number: str | None = None
    delivered_on: dt.date | None = None
    of_materials: bool = False


class SourceFile:
    """A file to import, in memory or on disk."""

    def __init__(self, name: str, content: bytes | Path, *, limits: Limits | None = None) -> None:
        self.name = name
        self.content = content
        self.limits = limits or Limits()
        self._kept: dict[str, object] = {}

    @cached_property
    def size(self) -> int:
        """The length in bytes, known to be within the limits.

        Raises:
            ImportRefusedError: The file is empty, too large, or cannot be read.
        """
        if isinstance(self.content, bytes):
            size = len(self.content)
        else:
            try:
                size = self.content.stat().st_size
            except OSError as error:
                raise refusal("file-unreadable", name=self.name) from error
        if size == 0:
            raise refusal("file-empty", name=self.name)
        if size > self.limits.max_bytes:
            raise refusal(
                "file-too-large",
                name=self.name,
                size=str(-(-size // _MEGABYTE)),
                limit=str(self.limits.max_bytes // _MEGABYTE),
            )
        return size

    @cached_property
    def sha256(self) -> str:
        """The hash of the bytes, in hexadecimal."""
        digest = hashlib.sha256()
        with self.open() as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    @cached_property
    def line_ends(self) -> int:
        """How many line ends there are: of a text, about as many as rows, and never fewer."""
        with self.open() as stream:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(_CHUNK), b"")) + 1

    def open(self) -> BinaryIO:
        """Open the bytes for reading.

        Raises:
            ImportRefusedError: The file is empty, too large, or cannot be read.
        """
        if not self.size or isinstance(self.content, bytes):
            return io.BytesIO(cast("bytes", self.content))
        try:
            return self.content.open("rb")
        except OSError as error:
            raise refusal("file-unreadable", name=self.name) from error

    def head(self, length: int) -> bytes:
        """Return the first bytes."""
        with self.open() as stream:
            return stream.read(length)

    def keep(self, name: str, build: Callable[[], T]) -> T:
        """Return what was built under this name before, so that a file is opened once."""
        if name not in self._kept:
            self._kept[name] = build()
        return cast("T", self._kept[name])


class ReadOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a stretch of rows brought: the records understood, the issues met, the rows passed.

    ``rows_total`` is None where the number of rows is only known at the end.
    """

    records: list[Record]
    issues: list[Issue]
    rows_done: int
    rows_total: int | None = None
