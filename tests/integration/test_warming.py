"""What a server makes ready when it starts."""

from __future__ import annotations

import gc
import time

import pytest
from litestar import Litestar

from api import warming
from api.web.templating import environment
from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app


def _soon(app: Litestar) -> bool:
    warming.warm(app)
    until = time.monotonic() + 60
    while gc.get_threshold()[0] < 50_000 and time.monotonic() < until:
        time.sleep(0.05)
    return gc.get_threshold()[0] >= 50_000


def test_templates_are_compiled_and_garbage_is_looked_for_rarely(database: Database) -> None:
    before = gc.get_threshold()
    try:
        assert _soon(create_app(database, TantivyEngine(None)))
        assert gc.get_freeze_count() > 0
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
    compiled = environment().cache or {}
    assert len(list(compiled)) >= len(environment().list_templates(extensions=["html"]))


def test_one_work_that_fails_does_not_keep_the_others_from_being_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def fails() -> None:
        raise OSError

    works = (fails, lambda: done.append(1))
    monkeypatch.setattr(warming, "_WORKS", works)
    warming._all(create_app(database, TantivyEngine(None)))
    assert done == [1]
