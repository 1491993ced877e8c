"""Greenness on the day, and on days that nobody knows: one paper proves, nothing is guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace

from catalog.rules.greenness import greenness, proof_on, proofs
from catalog.rules.proof import Accepted, Evidence, Goods, Paper, Remark, Report, Version
from catalog.rules.standing import Entry, found_on
from catalog.rules.terms import AdoptionState, DatePrecision, Route
from catalog.rules.terms import CertificateState as State
from catalog.rules.validity import last_day_of_years, possible_days

START, END = dt.date(2024, 3, 10), dt.date(2029, 3, 9)
MIDDLE = dt.date(2025, 6, 15)
DAY = dt.timedelta(days=1)
CERTIFIED = Accepted()
EITHER = Accepted(evidence=frozenset(Evidence), report_years=1)
REPORT_OPEN = Accepted(evidence=frozenset(Evidence))


def a_paper(number: int = 1, **stated: object) -> Paper:
    version = Version(
        effective_on=START,
        valid_from=START,
        valid_to=END,
        factory="一厂",
        factory_address="某路1号",
    )
    return Paper(**({"id": number, "versions": (version,)} | stated))  # type: ignore[arg-type]  # free fields


def goods(*papers: Paper, **stated: object) -> Goods:
    return Goods(has_product=True, papers=papers, **stated)  # type: ignore[arg-type]  # free fields


def test_a_valid_certificate_proves_and_is_named_with_its_version() -> None:
    proof = proof_on(goods(a_paper(7)), CERTIFIED, MIDDLE)
    assert (proof.green, proof.certificate_id, proof.effective_on) == (True, 7, START)
    assert proof.report_id is None


def test_goods_of_no_named_product_are_not_proven() -> None:
    proof = proof_on(Goods(has_product=False), CERTIFIED, MIDDLE)
    assert (proof.green, proof.reason) == (False, "no-product")


def test_a_product_without_papers_says_which_were_asked_for() -> None:
    assert proof_on(goods(), CERTIFIED, MIDDLE).reason == "no-certificate"
    assert proof_on(goods(), EITHER, MIDDLE).reason == "no-proof"


@pytest.mark.parametrize(
    ("state", "reason"),
    [(State.SUSPENDED, "suspended"), (State.REVOKED, "revoked"), (State.CANCELLED, "cancelled")],
)
def test_a_stopped_certificate_does_not_prove(state: State, reason: str) -> None:
    proof = proof_on(goods(a_paper(states=((state, MIDDLE),))), CERTIFIED, MIDDLE)
    assert (proof.green, proof.reason, proof.certificate_id) == (False, reason, 1)


def test_one_paper_of_several_is_enough() -> None:
    stopped = a_paper(1, states=((State.REVOKED, START),))
    proof = proof_on(goods(stopped, a_paper(2)), CERTIFIED, MIDDLE)
    assert (proof.green, proof.certificate_id) == (True, 2)


def test_a_certificate_without_dates_leaves_it_unknown() -> None:
    proof = proof_on(goods(a_paper(versions=())), CERTIFIED, MIDDLE)
    assert (proof.green, proof.reason, proof.effective_on) == (None, "unknown", None)


def test_goods_outside_the_scope_are_not_green() -> None:
    proof = proof_on(goods(a_paper(), scope="C20–C50", specification="C60"), CERTIFIED, MIDDLE)
    assert (proof.green, proof.reason, proof.certificate_id) == (False, "outside-scope", 1)


@pytest.mark.parametrize("specification", [None, "泵送"])
def test_a_scope_that_cannot_be_compared_is_not_judged_and_said(specification: str | None) -> None:
    proof = proof_on(
        goods(a_paper(), scope="C20–C50", specification=specification), CERTIFIED, MIDDLE
    )
    assert proof.green is True and Remark.SCOPE_NOT_JUDGED in proof.remarks


def test_what_was_judged_is_not_remarked_on() -> None:
    stated = goods(
        a_paper(), scope="C20–C50", specification="C30", factory=" 一 厂".replace(" ", "")
    )
    assert proof_on(stated, CERTIFIED, MIDDLE).remarks == ()


@pytest.mark.parametrize(
    ("factory", "green", "reason"),
    [
        ("一厂", True, "valid"),
        ("某路１号", True, "valid"),
        ("二厂", False, "other-site"),
        ("绿洲一厂", True, "valid"),  # One name within the other is not comparable.
        (None, True, "valid"),
    ],
)
def test_a_different_site_is_a_different_certificate(
    factory: str | None, green: bool, reason: str
) -> None:
    proof = proof_on(goods(a_paper(), factory=factory), CERTIFIED, MIDDLE)
    assert (proof.green, proof.reason) == (green, reason)
    is_told = Remark.SITE_NOT_JUDGED in proof.remarks
    assert is_told is (factory in (None, "绿洲一厂"))


def test_a_name_is_not_held_against_an_address_alone() -> None:
    version = Version(effective_on=START, valid_from=START, valid_to=END, factory_address="某路1号")
    proof = proof_on(goods(a_paper(versions=(version,)), factory="二厂"), CERTIFIED, MIDDLE)
    assert proof.green is True and Remark.SITE_NOT_JUDGED in proof.remarks


def test_the_version_in_force_on_the_day_says_which_site_it_is() -> None:
    moved = dt.date(2026, 1, 1)
    versions = (
        Version(effective_on=START, valid_from=START, valid_to=END, factory="一厂"),
        Version(effective_on=moved, valid_from=START, valid_to=END, factory="二厂"),
    )
    came = goods(a_paper(versions=versions), factory="一厂")
    assert proof_on(came, CERTIFIED, moved - DAY).green is True
    after = proof_on(came, CERTIFIED, moved)
    assert (after.green, after.reason, after.effective_on) == (False, "other-site", moved)


def test_a_test_report_counts_only_where_the_pack_accepts_it() -> None:
    reported = goods(reports=(Report(id=3, issued_on=START),))
    assert proof_on(reported, CERTIFIED, START).green is False
    proof = proof_on(reported, EITHER, START)
    assert (proof.green, proof.report_id, proof.certificate_id) == (True, 3, None)


def test_a_test_report_counts_from_its_day_for_the_years_of_the_pack() -> None:
    reported = goods(reports=(Report(id=3, issued_on=START),))
    last = dt.date(2025, 3, 9)
    assert proof_on(reported, EITHER, START - DAY).reason == "report-later"
    assert proof_on(reported, EITHER, last).green is True
    after = proof_on(reported, EITHER, last + DAY)
    assert (after.green, after.reason) == (False, "report-too-old")


def test_a_rule_that_sets_no_age_leaves_an_earlier_report_open() -> None:
    reported = goods(reports=(Report(id=3, issued_on=START),))
    proof = proof_on(reported, REPORT_OPEN, START)
    assert (proof.green, proof.reason, proof.report_id) == (None, "report-age-open", 3)
    assert proof_on(reported, REPORT_OPEN, START - DAY).green is False


def test_years_end_on_the_day_before_they_began() -> None:
    assert last_day_of_years(dt.date(2025, 6, 5), 5) == dt.date(2030, 6, 4)
    assert last_day_of_years(dt.date(2024, 2, 29), 1) == dt.date(2025, 2, 28)
    assert last_day_of_years(dt.date(2024, 2, 29), 4) == dt.date(2028, 2, 28)
    assert last_day_of_years(dt.date(9998, 1, 1), 5) == dt.date.max


def test_a_month_and_a_year_are_their_first_to_their_last_day() -> None:
    stated = dt.date(2024, 2, 1)
    assert possible_days(stated, DatePrecision.DAY) == (stated, stated)
    assert possible_days(stated, DatePrecision.MONTH) == (stated, dt.date(2024, 2, 29))
    year = possible_days(stated, DatePrecision.YEAR)
    assert year == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


@pytest.mark.parametrize(
    ("stated", "precision", "green", "reason"),
    [
        (dt.date(2025, 6, 1), DatePrecision.MONTH, True, "valid"),
        (dt.date(2024, 3, 1), DatePrecision.MONTH, None, "day-unsure"),
        (dt.date(2024, 2, 1), DatePrecision.MONTH, False, "not-yet"),
        (dt.date(2026, 1, 1), DatePrecision.YEAR, True, "valid"),
        (dt.date(2029, 1, 1), DatePrecision.YEAR, None, "day-unsure"),
        (dt.date(2030, 1, 1), DatePrecision.YEAR, False, "expired"),
    ],
)
def test_a_day_that_is_not_known_gives_three_answers(
    stated: dt.date, precision: DatePrecision, green: bool | None, reason: str
) -> None:
    proof = greenness(goods(a_paper()), CERTIFIED, possible_days(stated, precision))
    assert (proof.green, proof.reason) == (green, reason)
    assert proof.certificate_id == 1


def test_two_papers_that_follow_each_other_prove_the_month_between_them() -> None:
    later = Version(effective_on=END + DAY, valid_from=END + DAY, valid_to=dt.date(2034, 3, 9))
    both = goods(a_paper(1), a_paper(2, versions=(later,)))
    assert greenness(both, CERTIFIED, (dt.date(2029, 3, 1), dt.date(2029, 3, 31))).green is True


SPAN = [dt.date(2025, 1, 1) + offset * DAY for offset in range(40)]
days = st.sampled_from(SPAN)
names = st.sampled_from([None, "一厂", "二厂", "绿洲一厂"])
versions = st.builds(
    Version, effective_on=days, valid_from=days, valid_to=days, factory=names, factory_address=names
)
papers = st.builds(
    Paper,
    id=st.integers(1, 3),
    versions=st.lists(versions, max_size=3).map(tuple),
    states=st.lists(st.tuples(st.sampled_from(list(State)), days), max_size=3).map(tuple),
)
any_goods = st.builds(
    Goods,
    has_product=st.booleans() | st.just(True),
    specification=st.sampled_from([None, "C30", "C60", "泵送"]),
    scope=st.sampled_from([None, "C20–C50"]),
    factory=names,
    papers=st.lists(papers, max_size=3, unique_by=lambda paper: paper.id).map(tuple),
    reports=st.lists(
        st.builds(Report, id=st.integers(1, 3), issued_on=days),
        max_size=2,
        unique_by=lambda r: r.id,
    ).map(tuple),
    adoptions=st.lists(
        st.builds(
            Entry,
            id=st.integers(1, 9),
            route=st.sampled_from(Route),
            adopted_on=days,
            valid_to=st.none() | days,
            decided=st.lists(st.tuples(st.sampled_from(AdoptionState), days), max_size=2).map(
                tuple
            ),
            certificate_id=st.integers(1, 3),
            windows=st.lists(st.tuples(days, days), max_size=2).map(tuple),
            states=st.lists(st.tuples(st.sampled_from(list(State)), days), max_size=2).map(tuple),
        ),
        max_size=2,
        unique_by=lambda entry: entry.id,
    ).map(tuple),
)
policies = st.builds(
    Accepted,
    evidence=st.frozensets(st.sampled_from(list(Evidence)), min_size=1),
    report_years=st.none() | st.just(1),
)


@given(came=any_goods, accepted=policies)
def test_all_days_at_once_say_what_each_day_says(came: Goods, accepted: Accepted) -> None:
    every = proofs(came, accepted)
    for day in (dt.date.min, *SPAN, dt.date(2026, 1, 20), dt.date.max):
        assert every.on(day) == proof_on(came, accepted, day)
        for green in (True, False, None):
            inside = any(first <= day <= last for first, last in every.intervals(green=green))
            assert inside is (every.on(day).green is green)


@given(came=any_goods, accepted=policies, ends=st.tuples(days, days).map(sorted))
def test_unsure_days_are_certain_only_where_every_day_agrees(
    came: Goods, accepted: Accepted, ends: list[dt.date]
) -> None:
    first, last = ends
    answers = {proof_on(came, accepted, day).green for day in SPAN if first <= day <= last}
    proof = greenness(came, accepted, (first, last))
    assert proof.green is (answers.pop() if len(answers) == 1 else None)


@given(came=any_goods, accepted=policies, ends=st.tuples(days, days).map(sorted))
def test_tells_of_adoption_what_holds_on_every_day(
    came: Goods, accepted: Accepted, ends: list[dt.date]
) -> None:
    assert came.adoptions is not UNSET
    first, last = ends
    span = [day for day in SPAN if first <= day <= last]
    adopted = {found_on(came.adoptions, day).standing.is_adopted for day in span}
    told = greenness(came, accepted, (first, last)).standing
    assert told is not None
    assert told.is_adopted is (adopted.pop() if len(adopted) == 1 else None)


ONLY_ADOPTED = Accepted(evidence=frozenset({Evidence.ADOPTION}))
CERTIFIED_OR_ADOPTED = Accepted(evidence=frozenset({Evidence.CERTIFICATE, Evidence.ADOPTION}))
BY_REPORT = Entry(id=4, route=Route.TEST_REPORT, adopted_on=START, valid_to=END)
BY_PAPER = Entry(
    id=5, route=Route.CERTIFICATE, adopted_on=MIDDLE, certificate_id=1, windows=((START, END),)
)


def test_a_pack_of_adopted_products_takes_no_certificate_for_it() -> None:
    proof = proof_on(goods(a_paper(), adoptions=()), ONLY_ADOPTED, MIDDLE)
    assert (proof.green, proof.reason, proof.standing) == (False, "not-adopted", "no-adoption")
    adopted = proof_on(goods(a_paper(), adoptions=(BY_PAPER,)), ONLY_ADOPTED, MIDDLE)
    assert (adopted.green, adopted.reason, adopted.certificate_id) == (True, "adopted", 1)
    assert (adopted.standing, adopted.adoption_id) == ("adopted", 5)


def test_a_suspended_adoption_does_not_count_and_counts_again_when_it_is_lifted() -> None:
    decided = ((AdoptionState.SUSPENDED, MIDDLE), (AdoptionState.ADOPTED, MIDDLE + 30 * DAY))
    came = goods(a_paper(), adoptions=(replace(BY_REPORT, decided=decided),))
    found = [
        proof_on(came, ONLY_ADOPTED, day)
        for day in (MIDDLE - DAY, MIDDLE, MIDDLE + 29 * DAY, MIDDLE + 30 * DAY)
    ]
    assert [proof.green for proof in found] == [True, False, False, True]
    assert [found[1].reason, found[1].standing] == ["not-adopted", "suspended"]
    assert proof_on(came, CERTIFIED, MIDDLE).green is True


def test_adoption_proves_what_no_certificate_does() -> None:
    came = goods(adoptions=(BY_REPORT,))
    assert proof_on(came, CERTIFIED, MIDDLE).green is False
    assert proof_on(came, CERTIFIED_OR_ADOPTED, MIDDLE).green is True


@pytest.mark.parametrize(
    ("stated", "reason"),
    [
        ({"specification": "C60", "scope": "C20–C50"}, "outside-scope"),
        ({"factory": "二厂"}, "other-site"),
    ],
)
def test_goods_outside_what_was_adopted_do_not_count(stated: dict[str, str], reason: str) -> None:
    proof = proof_on(goods(a_paper(), adoptions=(BY_PAPER,), **stated), ONLY_ADOPTED, MIDDLE)
    assert (proof.green, proof.reason, proof.standing) == (False, reason, "adopted")


def test_an_adoption_of_today_tells_nothing_new_of_what_came_before() -> None:
    before = goods(a_paper(), adoptions=())
    after = goods(a_paper(), adoptions=(BY_PAPER,))
    day = MIDDLE - DAY
    assert proof_on(before, CERTIFIED, day) == proof_on(after, CERTIFIED, day)


def test_goods_whose_adoptions_were_not_read_tell_nothing_of_them() -> None:
    assert proof_on(goods(a_paper()), CERTIFIED, MIDDLE).standing is None


@given(came=any_goods, accepted=policies, day=days)
def test_a_further_paper_never_takes_a_proof_away(
    came: Goods, accepted: Accepted, day: dt.date
) -> None:
    if proof_on(came, accepted, day).green:
        more = Goods(
            has_product=True, specification=came.specification, scope=came.scope,
            factory=came.factory, papers=(*came.papers, a_paper(9)), reports=came.reports,
            adoptions=came.adoptions,
        )  # fmt: skip
        assert proof_on(more, accepted, day).green is True
