"""Demo products: the same every time, in every category, with papers that hold together."""

import datetime as dt
from collections import Counter, defaultdict
from itertools import islice

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.records import CertificateRecord, ProductRecord
from catalog.rules.keys import company_key, normal_name, product_key
from catalog.rules.numbers import is_credit_code, normal_number
from catalog.rules.terms import CertificateState
from catalog.rules.validity import Validity, validity_on
from seed_data import read_toml
from seed_data.demo import ProductPool, generate_products
from seed_data.demo.certificates import is_valid, last_day

SEED = 7
STOPPED = {CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.CANCELLED}


def papers_of(records: list[ProductRecord]) -> list[CertificateRecord]:
    return [record.certificate for record in records if record.certificate]


@given(seed=st.integers(min_value=0, max_value=10**9), count=st.integers(0, 40))
@settings(max_examples=20, deadline=None)
def test_a_longer_list_begins_with_the_shorter_one(seed: int, count: int) -> None:
    shorter = list(generate_products(seed, count))
    assert list(islice(generate_products(seed, count + 30), len(shorter))) == shorter


def test_two_seeds_make_two_catalogues() -> None:
    assert list(generate_products(1, 20)) != list(generate_products(2, 20))


def test_six_hundred_products_show_all_51_categories() -> None:
    catalogue = read_toml("taxonomy/catalogue_2020.toml")["categories"]
    shown = {record.category for record in generate_products(SEED, 600)}
    assert shown == {category["key"] for category in catalogue} and len(shown) == 51


def test_no_two_products_have_one_key() -> None:
    keys = {
        product_key(company_key(r.company.name, r.company.credit_code), r.name, r.model, None)
        for r in generate_products(SEED, 6000)
    }
    assert len(keys) == 6000


def test_credit_codes_pass_their_check_and_name_no_region_that_exists() -> None:
    codes = {r.company.credit_code for r in generate_products(SEED, 3000)}
    assert all(code and is_credit_code(code) and code[2:8] == "990000" for code in codes)


def test_one_firm_in_fifteen_products_and_one_name_for_each_firm() -> None:
    firms = {r.company for r in generate_products(SEED, 6000)}
    assert len(firms) == 400
    assert len({normal_name(firm.name) for firm in firms}) == 400
    at_home = sum(firm.division is not None for firm in firms)
    assert 200 < at_home < 280
    assert {firm.division for firm in firms} - {None} == {f"{n:02d}" for n in range(1, 15)}


def test_everything_says_that_it_is_synthetic() -> None:
    for record in generate_products(SEED, 900):
        assert "（演示）" in record.company.name and "演示" in (record.description or "")
        if record.certificate:
            assert "（演示）" in record.certificate.body and "YS" in record.certificate.number


def test_a_certificate_number_stands_for_one_certificate() -> None:
    known: dict[tuple[str, str], CertificateRecord] = {}
    covered = defaultdict(set)
    for record in generate_products(SEED, 6000):
        paper = record.certificate
        if paper is None:
            continue
        key = (paper.body, normal_number(paper.number))
        assert known.setdefault(key, paper) == paper
        covered[key].add((record.company, record.category))
    assert all(len(holders) == 1 for holders in covered.values())


def test_certificates_last_five_years_less_a_day() -> None:
    for paper in papers_of(list(generate_products(SEED, 3000))):
        assert paper.valid_from == paper.issued_on
        assert paper.valid_to == last_day(paper.valid_from, 5)
        assert dt.date(2020, 9, 1) <= paper.valid_from <= dt.date(2026, 10, 31)
        if paper.reissued_on:
            assert paper.valid_from < paper.reissued_on <= paper.valid_to


def test_the_last_day_of_five_years_is_the_day_before_the_anniversary() -> None:
    assert last_day(dt.date(2025, 6, 5), 5) == dt.date(2030, 6, 4)
    assert last_day(dt.date(2024, 2, 29), 5) == dt.date(2029, 2, 28)
    assert last_day(dt.date(2023, 1, 1), 5) == dt.date(2027, 12, 31)


def test_all_five_states_occur_and_the_stopped_ones_say_when_and_why() -> None:
    papers = papers_of(list(generate_products(SEED, 6000)))
    states = Counter(paper.state for paper in papers)
    assert set(states) == set(CertificateState)
    assert states[CertificateState.SUSPENDED] > states[CertificateState.REVOKED]
    assert states[CertificateState.REVOKED] > states[CertificateState.CANCELLED]
    for paper in papers:
        if paper.state in STOPPED:
            assert paper.state_reason and paper.state_on
            assert paper.valid_from < paper.state_on <= paper.valid_to


def test_some_products_have_no_certificate_and_some_have_two() -> None:
    papers = Counter[tuple[str | None, str, str | None]]()
    bare = 0
    for record in generate_products(SEED, 3000):
        papers[record.company.credit_code, record.name, record.model] += 1
        bare += record.certificate is None
    assert 200 < bare < 420
    assert 140 < sum(count == 2 for count in papers.values()) < 320
    assert max(papers.values()) == 2


def test_the_short_rule_of_the_demo_is_the_rule_of_the_catalogue() -> None:
    days = [dt.date(2021, 1, 1) + dt.timedelta(days=step) for step in range(0, 3000, 53)]
    for paper in papers_of(list(generate_products(SEED, 300))):
        states = [(paper.state, paper.state_on)] if paper.state and paper.state_on else []
        for day in days:
            answer = validity_on([(paper.valid_from, paper.valid_to)], states, day)
            assert is_valid(paper, day) == (answer is Validity.VALID)


def test_a_pool_offers_only_products_that_the_catalogue_has() -> None:
    day = dt.date(2025, 6, 1)
    held = {(p.body, p.number) for p in papers_of(list(generate_products(SEED, 450)))}
    pool = ProductPool(SEED, 450)
    for category in {record.category for record in generate_products(SEED, 450)}:
        for draw in range(0, 65536, 4096):
            offer = pool.valid_on(category, draw, day)
            if offer is not None:
                assert offer.paper is not None and is_valid(offer.paper, day)
                assert (offer.reference.body, offer.reference.certificate_number) in held
            lapsed = pool.not_valid_on(category, draw, day)
            if lapsed is not None and lapsed.paper is not None:
                assert not is_valid(lapsed.paper, day)


def test_an_empty_pool_offers_nothing() -> None:
    assert ProductPool(SEED, 0).valid_on("masonry", 0, dt.date(2025, 1, 1)) is None
    assert ProductPool(SEED, 600).valid_on("elastic-flooring", 0, dt.date(2025, 1, 1)) is None
