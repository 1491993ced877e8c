"""What search is measured on: 100,000 demo products, or the registry files that others collected.

The databases are filled as the product fills them. ``BENCH_KEEP`` may name a folder in which they
are kept, so that a second run need not fill them again.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import stores
from catalog.db import Database
from catalog.records import Kind
from catalog.repositories import documents
from catalog.services.receiving import runs
from cli.demo import _batches
from importers.lookups import Lookups
from importers.reader import ReadOutcome, SourceFile
from importers.run import ImportReport, Request, import_file, receive_in_batches
from search import sync
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.projection import product_document
from seed_data import demo

PRODUCTS = 100_000
SEEN_SEED, UNSEEN_SEED = 20260601, 19491001
REGISTRY = Path(__file__).parents[2] / "shared" / "data" / "registry"
_REGISTRY_FILES = (
    "tabc_core_dev_jiankang_600.json",
    "real_floor_all_data.json",
    "real_paint_all_data.json",
    "real_wall_30_data.json",
)
_PAGE = 5_000


@contextmanager
def demo_database(seed: int, products: int = PRODUCTS) -> Iterator[tuple[Database, Path]]:
    """Yield a database of demo products, and the folder that it lies in."""
    with _folder(f"demo-{seed}-{products}") as folder:
        path = folder / "lucai.db"
        if not path.exists():
            _fill(folder / "filling.db", seed, products)
            (folder / "filling.db").rename(path)
        database = Database(f"sqlite:///{path}")
        try:
            yield database, folder
        finally:
            database.close()


@contextmanager
def registry_database() -> Iterator[Database]:
    """Yield a database of the registry files, read by our own importer."""
    with stores.sqlite() as (database, _):
        for name in _REGISTRY_FILES:
            source = SourceFile(name, REGISTRY / name)
            request = Request(actor=stores.OPERATOR)
            import_file(database, source, Lookups.from_seed(), request, clock=stores.clock)
        yield database


def has_registry() -> bool:
    """Tell whether the registry files are at hand."""
    return all((REGISTRY / name).exists() for name in _REGISTRY_FILES)


def all_documents(database: Database, *, most: int | None = None) -> list[ProductDocument]:
    """Return the documents of the listed products, or of the first so many, in order of id."""
    found: list[ProductDocument] = []
    with database.reading() as connection:
        while (most is None or len(found) < most) and (
            ids := documents.living_ids(connection, after=found[-1].id if found else 0, limit=_PAGE)
        ):
            page = [product_document(product) for product in documents.by_ids(connection, ids)]
            found += sorted(page, key=lambda document: document.id)
    return found


def fill_index(database: Database, engine: SearchEngine) -> int:
    """Fill an engine from the database as the product does; return how many documents."""
    return sync.rebuild(database, engine, prolong=lambda: None)


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    kept = os.environ.get("BENCH_KEEP")
    if kept:
        folder = Path(kept) / name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with TemporaryDirectory() as temporary:
        yield Path(temporary)


def _fill(path: Path, seed: int, products: int) -> None:
    path.unlink(missing_ok=True)
    database = stores.prepared(f"sqlite:///{path}")
    new = runs.NewRun(
        kind=Kind.PRODUCTS, source="bench", file_name="bench", file_hash="bench", is_synthetic=True
    )
    outcomes = (
        ReadOutcome(records=[*batch], issues=[], rows_done=0)
        for batch in _batches(demo.generate_products(seed, products))
    )
    report = ImportReport(kind=Kind.PRODUCTS, source="bench")
    receive_in_batches(database, new, outcomes, stores.OPERATOR, report, clock=stores.clock)
    database.close()
    # The index is filled by a rebuild; what waits for the worker would only be done twice.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM outbox_entry")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
