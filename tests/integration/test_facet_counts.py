"""The engine's counts equal those of the database, asked in SQL that shares no line with it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import product as every

import msgspec
import pytest
from sqlalchemy import select, text

from catalog.db import Database
from catalog.models.product import Product
from catalog.records import ProductRecord
from catalog.repositories.adopted import is_adopted_on
from catalog.rules.keys import company_key, product_key
from catalog.rules.terms import AdoptionState, CertificateState
from catalog.services import adoptions
from search import plain
from search.engines.tantivy import TantivyEngine
from search.query import Facet, SearchQuery
from search.worker import catch_up
from tests.adoptions import an_adoption
from tests.builders import (
    REGISTRY,
    a_certificate,
    a_company,
    a_product,
    bring,
    day,
    undo,
)

CATEGORIES = ("ready-mixed-concrete", "wall-coatings", "taps", "tabc-healthy")
STATES = (None, CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.CANCELLED)
DAYS = ("2023-06-01", "2024-01-01", "2025-02-28", "2025-03-01", "2025-12-31", "2028-12-31",
        "2029-01-01")  # fmt: skip

_COVERED = """
    FROM product p
    JOIN product_certificate l ON l.product_id = p.id AND l.superseded_at IS NULL
    JOIN certificate c ON c.id = l.certificate_id AND c.withdrawn_at IS NULL
"""
_VALUES = {
    Facet.CATEGORY: f"""
        SELECT k.key AS value, p.id FROM product p JOIN category k ON k.id = p.category_id
        UNION
        SELECT k.key, p.id {_COVERED}
        JOIN certificate_category s ON s.certificate_id = c.id AND s.superseded_at IS NULL
        JOIN category k ON k.id = s.category_id""",  # noqa: S608  Fixed text.
    Facet.GROUP: """
        SELECT g.key AS value, p.id FROM product p JOIN category k ON k.id = p.category_id
        JOIN category_group g ON g.id = k.group_id""",
    Facet.DIVISION: """
        SELECT d.key AS value, p.id FROM product p JOIN company m ON m.id = p.company_id
        JOIN division d ON d.id = m.division_id""",
    Facet.COMPANY: """
        SELECT m.key AS value, p.id FROM product p JOIN company m ON m.id = p.company_id""",
    Facet.BODY: f"""
        SELECT DISTINCT b.name AS value, p.id {_COVERED}
        JOIN certification_body b ON b.id = c.body_id""",
    Facet.STAR: f"""
        SELECT CAST(max(v.star) AS VARCHAR) AS value, p.id {_COVERED}
        JOIN certificate_version v ON v.certificate_id = c.id AND v.superseded_at IS NULL
        WHERE v.effective_on = (
            SELECT max(w.effective_on) FROM certificate_version w
            WHERE w.certificate_id = c.id AND w.superseded_at IS NULL)
        AND NOT EXISTS (
            SELECT 1 FROM certificate_status s
            WHERE s.certificate_id = c.id AND s.superseded_at IS NULL
            AND s.state IN ('revoked', 'cancelled')
            AND s.from_on = (
                SELECT max(t.from_on) FROM certificate_status t
                WHERE t.certificate_id = c.id AND t.superseded_at IS NULL))
        GROUP BY p.id HAVING max(v.star) IS NOT NULL""",  # noqa: S608  Fixed text.
}  # fmt: skip
_VALID = f"""
    SELECT p.id {_COVERED}
    JOIN certificate_version v ON v.certificate_id = c.id AND v.superseded_at IS NULL
    WHERE :day BETWEEN v.valid_from AND v.valid_to
    AND coalesce((
        SELECT s.state FROM certificate_status s
        WHERE s.certificate_id = c.id AND s.superseded_at IS NULL AND s.from_on <= :day
        ORDER BY s.from_on DESC LIMIT 1), 'valid') = 'valid'"""  # noqa: S608  Fixed text.


def a_stock() -> list[ProductRecord]:
    """Products of every sort: 48 of them under certificates of 12, and some under none."""
    records = [
        a_product("无证产品", company=a_company(f"企业{n}"), model=f"N{n}") for n in range(3)
    ]
    for n, (category, state, star) in enumerate(every(CATEGORIES, STATES, (1, 2, None))):
        paper = a_certificate(
            f"CTC-{n % 12}",
            body=f"机构{n % 3}",
            star=star,
            state=state,
            state_on=day("2025-03-01") if state else None,
            valid_from=day("2024-01-01") + dt.timedelta(days=100 * (n % 5)),
            categories=(category,) if category.startswith("tabc") else (),
        )
        maker = a_company(f"企业{n % 7}", division=(None, "07", "08")[n % 3])
        records.append(
            a_product(f"产品{n}", paper, company=maker, category=category, model=f"M{n}")
        )
    return records


@pytest.fixture
def engine(database: Database) -> Iterator[TantivyEngine]:
    """An index that followed a history of imports, corrections and an undo."""
    engine = TantivyEngine(None)
    bring(database, a_stock())
    catch_up(database, engine)
    bring(
        database,
        [a_product("产品1", a_certificate("CTC-1", body="机构1", reissued_on=day("2025-05-01"),
                                          star=3), company=a_company("企业1"), model="M1")],
    )  # fmt: skip
    run = bring(
        database,
        [a_product("无证产品", a_certificate("GBM", categories=("tabc-recycled",)),
                   company=a_company("企业0"), model="N0")],
        source=REGISTRY,
    ).run_id  # fmt: skip
    undo(database, run)
    catch_up(database, engine)
    yield engine
    engine.close()


def counted(database: Database, facet: Facet, valid_on: str | None) -> dict[str, int]:
    valid = f"AND x.id IN ({_VALID})" if valid_on else ""
    statement = f"""
        SELECT x.value, count(*) FROM ({_VALUES[facet]}) x
        JOIN product q ON q.id = x.id AND q.withdrawn_at IS NULL {valid} GROUP BY x.value
        """  # noqa: S608  Nothing in it comes from outside.
    # SQLite keeps a day as text, PostgreSQL compares days with days.
    asked = valid_on if database.is_embedded or valid_on is None else day(valid_on)
    with database.reading() as connection:
        rows = connection.execute(text(statement), {"day": asked} if valid_on else {})
        return {row[0]: row[1] for row in rows}


@pytest.mark.parametrize("valid_on", [None, *DAYS])
def test_counts_of_every_facet_value_equal_the_database(
    database: Database, engine: TantivyEngine, valid_on: str | None
) -> None:
    asked = day(valid_on) if valid_on else None
    page = engine.search(SearchQuery(valid_on=asked, limit=1))
    for facet in _VALUES:
        counts = {count.key: count.count for count in page.facets[facet]}
        assert counts == counted(database, facet, valid_on), facet
    assert page.total == sum(counted(database, Facet.COMPANY, valid_on).values())


def test_choosing_a_value_finds_as_many_as_its_count_says(
    database: Database, engine: TantivyEngine
) -> None:
    filters = {
        Facet.CATEGORY: "categories", Facet.GROUP: "groups", Facet.STAR: "stars",
        Facet.DIVISION: "divisions", Facet.COMPANY: "companies", Facet.BODY: "bodies",
    }  # fmt: skip
    everything = SearchQuery(valid_on=day(DAYS[3]), limit=1)
    for facet, name in filters.items():
        for value, count in counted(database, facet, DAYS[3]).items():
            chosen = frozenset({int(value) if facet is Facet.STAR else value})
            query = msgspec.structs.replace(everything, **{name: chosen})
            assert engine.search(query).total == count, (facet, value)


def test_finds_what_the_database_calls_adopted(database: Database, engine: TantivyEngine) -> None:
    for number in range(3):
        maker = company_key(f"企业{number}", None)
        key = product_key(maker, f"产品{number}", f"M{number}", None)
        an_adoption(database, key, certificate=f"CTC-{number}", adopted_on="2025-02-01")
    catch_up(database, engine)
    for on in ("2025-01-31", "2025-02-28", "2025-03-01", "2029-12-31"):
        with database.reading() as connection:
            statement = select(Product.id).where(is_adopted_on(day(on)))
            expected = set(connection.scalars(statement))
        query = SearchQuery(adopted_on=day(on), limit=50)
        for page in (engine.search(query), plain.search(database, query)):
            assert {hit.document.id for hit in page.hits} == expected, on
            assert page.total == len(expected)
    assert engine.search(SearchQuery(adopted_on=day("2025-02-28"))).total == 3


def test_counts_adoptions_under_every_filter_as_the_database_does(
    database: Database, engine: TantivyEngine
) -> None:
    for number in range(9):
        maker = company_key(f"企业{number % 7}", None)
        key = product_key(maker, f"产品{number}", f"M{number}", None)
        an_adoption(
            database,
            key,
            certificate=f"CTC-{number}",
            adopted_on=f"2025-0{number % 3 + 1}-01",
            decided=((AdoptionState.SUSPENDED, "2025-02-15"),) if number == 1 else (),
        )
    catch_up(database, engine)
    stood = Counter[str]()
    for on, categories, chosen in every(
        ("2025-01-31", "2025-02-28", "2029-12-31"),
        (frozenset[str](), frozenset(CATEGORIES[:2])),
        (frozenset[str](), frozenset({"adopted", "suspended"})),
    ):
        query = SearchQuery(adoption_on=day(on), categories=categories, adoptions=chosen, limit=60)
        indexed, read = engine.search(query), plain.search(database, query)
        assert indexed.facets == read.facets and indexed.total == read.total, query
        with database.reading() as connection:
            ids = connection.scalars(select(Product.id).where(Product.withdrawn_at.is_(None)))
            standings = adoptions.standings(connection, ids, on=day(on))
        within = engine.matches(msgspec.structs.replace(query, adoptions=frozenset()))
        counted = Counter(standings[number].value for number in within)
        counts = {value.key: value.count for value in indexed.facets[Facet.ADOPTION]}
        assert counts == {**dict.fromkeys(chosen, 0), **counted}
        stood.update(counted)
    assert {"adopted", "suspended", "expired", "not-yet", "no-adoption"} <= stood.keys()
