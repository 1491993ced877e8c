"""What happens when a Meilisearch server is away, slow, strange or not ours."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest

from catalog.errors import SearchTrouble, SearchUnavailableError
from search.engines import open_engine
from search.engines.meilisearch import MeilisearchEngine
from search.engines.meilisearch_index import PRIMARY_KEY, index_name
from search.engines.meilisearch_server import Server
from search.query import Facet, SearchQuery
from tests.contract.documents import a_document
from tests.engines import a_meilisearch, the_meilisearch_server


@pytest.fixture
def name() -> str:
    """The name of an index of the test's own."""
    return uuid4().hex


@pytest.fixture
def deaf_address() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def confused_address() -> Iterator[str]:
    """The address of a server that speaks HTTP and is no Meilisearch."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Greeter) as server:
        Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Greeter(BaseHTTPRequestHandler):
    """Says hello, whatever it is asked."""

    def greet(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    do_GET = do_POST = do_PATCH = greet  # noqa: N815  Names that http.server asks for.

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def trouble_of(url: str, key: str = "a-key-of-the-tests") -> SearchTrouble:
    engine = MeilisearchEngine(Server(url, key, timeout=0.2), index_name("products"))
    with pytest.raises(SearchUnavailableError) as caught:
        engine.search(SearchQuery(words="涂料"))
    with pytest.raises(SearchUnavailableError):
        engine.upsert([a_document(1)])
    with pytest.raises(SearchUnavailableError), engine.rebuilding():
        pass
    engine.close()
    return caught.value.trouble


def test_says_that_a_server_is_away() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
    assert trouble_of(f"http://127.0.0.1:{port}") is SearchTrouble.AWAY


def test_does_not_wait_for_a_server_that_does_not_answer(deaf_address: str) -> None:
    assert trouble_of(deaf_address) is SearchTrouble.TIME_OUT


def test_understands_that_something_else_answers(confused_address: str) -> None:
    assert trouble_of(confused_address) is SearchTrouble.UNREADABLE


def test_says_that_the_key_is_wrong() -> None:
    url, _ = the_meilisearch_server()
    assert trouble_of(url) is SearchTrouble.WRONG_KEY


def test_an_index_that_was_taken_away_is_no_empty_answer(name: str) -> None:
    engine = a_meilisearch(name)
    engine.upsert([a_document(1)])
    url, key = the_meilisearch_server()
    server = Server(url, key, timeout=30)
    server.finish(server.start("DELETE", f"/indexes/{index_name(name)}"))
    with pytest.raises(SearchUnavailableError):
        engine.search(SearchQuery())
    engine.upsert([a_document(2)])
    assert engine.ids() == {2}
    assert engine.search(SearchQuery(words="产品")).total == 1


def test_two_engines_of_one_name_share_an_index(name: str) -> None:
    writer, reader = a_meilisearch(name), a_meilisearch(name)
    writer.upsert([a_document(1)])
    assert reader.ids() == {1}
    with reader.rebuilding() as fresh:
        fresh.upsert([a_document(2)])
    assert writer.ids() == {2}
    writer.close()
    assert reader.ids() == {2}


def test_a_rebuild_sweeps_up_what_one_that_was_killed_left_behind(name: str) -> None:
    engine = a_meilisearch(name)
    url, key = the_meilisearch_server()
    server = Server(url, key, timeout=30)
    left_behind = f"{index_name(name)}-0123456789ab"
    server.finish(server.start("POST", "/indexes", {"uid": left_behind, "primaryKey": PRIMARY_KEY}))
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(1)])
    assert [index for index in server.indexes() if name in index] == [index_name(name)]


def test_keeps_keys_apart_that_a_server_takes_for_equal(name: str) -> None:
    engine = a_meilisearch(name)
    companies = ["Co", "co", "ＣＯ", "é", "e\u0301", '"', "\\", "公司（甲）", "公司(甲)"]
    engine.upsert(a_document(number, company=key) for number, key in enumerate(companies))
    counted = engine.search(SearchQuery()).facets[Facet.COMPANY]
    assert [value.key for value in counted] == sorted(companies)
    for number, key in enumerate(companies):
        page = engine.search(SearchQuery(companies=frozenset({key})))
        assert [hit.document.id for hit in page.hits] == [number]


def test_counts_more_values_than_a_server_lists(name: str) -> None:
    engine = a_meilisearch(name)
    engine.upsert(a_document(n, company=f"co{n % 150:03}", star=n % 2) for n in range(200))
    everyone = engine.search(SearchQuery(facet_limit=1000)).facets[Facet.COMPANY]
    assert [value.count for value in everyone] == [2] * 50 + [1] * 100
    chosen = frozenset({"co149", "nobody"})
    listed = engine.search(SearchQuery(companies=chosen)).facets[Facet.COMPANY]
    # Of equals those with the smallest keys are listed.
    assert [value.key for value in listed[:100]] == [f"co{n:03}" for n in range(100)]
    assert {value.key: value.count for value in listed[100:]} == {"co149": 1, "nobody": 0}


def test_is_opened_by_its_url(tmp_path: Path) -> None:
    url, key = the_meilisearch_server()
    engine = open_engine(tmp_path / "index", url, key)
    assert isinstance(engine, MeilisearchEngine) and not (tmp_path / "index").exists()
    engine.close()
