"""How soon a person gets an answer: ``lucai --help``, and a server on the demo data."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.report import show

LUCAI = Path(sys.executable).parent / "lucai"
PORT = 8917
TRIES = 7


def _help() -> float:
    times = []
    for _ in range(TRIES):
        started = time.perf_counter()
        subprocess.run([LUCAI, "--help"], check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return sorted(times)[TRIES // 2]


def _ready(folder: str) -> float:
    environment = {**os.environ, "LUCAI_DATA_DIR": folder}
    started = time.perf_counter()
    server = subprocess.Popen(
        [LUCAI, "serve", "--port", str(PORT)], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{PORT}/health").is_success:
                    return time.perf_counter() - started
            except httpx.TransportError:
                time.sleep(0.02)
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "LUCAI_DATA_DIR": folder}
        started = time.perf_counter()
        subprocess.run(
            [LUCAI, "demo", "--no-serve"], env=environment, check=True, capture_output=True
        )
        demo = time.perf_counter() - started
        ready = _ready(folder)
    show(
        "Start: until a person gets an answer",
        ["", "s"],
        [["lucai --help (median of 7)", _help()], ["lucai demo --no-serve", demo],
         ["lucai serve until /health answers", ready]],
    )  # fmt: skip
