"""Every engine keeps the promises of search.engine.SearchEngine."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import IndexLockedError
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.engines.tantivy import TantivyEngine
from search.query import Facet, FacetCount, SearchQuery, Sort, Tier
from search.validity_terms import day_number

DAY = dt.date(2024, 6, 1)
ENGINES = ["tantivy", "tantivy-memory"]


def an_engine(name: str, folder: Path) -> SearchEngine:
    return TantivyEngine(folder if name == "tantivy" else None)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    engine = an_engine(request.param, tmp_path)
    yield engine
    engine.close()


@pytest.fixture(scope="module", params=ENGINES)
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchEngine]:
    engine = an_engine(request.param, tmp_path_factory.mktemp("index"))
    documents = some_documents()
    # In three commits, so that there are several segments to be counted over.
    engine.upsert(documents[:200])
    engine.upsert(documents[200:350])
    engine.upsert(documents[350:])
    yield engine
    engine.close()


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
        valid_to_day=None,
        recorded_day=20_000,
        synthetic=True,
    )
    return msgspec.structs.replace(plain, **changes)


def breaking_off() -> Iterator[ProductDocument]:
    yield a_document(1, name="新名")
    raise RuntimeError


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
                valid_to_day=max((end for _, end in intervals), default=None),
                recorded_day=20_000 + chance.randrange(3),
            )
        )
    return documents


def values(document: ProductDocument, facet: Facet) -> set[str]:
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
    return all(
        values(document, facet) & query.chosen(facet)
        for facet in Facet
        if facet is not without and query.chosen(facet)
    )


def counts(query: SearchQuery, facet: Facet) -> tuple[FacetCount, ...]:
    found = Counter[str]()
    for document in some_documents():
        if passes(document, query, without=facet):
            found.update(values(document, facet))
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


# Words


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("涂料", {"name": "防水涂料"}),
        ("涂", {"name": "防水涂料"}),
        ("防水 王牌", {"name": "防水涂料", "brand": "王牌"}),
        ("硅酸钙板", {"name": "矽酸鈣板"}),
        ("矽酸鈣板", {"name": "硅酸钙板"}),
        ("塗料", {"name": "防水涂料"}),
        ("ｃ３０", {"name": "C30 混凝土"}),
        ("C30", {"name": "Ｃ３０混凝土"}),
        ("c3", {"name": "C30 混凝土"}),
        ("商砼", {"name": "预拌混凝土"}),
        ("预拌混凝土", {"name": "商砼", "category_names": ("其他",)}),
        ("SBS 3 mm", {"name": "SBS 防水卷材", "model": "3.0mm"}),
        ("100平方米", {"name": "净水机", "scope": "100㎡"}),
        ("600*600", {"name": "地砖", "model": "600×600×9"}),
        ("032/B1", {"model": "EPS-032/B1"}),
        ("eps032b1", {"model": "EPS-032/B1"}),
        ("23455-2018", {"standards": ("GB/T 23455-2018",)}),
        ("gb/t23455", {"standards": ("GB/T 23455-2018",)}),
        (
            "CABR-01(02)-(2025)-CGP-035",
            {"certificate_numbers": ("CABR-01（02）-（2025）-CGP-035",)},
        ),
        ("2025-CGP-035", {"certificate_numbers": ("CABR-01（02）-（2025）-CGP-035",)}),
        ("cabr0102", {"certificate_numbers": ("CABR-01（02）-（2025）-CGP-035",)}),
        ("0001233", {"certificate_numbers": ("CGP1320210001233",)}),
        ("汉华霄", {"company_name": "昌吉汉华霄建材有限公司"}),
        ("昌吉 建材", {"company_name": "昌吉汉华霄建材有限公司"}),
        ("waterproof", {"category_names": ("防水卷材", "waterproof sheet")}),
        ("مەھسۇلات", {"name": "يېشىل مەھسۇلات"}),
    ],
)
def test_finds_a_product_by(engine: SearchEngine, words: str, changes: dict[str, Any]) -> None:
    engine.upsert([a_document(1, **changes), a_document(2, category_names=("别的",), name="别的")])
    assert found_ids(engine, words) == {1}
    assert engine.search(SearchQuery(words=words)).tier is Tier.EXACT


def test_all_words_must_be_there(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="防水涂料"), a_document(2, name="防水卷材")])
    assert found_ids(engine, "防水 卷材") == {2}


def test_a_number_typed_in_full_comes_first(engine: SearchEngine) -> None:
    engine.upsert(
        [
            a_document(1, certificate_numbers=("CGP13-2021-0001233",)),
            a_document(2, certificate_numbers=("CGP13-2021-000123",)),
        ]
    )
    page = engine.search(SearchQuery(words="cgp13 2021 000123"))
    assert page.total == 2
    page = engine.search(SearchQuery(words="CGP13-2021-000123"))
    assert [hit.document.id for hit in page.hits] == [2, 1]


def test_a_match_in_the_name_comes_before_one_in_the_company(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, company_name="涂料有限公司"), a_document(2, name="外墙涂料")])
    page = engine.search(SearchQuery(words="涂料"))
    assert [hit.document.id for hit in page.hits] == [2, 1]


def test_says_so_when_only_a_looser_reading_matches(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="防水卷材"), a_document(2, name="岩棉")])
    page = engine.search(SearchQuery(words="防水卷才"))
    assert page.tier is Tier.RELAXED
    assert [hit.document.id for hit in page.hits] == [1]


def test_repairs_a_slip_in_a_number(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, certificate_numbers=("CGP13-2021-000123",)), a_document(2)])
    page = engine.search(SearchQuery(words="CGP13-2O21-000123"))
    assert (page.tier, [hit.document.id for hit in page.hits]) == (Tier.RELAXED, [1])


def test_does_not_read_loosely_because_a_filter_leaves_nothing(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="防水卷材"), a_document(2, name="防水板材", star=3)])
    page = engine.search(SearchQuery(words="防水卷材", stars=frozenset({3})))
    assert (page.tier, page.total) == (Tier.EXACT, 0)


def test_marks_what_matched(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="外牆塗料")])
    (hit,) = engine.search(SearchQuery(words="涂料")).hits
    assert [(piece.text, piece.is_marked) for piece in hit.name] == [
        ("外牆", False),
        ("塗料", True),
    ]


NASTY = ['"', "name:(", "a AND", "*", "\\", "~", "[1 TO", "-", "\0", "🙂", "'; --", "涂" * 200]


@pytest.mark.parametrize("words", [*NASTY, "a" * 200, "1.2.3." * 40, ".*", "a|b", "中\0文"])
def test_takes_any_words_a_person_can_type(filled: SearchEngine, words: str) -> None:
    filled.search(SearchQuery(words=words))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.text(max_size=200))
def test_takes_any_words_a_fuzzer_can_type(filled: SearchEngine, words: str) -> None:
    filled.search(SearchQuery(words=words, limit=1))


# Filters and counts


CHOICES: dict[str, list[Any]] = {
    "categories": [frozenset({"c1"}), frozenset({"c1", "c3"})],
    "groups": [frozenset({"g2"})],
    "stars": [frozenset({3}), frozenset({1, 2})],
    "divisions": [frozenset({"d1"})],
    "companies": [frozenset({"co1", "co2", "nobody"})],
    "bodies": [frozenset({"b1"}), frozenset({"b1", "b2"})],
    "valid_on": [DAY],
}
ONE = [{name: choice} for name, choices in CHOICES.items() for choice in choices]
TWO = [
    {left: CHOICES[left][-1], right: CHOICES[right][-1]} for left, right in combinations(CHOICES, 2)
]


@pytest.mark.parametrize("filters", [{}, *ONE, *TWO], ids=str)
def test_filters_and_counts_as_looking_at_every_document_does(
    filled: SearchEngine, filters: dict[str, Any]
) -> None:
    query = SearchQuery(limit=1000, **filters)
    page = filled.search(query)
    expected = {document.id for document in some_documents() if passes(document, query)}
    assert {hit.document.id for hit in page.hits} == expected
    assert page.total == len(expected)
    assert page.facets == {facet: counts(query, facet) for facet in Facet}


def test_counts_under_words_too(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(words="硅酸钙", stars=frozenset({2})))
    boards = [
        document for document in some_documents() if document.name in ("硅酸钙板", "矽酸鈣板")
    ]
    assert page.total == sum(document.star == 2 for document in boards)
    stars = Counter(str(document.star) for document in boards if document.star)
    assert {value.key: value.count for value in page.facets[Facet.STAR]} == stars


@settings(max_examples=100, deadline=None)
@given(offset=st.integers(-1500, 1500))
def test_knows_which_are_valid_on_any_day(filled: SearchEngine, offset: int) -> None:
    query = SearchQuery(valid_on=DAY + dt.timedelta(days=offset), limit=1000)
    expected = {document.id for document in some_documents() if passes(document, query)}
    assert {hit.document.id for hit in filled.search(query).hits} == expected


def test_lists_the_largest_values_and_always_the_chosen(filled: SearchEngine) -> None:
    everyone = filled.search(SearchQuery()).facets[Facet.COMPANY]
    query = SearchQuery(facet_limit=3, companies=frozenset({everyone[-1].key}))
    assert filled.search(query).facets[Facet.COMPANY] == (*everyone[:3], everyone[-1])


def test_counts_only_what_was_asked_for(filled: SearchEngine) -> None:
    assert set(filled.search(SearchQuery(facets=(Facet.STAR,))).facets) == {Facet.STAR}
    assert filled.search(SearchQuery(facets=())).facets == {}


# Order and pages


def test_an_empty_query_returns_all_in_order_of_key(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(limit=1000))
    assert page.total == filled.count() == 500
    keys = [hit.document.key for hit in page.hits]
    assert keys == sorted(document.key for document in some_documents())


@pytest.mark.parametrize("words", ["", "防水", "硅酸钙 板", "建材"])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_to_the_last_row_without_a_gap_or_a_double(
    filled: SearchEngine, words: str, sort: Sort
) -> None:
    whole = filled.search(SearchQuery(words=words, sort=sort, limit=1000, facets=()))
    expected = [hit.document.id for hit in whole.hits]
    paged: list[int] = []
    while len(paged) < whole.total:
        query = SearchQuery(words=words, sort=sort, limit=7, offset=len(paged), facets=())
        page = filled.search(query)
        assert page.hits and page.total == whole.total
        paged += [hit.document.id for hit in page.hits]
    assert paged == expected


def test_breaks_ties_by_key(filled: SearchEngine) -> None:
    hits = filled.search(SearchQuery(words="墙面涂料", limit=1000)).hits
    keys = [hit.document.key for hit in hits]
    assert len(keys) > 50 and keys == sorted(keys)


def test_breaks_ties_by_the_end_of_a_long_key_too(engine: SearchEngine) -> None:
    numbers = random.Random(3).sample(range(1, 3000), 1500)  # noqa: S311  # Any order will do.
    engine.upsert(a_document(n, key=f"a-long-beginning-{n:05}") for n in numbers)
    expected = sorted(numbers)
    for offset in (0, 700, 1490):
        for sort in (Sort.RELEVANCE, Sort.NEWEST):
            page = engine.search(SearchQuery(words="产品", sort=sort, limit=10, offset=offset))
            assert [hit.document.id for hit in page.hits] == expected[offset : offset + 10]


def test_sorts_by_expiry_and_puts_the_never_valid_last(filled: SearchEngine) -> None:
    documents = [
        hit.document for hit in filled.search(SearchQuery(sort=Sort.EXPIRY, limit=1000)).hits
    ]
    ends = [(d.valid_to_day is None, d.valid_to_day or 0, d.key) for d in documents]
    assert ends == sorted(ends)


def test_sorts_the_newest_first(filled: SearchEngine) -> None:
    documents = [
        hit.document for hit in filled.search(SearchQuery(sort=Sort.NEWEST, limit=1000)).hits
    ]
    days = [(-document.recorded_day, document.key) for document in documents]
    assert days == sorted(days)


def test_a_window_after_the_last_row_is_empty_and_knows_the_total(filled: SearchEngine) -> None:
    page = filled.search(SearchQuery(words="防水", offset=10**12))
    assert page.hits == () and page.total > 0
    assert filled.search(SearchQuery(limit=0)).total == 500


# Writing


def test_returns_the_document_as_it_was_given(engine: SearchEngine) -> None:
    document = some_documents()[3]
    engine.upsert([document])
    assert engine.search(SearchQuery()).hits[0].document == document


def test_replaces_a_document_with_the_same_id(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="旧名"), a_document(2)])
    engine.upsert([a_document(1, name="新名")])
    assert engine.count() == 2
    assert (found_ids(engine, "新名"), found_ids(engine, "旧名")) == ({1}, set())


def test_the_last_of_equals_wins_however_many_lie_between(engine: SearchEngine) -> None:
    many = [a_document(number) for number in range(2, 2500)]
    engine.upsert([a_document(1, name="旧名"), *many, a_document(1, name="新名")])
    assert (engine.count(), found_ids(engine, "新名")) == (2499, {1})


def test_deletes_and_does_not_mind_an_unknown_id(engine: SearchEngine) -> None:
    engine.upsert([a_document(1), a_document(2)])
    engine.delete([1, 999])
    assert (engine.ids(), engine.count()) == (frozenset({2}), 1)
    assert [value.count for value in engine.search(SearchQuery()).facets[Facet.COMPANY]] == [1]


def test_an_upsert_that_breaks_off_changes_nothing(engine: SearchEngine) -> None:
    engine.upsert([a_document(1, name="旧名")])
    with pytest.raises(RuntimeError):
        engine.upsert(breaking_off())
    engine.upsert([a_document(2)])
    assert found_ids(engine, "旧名") == {1}
    assert engine.ids() == {1, 2}


def test_answers_many_readers_while_it_is_written_to(engine: SearchEngine) -> None:
    engine.upsert(a_document(number) for number in range(100))

    def read(_: int) -> None:
        page = engine.search(SearchQuery(words="产品", limit=1000))
        assert page.total == len(page.hits) == page.facets[Facet.GROUP][0].count
        assert page.total % 100 == 0

    with ThreadPoolExecutor(4) as pool:
        readers = pool.map(read, range(60))
        for start in range(100, 1000, 100):
            engine.upsert(a_document(number) for number in range(start, start + 100))
        list(readers)
    assert engine.count() == 1000


def test_a_rebuild_takes_the_place_at_once(engine: SearchEngine) -> None:
    engine.upsert([a_document(1), a_document(2)])
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(3)])
        assert engine.ids() == {1, 2}
    assert engine.ids() == {3}
    engine.upsert([a_document(4)])
    assert engine.ids() == {3, 4}


def test_a_rebuild_that_fails_leaves_everything_as_it_was(engine: SearchEngine) -> None:
    engine.upsert([a_document(1)])
    with pytest.raises(RuntimeError), engine.rebuilding() as fresh:
        fresh.upsert(breaking_off())
    engine.upsert([a_document(3)])
    assert engine.ids() == {1, 3}


# What only an engine with a folder can promise


def test_a_folder_opened_again_knows_its_documents(tmp_path: Path) -> None:
    first = TantivyEngine(tmp_path)
    first.upsert([a_document(1)])
    first.close()
    again = TantivyEngine(tmp_path)
    assert again.ids() == {1}
    again.upsert([a_document(2)])
    assert again.ids() == {1, 2}
    again.close()


def test_a_reader_of_the_same_folder_sees_commits_and_rebuilds(tmp_path: Path) -> None:
    writer, reader = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    writer.upsert([a_document(1)])
    assert reader.ids() == {1}
    with writer.rebuilding() as fresh:
        fresh.upsert([a_document(2)])
    assert reader.ids() == {2}
    writer.upsert([a_document(3)])
    assert reader.ids() == {2, 3}
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1
    writer.close()


def test_a_second_writer_is_told_that_there_is_one(tmp_path: Path) -> None:
    first, second = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    first.upsert([a_document(1)])
    with pytest.raises(IndexLockedError):
        second.upsert([a_document(2)])
    first.close()
    second.upsert([a_document(2)])
    assert second.ids() == {1, 2}
    second.close()


def test_who_releases_lets_another_write_and_goes_on_searching(tmp_path: Path) -> None:
    first, second = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    first.upsert([a_document(1)])
    first.release()
    second.upsert([a_document(2)])
    assert first.ids() == second.ids() == {1, 2}
    second.release()
    first.upsert([a_document(3)])
    assert second.count() == 3
    first.close()
    second.close()


def test_a_rebuild_sweeps_up_what_one_that_was_killed_left_behind(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    left_behind = tmp_path / "products-v1-0123456789ab"
    left_behind.mkdir()
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(1)])
    assert not left_behind.exists()
    engine.close()
