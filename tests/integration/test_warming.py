"""What a server makes ready when it starts."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import pytest
from litestar import Litestar

from api import warming
from api.web.templating import environment
from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app


@pytest.fixture
def app(database: Database) -> Iterator[Litestar]:
    """An application; how the process looks for garbage is as it was when the test ends."""
    before = gc.get_threshold()
    yield create_app(database, TantivyEngine(None))
    gc.set_threshold(*before)
    gc.unfreeze()


def _settles() -> bool:
    until = time.monotonic() + 60
    while gc.get_threshold()[0] < 50_000 and time.monotonic() < until:
        time.sleep(0.05)
    return gc.get_threshold()[0] >= 50_000


def test_a_server_makes_ready_at_its_start_and_stops_at_its_end(app: Litestar) -> None:
    warming.warm(app)
    assert _settles() and gc.get_freeze_count() > 0
    compiled = environment().cache or {}
    assert len(list(compiled)) >= len(environment().list_templates(extensions=["html"]))
    assert app.state["warming"].is_alive()
    warming.cool(app)
    assert not app.state["warming"].is_alive()


def test_one_work_that_fails_does_not_keep_the_others_from_being_done(
    app: Litestar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise OSError

    monkeypatch.setattr(warming, "words", fails)
    warming.warm(app)
    assert _settles()
    warming.cool(app)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
