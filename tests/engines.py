"""The search engines, each with whatever it needs to run, for tests that every one must pass."""

from __future__ import annotations

import atexit
import hashlib
import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.engines.meilisearch import MeilisearchEngine
from search.engines.meilisearch_index import index_name
from search.engines.meilisearch_server import Server
from search.engines.tantivy import TantivyEngine
from tests.servers import ServerMissingError, meilisearch_server

ENGINES = ["tantivy", "tantivy-memory", "meilisearch"]


def an_engine(name: str, folder: Path) -> SearchEngine:
    """Return an engine; two of the same name and folder share one index, if it is kept at all."""
    if name == "meilisearch":
        return a_meilisearch(hashlib.sha256(str(folder).encode()).hexdigest()[:16])
    return TantivyEngine(folder if name == "tantivy" else None)


def a_meilisearch(name: str) -> MeilisearchEngine:
    """Return an engine on the session's server; two of the same name share one index."""
    url, key = the_meilisearch_server()
    return MeilisearchEngine(Server(url, key, timeout=30), index_name(name))


def the_meilisearch_server() -> tuple[str, str]:
    """Return the URL and key of the session's server; without one, skip, or fail in CI."""
    try:
        return _started()
    except ServerMissingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@cache
def _started() -> tuple[str, str]:
    running = ExitStack()
    atexit.register(running.close)
    url, key = running.enter_context(meilisearch_server())
    # Processes that a test starts shall find the same server, and leave none behind.
    os.environ.update(TEST_MEILISEARCH_URL=url, TEST_MEILISEARCH_KEY=key)
    return url, key
