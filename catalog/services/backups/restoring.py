"""Put a backup back where nothing is yet: a restore never overwrites what is there."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect, make_url

from catalog.db import Database
from catalog.errors import BackupRefusedError
from catalog.permissions import Actor
from catalog.services.backups.manifest import FILES, SQLITE, Manifest, chunks, verify
from catalog.services.backups.writing import run_tool
from catalog.services.upkeep import ensure_runs

_OWN_ONLY = 0o600
_OWN_FOLDER = 0o700


def restore_backup(path: Path, url: str, data_dir: Path, *, actor: Actor) -> Manifest:
    """Put a backup back into an empty data folder and an empty database.

    Everything is compared with its hash first; nothing is written if anything is wrong. The
    search index is built anew when the server starts.

    Raises:
        PermissionDeniedError: The actor does not run the system.
        BackupRefusedError: The backup is not whole, something is there already, or the backup is
            of the other kind of database.
    """
    ensure_runs(actor)
    manifest = verify(path)
    is_embedded = make_url(url).get_backend_name() == "sqlite"
    if is_embedded != (manifest.database == SQLITE):
        raise BackupRefusedError(
            reason_zh="备份和设置里的数据库不是同一种",
            reason_en="the backup is of another kind of database than the settings name",
        )
    _ensure_empty(url, data_dir, manifest, is_embedded=is_embedded)
    data_dir.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=data_dir, prefix=".restore-") as scratch,
        zipfile.ZipFile(path) as archive,
    ):
        for member in manifest.members:
            _unpack(archive, member.name, Path(scratch) / member.name)
        dump = Path(scratch) / manifest.database
        if not is_embedded:
            run_tool("pg_restore", ["--no-owner", "--exit-on-error", str(dump)], url)
        for member in manifest.members:
            if member.name.startswith(FILES):
                target = data_dir / member.name.removeprefix(FILES)
                target.parent.mkdir(parents=True, exist_ok=True, mode=_OWN_FOLDER)
                os.replace(Path(scratch) / member.name, target)
        if is_embedded:
            # The database comes last: until it is there, the program finds none and says so.
            target = Path(make_url(url).database or "")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(dump, target)
    return manifest


def _ensure_empty(url: str, data_dir: Path, manifest: Manifest, *, is_embedded: bool) -> None:
    there = [
        member.name.removeprefix(FILES)
        for member in manifest.members
        if member.name.startswith(FILES) and (data_dir / member.name.removeprefix(FILES)).exists()
    ]
    if is_embedded:
        name = make_url(url).database or ""
        there += [name] if Path(name).exists() else []
    else:
        database = Database(url)
        try:
            with database.reading() as connection:
                there += inspect(connection).get_table_names()[:1]
        finally:
            database.close()
    if there:
        raise BackupRefusedError(
            reason_zh=f"{there[0]} 已经存在；请恢复到空的数据目录和空的数据库",
            reason_en=f"{there[0]} is there already: restore into an empty folder and database",
        )


def _unpack(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_ONLY)
    with os.fdopen(descriptor, "wb") as file, archive.open(name) as source:
        for chunk in chunks(source):
            file.write(chunk)
