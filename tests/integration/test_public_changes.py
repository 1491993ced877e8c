"""The change feed tells every public change once, in the order of commits, and leaves none out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.models.certificate import Certificate
from catalog.models.company import Company
from catalog.models.product import Product
from catalog.models.public_change import PublicChange
from catalog.repositories import bulk
from catalog.rules.terms import CertificateState, PublicThing
from catalog.services import changes
from catalog.views.changes import ChangeView
from tests.adoptions import an_adoption
from tests.builders import NOW, a_certificate, a_product, bring, day, making_up, undo

_COMPANY = bulk.table_of(Company)
_keys = count(1)


def told(database: Database, since: int = 0, *, at_once: int = 1_000) -> list[ChangeView]:
    """Read the feed to its end, so many at once."""
    found: list[ChangeView] = []
    while True:
        with database.reading() as connection:
            page = changes.changes_since(connection, since, limit=at_once)
        found += page.items
        if not page.has_more:
            return found
        since = page.next_since


def add_company(session: Session) -> str:
    key = f"c{next(_keys)}"
    bulk.insert_mappings(
        session,
        _COMPANY,
        [{"key": key, "name": key, "credit_code": None, "division_id": None, "address": None,
          "is_synthetic": False, "recorded_at": NOW, "withdrawn_at": None}],
    )  # fmt: skip
    return key


def test_tells_what_an_import_brings_changes_and_takes_back(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    first = told(database)
    assert [(each.thing, each.is_listed) for each in first] == [
        (PublicThing.COMPANY, True), (PublicThing.PRODUCT, True), (PublicThing.CERTIFICATE, True),
    ]  # fmt: skip
    bring(database, [a_product(certificate=a_certificate())])
    assert told(database) == first, "the same again changes nothing"
    suspended = a_certificate(state=CertificateState.SUSPENDED, state_on=day("2026-05-01"))
    run = bring(database, [a_product(certificate=suspended)]).run_id
    since = first[-1].number
    assert [each.thing for each in told(database, since)] == [PublicThing.CERTIFICATE]
    undo(database, run)
    assert [each.thing for each in told(database, since)] == [PublicThing.CERTIFICATE] * 2
    product = first[1].key
    since = told(database)[-1].number
    adopted = an_adoption(database, product)
    assert {(each.thing, each.key) for each in told(database, since)} == {
        (PublicThing.ADOPTION, adopted)
    }


def test_tells_of_a_product_that_was_taken_back_that_it_is_not_listed(database: Database) -> None:
    run = bring(database, [a_product()]).run_id
    undo(database, run)
    last = {each.thing: each for each in told(database)}
    assert not last[PublicThing.PRODUCT].is_listed
    with making_up(database) as session:
        assert session.scalar(select(Product.withdrawn_at)) is not None


def test_names_every_certificate_version_of_an_update_by_id(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    since = told(database)[-1].number
    with making_up(database) as session:
        row = session.scalars(select(Certificate)).one()
        bulk.update_by_id(session, bulk.table_of(Certificate), [{"id": row.id, "number": "X-1"}])
    assert [(each.thing, each.key) for each in told(database, since)] == [
        (PublicThing.CERTIFICATE, row.key)
    ]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, sqlite_template: object) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("feed") / "lucai.db"
    path.write_bytes(sqlite_template.read_bytes())  # type: ignore[attr-defined]  # A path.
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


class _TakenBack(Exception):  # noqa: N818  No error: the transaction just does not happen.
    """Raised to roll a transaction back."""


@given(
    st.lists(
        st.tuples(st.sampled_from(["write", "roll back", "read"]), st.integers(1, 4)), max_size=12
    )
)
@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
def test_whoever_reads_on_misses_nothing_and_reads_nothing_twice(
    ledger: Database, steps: list[tuple[str, int]]
) -> None:
    with ledger.reading() as connection:
        since = start = changes.last_change(connection)
    wanted, found = [], []
    for step, size in [*steps, ("read", 1_000), ("read", 1_000)]:
        if step == "read":
            with ledger.reading() as connection:
                page = changes.changes_since(connection, since, limit=size)
            found += page.items
            since = page.next_since
            continue
        try:
            with making_up(ledger) as session:
                keys = [add_company(session) for _ in range(size)]
                if step == "roll back":
                    raise _TakenBack
            wanted += keys
        except _TakenBack:
            pass
    assert [each.key for each in found] == wanted
    assert [each.number for each in found] == list(range(start + 1, start + 1 + len(wanted)))


# SQLite has one writer at a time, so nothing there can commit late.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_change_that_commits_late_is_told_late_and_never_skipped(database: Database) -> None:
    begun, may_end = Event(), Event()

    def write_slowly() -> str:
        with making_up(database) as session:
            key = add_company(session)
            begun.set()
            assert may_end.wait(20)
        return key

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        assert begun.wait(20)
        with making_up(database) as session:
            quick = add_company(session)
        first = told(database)
        assert [each.key for each in first] == [quick]
        may_end.set()
        late = slow.result(20)
    assert [each.key for each in told(database, first[-1].number)] == [late]
    with database.reading() as connection:
        numbers = list(connection.scalars(select(PublicChange.number).order_by("number")))
    assert numbers == [1, 2]
