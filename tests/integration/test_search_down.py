"""An engine that is away or slow: the database answers, nobody waits twice, and it comes back."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from litestar.testing import TestClient

from catalog.db import Database
from catalog.errors import SearchTrouble, SearchUnavailableError
from catalog.repositories import outbox
from search.breaker import Breaker
from search.documents import ProductDocument
from search.engines.tantivy import TantivyEngine
from search.listing import count_matches, list_matches
from search.query import Facet, SearchPage, SearchQuery
from search.service import search_products
from search.worker import IndexWorker, catch_up
from tests.apps import create_app
from tests.builders import a_product, bring
from tests.contract.documents import a_document
from tests.integration.test_sync import wait_until

HERE = Path(__file__).parents[2]
CONCRETE = SearchQuery(words="混凝土")


class Failing(TantivyEngine):
    """The real engine, which can be made slow and to fail, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__(None)
        self.trouble: SearchTrouble | None = None
        self.takes_s = 0.0
        self.asked = 0

    def search(self, query: SearchQuery) -> SearchPage:
        self.asked += 1
        time.sleep(self.takes_s)
        if self.trouble:
            raise SearchUnavailableError(trouble=self.trouble)
        return super().search(query)

    def upsert(self, documents: Iterable[ProductDocument]) -> None:
        if self.trouble:
            raise SearchUnavailableError(trouble=self.trouble)
        super().upsert(documents)


@pytest.fixture
def engine() -> Iterator[Failing]:
    engine = Failing()
    yield engine
    engine.close()


def test_the_database_answers_with_the_true_total_while_the_engine_is_away(
    database: Database, engine: Failing
) -> None:
    bring(database, [a_product(model=f"C{n}") for n in range(30)])
    catch_up(database, engine)
    breaker = Breaker(engine)
    whole = search_products(database, breaker, CONCRETE)
    engine.trouble = SearchTrouble.AWAY
    degraded = search_products(database, breaker, CONCRETE)
    assert (whole.is_degraded, degraded.is_degraded) == (False, True)
    assert degraded.page.total == whole.page.total == 30
    assert degraded.page.facets[Facet.COMPANY] == whole.page.facets[Facet.COMPANY]


def test_an_engine_that_failed_is_not_asked_by_everybody_and_comes_back_by_itself(
    engine: Failing,
) -> None:
    breaker = Breaker(engine)
    engine.trouble = SearchTrouble.AWAY
    for _ in range(50):
        with pytest.raises(SearchUnavailableError) as failure:
            breaker.search(CONCRETE)
        assert failure.value.trouble is SearchTrouble.AWAY
    assert engine.asked < 50
    engine.trouble = None
    wait_until(lambda: answers(breaker))
    assert answers(breaker)


def test_a_slow_engine_is_waited_for_once_in_a_while(engine: Failing) -> None:
    breaker = Breaker(engine)
    engine.trouble, engine.takes_s = SearchTrouble.TIME_OUT, 0.3
    began = time.monotonic()
    while time.monotonic() - began < 1:
        assert not answers(breaker)
    assert engine.asked == 1


def test_an_engine_that_takes_a_write_is_asked_again_at_once(engine: Failing) -> None:
    breaker = Breaker(engine)
    engine.trouble, engine.takes_s = SearchTrouble.TIME_OUT, 0.3
    assert not answers(breaker)
    engine.trouble = None
    assert not answers(breaker)
    breaker.upsert([a_document(1)])
    assert answers(breaker)


def answers(engine: Breaker) -> bool:
    try:
        engine.search(CONCRETE)
    except SearchUnavailableError:
        return False
    return True


def test_the_database_answers_while_the_index_has_yet_to_be_built(
    database: Database, engine: Failing
) -> None:
    assert not search_products(database, engine, CONCRETE).is_degraded
    bring(database, [a_product()])
    with database.transaction() as session:
        outbox.settle(session, outbox.all_numbers(session.connection()))
    answer = search_products(database, engine, CONCRETE)
    assert answer.is_degraded and answer.page.total == 1
    catch_up(database, engine)
    answer = search_products(database, engine, CONCRETE)
    assert not answer.is_degraded and answer.page.total == 1


def test_health_says_why_the_index_cannot_answer(database: Database, tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    bring(database, [a_product()])
    catch_up(database, engine)
    with TestClient(create_app(database, engine)) as client:
        assert client.get("/health").json()["search"] == "ok"
        for folder in [path for path in tmp_path.iterdir() if path.is_dir()]:
            shutil.rmtree(folder)
        response = client.get("/health")
        assert response.status_code == 200
        told = response.json()
        assert (told["search"], told["search_trouble"]) == ("unavailable", "unreadable")
        assert (told["documents"], told["index_backlog"]) == (None, 0)
        found = client.get("/api/v1/search", params={"q": "混凝土"}).json()
        assert found["is_degraded"] and found["page"]["total"] == 1


def test_a_worker_says_why_it_waits_and_goes_on_when_it_can(
    database: Database, engine: Failing
) -> None:
    engine.trouble = SearchTrouble.WRONG_KEY
    worker = IndexWorker(database, engine)
    worker.start()
    wait_until(lambda: not worker.is_in_doubt)
    bring(database, [a_product()])
    wait_until(lambda: worker.trouble is SearchTrouble.WRONG_KEY)
    engine.trouble = None
    wait_until(lambda: engine.count() == 1 and worker.trouble is None)
    worker.stop()


_FULL_DISK = """
import resource, sys
from pathlib import Path
from catalog.errors import SearchUnavailableError
from search.engines.tantivy import TantivyEngine
from search.query import SearchQuery
from tests.contract.documents import a_document

engine = TantivyEngine(Path(sys.argv[1]))
engine.upsert([a_document(0)])
limit = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limit[1]))
try:
    engine.upsert([a_document(n, name=f"name{n}") for n in range(1, 3000)])
except SearchUnavailableError as error:
    told = error.trouble, engine.count(), engine.search(SearchQuery()).total
resource.setrlimit(resource.RLIMIT_FSIZE, limit)
engine.upsert([a_document(n, name=f"name{n}") for n in range(1, 3000)])
print(*told, engine.count())
"""


def test_a_full_disk_stops_writing_alone_and_only_while_it_is_full(tmp_path: Path) -> None:
    """A limit on the size of files does what a full disk does."""
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path)],
        cwd=HERE, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["disk", "full", "1", "1", "3000"]


def test_a_list_and_a_count_are_not_taken_from_an_index_that_has_yet_to_be_built(
    database: Database, engine: Failing
) -> None:
    bring(database, [a_product(model=f"C{n}") for n in range(3)])
    with database.transaction() as session:
        outbox.settle(session, outbox.all_numbers(session.connection()))
    listing = list_matches(database, engine, CONCRETE)
    assert listing.is_degraded and len(listing.ids) == 3
    assert count_matches(database, engine, CONCRETE) is None
    catch_up(database, engine)
    listing = list_matches(database, engine, CONCRETE)
    assert not listing.is_degraded and len(listing.ids) == 3
    assert count_matches(database, engine, CONCRETE) == 3
    assert count_matches(database, engine, SearchQuery(words="天外飞仙")) == 0


def test_a_server_that_is_warm_loads_nothing_for_the_first_who_searches() -> None:
    code = (
        "import sys; from search import plan; from search.service import warm_up; warm_up();"
        "loaded = set(sys.modules); plan.rungs(plan.read('防水卷才 shuini C30'));"
        "sys.exit(' '.join(set(sys.modules) - loaded))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=HERE, check=False, capture_output=True, text=True
    )
    assert ended.stderr.strip() == ""
