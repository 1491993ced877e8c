"""An edition of 100,000 entries as a workbook, as CSV and as JSON: seconds, and memory besides."""

from __future__ import annotations

import asyncio
import datetime as dt
import multiprocessing
import time
from collections.abc import AsyncIterable, Callable, Iterator
from pathlib import Path
from typing import cast

from litestar.response import Stream

import api.app  # noqa: F401  Rooms of pages name each other; it takes them in order.
from api.edition_files import edition_csv, edition_workbook
from api.rest.editions import edition_json
from benchmarks.report import show
from benchmarks.stores import clock, sqlite
from catalog import audit
from catalog.db import Database
from catalog.models.edition import Edition, EditionLine
from catalog.repositories import bulk
from catalog.rules.editions import FORMAT, EditionEntry, EditionHead, spelled, words_of
from catalog.rules.publication import canonical
from catalog.rules.terms import EditionKind

ENTRIES = 100_000
KEY = "catalogue-2026-1"
_CATEGORIES = 40
_ALLOWED_MB = 60
_KIB_IN_MB = 1024


def _entry(number: int) -> EditionEntry:
    return EditionEntry(
        key=f"{number:016x}", product=f"{number:016x}", name=f"蒸压加气混凝土砌块 {number}",
        brand="绿洲", model=f"A3.5 B06 {number % 997}", scope=None,
        category=f"category-{number * _CATEGORIES // ENTRIES:03d}", company=f"{number % 3000:016x}",
        company_name=f"第 {number % 3000} 建材有限公司", credit_code=None, division=None,
        certificate=f"{number:016x}", certificate_number=f"CTC-2026-{number:06d}",
        body="示例认证中心", star=number % 3 + 1, standard="T/CECS 10047-2019",
        factory=None, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2030, 1, 1),
    )  # fmt: skip


def _fill(database: Database) -> None:
    head = EditionHead(
        format=FORMAT, kind=EditionKind.CATALOGUE, year=2026, number=1, as_of=dt.date(2026, 6, 1),
        known_at=clock(), categories={}, divisions={},
    )  # fmt: skip
    row = {
        "key": KEY, "kind": EditionKind.CATALOGUE, "year": 2026, "number": 1, "as_of": head.as_of,
        "head": canonical(head).decode(), "content_hash": "0" * 64, "entries": ENTRIES,
        "is_synthetic": True, "published_at": clock(), "published_by": "benchmark", "note": None,
    }  # fmt: skip
    with database.transaction() as session:
        audit.waive(session.connection())
        (edition,) = bulk.insert_mappings(session, bulk.table_of(Edition), [row])
        bulk.insert_mappings(
            session,
            bulk.table_of(EditionLine),
            [
                {"edition_id": edition, "position": number, "words": words_of(entry),
                 "content": spelled(entry).decode()}
                for number, entry in enumerate(map(_entry, range(ENTRIES)))
            ],
        )  # fmt: skip


def _measured(kind: str, url: str) -> tuple[float, float, float]:
    """Return seconds of the processor, megabytes of memory besides, and megabytes of the file."""
    database = Database(url)
    made: dict[str, Callable[[], Stream]] = {
        "xlsx": lambda: edition_workbook(database, KEY, "zh"),
        "csv": lambda: edition_csv(database, KEY, "zh"),
        "json": lambda: edition_json(database, KEY),
    }
    # Every reading fills the connection's own cache of the database: it is full before.
    asyncio.run(_sent(edition_json(database, KEY)))
    before, began = _peak_mb(), time.process_time()
    size = asyncio.run(_sent(made[kind]()))
    spent, after = time.process_time() - began, _peak_mb()
    database.close()
    return spent, after - before, size / 1e6


async def _sent(answer: Stream) -> int:
    found = answer.iterator
    if isinstance(found, AsyncIterable):
        return sum([len(piece) async for piece in found])
    return sum(len(piece) for piece in cast("Iterator[bytes]", found))


def _peak_mb() -> float:
    # What resource tells begins with the peak of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / _KIB_IN_MB


def main() -> None:
    """Measure each kind in a process of its own, and print."""
    rows = []
    with sqlite() as (database, folder):
        _fill(database)
        url = f"sqlite:///{folder}/lucai.db"
        processes = multiprocessing.get_context("spawn")
        for kind in ("xlsx", "csv", "json"):
            with processes.Pool(1) as pool:
                spent, more, size = pool.apply(_measured, (kind, url))
            rows.append([kind, spent, more, size, "yes" if more <= _ALLOWED_MB else "no"])
    show(
        f"Editions: {ENTRIES:,} entries as a file",
        ["", "processor s", "memory besides MB", "file MB", f"≤ {_ALLOWED_MB} MB"],
        rows,
    )


if __name__ == "__main__":
    main()
