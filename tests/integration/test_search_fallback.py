"""What the database answers by itself equals what its documents say, looked at one by one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from catalog.db import Database
from catalog.models.certificate import CertificateStatus, CertificateVersion
from catalog.repositories import documents, fallback, narrowing
from catalog.rules.terms import CertificateState
from catalog.rules.validity import StateChange, Validity, Window, valid_intervals, validity_on
from search import plain
from search.documents import ProductDocument
from search.projection import product_document
from search.query import Facet, SearchQuery, Sort, Tier
from search.sounds import name_rank
from tests.builders import NOW, OWN, a_certificate, a_company, a_product, bring, day, making_up
from tests.contract.documents import passes, values
from tests.integration.picture import current
from tests.integration.test_facet_counts import DAYS, a_stock

FILTERS: dict[str, Any] = {
    "categories": frozenset({"taps", "wall-coatings"}),
    "groups": frozenset({"decoration"}),
    "stars": frozenset({1, 3}),
    "divisions": frozenset({"07"}),
    "companies": frozenset(),
    "bodies": frozenset({"机构1"}),
    "valid_on": day(DAYS[3]),
}
WORDS = {
    "卷材": "甲",
    "卷材 防水": "甲",
    "防 材": "甲",
    "甲": "甲",
    "天山": "乙丙丁",
    "砂浆 天山": "丙丁",
    "c30": "丙",
    "ｃ３０": "丙",
    "eps 保温板": "乙",
    "eps032b1": "乙",
    "EPS-032/B1": "乙",
    "sbs3mm": "甲",
    "2021-000123": "甲",
    "cgp132021": "甲",
    "gb18242": "甲",
    "水嘴": "乙",
    "砂浆 -聚合物": "丙",
    "-砂浆": "甲乙",
    "天山 -“聚合物砂浆”": "乙丙",
    "“防水卷材”": "甲",
    "“卷材防水”": "",
    "没有": "",
    "%": "甲乙丙丁",
    "777%": "",
    "\0": "甲乙丙丁",
    "\ud800砂浆": "丙丁",
}
EARLIEST = dt.date(2024, 1, 1)
DATES = st.integers(0, 40).map(lambda n: EARLIEST + dt.timedelta(days=n))
WINDOWS = st.dictionaries(DATES, st.tuples(DATES, DATES), max_size=3)
STATES = st.dictionaries(DATES, st.sampled_from(CertificateState), max_size=4)


def all_documents(database: Database) -> list[ProductDocument]:
    with database.reading() as connection:
        ids = documents.living_ids(connection, after=0, limit=10_000)
        return [product_document(product) for product in documents.by_ids(connection, ids)]


def found(database: Database, words: str = "", **asked: Any) -> list[str]:
    page = plain.search(database, SearchQuery(words=words, limit=100, **asked))
    assert page.total == len(page.hits)
    return [hit.document.brand or "" for hit in page.hits]


@pytest.fixture
def stock(database: Database) -> list[ProductDocument]:
    bring(database, a_stock())
    return all_documents(database)


def test_every_filter_and_pair_of_filters_keeps_what_it_should(
    database: Database, stock: list[ProductDocument]
) -> None:
    filters = FILTERS | {
        "companies": frozenset({stock[0].company, stock[1].company}),
        "groups": frozenset({next(d.groups[0] for d in stock if d.groups)}),
    }
    for names in [(), *combinations(filters, 1), *combinations(filters, 2)]:
        query = SearchQuery(limit=1000, **{name: filters[name] for name in names})
        page = plain.search(database, query)
        right = {document.id for document in stock if passes(document, query)}
        assert {hit.document.id for hit in page.hits} == right, names
        assert page.total == len(right) and page.has_exact_counts and page.tier is Tier.EXACT
        for facet in Facet:
            counted = Counter[str]()
            for document in stock:
                if passes(document, query, without=facet):
                    counted.update(values(document, facet, query))
            counted.update(dict.fromkeys(query.chosen(facet), 0))
            assert {count.key: count.count for count in page.facets[facet]} == counted, names


def test_what_is_chosen_is_counted_though_the_list_is_short(
    database: Database, stock: list[ProductDocument]
) -> None:
    query = SearchQuery(companies=frozenset({"nobody"}), facet_limit=2)
    assert [(c.key, c.count) for c in plain.search(database, query).facets[Facet.COMPANY]][2:] == [
        ("nobody", 0)
    ]


def test_every_order_is_that_of_the_contract(
    database: Database, stock: list[ProductDocument]
) -> None:
    keys: dict[Sort, Any] = {
        Sort.RELEVANCE: lambda d: d.key,
        Sort.NAME: lambda d: (name_rank(d.name), d.key),
        Sort.STAR: lambda d: (-(d.star or 0), d.key),
        Sort.EXPIRY: lambda d: (d.valid_to_day is None, d.valid_to_day, d.key),
        Sort.NEWEST: lambda d: (-d.recorded_day, d.key),
    }
    assert {d.valid_to_day is None for d in stock} == {True, False}
    for sort in Sort:
        query = SearchQuery(sort=sort, limit=1000)
        right = [document.id for document in sorted(stock, key=keys[sort])]
        assert plain.matches(database, query) == tuple(right), sort
        pages = [
            plain.search(database, SearchQuery(sort=sort, limit=7, offset=at)).hits
            for at in range(0, len(stock) + 7, 7)
        ]
        assert [hit.document.id for hits in pages for hit in hits] == right, sort


@pytest.fixture
def trade(database: Database) -> Database:
    def paper(number: str, **stated: Any) -> Any:
        return a_certificate(number, body="示例认证中心", **stated)

    maker = a_company("天山建材有限公司")
    bring(
        database,
        [
            a_product("防水卷材", paper("CGP13-2021-000123", standard="GB 18242-2008"), brand="甲",
                      model="SBS 3mm"),
            a_product("ＥＰＳ保溫板", brand="乙", model="EPS-032/B1", company=maker,
                      category="taps"),
            a_product("干混砂浆", brand="丙", model="Ｃ３０", company=maker),
            a_product("聚合物砂浆", brand="丁", model=None, company=maker),
        ],
    )  # fmt: skip
    return database


def test_finds_each_word_wherever_it_stands(trade: Database) -> None:
    for words, brands in WORDS.items():
        assert sorted(found(trade, words)) == sorted(brands), words


def test_marks_what_was_found_and_puts_named_products_first(trade: Database) -> None:
    bring(trade, [a_product("干粉", brand="戊", company=a_company("砂浆厂"), model="A1")])
    assert found(trade, "砂浆")[-1] == "戊"
    hits = plain.search(trade, SearchQuery(words="砂浆")).hits
    assert [piece.text for hit in hits for piece in hit.name if piece.is_marked] == ["砂浆"] * 2
    assert [p.text for p in hits[-1].company_name if p.is_marked] == ["砂浆"]


def retold(
    database: Database, stories: Sequence[tuple[dict[dt.date, Window], dict[dt.date, Any]]]
) -> list[int]:
    """Give each certificate a story of its own; return the certificates."""
    ids = [row["id"] for row in current(database, "certificate")]
    source = {"source": OWN, "recorded_at": NOW}
    with making_up(database) as session:
        session.execute(delete(CertificateVersion))
        session.execute(delete(CertificateStatus))
        for certificate, (windows, states) in zip(ids, stories, strict=True):
            for effective_on, (first, last) in windows.items():
                session.execute(
                    insert(CertificateVersion).values(
                        certificate_id=certificate, effective_on=effective_on, valid_from=first,
                        valid_to=last, **source,
                    )
                )  # fmt: skip
            for from_on, state in states.items():
                session.execute(
                    insert(CertificateStatus).values(
                        certificate_id=certificate, from_on=from_on, state=state, **source
                    )
                )
    return ids


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(WINDOWS, STATES), min_size=6, max_size=6))
def test_is_valid_on_the_days_that_the_rule_says(
    database: Database, stories: list[tuple[dict[dt.date, Window], dict[dt.date, Any]]]
) -> None:
    papers = [f"V-{n}" for n in range(6)]
    if not current(database, "certificate"):
        bring(
            database,
            [a_product(f"产品{n // 2}", a_certificate(number)) for n, number in enumerate(papers)],
        )
    retold(database, stories)
    with database.reading() as connection:
        products = documents.living_ids(connection, after=0, limit=10)
        told: dict[int, list[tuple[list[Window], list[StateChange]]]] = {
            product.id: [(paper.windows, paper.states) for paper in product.certificates]
            for product in documents.by_ids(connection, products)
        }
        assert sum(map(len, told.values())) == len(papers)
        for n in range(-1, 42):
            on = EARLIEST + dt.timedelta(days=n)
            valid = {row.id for row in fallback.found(connection, [narrowing.is_valid_on(on)])}
            assert valid == {
                product
                for product, certificates in told.items()
                if any(validity_on(*story, on) is Validity.VALID for story in certificates)
            }
        last_days = {
            product: max(last for story in certificates for _, last in valid_intervals(*story))
            for product, certificates in told.items()
            if any(valid_intervals(*story) for story in certificates)
        }
        assert fallback.last_valid_days(connection) == last_days
