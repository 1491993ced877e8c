"""A 100,000-row workbook of products with certificates: from file to committed rows, and indexed.

Each part runs in a process of its own, so that its peak memory is its own. The near limit reads
the same workbook with fastexcel and writes its cells with executemany into one plain table.
"""

from __future__ import annotations

import multiprocessing
import resource
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import fastexcel
import xlsxwriter

from benchmarks import stores
from benchmarks.report import show
from catalog.db import Database
from importers.lookups import Lookups
from importers.reader import SourceFile
from importers.run import Request, import_file
from importers.table.columns import columns_of
from search.engines.tantivy import TantivyEngine
from search.worker import catch_up
from seed_data import demo

ROWS = 100_000
SEED = 20260601


def write_workbook(path: Path, rows: int) -> None:
    """Write demo products in the layout of our own template."""
    from catalog.records import Kind  # noqa: PLC0415  Only this process writes.

    columns = columns_of(Kind.PRODUCTS)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [column.zh for column in columns.values()])
    for number, record in enumerate(demo.generate_products(SEED, rows), start=1):
        paper = record.certificate
        cells: dict[str, Any] = {
            "company": record.company.name,
            "credit_code": record.company.credit_code,
            "company_division": record.company.division,
            "company_address": record.company.address,
            "name": record.name,
            "category": record.category,
            "brand": record.brand,
            "model": record.model,
            "scope": record.scope,
            "description": record.description,
        }
        if paper:
            cells |= {
                "certificate_body": paper.body,
                "certificate_number": paper.number,
                "star": paper.star,
                "standard": paper.standard,
                "issued_on": paper.issued_on,
                "reissued_on": paper.reissued_on,
                "valid_from": paper.valid_from,
                "valid_to": paper.valid_to,
                "state": paper.state,
                "state_on": paper.state_on,
                "state_reason": paper.state_reason,
                "applicant": paper.applicant,
                "manufacturer": paper.manufacturer,
                "factory": paper.factory,
                "factory_address": paper.factory_address,
            }
        unknown = set(cells) - set(columns)
        if unknown:
            raise KeyError(f"the template has no columns {unknown}")
        sheet.write_row(
            number, 0, ["" if (v := cells.get(name)) is None else str(v) for name in columns]
        )
    book.close()


def near_limit(path: Path) -> dict[str, float]:
    """Read with fastexcel and write the cells as they are."""
    started = time.perf_counter()
    frame = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
    rows = frame.rows()
    with TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/plain.db")
        connection.execute("PRAGMA journal_mode = WAL")
        names = ", ".join(f"c{i}" for i in range(frame.width))
        connection.execute(f"CREATE TABLE t ({names})")
        marks = ", ".join("?" * frame.width)
        with connection:
            connection.executemany(f"INSERT INTO t VALUES ({marks})", rows)
        connection.close()
    return {"rows": len(rows), "seconds": time.perf_counter() - started}


def _import(database: Database, path: Path) -> dict[str, float]:
    started = time.perf_counter()
    report = import_file(
        database,
        SourceFile(path.name, path),
        Lookups.from_seed(),
        Request(actor=stores.OPERATOR),
        clock=stores.clock,
    )
    seconds = time.perf_counter() - started
    return {"rows": report.read, "refused": report.refused, "seconds": seconds}


def ours_sqlite(path: Path) -> dict[str, float]:
    """Import into SQLite, then let the index catch up."""
    with stores.sqlite() as (database, folder):
        found = _import(database, path)
        found["peak_mb"] = _peak_mb()
        engine = TantivyEngine(folder / "index")
        started = time.perf_counter()
        found["documents"] = catch_up(database, engine)
        found["index_seconds"] = time.perf_counter() - started
        engine.close()
        return found


def ours_postgresql(path: Path) -> dict[str, float]:
    """Import into PostgreSQL."""
    with stores.postgresql() as database:
        return _import(database, path)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _child(work: Callable[[Path], dict[str, float]], path: Path, queue: Any) -> None:  # noqa: ANN401  A queue of any kind.
    found = work(path)
    found.setdefault("peak_mb", _peak_mb())
    queue.put(found)


def alone(work: Callable[[Path], dict[str, float]], path: Path) -> dict[str, float]:
    """Run the work in a process of its own and return what it measured."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_child, args=(work, path, queue))
    process.start()
    found: dict[str, float] = queue.get()
    process.join()
    return found


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "products.xlsx"
        write_workbook(path, ROWS)
        limit = alone(near_limit, path)
        ours = alone(ours_sqlite, path)
        server = alone(ours_postgresql, path)
    speed = limit["rows"] / limit["seconds"]
    rows = []
    for name, found in (
        ("near limit: fastexcel + executemany", limit),
        ("lucai → SQLite", ours),
        ("lucai → PostgreSQL", server),
    ):
        pace = found["rows"] / found["seconds"]
        rows.append([name, int(found["rows"]), found["seconds"], pace, pace / speed,
                     found["peak_mb"]])  # fmt: skip
    pace = ours["documents"] / ours["index_seconds"]
    rows.append(["index catches up", int(ours["documents"]), ours["index_seconds"], pace, "—", "—"])
    columns = ["100,000 rows of XLSX", "rows", "s", "rows/s", "of near limit", "peak MB"]
    show("Import: products with certificates", columns, rows)
