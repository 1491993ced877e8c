"""How fast search is: build, a page in this process and over HTTP, and until a change shows.

A page is 20 products with highlights and six facets, for the questions of the quality benchmark.
"Cold" is each question for the first time, "again" the second; CPU times stand beside wall times
because those depend on who else uses the machine. ``--million`` does it on 1,000,000 as well, with
the embedded engine.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import fmean, median
from tempfile import TemporaryDirectory
from urllib.parse import quote

from benchmarks import search_build
from benchmarks import search_data as data
from benchmarks.imports import alone
from benchmarks.report import show
from benchmarks.search_engines import Place, notice, places, server_pid
from benchmarks.search_load import Load, get, load, share
from benchmarks.search_questions import questions
from benchmarks.search_raw import PlainIndex
from benchmarks.search_truth import Truth
from benchmarks.web import BIN, cpu_seconds, serving
from catalog.db import Database
from search.engine import SearchEngine
from search.query import SearchQuery

_SEED = 7
_PORT = 8941
_ROUNDS = 5
_MILLION = 1_000_000
_PER_CENT = (50, 95, 99)
_WARM = 20
_SETTLED_S = 10


@dataclass
class _Tables:
    """The rows of every table."""

    built: list[list[object]] = field(default_factory=list)
    pages: list[list[object]] = field(default_factory=list)
    served: list[list[object]] = field(default_factory=list)
    visible: list[list[object]] = field(default_factory=list)
    ratios: list[list[object]] = field(default_factory=list)


def typed_questions(database: Database) -> list[str]:
    """Return what is typed, all groups mixed; from the first products only, however many."""
    documents = data.all_documents(database, most=data.PRODUCTS)
    typed = [question.typed for question in questions(Truth(documents), _SEED)]
    return Random(_SEED).sample(typed, len(typed))  # noqa: S311  Seeded on purpose.


def pages(engine: SearchEngine, typed: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return the wall and the CPU milliseconds of each page."""
    wall, cpu = [], []
    for words in typed:
        started, spent = time.perf_counter(), time.thread_time()
        engine.search(SearchQuery(words=words))
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.thread_time() - spent) * 1000)
    return wall, cpu


def _build_rows(place: Place, name: str) -> list[list[object]]:
    if place.url:
        return [_build_row(f"{name}: from the database", search_build.build_on_server(place))]
    return [
        _build_row(f"{name}: from the database", alone(search_build.build_embedded, place.folder)),
        _build_row(f"{name}: of ready documents", alone(search_build.index_only, place.folder)),
    ]


def _build_row(name: str, found: dict[str, float]) -> list[object]:
    return [
        name,
        int(found["documents"]),
        found["documents"] / found["seconds"],
        found["documents"] / found["cpu_seconds"],
        found.get("mb", "—"),
        found.get("peak_mb", "—"),
    ]


def _page_rows(place: Place, name: str, typed: Sequence[str]) -> list[list[object]]:
    engine = place.open()
    engine.search(SearchQuery(words="水"))  # What is loaded once is not a question's time.
    rows = []
    for kind in ("cold", "again"):
        wall, cpu = pages(engine, typed)
        rows.append(_page_row(f"{name}, {kind}", wall, cpu))
    engine.close()
    return rows


def _page_row(name: str, wall: list[float], cpu: list[float]) -> list[object]:
    times = [share(taken, per_cent) for taken in (wall, cpu) for per_cent in _PER_CENT]
    return [name, *times, 1000 / fmean(wall)]


def _visible_row(place: Place, name: str, typed: Sequence[str]) -> list[object]:
    """Change products in a copy of the database; the index of a server is the real one."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        shutil.copy(place.folder / "lucai.db", scratch)
        if place.url is None:
            shutil.copytree(place.folder / "index", Path(scratch) / "index")
        database = Database(f"sqlite:///{scratch}/lucai.db")
        taken = search_build.until_visible(replace(place, folder=Path(scratch)), database, typed)
    return [name, len(taken), share(taken, 50), share(taken, 95), max(taken)]


def _against_raw(
    places_: Sequence[Place], database: Database, typed: Sequence[str], to: _Tables
) -> None:
    """Ask Meilisearch's own search for the same pages as our two engines.

    Each question, and each round of the clients, goes to one right after the other, so that both
    meet the same machine.
    """
    embedded, server = places_
    plain = PlainIndex(server.url or "", server.key)
    plain.fill(data.all_documents(database))
    engine = server.open()
    ours, raw, cpu = [], [], []
    for words in (*typed[:_WARM], *typed):
        started = time.perf_counter()
        engine.search(SearchQuery(words=words))
        between, spent = time.perf_counter(), time.thread_time()
        plain.page(words)
        raw.append((time.perf_counter() - between) * 1000)
        cpu.append((time.thread_time() - spent) * 1000)
        ours.append((between - started) * 1000)
    engine.close()
    to.pages.append(_page_row("Meilisearch alone, raw HTTP", raw[_WARM:], cpu[_WARM:]))
    share_of_raw = share(ours[_WARM:], 50) / share(raw[_WARM:], 50)
    to.ratios.append(["p50 of a page: Meilisearch through us, of Meilisearch alone", share_of_raw])
    theirs = plain.requests(typed)
    with _served(embedded):
        rounds = [
            (load(_PORT, _pages_of(typed)), load(plain.port, theirs)) for _ in range(_ROUNDS + 1)
        ][1:]
    before = cpu_seconds(server_pid())
    load(plain.port, theirs)
    spent = (cpu_seconds(server_pid()) - before) / len(theirs) * 1000
    best = max((raw for _, raw in rounds), key=lambda one: one.pace)
    to.served.append(_served_row("Meilisearch alone, raw", best, spent))
    times = median(our.pace / raw.pace for our, raw in rounds)
    to.ratios.append(["pages/s over HTTP: tantivy, of Meilisearch alone", times])
    plain.close()


@contextmanager
def _served(place: Place) -> Iterator[int]:
    """Run one worker of ours on this engine, warm; yield its process id."""
    command: list[str | Path] = [BIN / "lucai", "serve", "--port", str(_PORT)]
    with place.in_environment(), serving(command, _PORT, str(place.folder)) as pid:
        time.sleep(_SETTLED_S)  # The worker compares index and database first.
        load(_PORT, [get("/api/v1/search?q=SBS&limit=20")] * _WARM)
        yield pid


def _pages_of(typed: Sequence[str]) -> list[bytes]:
    return [get(f"/api/v1/search?q={quote(words)}&limit=20") for words in typed]


def _ask_over_http(place: Place, name: str, typed: Sequence[str]) -> list[object]:
    """Return the best of a few rounds."""
    requests = _pages_of(typed)
    with _served(place) as pid:
        before = cpu_seconds(pid)
        best = max((load(_PORT, requests) for _ in range(_ROUNDS)), key=lambda one: one.pace)
        spent = (cpu_seconds(pid) - before) / (_ROUNDS * len(requests)) * 1000
    return _served_row(name, best, spent)


def _served_row(name: str, best: Load, cpu: float) -> list[object]:
    return [name, best.pace, share(best.milliseconds, 50), share(best.milliseconds, 99), cpu]


def _measure(size: int, to: _Tables) -> None:
    with data.demo_database(data.SEEN_SEED, size) as (database, folder), places(folder) as all_:
        typed = typed_questions(database)
        notice(f"{size:,} products, {len(typed)} questions")
        for place in all_ if size == data.PRODUCTS else all_[:1]:
            name = f"{place.name}, {size:,}"
            notice(name)
            to.built += _build_rows(place, name)
            to.pages += _page_rows(place, name, typed)
            to.served.append(_ask_over_http(place, name, typed))
            if size == data.PRODUCTS:
                to.visible.append(_visible_row(place, name, typed))
        if size == data.PRODUCTS and len(all_) > 1:
            _against_raw(all_, database, typed, to)


def main() -> None:
    """Measure and print."""
    to = _Tables()
    _measure(data.PRODUCTS, to)
    if "--million" in sys.argv:
        _measure(_MILLION, to)
    show(
        "Search build: all documents anew",
        ["engine", "documents", "documents/s", "of CPU time", "index MB", "peak MB"],
        to.built,
    )
    show(
        "Search page: 20 products, 6 facets, highlights; one after the other, in ms",
        ["engine", *(f"p{p}" for p in _PER_CENT), *(f"CPU p{p}" for p in _PER_CENT), "pages/s"],
        to.pages,
    )
    show(
        "Search over HTTP: the same page, 8 clients, one worker",
        ["server", "pages/s", "p50 ms", "p99 ms", "CPU ms a page"],
        to.served,
    )
    show(
        "Search visibility: ms from the commit of one changed product, 8 clients searching",
        ["engine", "changes", "p50", "p95", "longest"],
        to.visible,
    )
    if to.ratios:
        show("Search ratios: of the same run", ["", "×"], to.ratios)
