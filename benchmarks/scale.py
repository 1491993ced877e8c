"""Fifty million deliveries to division, year and category: our definition, DuckDB and a C loop.

Each measurement runs in a process of its own, which says its times, its peak memory and a digest
of its sums: whoever sums differently is found out. With "looked up" a line is green if its product
was certified on its day; with "flag" it says so itself, as the lines of a snapshot do.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from benchmarks.report import show
from benchmarks.scale_data import (
    CATEGORIES,
    DIVISIONS,
    FIRST_YEAR,
    PRODUCTS,
    YEARS,
    windows,
    write_lines,
)
from catalog.rules.ratio.shares import green_shares
from catalog.services.snapshots import read_snapshot, snapshot_files

LINES = 10_000_000
GROWTH = (1_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000)
TRIES = 5
BY = ("division", "year", "category")
FLAG, LOOKED_UP = "flag", "looked up"
_SUMS = ("lines", "amount_fen", "green_amount_fen", "quantity_micro", "green_quantity_micro")
_GROUPS = DIVISIONS * YEARS * CATEGORIES
_SOURCES = {
    FLAG: "read_parquet('{files}', hive_partitioning = false)",
    LOOKED_UP: """(
        SELECT division, year, category, amount_fen, quantity_micro,
               delivered_on BETWEEN first_1 AND last_1 OR delivered_on BETWEEN first_2 AND last_2
               AS is_green
        FROM read_parquet('{files}', hive_partitioning = false)
        LEFT JOIN '{windows}' USING (product)
    )""",
}
_QUERY = """
    SELECT division, year, category, count(*), sum(amount_fen),
           coalesce(sum(amount_fen) FILTER (WHERE is_green), 0), sum(quantity_micro),
           coalesce(sum(quantity_micro) FILTER (WHERE is_green), 0)
    FROM {source} GROUP BY ALL ORDER BY ALL
"""


def looked_up(lines: nw.LazyFrame[Any], certified: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Say of each line whether its product was certified on its day."""
    day = nw.col("delivered_on")
    return lines.join(certified, on="product", how="left").with_columns(
        is_green=(
            ((day >= nw.col("first_1")) & (day <= nw.col("last_1")))
            | ((day >= nw.col("first_2")) & (day <= nw.col("last_2")))
        ).fill_null(value=False)
    )


def _ours(files: str, place: Path, variant: str) -> Callable[[], list[tuple[int, ...]]]:
    def work() -> list[tuple[int, ...]]:
        lines = read_snapshot(files)
        if variant == LOOKED_UP:
            certified = nw.from_native(pl.scan_parquet(place / "windows.parquet"))
            lines = looked_up(nw.from_native(lines).drop("is_green"), certified).to_native()
        return green_shares(lines, by=BY).select(_SUMS).collect(engine="streaming").rows()

    return work


def _duckdb(files: str, place: Path, variant: str) -> Callable[[], list[tuple[int, ...]]]:
    source = _SOURCES[variant].format(files=files, windows=place / "windows.parquet")

    def work() -> list[tuple[int, ...]]:
        with duckdb.connect() as connection:
            rows = connection.execute(_QUERY.format(source=source)).fetchall()
        return [tuple(map(int, row[3:])) for row in rows]

    return work


def _c(files: str, place: Path, variant: str) -> Callable[[], list[tuple[int, ...]]]:
    """Return the loop over arrays that are read beforehand: its time is that of the sums alone."""
    import numpy as np  # noqa: PLC0415  Only this process needs it.

    library = place / "scale.so"
    source = Path(__file__).with_suffix(".c")
    options = ["-O3", "-march=native", "-shared", "-fPIC", "-pthread"]
    subprocess.run(["cc", *options, "-o", str(library), str(source)], check=True)
    add_up = ctypes.CDLL(str(library)).add_up_all
    lines = (
        read_snapshot(files)
        .select(
            pl.col("division").cast(pl.UInt8),
            (pl.col("year") - FIRST_YEAR).cast(pl.UInt8),
            pl.col("category").str.slice(len("category-")).cast(pl.UInt8),
            pl.col("is_green").cast(pl.UInt8),
            "product",
            pl.col("delivered_on").cast(pl.Int32),
            "amount_fen",
            "quantity_micro",
        )
        .collect(engine="streaming")
    )
    columns = [np.ascontiguousarray(column.to_numpy()) for column in lines.get_columns()]
    certified = pl.read_parquet(place / "windows.parquet").cast(pl.Int32)
    by_product = np.tile(np.array([1, 0, 1, 0], dtype=np.int32), (PRODUCTS, 1))
    by_product[certified["product"].to_numpy()] = certified.drop("product").to_numpy()
    sizes = [ctypes.c_int64(n) for n in (lines.height, YEARS, CATEGORIES, _GROUPS)]

    def work() -> list[tuple[int, ...]]:
        found = np.zeros((_GROUPS, len(_SUMS)), dtype=np.int64)
        arrays = [*columns, by_product if variant == LOOKED_UP else None]
        pointers = [ctypes.c_void_p(None if a is None else a.ctypes.data) for a in arrays]
        add_up(*pointers, *sizes, ctypes.c_void_p(found.ctypes.data))
        return [tuple(row) for row in found.tolist() if row[0]]

    return work


ENGINES = {"ours": _ours, "duckdb": _duckdb, "c": _c}


def measure(engine: str, variant: str, place: Path, lines: int) -> None:
    """Run one engine a few times in this process, and print what it took."""
    work = ENGINES[engine](snapshot_files(str(place / str(lines))), place, variant)
    rows = work()
    walls, cpus = [], []
    for _ in range(TRIES):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    status = Path("/proc/self/status").read_text("ascii")
    peak_kb = int(status.split("VmHWM:")[1].split()[0])
    digest = hashlib.md5(repr(rows).encode(), usedforsecurity=False).hexdigest()
    print(json.dumps([min(walls), min(cpus), peak_kb / 1024, digest]))


def _measured(
    engine: str, variant: str, place: Path, lines: int
) -> tuple[float, float, float, str]:
    command = [sys.executable, "-m", "benchmarks.scale", engine, variant, str(place), str(lines)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, cpu, peak_mb, digest = json.loads(done.stdout)
    return wall, cpu, peak_mb, digest


def _side_by_side(place: Path) -> None:
    rows: list[list[object]] = []
    for variant in (LOOKED_UP, FLAG):
        found = {name: _measured(name, variant, place, LINES) for name in ("c", "duckdb", "ours")}
        if len({digest for *_, digest in found.values()}) != 1:
            raise ValueError("the engines disagree")
        (c_wall, c_cpu, *_), (duckdb_wall, duckdb_cpu, *_) = found["c"], found["duckdb"]
        rows += [
            [
                f"{name}, {variant}", wall * 1000, wall / duckdb_wall, wall / c_wall,
                cpu * 1000, cpu / duckdb_cpu, cpu / c_cpu, peak_mb,
            ]
            for name, (wall, cpu, peak_mb, _) in found.items()
        ]  # fmt: skip
    show(
        f"Scale: {LINES:,} lines to division, year and category",
        ["best of 5, equal sums", "ms", "of DuckDB", "of C", "CPU ms", "of DuckDB", "of C",
         "peak MB"],
        rows,
    )  # fmt: skip


def _growth(place: Path) -> None:
    rows: list[list[object]] = []
    for lines in GROWTH:
        if lines != LINES:
            write_in_its_own_process(place, lines)
        found = {name: _measured(name, LOOKED_UP, place, lines) for name in ("ours", "duckdb")}
        (wall, cpu, peak_mb, _), (duckdb_wall, duckdb_cpu, duckdb_mb, _) = found.values()
        millions = lines / 1_000_000
        rows.append([f"{lines:,}", wall, cpu, cpu / millions * 1000, peak_mb,
                     duckdb_wall, duckdb_cpu, duckdb_mb])  # fmt: skip
    show(
        "Growth: lines looked up and added up",
        ["lines", "s", "CPU s", "CPU ms per million", "peak MB",
         "DuckDB s", "DuckDB CPU s", "DuckDB peak MB"],
        rows,
    )  # fmt: skip


def write_in_its_own_process(place: Path, lines: int) -> None:
    """Write a snapshot without leaving its memory to whoever measures."""
    command = [sys.executable, "-m", "benchmarks.scale", "write", "", str(place), str(lines)]
    subprocess.run(command, check=True)


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as name:
        place = Path(name)
        windows().write_parquet(place / "windows.parquet")
        write_in_its_own_process(place, LINES)
        _side_by_side(place)
        _growth(place)


if __name__ == "__main__":
    asked, with_variant, folder, count = sys.argv[1:]
    if asked == "write":
        write_lines(Path(folder) / count, int(count))
    else:
        measure(asked, with_variant, Path(folder), int(count))
