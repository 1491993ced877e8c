"""The outbox carries every change to the search engine: once, in order, and by one at a time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, Lock

import pytest
from sqlalchemy import insert, update

from catalog.db import Database
from catalog.models.outbox import OutboxEntry
from catalog.models.product import Product
from catalog.repositories import outbox
from search.documents import ProductDocument
from search.engines.tantivy import TantivyEngine
from search.query import SearchQuery
from search.sync import LEASE, LeaseHeldError, drain_once, lease, rebuild
from search.worker import IndexWorker, catch_up
from tests.builders import NOW, a_certificate, a_company, a_product, bring, undo
from tests.integration.picture import current, stale_products

PATIENCE_S = 20


class Watched(TantivyEngine):
    """The real engine, which also notes how many write to it at once, and can be made to fail."""

    def __init__(self) -> None:
        super().__init__(None)
        self.writers = self.most_writers = self.writes = 0
        self.is_failing = False
        self._lock = Lock()

    def upsert(self, documents: Iterable[ProductDocument]) -> None:
        with self._lock:
            self.writers += 1
            self.writes += 1
            self.most_writers = max(self.most_writers, self.writers)
        time.sleep(0.02)
        super().upsert(documents)
        with self._lock:
            self.writers -= 1
        if self.is_failing:
            raise RuntimeError("the process ends here")


@pytest.fixture
def engine() -> Iterator[Watched]:
    engine = Watched()
    yield engine
    engine.close()


def found(engine: TantivyEngine, words: str) -> list[str | None]:
    return [hit.document.brand for hit in engine.search(SearchQuery(words=words)).hits]


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_a_change_is_found_after_the_outbox_is_drained(database: Database, engine: Watched) -> None:
    bring(database, [a_product(brand="红")])
    assert found(engine, "预拌混凝土") == []
    assert drain_once(database, engine) == 1
    assert found(engine, "预拌混凝土") == ["红"]
    assert drain_once(database, engine) == 0
    bring(database, [a_product(brand="蓝")])
    bring(database, [a_product(certificate=a_certificate("CTC-7"))])
    assert catch_up(database, engine) == 1
    assert found(engine, "CTC-7") == ["蓝"]
    assert engine.count() == 1 and stale_products(database) == set()


def test_a_batch_at_a_time_reaches_everything(database: Database, engine: Watched) -> None:
    bring(database, [a_product(model=f"C{n}") for n in range(25)])
    assert [drain_once(database, engine, batch=10) for _ in range(4)] == [10, 10, 5, 0]
    assert engine.ids() == {row["id"] for row in current(database, "product")}


def test_a_renamed_company_is_found_by_its_new_name(database: Database, engine: Watched) -> None:
    code = "91659001MA7TE5T017"
    bring(database, [a_product(brand="红", company=a_company("天山建材", credit_code=code))])
    catch_up(database, engine)
    bring(database, [a_product("砂浆", company=a_company("昆仑建材", credit_code=code))])
    catch_up(database, engine)
    assert "红" in found(engine, "昆仑建材") and found(engine, "天山建材") == []


def test_a_withdrawn_product_is_found_no_more(database: Database, engine: Watched) -> None:
    bring(database, [a_product(brand="红")])
    run = bring(database, [a_product(brand="蓝", model="C99")]).run_id
    catch_up(database, engine)
    assert engine.count() == 2
    undo(database, run)
    catch_up(database, engine)
    assert found(engine, "预拌混凝土") == ["红"] and engine.count() == 1


def test_a_crash_before_settling_repeats_and_doubles_nothing(
    database: Database, engine: Watched
) -> None:
    bring(database, [a_product(model=f"C{n}") for n in range(3)])
    engine.is_failing = True
    with pytest.raises(RuntimeError):
        drain_once(database, engine)
    assert len(stale_products(database)) == 3
    engine.is_failing = False
    assert catch_up(database, engine) == 3
    assert engine.count() == 3 and stale_products(database) == set()


def test_a_rebuild_leaves_what_changes_meanwhile_to_the_outbox(
    database: Database, engine: Watched
) -> None:
    bring(database, [a_product(brand="红"), a_product(model="C40")])

    def change(_: int) -> None:
        bring(database, [a_product(brand="红", scope="新"), a_product(brand="蓝", model="C50")])

    rebuild(database, engine, prolong=lambda: None, progress=change)
    assert len(stale_products(database)) == 2
    assert catch_up(database, engine) == 2
    assert engine.ids() == {row["id"] for row in current(database, "product")}
    assert found(engine, "C50") == ["蓝"]


def test_a_rebuild_forgets_no_entry_that_was_still_being_written(
    database: Database, engine: Watched
) -> None:
    """A transaction may have taken its number before the rebuild and end after it."""
    bring(database, [a_product(brand="红")])
    (product,) = current(database, "product")
    slow = ExitStack()
    if database.is_embedded:  # Here nobody else can write meanwhile, so the other comes first.
        bring(database, [a_product(model="C40")])
    session = slow.enter_context(database.transaction())
    session.execute(update(Product).values(brand="蓝"))
    session.execute(insert(OutboxEntry).values(product_id=product["id"], recorded_at=NOW))
    if not database.is_embedded:
        bring(database, [a_product(model="C40")])
    rebuild(database, engine, prolong=lambda: None, progress=lambda _: slow.close())
    catch_up(database, engine)
    assert "蓝" in found(engine, "预拌混凝土") and "红" not in found(engine, "预拌混凝土")


def test_a_failed_rebuild_leaves_index_and_outbox_alone(
    database: Database, engine: Watched
) -> None:
    bring(database, [a_product(brand="红")])
    catch_up(database, engine)
    bring(database, [a_product(brand="蓝")])

    def lose_the_lease() -> None:
        raise LeaseHeldError

    with pytest.raises(LeaseHeldError):
        rebuild(database, engine, prolong=lose_the_lease)
    assert found(engine, "预拌混凝土") == ["红"]
    assert len(stale_products(database)) == 1


def test_one_at_a_time_holds_the_lease(database: Database) -> None:
    with lease(database, "one") as prolong:
        prolong()
        with pytest.raises(LeaseHeldError), lease(database, "two"):
            pass
    with lease(database, "two"):
        pass


def test_of_many_who_ask_at_once_one_gets_the_lease(database: Database) -> None:
    many = 6
    start, all_asked = (Barrier(many, timeout=PATIENCE_S) for _ in range(2))

    def ask(name: str) -> bool:
        start.wait()
        try:
            with lease(database, name):
                all_asked.wait()
        except LeaseHeldError:
            all_asked.wait()
            return False
        return True

    with ThreadPoolExecutor(many) as threads:
        answers = list(threads.map(ask, [f"worker-{n}" for n in range(many)]))
    assert answers.count(True) == 1


def left_behind(database: Database, *, expires_at: dt.datetime) -> None:
    """Leave a lease as a worker that was killed does."""
    with database.transaction() as session:
        assert outbox.take_lease(session, LEASE, "killed", now=NOW, until=expires_at)


def test_an_expired_lease_is_taken_over(database: Database, engine: Watched) -> None:
    now = dt.datetime.now(dt.UTC)
    bring(database, [a_product()])
    left_behind(database, expires_at=now + dt.timedelta(minutes=1))
    assert catch_up(database, engine) == 0 and engine.count() == 0
    left_behind(database, expires_at=now - dt.timedelta(seconds=1))
    assert catch_up(database, engine) == 1 and engine.count() == 1


def test_of_two_workers_one_works_at_a_time(database: Database, engine: Watched) -> None:
    workers = [IndexWorker(database, engine) for _ in range(2)]
    for worker in workers:
        worker.start()
    for n in range(5):
        bring(database, [a_product(model=f"C{n}")])
    wait_until(lambda: engine.count() == 5 and not stale_products(database))
    for worker in workers:
        worker.stop()
    assert engine.most_writers == 1
