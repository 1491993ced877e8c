"""Pages on 100,000 products and 10,000 projects: server time, size, paint, and 500 people at once.

``--products=N`` and ``--projects=N`` make a smaller store, ``--seconds=N`` a shorter crowd;
``--store=FOLDER`` keeps the store there, and measures it as it is when it is there already.
"""

from __future__ import annotations

import asyncio
import gzip
import http.client
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from decimal import Decimal
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from types import MappingProxyType
from urllib.parse import quote

from benchmarks import stores
from benchmarks.report import show
from benchmarks.web import BIN, cpu_seconds, serving
from catalog.db import Database
from catalog.records import BillLineRecord, BuildingRecord, Kind, ProjectRecord, Record
from catalog.rules.keys import building_key, project_key
from catalog.rules.terms import BillStage, ProjectStage
from catalog.services.receiving import runs
from importers.reader import ReadOutcome
from importers.run import ImportReport, receive_in_batches
from tests.browsers import chromium

PRODUCTS, PROJECTS, LINES = 100_000, 10_000, 2_000
ASKED = 200
PEOPLE, SECONDS, THINKS_S = 500, 60, (2.0, 8.0)
SLOWER = 4
PORT = 8924
_WORDS = ("预拌混凝土 C30", "岩棉", "防水卷材", "砂浆 M10", "断桥铝门窗", "涂料", "绿洲", "PPR")
_FILLED = "filled-for-pages"
LARGE_PROJECT = project_key("BENCH-2000")
LARGE_PAGE = f"/projects/{LARGE_PROJECT}/buildings/{building_key(LARGE_PROJECT, '1#')}"
_PAINT = """new PerformanceObserver((list) => {
    window.painted = list.getEntries().at(-1).startTime;
}).observe({type: "largest-contentful-paint", buffered: true});"""
_SETTLES_MS = 500
_WARMS_S = 20  # So long a server draws ahead, at its start, what the first readers would wait for.


def option(name: str, default: int) -> int:
    """Return a number that was asked for on the command line."""
    said = [word.partition("=")[2] for word in sys.argv if word.startswith(f"--{name}=")]
    return int(said[0]) if said else default


def fill(folder: str, *, products: int, projects: int) -> dict[str, list[str]]:
    """Make the demo's store and one project of 2,000 lines; return addresses of every sort."""
    if not Path(folder, _FILLED).exists():
        _fill(folder, products=products, projects=projects)
        Path(folder, _FILLED).touch()
    with sqlite3.connect(f"{folder}/lucai.db") as connection:
        chosen = "SELECT key FROM {} ORDER BY id % 997, id LIMIT 200"
        keys = {
            name: [row[0] for row in connection.execute(chosen.format(name))]
            for name in ("product", "project", "company")
        }
    return {
        "search": [f"/products?q={quote(word)}&page={n}" for word in _WORDS for n in (1, 2, 3)],
        "product": [f"/products/{key}" for key in keys["product"]],
        "company": [f"/companies/{key}" for key in keys["company"]],
        "project": [f"/projects/{key}" for key in keys["project"]],
        "building, 2,000 lines": [LARGE_PAGE],
        "divisions": ["/divisions", "/divisions?method=A&stage=completion"],
        "one division": [f"/divisions/{n:02}" for n in range(1, 11)],
        "categories of divisions": ["/divisions/usage"],
        "statistics": ["/statistics"],
        "home": ["/"],
    }


def _fill(folder: str, *, products: int, projects: int) -> None:
    amounts = ["--products", str(products), "--projects", str(projects)]
    _command(folder, "demo", *amounts, "--no-serve")
    database = Database(f"sqlite:///{folder}/lucai.db")
    building = BuildingRecord(code="1#", name="1#楼", floor_area_m2=Decimal(20_000))
    project = ProjectRecord(
        row=2,
        code="BENCH-2000",
        name="两千行的医院",
        division="08",
        stage=ProjectStage.COMPLETED,
        building=building,
    )
    lines = [
        BillLineRecord(
            row=n + 2,
            project="BENCH-2000",
            building="1#",
            stage=BillStage.SETTLEMENT,
            line_number=str(n),
            name=f"预拌混凝土 C{30 + n % 5}",
            category="ready-mixed-concrete",
            unit="m3",
            quantity=Decimal(n % 90 + 1),
        )
        for n in range(LINES)
    ]
    _bring(database, Kind.PROJECTS, [project])
    _bring(database, Kind.BILL_LINES, lines)
    database.close()
    _command(folder, "ratio")  # Calculates what is new first.


def _command(folder: str, *words: str) -> None:
    where = {"LUCAI_DATA_DIR": folder, "LUCAI_DATABASE_URL": ""}
    command: list[str | Path] = [BIN / "lucai", *words]
    subprocess.run(command, env=os.environ | where, capture_output=True, check=True)


def _bring(database: Database, kind: Kind, records: Sequence[Record]) -> None:
    new = runs.NewRun(kind=kind, source="bench", file_name=kind, file_hash=kind, is_synthetic=True)
    outcome = ReadOutcome(records=list(records), issues=[], rows_done=len(records))
    report = ImportReport(kind=kind, source="bench")
    receive_in_batches(database, new, [outcome], stores.OPERATOR, report, clock=stores.clock)


def timed(
    pid: int, paths: Sequence[str], headers: Mapping[str, str] = MappingProxyType({})
) -> list[object]:
    """Ask one page after the other; return wall times, the server's CPU, and the largest size."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    taken, size = [], 0
    for path in paths[:20]:  # What a server makes ready at the first request is ready.
        _ask(connection, path, headers)
    spent = cpu_seconds(pid)
    for path in islice(cycle(paths), ASKED):
        started = time.perf_counter()
        content = _ask(connection, path, headers)
        taken.append((time.perf_counter() - started) * 1000)
        if len(taken) <= len(paths):
            size = max(size, len(gzip.compress(content, 6)))
    spent = (cpu_seconds(pid) - spent) / ASKED * 1000
    connection.close()
    cut = quantiles(taken, n=100)
    return [cut[49], cut[94], spent, size / 1000]


def _ask(
    connection: http.client.HTTPConnection,
    path: str,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise ValueError((path, answer.status))
    return content


def scripts(path: str) -> float:
    """Return the kilobytes, gzipped, of all scripts that a page names."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT)
    page = _ask(connection, path).decode()
    found = set(re.findall(r'<script[^>]* src="([^"]+)"', page))
    size = sum(len(gzip.compress(_ask(connection, each), 6)) for each in found)
    connection.close()
    return size / 1000


def painted(path: str) -> float:
    """Return the milliseconds to the largest paint in a browser whose processor is 4× slower."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(_PAINT)
        page.goto(f"http://127.0.0.1:{PORT}{path}", wait_until="load")
        page.wait_for_timeout(_SETTLES_MS)
        return float(page.evaluate("window.painted ?? NaN"))


async def _person(
    number: int, paths: Sequence[str], until: float, taken: list[float], wrong: list[str]
) -> None:
    drawn = random.Random(number)  # noqa: S311  Whose turn it is is no secret.
    await asyncio.sleep(drawn.uniform(0, THINKS_S[1]))
    while time.monotonic() < until:
        path = drawn.choice(paths)
        started = time.perf_counter()
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
            asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            writer.write(asked.encode())
            answer = await reader.read()
            writer.close()
            if not answer.startswith(b"HTTP/1.1 200"):
                wrong.append(f"{path} {answer[:40]!r}")
        except OSError as error:
            wrong.append(f"{path} {error}")
        taken.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(drawn.uniform(*THINKS_S))


async def crowd(paths: Sequence[str], *, seconds: int) -> tuple[list[float], list[str]]:
    """Let 500 people read for some time; return how long each answer took, and what went wrong."""
    taken: list[float] = []
    wrong: list[str] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(_person(number, paths, until, taken, wrong) for number in range(PEOPLE)))
    return taken, wrong


def crowded(paths: Sequence[str], *, seconds: int) -> list[object]:
    """Let 500 people read; return how many answers, how many wrong, and how long they took."""
    taken, wrong = asyncio.run(crowd(paths, seconds=seconds))
    for line in wrong[:5]:
        print(line)
    cut = quantiles(taken, n=100)
    return [len(taken), len(taken) / seconds, len(wrong), cut[49], cut[94], cut[98]]


def main() -> None:
    """Measure and print."""
    products, projects = option("products", PRODUCTS), option("projects", PROJECTS)
    store = f"{products:,} products and {projects:,} projects"
    kept = [word.partition("=")[2] for word in sys.argv if word.startswith("--store=")]
    with nullcontext(kept[0]) if kept else TemporaryDirectory() as folder:
        addresses = fill(folder, products=products, projects=projects)
        serve: list[str | Path] = [BIN / "lucai", "serve", "--port", str(PORT)]
        with serving(serve, PORT, folder) as pid:
            time.sleep(_WARMS_S)
            rows = [
                [name, *timed(pid, paths), scripts(paths[0]), painted(paths[0])]
                for name, paths in addresses.items()
            ]
        show(
            f"Pages: {store}, one worker, largest paint on a phone of a quarter of the speed",
            ["page", "p50 ms", "p95 ms", "CPU ms", "gzip kB", "scripts kB", "paint ms"],
            rows,
        )
        mixed = [path for name, paths in addresses.items() for path in paths[:20]]
        crowds = []
        for workers in (1, 2):
            with serving([*serve, "--workers", str(workers)], PORT, folder):
                time.sleep(_WARMS_S)
                crowds.append([workers, *crowded(mixed, seconds=option("seconds", SECONDS))])
    show(
        f"Crowd: {PEOPLE} people, each reading for {THINKS_S[0]:.0f}–{THINKS_S[1]:.0f} s "
        f"between two pages, {store}, on two cores that the people use too",
        ["workers", "answers", "per second", "wrong", "p50 ms", "p95 ms", "p99 ms"],
        crowds,
    )
