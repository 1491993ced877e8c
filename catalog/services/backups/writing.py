"""Write a backup while the server runs: one archive with everything that cannot be made anew."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import make_url

from catalog.db import Database
from catalog.errors import BackupRefusedError
from catalog.evidence_files import EVIDENCE
from catalog.permissions import Actor
from catalog.services.backups.manifest import (
    ENDING,
    FILES,
    NAME,
    POSTGRESQL,
    SQLITE,
    VERSION,
    Manifest,
    Member,
    chunks,
    digest_of,
    verify,
)
from catalog.services.migrating import current_version
from catalog.services.upkeep import ensure_runs

SIGNING = "signing"
KEY_FILE = "secret.key"
IMPORTED = "files"
_KEYS = (KEY_FILE, SIGNING)
_ALWAYS = (EVIDENCE, IMPORTED)
_PAGES_AT_ONCE = 2_000


def write_backup(
    database: Database,
    data_dir: Path,
    folder: Path,
    *,
    with_keys: bool,
    actor: Actor,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Path:
    """Write a backup into the folder and read it again to its end; return where it is.

    The search index and the figures' caches are left out: they can be made anew. The file is
    nobody's but its owner's to read, for it holds all secrets; without the keys the sealed ones
    in it (second factors, webhook secrets) open nowhere else.

    Raises:
        PermissionDeniedError: The actor does not run the system.
        BackupRefusedError: The database cannot be copied, or the backup does not read back.
    """
    ensure_runs(actor)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}{ENDING}"
    if path.exists():
        raise BackupRefusedError(
            reason_zh=f"{path.name} 已经存在", reason_en=f"{path.name} is there already"
        )
    draft = path.with_name(f".{path.name}.part")
    try:
        with TemporaryDirectory(dir=folder, prefix=".backup-") as scratch:
            dump = _dump(database, Path(scratch))
            members = _write(draft, dump, data_dir, with_keys=with_keys, progress=progress)
            manifest = Manifest(
                version=VERSION,
                made_at=now,
                schema=current_version(database) or "",
                database=dump.name,
                has_keys=with_keys and any(m.name == f"{FILES}{KEY_FILE}" for m in members),
                members=members,
            )
            with zipfile.ZipFile(draft, "a", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(NAME, msgspec.json.format(msgspec.json.encode(manifest)))
        verify(draft)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _write(
    draft: Path, dump: Path, data_dir: Path, *, with_keys: bool, progress: Callable[[int], None]
) -> list[Member]:
    members = []
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "wb") as target,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for source, name in _sources(dump, data_dir, with_keys=with_keys):
            try:
                members.append(_add(archive, source, name))
            except FileNotFoundError:
                continue  # A kept import's file was cleared away meanwhile.
            progress(len(members))
    return members


def _sources(dump: Path, data_dir: Path, *, with_keys: bool) -> Iterator[tuple[Path, str]]:
    yield dump, dump.name
    for part in (*_ALWAYS, *(_KEYS if with_keys else ())):
        root = data_dir / part
        found = [root] if root.is_file() else sorted(root.rglob("*"))
        for path in found:
            if path.is_file():
                yield path, f"{FILES}{path.relative_to(data_dir).as_posix()}"


def _add(archive: zipfile.ZipFile, source: Path, name: str) -> Member:
    with source.open("rb") as file:
        size, sha256 = digest_of(file)
        file.seek(0)
        info = zipfile.ZipInfo.from_file(source, name, strict_timestamps=False)
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as target:
            for chunk in chunks(file):
                target.write(chunk)
    return Member(name, size, sha256)


def _dump(database: Database, scratch: Path) -> Path:
    """Return a copy of the database as it was at one moment."""
    url = database.engine.url
    if database.is_embedded:
        target = scratch / SQLITE
        with (
            closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # A writer is let in between two steps; what it changes is copied anew.
            source.backup(copy, pages=_PAGES_AT_ONCE, sleep=0.001)
        return target
    target = scratch / POSTGRESQL
    run_tool(
        "pg_dump", ["--format=custom", "--no-owner", f"--file={target}"],
        url.render_as_string(hide_password=False),
    )  # fmt: skip
    return target


def run_tool(name: str, arguments: list[str], url: str) -> None:
    """Run a tool of PostgreSQL's on a database; the password goes by its environment.

    Raises:
        BackupRefusedError: The tool is not installed, or it failed.
    """
    tool = shutil.which(name)
    if tool is None:
        raise BackupRefusedError(
            reason_zh=f"这台机器没有 {name}，请安装与服务器同版本的 PostgreSQL 客户端",
            reason_en=f"{name} is not installed: it comes with PostgreSQL's client tools",
        )
    parts = make_url(url).set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": parts.password or ""}
    bare = parts.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603  Only our own arguments.
        [tool, f"--dbname={bare}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["—"]
        raise BackupRefusedError(
            reason_zh=f"{name} 失败：{said[0]}", reason_en=f"{name} failed: {said[0]}"
        )
