"""The engines to measure: the embedded one, and Meilisearch where its server can be started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from search.engine import SearchEngine
from search.engines import open_engine
from tests.servers import ServerMissingError, meilisearch_server

_TIMEOUT_S = 60.0


@dataclass(frozen=True)
class Place:
    """Where an engine keeps its index, and its name in the tables."""

    name: str
    folder: Path
    url: str | None = None
    key: str = ""

    def open(self) -> SearchEngine:
        """Return the engine."""
        return open_engine(self.folder / "index", self.url, self.key, timeout_s=_TIMEOUT_S)

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """Let servers that are started in the block use this engine."""
        if self.url is None:
            yield
            return
        said = {
            "LUCAI_MEILISEARCH_URL": self.url,
            "LUCAI_MEILISEARCH_KEY": self.key,
            "LUCAI_MEILISEARCH_TIMEOUT_S": str(_TIMEOUT_S),
        }
        os.environ.update(said)
        try:
            yield
        finally:
            for name in said:
                del os.environ[name]


@contextmanager
def places(folder: Path | None = None) -> Iterator[list[Place]]:
    """Yield an empty place for each engine; the embedded one's may be given."""
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        found = [Place("tantivy", folder)]
        try:
            url, key = stack.enter_context(meilisearch_server())
        except ServerMissingError as error:
            notice(str(error))
        else:
            found.append(Place("Meilisearch", folder, url, key))
        yield found


def server_memory_mb() -> float:
    """Return the most memory that this process's Meilisearch server has had so far."""
    status = Path(f"/proc/{server_pid()}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def server_pid() -> int:
    """Return the process id of the Meilisearch server that this process started.

    Raises:
        LookupError: It runs elsewhere.
    """
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            if Path(f"/proc/{child}/comm").read_text().startswith("meilisearch"):
                return int(child)
    raise LookupError("the Meilisearch server is no child of this process")


def notice(text: str) -> None:
    """Say something that is no figure."""
    Console(stderr=True).print(text)
