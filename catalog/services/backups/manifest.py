"""What a backup says of itself: the first thing that is read of it, and what it is checked by."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from catalog.errors import BackupRefusedError

NAME = "manifest.json"
ENDING = ".lucai-backup.zip"
VERSION = 1
SQLITE, POSTGRESQL = "database.sqlite", "database.pgdump"
FILES = "files/"
_CHUNK = 1 << 20
# What reading a damaged or foreign archive raises: an encrypted one is a RuntimeError.
_UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)


class Member(msgspec.Struct, frozen=True):
    """A file in a backup with its size in bytes and its SHA-256."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds: ``schema`` is the version of the tables, ``database`` the dump's name.

    ``has_keys`` tells whether the secret key and the signing keys are in it.
    """

    version: int
    made_at: dt.datetime
    schema: str
    database: str
    has_keys: bool
    members: list[Member]


class BackupView(msgspec.Struct, frozen=True, kw_only=True):
    """A backup in the folder; ``trouble`` says why it cannot be read, if it cannot."""

    name: str
    size: int
    made_at: dt.datetime | None
    schema: str | None
    has_keys: bool
    files: int
    trouble: str | None


def manifest_of(path: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        BackupRefusedError: It is no backup, or one of a later program.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            found = msgspec.json.decode(archive.read(NAME), type=Manifest)
    except (*_UNREADABLE, KeyError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise BackupRefusedError(
            reason_zh=f"{path.name} 不是完整的备份文件", reason_en=f"{path.name} is no whole backup"
        ) from error
    if found.version != VERSION or found.database not in (SQLITE, POSTGRESQL):
        raise BackupRefusedError(
            reason_zh=f"{path.name} 是另一版程序的备份",
            reason_en=f"{path.name} was written by another version of the program",
        )
    return found


def verify(path: Path, *, progress: Callable[[int], None] = lambda _: None) -> Manifest:
    """Read a backup to its end and compare every file in it with its hash; return what it says.

    ``progress`` is told how many files are done.

    Raises:
        BackupRefusedError: A file is missing, too many, or not what it was.
    """
    manifest = manifest_of(path)
    with zipfile.ZipFile(path) as archive:
        there = {info.filename for info in archive.infolist()} - {NAME}
        if there != {member.name for member in manifest.members}:
            raise _broken(path.name, "—")
        for number, member in enumerate(manifest.members):
            progress(number)
            if not is_inside(member.name):
                raise _broken(path.name, member.name)
            try:
                with archive.open(member.name) as file:
                    is_same = digest_of(file) == (member.size, member.sha256)
            except _UNREADABLE as error:
                raise _broken(path.name, member.name) from error
            if not is_same:
                raise _broken(path.name, member.name)
    return manifest


def digest_of(file: IO[bytes]) -> tuple[int, str]:
    """Return the size and the SHA-256 of what is left of a file."""
    size, digest = 0, hashlib.sha256()
    for chunk in chunks(file):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    while chunk := file.read(_CHUNK):
        yield chunk


def is_inside(name: str) -> bool:
    """Tell whether a name in a backup stays in the folder that it is put back into."""
    path = PurePosixPath(name)
    # A name with "//" in it is absolute as soon as its first part is taken away.
    is_plain = path.as_posix() == name and "\\" not in name
    return is_plain and not path.is_absolute() and ".." not in path.parts


def listed(folder: Path) -> list[BackupView]:
    """Return the backups in a folder, the latest first; nothing in them is compared."""
    if not folder.is_dir():
        return []
    found = [_view(path) for path in folder.glob(f"*{ENDING}")]
    latest = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda each: (each.made_at or latest, each.name), reverse=True)


def _view(path: Path) -> BackupView:
    size = path.stat().st_size
    try:
        manifest = manifest_of(path)
    except BackupRefusedError as error:
        return BackupView(
            name=path.name,
            size=size,
            made_at=None,
            schema=None,
            has_keys=False,
            files=0,
            trouble=error.code,
        )
    return BackupView(
        name=path.name,
        size=size,
        made_at=manifest.made_at,
        schema=manifest.schema,
        has_keys=manifest.has_keys,
        files=len(manifest.members),
        trouble=None,
    )


def _broken(name: str, member: str) -> BackupRefusedError:
    return BackupRefusedError(
        reason_zh=f"{name} 里的 {member} 与清单不符",
        reason_en=f"{member} in {name} is not what the manifest says",
    )
