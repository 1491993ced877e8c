"""ZIP archives that others packed: nothing in them is trusted, and nothing is written to disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Severity
from importers.issues import refusal
from importers.source import SourceFile
from importers.table.rows import NOT_TEXT

DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError,
    NotImplementedError, RuntimeError, KeyError, UnicodeError, IndexError, OverflowError,
)  # fmt: skip

_MAGIC = b"PK"
_SHOWN = 100
_ENCRYPTED_FLAG = 1
_ALWAYS_FINE_BYTES = 32 << 20
_MOST_ENTRIES = 200_000
_ARCHIVES = (".zip", ".epb", ".7z", ".rar", ".gz", ".tar", ".jar")


class Archive:
    """An open archive whose entries are known to be few, small and plainly named."""

    def __init__(self, zip_file: zipfile.ZipFile) -> None:
        self._zip = zip_file
        self.names: list[str] = []
        self.issues: list[Issue] = []
        entries = [info for info in zip_file.infolist() if not info.filename.endswith("/")]
        seen: set[str] = set()
        for info in entries:
            if info.filename.lower().endswith(_ARCHIVES):
                self._refuse(info.filename, "zip-nested")
            elif not _is_plain(info.filename):
                self._refuse(info.filename, "zip-path")
            elif info.filename in seen:
                self._refuse(info.filename, "zip-doubled-name")
            else:
                seen.add(info.filename)
                self.names.append(info.filename)

    def read(self, name: str) -> bytes:
        """Return an entry; it is never longer than the archive said before it was let in.

        Raises:
            ImportRefusedError: The archive is damaged.
        """
        try:
            return self._zip.read(name)
        except DAMAGE as error:
            raise refusal("zip-damaged") from error

    def _refuse(self, name: str, code: str) -> None:
        shown = NOT_TEXT.sub("\ufffd", name[:_SHOWN])
        self.issues.append(Issue(code=code, severity=Severity.ERROR, value=shown))


@contextmanager
def open_archive(source: SourceFile) -> Iterator[Archive]:
    """Open an archive.

    Raises:
        ImportRefusedError: It is damaged, encrypted, or would unpack to far more than it holds.
    """
    with source.open() as stream:
        try:
            zip_file = zipfile.ZipFile(stream)
        except DAMAGE as error:
            raise refusal("zip-damaged") from error
        with zip_file:
            _refuse_bomb(source, zip_file)
            yield Archive(zip_file)


def names_in(source: SourceFile) -> list[str]:
    """Return the names in an archive, none if it is no archive that can be opened."""
    try:
        if not source.head(len(_MAGIC)).startswith(_MAGIC):
            return []
        with source.open() as stream, zipfile.ZipFile(stream) as zip_file:
            return zip_file.namelist()
    except (*DAMAGE, ImportRefusedError):
        return []


def _refuse_bomb(source: SourceFile, zip_file: zipfile.ZipFile) -> None:
    entries = zip_file.infolist()
    if any(info.flag_bits & _ENCRYPTED_FLAG for info in entries):
        raise refusal("zip-encrypted")
    limits = source.limits
    unpacked = sum(info.file_size for info in entries)
    allowed = max(_ALWAYS_FINE_BYTES, source.size * limits.max_unpacked_ratio)
    if len(entries) > _MOST_ENTRIES or unpacked > min(limits.max_unpacked_bytes, allowed):
        raise refusal("zip-bomb", size=str(unpacked >> 20))


def _is_plain(name: str) -> bool:
    """Return whether a name stays inside the archive on every system."""
    path = PurePosixPath(name.replace("\\", "/"))
    return bool(name) and not (
        path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name
    )
