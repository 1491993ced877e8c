"""Whoever keeps the index may be killed at any moment: the next one makes it right again."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import SystemRandom

import pytest
from sqlalchemy import update

from catalog.db import Database
from catalog.models.outbox import Lease
from catalog.repositories import documents, outbox
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.projection import product_document
from search.query import SearchQuery
from search.worker import IndexWorker
from tests.builders import NOW, a_product, bring, undo
from tests.engines import ENGINES, an_engine

LASTING = [name for name in ENGINES if name != "tantivy-memory"]
PRODUCTS = 120
KILLS = 3
LONGEST_S = 0.8
PATIENCE_S = 30
HERE = Path(__file__).parents[2]


def killed_after(seconds: float, *arguments: str) -> None:
    """Start to keep the index, and kill whoever does it so many seconds after it began."""
    command = [sys.executable, "-m", "tests.integration.index_keeper", *arguments]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        process.kill()


def right(database: Database) -> list[ProductDocument]:
    with database.reading() as connection:
        ids = documents.living_ids(connection, after=0, limit=10 * PRODUCTS)
        living = [product_document(p) for p in documents.by_ids(connection, ids)]
    return sorted(living, key=lambda document: document.key)


def held(engine: SearchEngine) -> list[ProductDocument]:
    page = engine.search(SearchQuery(limit=1000, facets=()))
    assert page.total == len(page.hits) == engine.count() == len(engine.ids())
    return [hit.document for hit in page.hits]


def heal(database: Database, engine: SearchEngine) -> None:
    """Let a worker work until nothing is left to do."""
    with database.transaction() as session:  # What is left of the killed one's lease is waited for.
        session.execute(update(Lease).values(expires_at=NOW))
    worker = IndexWorker(database, engine)
    worker.start()
    end = time.monotonic() + PATIENCE_S
    while worker.is_in_doubt or waiting(database):
        assert time.monotonic() < end, worker.trouble
        time.sleep(0.05)
    worker.stop()


def waiting(database: Database) -> int:
    with database.reading() as connection:
        return outbox.waiting(connection)


@pytest.mark.parametrize("name", LASTING)
@pytest.mark.parametrize("task", ["drain", "rebuild"])
def test_the_index_equals_the_database_after_every_kill(
    database: Database, database_url: str, tmp_path: Path, name: str, task: str
) -> None:
    folder = tmp_path / "index"
    bring(database, [a_product(model=f"C{n}", brand="零") for n in range(PRODUCTS)])
    for kill in range(KILLS):
        bring(database, [a_product(model=f"C{n}", brand=f"第{kill}") for n in range(PRODUCTS)])
        gone = bring(database, [a_product(model=f"D{kill}-{n}") for n in range(9)]).run_id
        undo(database, gone)
        seconds = SystemRandom().uniform(0, LONGEST_S)
        killed_after(seconds, database_url, name, str(folder), task)
        engine = an_engine(name, folder)
        if kill:  # The first time, the next one is killed as well.
            heal(database, engine)
            assert held(engine) == right(database), seconds
        engine.close()
    assert waiting(database) == 0
