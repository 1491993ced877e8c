"""A product, and a list of 20, as JSON: ours, Datasette, and FastAPI as people usually write it.

One worker each, 32 connections, the same SQLite file of 100,000 products. What counts is the
server's CPU time for a request: wall times depend on who else uses the machine.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import httpx
from rich.console import Console
from sqlalchemy import text

from benchmarks import stores
from benchmarks.report import show
from catalog.records import Kind
from catalog.services.receiving import runs
from cli.demo import _batches
from importers.reader import ReadOutcome
from importers.run import ImportReport, receive_in_batches
from seed_data import demo

PRODUCTS = 100_000
SEED = 20260601
CONNECTIONS = 32
REQUESTS = 6_000
ROUNDS = 3
BIN = Path(sys.executable).parent
_TICKS = os.sysconf("SC_CLK_TCK")


def fill(url: str) -> list[str]:
    """Bring 100,000 demo products in; return some of their keys."""
    database = stores.prepared(url)
    new = runs.NewRun(
        kind=Kind.PRODUCTS, source="bench", file_name="bench", file_hash="bench", is_synthetic=True
    )
    outcomes = (
        ReadOutcome(records=batch, issues=[], rows_done=0)
        for batch in _batches(demo.generate_products(SEED, PRODUCTS))
    )
    report = ImportReport(kind=Kind.PRODUCTS, source="bench")
    receive_in_batches(database, new, outcomes, stores.OPERATOR, report, clock=stores.clock)
    # No worker shall be busy with the index while requests are measured.
    with database.transaction() as session:
        session.execute(text("DELETE FROM outbox_entry"))
    database.close()
    path = url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT key, id FROM product ORDER BY key LIMIT 500").fetchall()
    return [f"{key} {number}" for key, number in rows]


@contextmanager
def serving(command: Sequence[str | Path], port: int, folder: str) -> Iterator[int]:
    """Run a server until the block ends; yield its process id."""
    environment = {**os.environ, "LUCAI_DATA_DIR": folder, "BENCH_DB": f"{folder}/lucai.db"}
    server = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process and its children so far."""
    total = 0.0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / _TICKS
        children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
        waiting.extend(int(child) for child in children)
    return total


async def _client(port: int, paths: Sequence[str], expected: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in paths:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(expected):
            raise ValueError(head)
        lowered = head.lower()
        if b"content-length:" in lowered:
            await reader.readexactly(int(lowered.split(b"content-length:")[1].split(b"\r\n")[0]))
        else:
            while (size := int(await reader.readline(), 16)) > 0:
                await reader.readexactly(size + 2)
            await reader.readline()
    writer.close()


async def _load(port: int, paths: Sequence[str]) -> None:
    shares = [paths[i::CONNECTIONS] for i in range(CONNECTIONS)]
    await asyncio.gather(*(_client(port, share, b"HTTP/1.1 200") for share in shares))


def measure(pid: int, port: int, paths: Sequence[str]) -> tuple[float, float]:
    """Return the median CPU microseconds for a request, and the best requests per second."""
    asyncio.run(_load(port, paths[: len(paths) // 10]))
    spent, pace = [], []
    for _ in range(ROUNDS):
        cpu, wall = cpu_seconds(pid), time.perf_counter()
        asyncio.run(_load(port, paths))
        pace.append(len(paths) / (time.perf_counter() - wall))
        spent.append((cpu_seconds(pid) - cpu) / len(paths) * 1e6)
    return median(spent), max(pace)


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        keys = [entry.split() for entry in fill(f"sqlite:///{folder}/lucai.db")]
        ours, datasette, fastapi = 8921, 8922, 8923
        offsets = range(0, 2_000, 20)

        def cycle(paths: list[str], count: int) -> list[str]:
            return (paths * (count // len(paths) + 1))[:count]

        contenders = {
            "lucai": (
                [BIN / "lucai", "serve", "--port", str(ours)], ours,
                [f"/api/v1/products/{key}" for key, _ in keys],
                [f"/api/v1/products?limit=20&offset={n}" for n in offsets], REQUESTS,
            ),
            "Datasette": (
                [BIN / "datasette", "serve", f"{folder}/lucai.db", "--port", str(datasette),
                 "--setting", "default_facet_size", "0"], datasette,
                [f"/lucai/product/{number}.json?_shape=objects" for _, number in keys],
                [f"/lucai/product.json?_size=20&_nocount=1&_nofacet=1&_shape=objects&_next={n}"
                 for n in offsets], REQUESTS // 4,
            ),
            "FastAPI + ORM": (
                [BIN / "uvicorn", "benchmarks.fastapi_app:app", "--port", str(fastapi),
                 "--log-level", "error"], fastapi,
                [f"/products/{key}" for key, _ in keys],
                [f"/products?limit=20&offset={n}" for n in offsets], REQUESTS // 4,
            ),
        }  # fmt: skip
        found = {}
        for name, (command, port, one, many, count) in contenders.items():
            with serving(command, port, folder) as pid:
                found[name] = (
                    measure(pid, port, cycle(one, count)),
                    measure(pid, port, cycle(many, count // 2)),
                )
            Console(stderr=True).print(f"{name} measured")
    base = found["lucai"]
    rows = [
        [name, one[0], one[0] / base[0][0], one[1], many[0], many[0] / base[1][0], many[1]]
        for name, (one, many) in found.items()
    ]
    show(
        "Web: JSON on 100,000 products, one worker, 32 connections",
        ["server", "product: CPU µs", "× ours", "req/s", "20 rows: CPU µs", "× ours", "req/s"],
        rows,
    )
