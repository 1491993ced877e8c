"""What catalog.db promises to writers and readers, on each database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from catalog.db import Database
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.repositories import bulk
from catalog.services.catalogue import get_product
from tests.builders import NOW, a_product, bring, making_up
from tests.integration.picture import current, stale_products

WRITERS = 8


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS) as threads:
        yield threads


@pytest.fixture
def neighbour(database: Database) -> Iterator[Database]:
    """The same database, as another process opens it."""
    neighbour = Database(database.engine.url.render_as_string(hide_password=False))
    yield neighbour
    neighbour.close()


def a_row(key: str) -> dict[str, Any]:
    return {
        "key": key,
        "name": key,
        "credit_code": None,
        "division_id": None,
        "address": None,
        "is_synthetic": True,
        "recorded_at": NOW,
    }


def found(database: Database, key: str) -> None:
    with making_up(database) as session:
        session.scalars(select(Company.id)).all()  # Who reads first must still be able to write.
        session.add(Company(**a_row(key)))


def count(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(Company)) or 0


def test_rolls_back_when_the_block_fails(database: Database) -> None:
    def fail_halfway() -> None:
        with database.transaction() as session:
            bulk.insert_mappings(session, bulk.table_of(Company), [a_row("a")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert count(database) == 0


def test_a_reader_sees_what_another_thread_committed(
    database: Database, threads: ThreadPoolExecutor
) -> None:
    assert count(database) == 0
    threads.submit(found, database, "a").result()
    assert count(database) == 1


def test_a_reader_gets_moments_in_utc(database: Database) -> None:
    shanghai = dt.timezone(dt.timedelta(hours=8))
    bring(database, [a_product()], now=dt.datetime(2026, 6, 1, 16, tzinfo=shanghai))
    (product,) = current(database, "product")
    with database.reading() as connection:
        recorded_at = get_product(connection, product["key"]).recorded_at
    assert recorded_at == NOW and recorded_at.tzinfo is dt.UTC


def test_refuses_a_moment_without_a_time_zone(database: Database) -> None:
    naive = dt.datetime(2026, 6, 1)  # noqa: DTZ001  Being naive is what is tested.
    with pytest.raises(Exception, match="naive"), database.transaction() as session:
        session.add(Company(**a_row("a") | {"recorded_at": naive}))


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.reading() as connection:
        connection.execute(insert(Company), a_row("a"))
    assert count(database) == 0


def test_many_writers_and_readers_take_turns(
    database: Database, neighbour: Database, threads: ThreadPoolExecutor
) -> None:
    writes = [
        threads.submit(found, here, f"{name}-{n}")
        for n in range(3 * WRITERS)
        for name, here in {"ours": database, "theirs": neighbour}.items()
    ]
    reads = [threads.submit(count, here) for here in [database, neighbour] * WRITERS]
    assert [job.exception() for job in writes] == [None] * len(writes)
    assert [job.exception() for job in reads] == [None] * len(reads)
    assert count(database) == count(neighbour) == len(writes)


def test_imports_of_the_same_products_at_once_take_turns(
    database: Database, neighbour: Database, threads: ThreadPoolExecutor
) -> None:
    records = [a_product(model=f"C{n}") for n in range(20)]
    jobs = [threads.submit(bring, here, records) for here in [database, neighbour] * 3]
    assert [job.exception() for job in jobs] == [None] * len(jobs)
    assert len(current(database, "product")) == 20
    assert sorted(job.result().created for job in jobs) == [0, 0, 0, 0, 0, 20]


def test_a_child_needs_its_parent(database: Database) -> None:
    row = {
        "key": "p", "company_id": 99, "category_id": 1, "name": "p", "source": "s",
        "is_synthetic": True, "recorded_at": NOW,
    }  # fmt: skip
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(insert(Product), row)


def test_a_product_changed_by_hand_is_noted_for_search(database: Database) -> None:
    bring(database, [a_product()])
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox_entry")
    assert stale_products(database) == set()
    with making_up(database) as session:
        product = session.scalars(select(Product)).one()
        product.brand = "新牌"
    assert stale_products(database) == {product.key}


def test_bulk_rows_get_the_ids_that_it_says(database: Database) -> None:
    table = bulk.table_of(Company)
    with making_up(database) as session:
        first = bulk.insert_mappings(session, table, [a_row("a"), a_row("b")])
        second = bulk.insert_mappings(session, table, [a_row("c")])
    held = {row["key"]: row["id"] for row in current(database, "company")}
    assert [*first, *second] == [held["a"], held["b"], held["c"]]
