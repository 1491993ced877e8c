"""Adoption follows the certificate without anyone's doing, on any day asked and as known then."""

from __future__ import annotations

import datetime as dt
from itertools import product as every

from sqlalchemy import select

from catalog.db import Database
from catalog.models.product import Product
from catalog.repositories import adoptions
from catalog.repositories.adopted import is_adopted_on, standings_on
from catalog.rules import standing
from catalog.rules.keys import company_key, product_key
from catalog.rules.standing import Standing
from catalog.rules.terms import AdoptionState, CertificateState
from catalog.services.adoptions import of_product
from tests.adoptions import an_adoption
from tests.builders import NOW, a_certificate, a_product, bring, day, undo

COMPANY = company_key("绿洲混凝土有限公司", None)
PRODUCT = product_key(COMPANY, "预拌混凝土", "C30 P6", None)


def standing_on(database: Database, on: str, key: str = PRODUCT) -> Standing:
    with database.reading() as connection:
        return of_product(connection, key, on=day(on)).standing


def the_certificate_is(database: Database, state: CertificateState, on: str) -> int:
    paper = a_certificate(state=state, state_on=day(on))
    return bring(database, [a_product(certificate=paper)], source="registry").run_id


def test_follows_an_imported_suspension_and_its_end(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    the_certificate_is(database, CertificateState.SUSPENDED, "2026-03-01")
    assert standing_on(database, "2026-02-28") is Standing.ADOPTED
    assert standing_on(database, "2026-03-01") is Standing.CERTIFICATE_SUSPENDED
    the_certificate_is(database, CertificateState.VALID, "2026-04-01")
    assert standing_on(database, "2026-03-31") is Standing.CERTIFICATE_SUSPENDED
    assert standing_on(database, "2026-04-01") is Standing.ADOPTED


def test_follows_an_imported_revocation_until_that_import_is_undone(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    run = the_certificate_is(database, CertificateState.REVOKED, "2026-03-01")
    assert standing_on(database, "2027-01-01") is Standing.CERTIFICATE_REVOKED
    undo(database, run)
    assert standing_on(database, "2027-01-01") is Standing.ADOPTED


def test_ends_with_the_certificate_and_goes_on_with_its_renewal(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    assert standing_on(database, "2028-12-31") is Standing.ADOPTED
    assert standing_on(database, "2029-01-01") is Standing.EXPIRED
    renewed = a_certificate(valid_from=day("2029-01-01"), valid_to=day("2033-12-31"))
    bring(database, [a_product(certificate=renewed)])
    assert standing_on(database, "2029-01-01") is Standing.ADOPTED


def test_was_adopted_as_known_before_the_revocation_came_in(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    later = NOW + dt.timedelta(days=10)
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day("2026-03-01"))
    bring(database, [a_product(certificate=paper)], source="registry", now=later)
    with database.reading() as connection:
        product = connection.scalars(select(Product.id)).one()
        then = adoptions.entries(connection, [product], known_at=NOW + dt.timedelta(days=1))
        now = adoptions.entries(connection, [product])
        before = adoptions.entries(connection, [product], known_at=NOW - dt.timedelta(days=1))
    on = day("2026-05-01")
    assert standing.found_on(then[product], on).standing is Standing.ADOPTED
    assert standing.found_on(now[product], on).standing is Standing.CERTIFICATE_REVOKED
    assert before == {}


def test_says_which_entry_and_until_when(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    key = an_adoption(
        database,
        PRODUCT,
        decided=((AdoptionState.SUSPENDED, "2025-01-01"), (AdoptionState.ADOPTED, "2025-02-01")),
    )
    with database.reading() as connection:
        found = of_product(connection, PRODUCT, on=day("2025-03-01"))
    assert (found.is_adopted, found.because, found.until) == (True, key, day("2028-12-31"))
    (entry,) = found.adoptions
    assert [each.state for each in entry.decided] == ["adopted", "suspended", "adopted"]
    assert entry.certificate_number == "CTC-2024-001"


def test_the_database_finds_the_same_standings_as_the_rule(database: Database) -> None:
    """Every route, decision and state of the paper, on every day around their edges."""
    states = [None, *CertificateState]
    decisions = [None, AdoptionState.SUSPENDED, AdoptionState.REMOVED]
    keys = []
    for number, (state, decided) in enumerate(every(states, decisions)):
        paper = f"CTC-{number}"
        name = f"混凝土{number}"
        certificate = a_certificate(paper, state=state, state_on=day("2025-03-10"))
        bring(database, [a_product(name, certificate=certificate)])
        keys.append(product_key(COMPANY, name, "C30 P6", None))
        took = ((decided, "2025-03-12"),) if decided else ()
        an_adoption(database, keys[-1], certificate=paper, adopted_on="2025-03-08", decided=took)
    for number, (valid_to, decided) in enumerate(every([None, "2025-03-11"], decisions)):
        name = f"砂浆{number}"
        bring(database, [a_product(name)])
        keys.append(product_key(COMPANY, name, "C30 P6", None))
        took = ((decided, "2025-03-10"),) if decided else ()
        an_adoption(
            database,
            keys[-1],
            certificate=None,
            valid_to=valid_to,
            adopted_on="2025-03-09",
            decided=took,
        )
    # One with two entries, and one that was never adopted.
    an_adoption(database, keys[0], certificate=None, valid_to="2030-01-01")
    bring(database, [a_product("从未采信")])
    with database.reading() as connection:
        ids = list(connection.scalars(select(Product.id)))
        entries = adoptions.entries(connection, ids)
        for on in (*(day(f"2025-03-{number:02}") for number in range(7, 14)), day("2029-06-01")):
            table = standings_on(on)
            rows = connection.execute(select(table.c.product_id, table.c.value)).all()
            expected = {i: standing.found_on(entries.get(i, ()), on).standing for i in ids}
            assert dict(map(tuple, rows)) == expected
            adopted = connection.scalars(select(Product.id).where(is_adopted_on(on)))
            assert set(adopted) == {i for i, found in expected.items() if found is Standing.ADOPTED}
