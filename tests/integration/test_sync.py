"""The outbox carries every change to the search engine: once, in order, and by one at a time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Barrier, Lock

import msgspec
import pytest
from sqlalchemy import delete, insert, select, update

from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.models.outbox import Lease, OutboxEntry
from catalog.models.product import Product
from catalog.repositories import documents, outbox
from search.documents import ProductDocument
from search.engines.tantivy import TantivyEngine
from search.projection import product_document
from search.query import SearchQuery, Tier
from search.sync import LEASE, LeaseHeldError, drain_once, is_unfilled, lease, rebuild
from search.worker import IndexWorker, catch_up
from tests.builders import NOW, a_certificate, a_company, a_product, bring, making_up, undo
from tests.integration.picture import current, stale_products

PATIENCE_S = 20


class Watched(TantivyEngine):
    """The real engine, which also notes how many write to it at once, and can be made to fail."""

    def __init__(self) -> None:
        super().__init__(None)
        self.writers = self.most_writers = self.writes = 0
        self.is_failing = False
        self.meanwhile: Callable[[], None] = lambda: None
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
        self.meanwhile()
        if self.is_failing:
            raise RuntimeError("the process ends here")


@pytest.fixture
def engine() -> Iterator[Watched]:
    engine = Watched()
    yield engine
    engine.close()


def found(engine: TantivyEngine, words: str) -> list[str | None]:
    page = engine.search(SearchQuery(words=words))
    return [hit.document.brand for hit in page.hits if page.tier is Tier.EXACT]


def wait_until(is_so: Callable[[], bool], *, limit_s: float = PATIENCE_S) -> None:
    end = time.monotonic() + limit_s
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
    session = slow.enter_context(making_up(database))
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


def test_a_lease_is_kept_while_a_step_takes_long(database: Database) -> None:
    with lease(database, "one") as prolong:
        with database.transaction() as session:
            session.execute(update(Lease).values(expires_at=NOW))
        wait_until(lambda: expiry(database) > dt.datetime.now(dt.UTC))
        with pytest.raises(LeaseHeldError), lease(database, "two"):
            pass
        prolong()


def expiry(database: Database) -> dt.datetime:
    with database.reading() as connection:
        return connection.scalars(select(Lease.expires_at)).one()


def lose(database: Database) -> None:
    """Let another take the lease and be done with its work, as if this process had slept."""
    with database.transaction() as session:
        outbox.settle(session, outbox.all_numbers(session.connection()))
        session.execute(delete(Lease))


def test_who_lost_the_lease_has_what_it_wrote_done_again(
    database: Database, engine: Watched
) -> None:
    """The other may have written newer documents, which these have replaced."""
    bring(database, [a_product(model=f"C{n}") for n in range(3)])
    engine.meanwhile = lambda: lose(database)
    with lease(database, "one") as prolong, pytest.raises(LeaseHeldError):
        drain_once(database, engine, prolong=prolong)
    engine.meanwhile = lambda: None
    assert len(stale_products(database)) == 3
    catch_up(database, engine)
    with lease(database, "one") as prolong, pytest.raises(LeaseHeldError):
        rebuild(database, engine, prolong=prolong, progress=lambda _: lose(database))
    assert engine.count() == 3 and stale_products(database) == set()


def test_a_worker_builds_an_index_that_never_was(database: Database, engine: Watched) -> None:
    bring(database, [a_product(model=f"C{n}") for n in range(3)])
    with database.transaction() as session:  # As after an update to another version of the index.
        outbox.settle(session, outbox.all_numbers(session.connection()))
    assert is_unfilled(database, engine)
    with at_work(database, engine):
        wait_until(lambda: engine.count() == 3)
    assert not is_unfilled(database, engine) and engine.writes == 0


def test_a_worker_mends_what_the_index_lost_and_what_it_kept_wrongly(
    database: Database, engine: Watched
) -> None:
    bring(database, [a_product(model=f"C{n}") for n in range(8)])
    catch_up(database, engine)
    right = engine.ids()
    with database.reading() as connection:
        (one,) = documents.by_ids(connection, [min(right)])
    engine.upsert([msgspec.structs.replace(product_document(one), id=max(right) + 1)])
    engine.delete([min(right)])
    with at_work(database, engine) as worker:
        wait_until(lambda: engine.ids() == right and not worker.is_in_doubt)
    assert stale_products(database) == set()


def test_a_worker_replaces_an_index_that_cannot_be_read(database: Database, tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    bring(database, [a_product(brand="红")])
    catch_up(database, engine)
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    (folder / "meta.json").write_text("{")
    with pytest.raises(SearchUnavailableError):
        engine.count()
    with at_work(database, engine):
        wait_until(lambda: is_found(engine, "红"))
    assert not folder.exists()
    engine.close()


def is_found(engine: TantivyEngine, brand: str) -> bool:
    try:
        return found(engine, "预拌混凝土") == [brand]
    except SearchUnavailableError:
        return False


def test_a_commit_wakes_whoever_asked_for_it(database: Database) -> None:
    told = []
    database.when_committed(lambda: told.append(len(stale_products(database))))
    bring(database, [a_product()])
    assert told[-1] == 1
    told.clear()
    with suppress(ZeroDivisionError), database.transaction() as session:
        session.execute(insert(OutboxEntry).values(product_id=1, recorded_at=NOW))
        raise ZeroDivisionError
    assert told == []


def test_a_change_made_by_another_process_is_found_within_a_second(
    database: Database, database_url: str, engine: Watched
) -> None:
    other = Database(database_url)
    with at_work(database, engine) as worker:
        wait_until(lambda: not worker.is_in_doubt)
        bring(other, [a_product(brand="红")])
        began = time.monotonic()
        wait_until(lambda: found(engine, "预拌混凝土") == ["红"])
        assert time.monotonic() - began < 1
    other.close()


@contextmanager
def at_work(database: Database, engine: TantivyEngine) -> Iterator[IndexWorker]:
    worker = IndexWorker(database, engine)
    worker.start()
    yield worker
    worker.stop()


def test_of_two_workers_one_works_at_a_time(database: Database, engine: Watched) -> None:
    # An index that lacks most of its products would be built anew, which is another way to write.
    bring(database, [a_product(model=f"B{n}") for n in range(50)])
    catch_up(database, engine)
    engine.most_writers = 0
    workers = [IndexWorker(database, engine) for _ in range(2)]
    for worker in workers:
        worker.start()
    for n in range(5):
        bring(database, [a_product(model=f"C{n}")])
    wait_until(lambda: engine.count() == 55 and not stale_products(database))
    for worker in workers:
        worker.stop()
    assert engine.most_writers == 1
