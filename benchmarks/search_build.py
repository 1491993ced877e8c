"""How fast an index is built, how large it is, and how soon it shows a change."""

from __future__ import annotations

import asyncio
import resource
import shutil
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any
from urllib.parse import quote

from api.app import create_app
from benchmarks import search_data as data
from benchmarks.search_engines import Place, server_memory_mb
from benchmarks.search_load import CLIENTS
from benchmarks.search_raw import PlainIndex
from catalog.db import Database
from catalog.models.product import Product
from search.engine import SearchEngine
from search.engines.tantivy import TantivyEngine
from search.query import SearchQuery

CHANGES = 60
_MOST = 100_000
_PAUSE_S = 0.05
_LONGEST_S = 60.0


def build_embedded(folder: Path) -> dict[str, float]:
    """Build the embedded index of the database in the folder, as the product does."""
    shutil.rmtree(folder / "index", ignore_errors=True)
    found = _filled(Place("tantivy", folder))
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files = (file for file in (folder / "index").rglob("*") if file.is_file())
    found["mb"] = sum(file.stat().st_size for file in files) / 1e6
    return found


def build_on_server(place: Place) -> dict[str, float]:
    """Build the server's index of the same database; size and memory are the server's."""
    found = _filled(place)
    assert place.url is not None
    found["peak_mb"] = server_memory_mb()
    found["mb"] = PlainIndex(place.url, place.key).size_mb()
    return found


def index_only(folder: Path) -> dict[str, float]:
    """Build an embedded index of documents that are ready, without the database's share."""
    database = Database(f"sqlite:///{folder}/lucai.db")
    documents = data.all_documents(database, most=_MOST)
    database.close()
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        engine = TantivyEngine(Path(scratch))
        started, cpu = time.perf_counter(), time.process_time()
        with engine.rebuilding() as fresh:
            fresh.upsert(documents)
        found = _times(len(documents), started, cpu)
        engine.close()
    return found


def until_visible(place: Place, database: Database, typed: Sequence[str]) -> list[float]:
    """Change products one by one while others search; return the milliseconds until it shows.

    The clock runs from the commit. Application and worker are the product's own, with the clients
    in the same process, so that they cost it all that they cost a server.
    """
    engine = place.open()
    is_over = Event()
    server = Thread(target=lambda: asyncio.run(_serve(database, engine, typed, is_over)))
    server.start()
    taken = []
    try:
        time.sleep(5)  # The worker compares index and database first.
        for number in range(CHANGES):
            taken.append(_change_one(database, engine, number))
            time.sleep(_PAUSE_S)
    finally:
        is_over.set()
        server.join()
    return taken


async def _serve(
    database: Database, engine: SearchEngine, typed: Sequence[str], is_over: Event
) -> None:
    app = create_app(database, engine, keeps_index=True)

    async def client(start: int) -> None:
        for words in cycle([*typed[start:], *typed[:start]]):
            if is_over.is_set():
                return
            await app(_scope(words), _nothing, _ignore)  # type: ignore[arg-type]

    async with app.lifespan():
        await asyncio.gather(*(client(n * 50 % len(typed)) for n in range(CLIENTS)))


def _scope(words: str) -> dict[str, Any]:
    """Return a request for a page as a server hands it to the application."""
    path = "/api/v1/search"
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": f"q={quote(words)}&limit=20".encode(), "headers": [],
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "state": {},
    }  # fmt: skip


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _ignore(_: object) -> None:
    return


def _change_one(database: Database, engine: SearchEngine, number: int) -> float:
    sign = f"zvq{number:06}w"
    with database.transaction() as session:
        product = session.get_one(Product, 1 + number * 97)
        product.name = f"{product.name} {sign}"
    committed = time.perf_counter()
    query = SearchQuery(words=sign, limit=1, facets=())
    while not any(sign in hit.document.name for hit in engine.search(query).hits):
        if time.perf_counter() - committed > _LONGEST_S:
            raise TimeoutError(f"{sign} did not show")
        time.sleep(0.001)
    return (time.perf_counter() - committed) * 1000


def _filled(place: Place) -> dict[str, float]:
    database = Database(f"sqlite:///{place.folder}/lucai.db")
    engine = place.open()
    started, cpu = time.perf_counter(), time.process_time()
    documents = data.fill_index(database, engine)
    found = _times(documents, started, cpu)
    engine.close()
    database.close()
    return found


def _times(documents: int, started: float, cpu: float) -> dict[str, float]:
    return {
        "documents": documents,
        "seconds": time.perf_counter() - started,
        "cpu_seconds": time.process_time() - cpu,
    }
