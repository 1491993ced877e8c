"""Documents for the tests of search engines, and what they must find, by looking at each."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import msgspec

from catalog.rules.standing import Standing
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.query import Facet, FacetCount, SearchQuery
from search.validity_terms import FIRST_DAY, day_number

DAY = dt.date(2024, 6, 1)


def a_document(number: int, **changes: Any) -> ProductDocument:
    plain = ProductDocument(
        id=number,
        key=f"p{number:05}",
        name="产品",
        brand=None,
        model=None,
        scope=None,
        categories=("c1",),
        category_names=("预拌混凝土", "ready-mixed concrete"),
        groups=("g1",),
        company="co1",
        company_name="天山建材有限公司",
        division=None,
        bodies=(),
        certificate_numbers=(),
        standards=(),
        star=None,
        valid_intervals=(),
        standings=((FIRST_DAY, "no-adoption"),),
        valid_to_day=None,
        recorded_day=20_000,
        synthetic=True,
    )
    return msgspec.structs.replace(plain, **changes)


def some_documents() -> list[ProductDocument]:
    chance = random.Random(11)  # noqa: S311  # Any documents will do, the same each time.
    names = ["硅酸钙板", "矽酸鈣板", "防水卷材", "防水涂料", "墙面涂料", "SBS 防水卷材 3mm"]
    documents = []
    for number in range(1, 501):
        starts = [day_number(DAY) + chance.randrange(-900, 900) for _ in range(chance.randrange(4))]
        intervals = tuple((start, start + chance.randrange(400)) for start in starts)
        documents.append(
            a_document(
                number,
                key=f"product-{chance.randrange(10**6):06}-{number}",
                name=chance.choice(names),
                categories=tuple(chance.sample(["c1", "c2", "c3"], chance.randrange(1, 3))),
                groups=(chance.choice(["g1", "g2"]),),
                company=f"co{chance.randrange(30)}",
                division=chance.choice([None, "d1", "d2"]),
                bodies=tuple(chance.choices(["b1", "b2", "b3"], k=len(intervals))),
                star=chance.choice([None, 1, 2, 3]),
                valid_intervals=intervals,
                standings=some_standings(chance, starts),
                valid_to_day=max((end for _, end in intervals), default=None),
                recorded_day=20_000 + chance.randrange(3),
            )
        )
    return documents


def some_standings(chance: random.Random, days: list[int]) -> tuple[tuple[int, str], ...]:
    """Return a history that begins with no entry, or with one yet to come."""
    if not days:
        return ((FIRST_DAY, "no-adoption"),)
    later = [str(standing) for standing in Standing if standing is not Standing.NO_ADOPTION]
    history = [(day, chance.choice(["adopted", *later])) for day in sorted(set(days))]
    return ((FIRST_DAY, "not-yet"), *history)


def values(document: ProductDocument, facet: Facet, query: SearchQuery) -> set[str]:
    if facet is Facet.ADOPTION:
        on = query.adoption_on
        return set() if on is None else {document.standing_on(day_number(on))}
    return {
        Facet.CATEGORY: set(document.categories),
        Facet.GROUP: set(document.groups),
        Facet.STAR: set() if document.star is None else {str(document.star)},
        Facet.DIVISION: set() if document.division is None else {document.division},
        Facet.COMPANY: {document.company},
        Facet.BODY: set(document.bodies),
    }[facet]


def passes(document: ProductDocument, query: SearchQuery, *, without: Facet | None = None) -> bool:
    """Say by looking, without any index, whether a document passes the filters."""
    if query.valid_on is not None:
        day = day_number(query.valid_on)
        if not any(first <= day <= last for first, last in document.valid_intervals):
            return False
    if query.adopted_on is not None:
        day = day_number(query.adopted_on)
        if document.standing_on(day) != "adopted":
            return False
    return all(
        values(document, facet, query) & query.chosen(facet)
        for facet in Facet
        if facet is not without and query.chosen(facet)
    )


def counts(query: SearchQuery, facet: Facet) -> tuple[FacetCount, ...]:
    found = Counter[str]()
    for document in some_documents():
        if passes(document, query, without=facet):
            found.update(values(document, facet, query))
    for key in query.chosen(facet):
        found.setdefault(key, 0)
    return tuple(
        FacetCount(key, count)
        for key, count in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )


def found_ids(engine: SearchEngine, words: str, **changes: Any) -> set[int]:
    page = engine.search(SearchQuery(words=words, limit=1000, **changes))
    assert page.total == len(page.hits)
    return {hit.document.id for hit in page.hits}
