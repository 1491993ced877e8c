"""Make a dump: every public fact in every form, of one moment, there as a whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from catalog.db import Database
from catalog.records import EpdRecord, Kind
from catalog.rules.periods import CHINA
from catalog.services import catalogue, changes, epds, open_data
from catalog.views.open_data import FORMAT, Dump, DumpFile
from importers.dump import tables, words
from importers.dump.folder import MANIFEST, UNFINISHED, drop_old
from importers.epd.write_ilcd import write_ilcds
from importers.epd.write_openepd import write_openepds
from importers.table.write import write_table

SCHEMA = "schema.json"
TEMPLATE = "products-and-certificates"
"""The table that ``lucai import`` takes in as it is."""
# Forms that have no place to mark a record in say by their names that some were made up.
MADE_UP = "synthetic-"
_PIECE = 1 << 20
_HEADER_LANGUAGE = "zh"


def make_dump(
    database: Database,
    folder: Path,
    *,
    keep: int,
    now: dt.datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Dump:
    """Write a dump below the folder, and drop all but the last ``keep``; readers see whole ones.

    All files are of one state of the database, and ``changes_since`` is where the change feed
    goes on from it. ``progress`` is told how many files are done.

    Raises:
        FileExistsError: There is a dump of this very second.
    """
    key = f"{now:%Y%m%dT%H%M%SZ}"
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        with database.snapshot() as connection:
            dump = _written(connection, place, key, now, progress)
        (place / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(dump)))
        if (folder / key).exists():
            raise FileExistsError(folder / key)
        place.chmod(0o755)
        place.rename(folder / key)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    drop_old(folder, keep=keep)
    return dump


def _written(
    connection: Connection,
    place: Path,
    key: str,
    now: dt.datetime,
    progress: Callable[[int], None],
) -> Dump:
    on = now.astimezone(CHINA).date()
    files: list[DumpFile] = []
    contains_synthetic = catalogue.shows_synthetic(connection)
    for file in _files(connection, place, on, MADE_UP if contains_synthetic else ""):
        files.append(file)
        progress(len(files))
    zh, en = words.terms()
    return Dump(
        format=FORMAT,
        key=key,
        made_at=now,
        on=on,
        changes_since=changes.last_change(connection),
        contains_synthetic=contains_synthetic,
        terms_zh=zh,
        terms_en=en,
        files=files,
    )


def _files(connection: Connection, place: Path, on: dt.date, prefix: str) -> Iterator[DumpFile]:
    """Write every file; those that cannot mark a record bear the prefix in their names."""
    name = f"{prefix}{TEMPLATE}.csv"
    rows = _write_template(connection, place / name)
    yield _file(place, name, TEMPLATE, tables.FORMS[tables.CSV], rows)
    for table in open_data.TABLES:
        rows = tables.write_table(
            place, table, open_data.columns(table), open_data.rows(connection, table, on=on)
        )
        for form, media_type in tables.FORMS.items():
            yield _file(place, f"{table}.{form}", table, media_type, rows)
    records = [epds.epd_record(connection, one) for one in epds.epd_keys(connection, "")]
    if records:
        yield from _declarations(place, records, prefix)
    content = msgspec.json.format(msgspec.json.encode(words.tables()))
    (place / SCHEMA).write_bytes(content)
    yield _file(place, SCHEMA, "schema", "application/json", len(words.tables()))


def _write_template(connection: Connection, path: Path) -> int:
    """Write our own table of products with their papers; return how many rows it has."""
    rows = 0
    with path.open("wb") as stream:
        stream.write(write_table(Kind.PRODUCTS, (), _HEADER_LANGUAGE, "csv"))
        for records in open_data.product_rows(connection):
            content = io.BytesIO(write_table(Kind.PRODUCTS, records, _HEADER_LANGUAGE, "csv"))
            content.readline()
            shutil.copyfileobj(content, stream)
            rows += len(records)
    return rows


def _declarations(place: Path, records: list[EpdRecord], prefix: str) -> Iterator[DumpFile]:
    """Write the declarations as what others read; what came in such a form goes out as it came."""
    for ending, form, media_type, write in (
        ("openepd.json", "openepd", "application/json", write_openepds),
        ("ilcd.zip", "ilcd", "application/zip", write_ilcds),
    ):
        name = f"{prefix}declarations.{ending}"
        (place / name).write_bytes(write(records).content)
        file = _file(place, name, "declarations", media_type, len(records))
        yield msgspec.structs.replace(file, form=form)


def _file(place: Path, name: str, table: str, media_type: str, rows: int) -> DumpFile:
    digest = hashlib.sha256()
    path = place / name
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return DumpFile(
        name=name,
        table=table,
        form=path.suffix[1:],
        media_type=media_type,
        rows=rows,
        size=path.stat().st_size,
        sha256=digest.hexdigest(),
    )
