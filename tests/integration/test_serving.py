"""The site as ``lucai demo`` serves it: a process of its own that can do everything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from tests.integration.test_sync import wait_until

HERE = Path(__file__).parents[2]


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def status_of(port: int, path: str, *, limit_s: float) -> int | None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=limit_s)) as connection:
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None


def test_the_demo_serves_the_figures_that_it_printed(tmp_path: Path) -> None:
    """The figures are calculated by threads, which a copy of the printing process would lack."""
    port = a_free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "demo", "--products", "60", "--projects", "3",
         "--port", str(port)],
        cwd=HERE,
        env={**os.environ, "LUCAI_DATA_DIR": str(tmp_path), "LUCAI_DATABASE_URL": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_until(lambda: status_of(port, "/health", limit_s=2) == HTTPStatus.OK, limit_s=120)
        assert status_of(port, "/divisions", limit_s=20) == HTTPStatus.OK
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
