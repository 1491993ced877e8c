"""A reading handler keeps the event loop waiting for a file, but never for a server."""

from __future__ import annotations

from threading import get_ident

from litestar import Litestar, get
from litestar.datastructures import State
from litestar.testing import TestClient

from api.reading import read
from catalog.db import Database


@read("/read")
def thread_of_a_read() -> int:
    return get_ident()


@get("/loop")
async def thread_of_the_loop() -> int:
    return get_ident()


def test_a_read_leaves_the_event_loop_only_for_a_server(database: Database) -> None:
    app = Litestar([thread_of_a_read, thread_of_the_loop], state=State({"database": database}))
    with TestClient(app) as client:
        stayed = client.get("/read").json() == client.get("/loop").json()
    assert stayed is database.is_embedded
