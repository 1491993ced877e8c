"""The definition that adds lines up here does so unchanged on a cluster of two workers."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import polars as pl
import pytest

from catalog.rules.ratio.shares import FACTS_SCHEMA
from catalog.views.shares import PARTS

_BIN = Path(sys.executable).parent
_TOP = 2**63 - 1
_FILES = 24
_START_S = 60


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A snapshot whose sums need more than 64 bits, and in which anything may be unknown."""
    snapshot = tmp_path / "snapshot"
    for n in range(_FILES):
        division, year = f"{n % 3:02}", 2024 + n % 4
        rows = [
            (
                division,
                year,
                None if (i + n) % 7 == 0 else f"category-{i % 5}",
                ("m3", "t")[i % 2],
                None if i % 11 == 0 else _TOP - i * (n + 1) * 10**13,
                (-1) ** i * (_TOP - i * 10**12),
                (True, False, None)[(i + n) % 3],
            )
            for i in range(200)
        ]
        place = snapshot / f"division={division}" / f"year={year}"
        place.mkdir(parents=True, exist_ok=True)
        frame = pl.DataFrame(rows, schema=FACTS_SCHEMA, orient="row")
        frame.write_parquet(place / f"part-{n:05}.parquet", compression="lz4")
    return str(snapshot)


@pytest.fixture
def cluster() -> Iterator[tuple[str, Path]]:
    """The address of a Ray cluster of two nodes with a processor each, and where it keeps logs."""
    if not (_BIN / "ray").exists():
        if os.environ.get("CI"):
            pytest.fail("the extra `cluster` is not installed")
        pytest.skip("the extra `cluster` is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Not below pytest's folder: the path of a Unix socket may have no more than 107 characters.
    with TemporaryDirectory(prefix="ray") as home, ExitStack() as nodes:
        head = ["--head", f"--port={port}", f"--temp-dir={home}", "--include-dashboard=false"]
        for name, role in (("head", head), ("worker", [f"--address=127.0.0.1:{port}"])):
            nodes.enter_context(_node(role, Path(home) / f"{name}.out"))
        yield f"127.0.0.1:{port}", Path(home)


@contextmanager
def _node(role: list[str], output: Path) -> Iterator[None]:
    """Start a node as an operator does, and stop it with all of its processes."""
    with output.open("w") as written:
        process = subprocess.Popen(
            [_BIN / "ray", "start", *role, "--block", "--num-cpus=1",
             "--node-ip-address=127.0.0.1", "--object-store-memory=100000000",
             "--disable-usage-stats"],
            stdout=written,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            until = time.monotonic() + _START_S
            while "Ray runtime started" not in output.read_text():
                assert process.poll() is None and time.monotonic() < until, output.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(timeout=_START_S)


def shares(folder: str, *options: str) -> bytes:
    """What the command prints for the snapshot, by every part."""
    parts = [word for part in PARTS for word in ("--by", part)]
    command = [_BIN / "lucai", "shares", folder, *parts, "--json", *options]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


# Slow: two nodes of a cluster start, some 15 s of two processors.
def test_two_workers_give_the_digits_of_one_process(folder: str, cluster: tuple[str, Path]) -> None:
    address, home = cluster
    here = shares(folder)
    assert here.count(b'"unit": "m3"') > _FILES
    assert shares(folder, "--engine", "daft", "--address", address) == here
    logs = (home / "session_latest" / "logs").glob("worker-*.err")
    working = [log for log in logs if ":actor_name:RaySwordfishActor" in log.read_text()]
    assert len(working) == 2


def test_opens_the_files_of_one_division_and_year_only(folder: str) -> None:
    whole = msgspec.json.decode(shares(folder))
    part = msgspec.json.decode(shares(folder, "--division", "01", "--year", "2025"))
    assert part == [row for row in whole if (row["division"], row["year"]) == ("01", 2025)]
    for broken in Path(folder).glob("division=02/*/*.parquet"):
        broken.write_bytes(b"not opened")
    assert msgspec.json.decode(shares(folder, "--division", "01", "--year", "2025")) == part
