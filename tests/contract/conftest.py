"""Each contract test runs on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine import SearchEngine
from tests.contract.documents import some_documents
from tests.engines import ENGINES, an_engine


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    """An empty engine of the test's own."""
    engine = an_engine(request.param, tmp_path)
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=ENGINES)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchEngine]:
    """An engine with five hundred documents that tests only read."""
    engine = an_engine(request.param, tmp_path_factory.mktemp("index"))
    documents = some_documents()
    # In three commits, so that there are several segments to be counted over.
    engine.upsert(documents[:200])
    engine.upsert(documents[200:350])
    engine.upsert(documents[350:])
    yield engine
    engine.close()
