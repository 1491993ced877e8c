"""The score: one definition for one and for many, with bounds that hold whatever is learnt."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.pack_score import WORDS, Criterion, Fact, ScorePack
from catalog.rules.packs import PackInvalidError, parse_pack
from catalog.rules.score.frames import EVIDENCE_SCHEMA, PRODUCTS_SCHEMA, STATEMENTS, Kind
from catalog.rules.score.papers import Issue, stretches
from catalog.rules.score.policy import OWN, Exclusion, Policy, Requirement, laid_over, policy_faults
from catalog.rules.score.scoring import (
    hundredths,
    points_column,
    points_of,
    possible,
    ranked,
    scored,
    totals,
)
from catalog.rules.terms import CertificateState
from catalog.rules.validity import Validity, last_day_of_years, validity_on
from tests.unit.rules.seeds import content

ON = dt.date(2026, 6, 1)
DAY = dt.timedelta(days=1)
Row = dict[str, Any]


def the_pack() -> ScorePack:
    pack = parse_pack(content("score-2026"))
    assert isinstance(pack, ScorePack)
    return pack


PACK = the_pack()
LIMITS = {Fact.STAR: 4, Fact.DAYS_LEFT: 3000, Fact.USES: 15, Fact.DISTANCE_KM: 900, Fact.STATED: 6}
facts = st.fixed_dictionaries(
    {
        fact.value: st.none()
        | (st.sampled_from(WORDS[fact]) if fact in WORDS else st.integers(0, LIMITS[fact]))
        for fact in Fact
    }
)
days = st.dates(dt.date(2019, 1, 1), dt.date(2031, 1, 1))


def a_product(number: int = 1, **stated: Any) -> Row:
    blank = dict.fromkeys(PRODUCTS_SCHEMA) | {f"has_{each}": False for each in STATEMENTS}
    return (
        blank
        | {"product": number, "key": f"p{number}", "category": "tiles", "company": "c"}
        | stated
    )


def proof(kind: Kind, first: dt.date | None, *, number: int = 1, **stated: Any) -> Row:
    return (
        dict.fromkeys(EVIDENCE_SCHEMA) | {"product": number, "kind": kind, "first": first} | stated
    )


def certified(first: dt.date, last: dt.date, star: int | None = 2, number: int = 1) -> Row:
    return proof(
        Kind.CERTIFICATE, first, number=number, since=first, last=last, latest=last, star=star,
        is_good=True,
    )  # fmt: skip


@st.composite
def evidence_of(draw: st.DrawFn, number: int) -> list[Row]:
    """Any evidence on a product, some of it unknown in part."""
    rows = []
    for kind in draw(st.lists(st.sampled_from(Kind), max_size=6)):
        first = draw(days)
        last = first + draw(st.integers(0, 2000)) * DAY
        row = proof(kind, first, number=number)
        match kind:
            case Kind.CERTIFICATE:
                row = certified(first, last, draw(st.sampled_from([None, 1, 2, 3])), number)
                if draw(st.booleans()):
                    row |= {
                        "first": None,
                        "last": None,
                        "is_good": draw(st.sampled_from([None, False])),
                    }
            case Kind.EPD:
                row |= draw(st.sampled_from([{}, {"last": last, "latest": last}]))
            case Kind.VISIT | Kind.CHECK:
                row |= {"is_good": draw(st.booleans())}
        rows.append(row)
    return rows


def frame(rows: list[Row], schema: pl.Schema) -> pl.LazyFrame:
    return pl.DataFrame(rows, schema=schema).lazy()


def score_all(
    products: list[Row], evidence: list[Row], *, on: dt.date = ON, pack: ScorePack = PACK
) -> list[Row]:
    plan = scored(
        pack,
        frame(products, PRODUCTS_SCHEMA),
        frame(evidence, EVIDENCE_SCHEMA),
        on=on,
        has_site=True,
    )
    return plan.collect().to_dicts()


def score_one(*evidence: Row, on: dt.date = ON, **stated: Any) -> Row:
    return score_all([a_product(**stated)], list(evidence), on=on)[0]


def summed(known: Row, has_site: bool = True) -> Row:
    """Return the sums over facts that are handed in as they are."""
    types = {f.value: pl.String() if f in WORDS else pl.Int64() for f in Fact}
    criteria = PACK.criteria_for(has_site=has_site)
    return (
        pl.DataFrame([known], schema=types)
        .with_columns(points_of(each).alias(points_column(each.key)) for each in criteria)
        .with_columns(totals(criteria, {}))
        .row(0, named=True)
    )


def plainly(criterion: Criterion, value: str | int) -> int:
    """Return the points in hundredths, without frames and in exact fractions."""
    if isinstance(value, str):
        return hundredths(criterion.words[value])
    if criterion.line is not None:
        line = criterion.line
        share = Fraction(min(max(value, line.low), line.high) - line.low, line.high - line.low)
        low, high = Fraction(line.low_points), Fraction(line.high_points)
        return int((low + (high - low) * share) * 100)
    reached = [step.points for step in criterion.steps if value >= step.at_least]
    return hundredths(reached[-1]) if reached else 0


@settings(max_examples=25, deadline=None)
@given(known=facts)
def test_gives_what_the_pack_says_and_nothing_for_what_is_unknown(known: Row) -> None:
    row = summed(known)
    earned = missing = 0
    for criterion in PACK.criteria:
        value = known[criterion.fact.value]
        points = row[points_column(criterion.key)]
        assert points == (None if value is None else plainly(criterion, value))
        earned += points or 0
        missing += hundredths(criterion.most) if value is None else 0
    assert (row["points"], row["missing"]) == (earned, missing)


@settings(max_examples=25, deadline=None)
@given(known=facts, learnt=facts)
def test_the_bounds_contain_every_completion_and_only_narrow(known: Row, learnt: Row) -> None:
    before = summed(known)
    after = summed({key: learnt[key] if value is None else value for key, value in known.items()})
    assert before["lowest"] <= after["lowest"] <= after["highest"] <= before["highest"]
    assert before["points"] <= after["points"]


@settings(max_examples=25, deadline=None)
@given(known=facts)
def test_both_bounds_are_reached_by_some_completion(known: Row) -> None:
    ends: list[Row] = [dict(known), dict(known)]
    for criterion in PACK.criteria:
        fact = criterion.fact
        span = WORDS.get(fact) or range(LIMITS[fact] + 1)
        for end, best in zip(ends, (False, True), strict=True):
            if known[fact.value] is None:
                pick = max if best else min
                end[fact.value] = pick(span, key=lambda value, c=criterion: plainly(c, value))
    row = summed(known)
    assert summed(ends[0])["points"] == row["lowest"]
    assert summed(ends[1])["points"] == row["highest"] <= possible(PACK, has_site=True)


@settings(max_examples=20, deadline=None)
@given(data=st.data(), on=days)
def test_one_is_scored_as_among_many_in_any_order(data: st.DataObject, on: dt.date) -> None:
    products = [a_product(n, distance_km=n * 40, has_brand=n % 2 == 0) for n in range(1, 5)]
    proofs = [row for n in range(1, 5) for row in data.draw(evidence_of(n))]
    together = score_all(products, proofs, on=on)
    shuffled = data.draw(st.permutations(products)), data.draw(st.permutations(proofs))
    other = {row["key"]: row for row in score_all(*map(list, shuffled), on=on)}
    for row, product in zip(together, products, strict=True):
        own = [each for each in proofs if each["product"] == product["product"]]
        assert score_all([product], own, on=on) == [row] == [other[row["key"]]]


@settings(max_examples=20, deadline=None)
@given(data=st.data(), on=days)
def test_a_paper_that_holds_never_lowers_a_score(data: st.DataObject, on: dt.date) -> None:
    proofs = data.draw(evidence_of(1))
    better = [
        *proofs,
        certified(on - DAY, on + 4000 * DAY, 3),
        proof(Kind.EPD, on - DAY, last=on + DAY, latest=on + DAY),
        proof(Kind.USE, on),
    ]
    one, other = (score_all([a_product()], each, on=on)[0] for each in (proofs, better))
    assert one["points"] <= other["points"] and one["lowest"] <= other["lowest"]


@pytest.mark.parametrize(
    ("proofs", "expected"),
    [
        ([], (None, None, None, "claim")),
        ([certified(ON, ON, 3)], ("yes", 3, 0, "certificate")),
        ([certified(ON - 9 * DAY, ON - DAY, 3)], ("no", 0, 0, "claim")),
        ([certified(ON + DAY, ON + 9 * DAY, 3)], (None, None, None, "claim")),
        ([proof(Kind.CERTIFICATE, None)], (None, None, None, None)),
        ([proof(Kind.REPORT, ON)], ("yes", None, 1095, "test-report")),
        ([proof(Kind.REPORT, dt.date(2023, 6, 2))], ("yes", None, 0, "test-report")),
        ([proof(Kind.REPORT, dt.date(2023, 6, 1))], ("no", None, 0, "claim")),
        ([proof(Kind.REPORT, ON), proof(Kind.CERTIFICATE, None)], ("yes", None, 1095, None)),
    ],
    ids=["no paper", "last day", "expired", "yet to come", "no dates", "report",
         "last day of a report", "report too old", "report beside an unknown"],
)  # fmt: skip
def test_tells_known_from_unknown_papers(proofs: list[Row], expected: tuple[object, ...]) -> None:
    row = score_one(*proofs)
    assert tuple(row[fact] for fact in ("proven", "star", "days_left", "proof")) == expected


@settings(max_examples=25, deadline=None)
@given(issued=days)
def test_a_report_ends_on_the_day_that_the_rule_of_validity_says(issued: dt.date) -> None:
    last = last_day_of_years(issued, PACK.report_years.count)
    report = proof(Kind.REPORT, issued)
    assert score_one(report, on=last)["proven"] == "yes"
    assert score_one(report, on=last + DAY)["proven"] == "no"


@pytest.mark.parametrize(
    ("since", "visits", "expected"),
    [
        ("2025-06-01", [], "on-time"),
        ("2025-05-31", [], None),
        ("2022-01-01", [("2025-06-01", True)], "on-time"),
        ("2022-01-01", [("2025-05-31", True)], "overdue"),
        ("2022-01-01", [("2026-05-01", True), ("2026-05-01", False)], "failed"),
        ("2022-01-01", [("2026-05-01", False), ("2026-05-20", True)], "on-time"),
        ("2022-01-01", [("2026-06-02", True)], None),
    ],
    ids=["young", "old, no visit", "year ago", "too long ago", "failed", "mended", "yet to come"],
)
def test_surveillance_is_due_within_the_months_of_the_pack(
    since: str, visits: list[tuple[str, bool]], expected: str | None
) -> None:
    paper = certified(dt.date.fromisoformat(since), ON + DAY)
    told = [proof(Kind.VISIT, dt.date.fromisoformat(d), is_good=good) for d, good in visits]
    assert score_one(paper, *told)["surveillance"] == expected
    assert score_one(*told)["surveillance"] is None


@pytest.mark.parametrize(
    ("checks", "expected"),
    [
        ([], None),
        ([("2026-01-01", True)], "passed"),
        ([("2023-06-01", False)], None),
        ([("2023-06-02", False), ("2026-01-01", True)], "mended"),
        ([("2026-01-01", True), ("2026-01-01", False)], "failed"),
    ],
    ids=["none", "passed", "too old", "mended", "failed the same day"],
)
def test_spot_checks_count_for_the_years_of_the_pack(
    checks: list[tuple[str, bool]], expected: str | None
) -> None:
    told = [proof(Kind.CHECK, dt.date.fromisoformat(d), is_good=good) for d, good in checks]
    row = score_one(*told)
    assert row["checks"] == expected
    assert row["has_failed"] is (expected == "failed")


@settings(max_examples=25, deadline=None)
@given(
    issues=st.lists(st.tuples(days, days, st.integers(0, 1500), st.sampled_from([None, 1, 2, 3])),
                    min_size=1, max_size=3, unique_by=lambda issue: issue[0]),
    states=st.lists(st.tuples(st.sampled_from(CertificateState), days), max_size=3),
    on=days,
)  # fmt: skip
def test_a_certificate_is_valid_in_a_stretch_whenever_the_rule_says_so(
    issues: list[tuple[dt.date, dt.date, int, int | None]],
    states: list[tuple[CertificateState, dt.date]],
    on: dt.date,
) -> None:
    told = [Issue(begun, first, first + n * DAY, star) for begun, first, n, star in issues]
    ordered = sorted(states, key=lambda state: state[1])
    now = [s for s in stretches(told, ordered) if s.first and s.last and s.first <= on <= s.last]
    windows = [(issue.valid_from, issue.valid_to) for issue in told]
    is_valid = validity_on(windows, ordered, on) is Validity.VALID
    assert len(now) == is_valid
    if is_valid:
        speaking = [i for i in sorted(told) if i.effective_on <= on] or [min(told)]
        assert now[0].star == speaking[-1].star


def test_a_certificate_without_dates_is_unknown_unless_it_was_ended() -> None:
    assert stretches([], [])[0].is_good is None
    assert stretches([], [(CertificateState.REVOKED, ON)])[0].is_good is False


def test_ranks_by_what_is_sure_then_by_what_may_be_and_shares_places() -> None:
    products = [a_product(n) for n in (1, 2, 3, 4, 5)]
    proofs = [
        certified(ON - DAY, ON + 2000 * DAY, 3, number=4),
        certified(ON - DAY, ON + 2000 * DAY, 2, number=2),
        proof(Kind.CHECK, ON, number=4, is_good=False),
        proof(Kind.CHECK, ON, number=2, is_good=True),
        certified(ON - 9 * DAY, ON - DAY, 2, number=5),
    ]
    rows = ranked(frame(score_all(products, proofs), scored_schema(products))).collect()
    assert rows.select("key", "place").rows() == [
        ("p2", 1), ("p1", 2), ("p3", 2), ("p4", 4), ("p5", 5),
    ]  # fmt: skip


def scored_schema(products: list[Row]) -> pl.Schema:
    plan = scored(
        PACK, frame(products, PRODUCTS_SCHEMA), frame([], EVIDENCE_SCHEMA), on=ON, has_site=True
    )
    return plan.collect_schema()


WEIGHTS = {criterion.key: 100 for criterion in PACK.criteria}


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_policy_drops_just_what_speaks_against_it(data: st.DataObject) -> None:
    products = [a_product(n, company="c" if n % 2 else "d") for n in range(1, 7)]
    proofs = [row for n in range(1, 7) for row in data.draw(evidence_of(n))]
    unknown = data.draw(st.sampled_from(["kept", "falls-out"]))
    policy = Policy(
        weights={**WEIGHTS, "star": 200, "proof": 0},
        requirements=(Requirement(fact=Fact.STAR, at_least=2, unknown=unknown),),
        exclusions=(Exclusion(of="company", key="d", reason="自产"),),
    )
    plain = score_all(products, proofs)
    laid = laid_over(policy, PACK, frame(plain, scored_schema(products)), has_site=True).collect()
    for row in laid.iter_rows(named=True):
        star = row["star"]
        is_short = unknown == "falls-out" if star is None else star < 2
        assert row["falls_out"] is (is_short or row["company"] == "d")
        star_points, proof_points = row["points:star"] or 0, row["points:proof"] or 0
        assert row[f"{OWN}points"] == row["points"] + star_points - proof_points
        assert row[f"{OWN}lowest"] <= row[f"{OWN}highest"]


def test_an_empty_policy_changes_nothing() -> None:
    products = [a_product(n) for n in (1, 2)]
    plain = score_all(products, [certified(ON, ON + DAY)])
    laid = laid_over(Policy(), PACK, frame(plain, scored_schema(products)), has_site=True).collect()
    assert not laid["falls_out"].any()
    for name in ("points", "lowest", "highest", "missing"):
        assert laid[name].to_list() == laid[f"{OWN}{name}"].to_list()


def test_names_a_weight_of_a_criterion_that_is_not_there() -> None:
    assert policy_faults(Policy(weights={"star": 50, "colour": 10}), PACK) == ["colour"]


def _worse_pays_more(pack: Row) -> None:
    pack["criteria"][2]["words"]["claim"] = "30"


def _word_nobody_knows(pack: Row) -> None:
    pack["criteria"][2]["words"]["hearsay"] = "1"


def _steps_that_fall(pack: Row) -> None:
    pack["criteria"][0]["steps"][1]["points"] = "1"


def _third_decimal(pack: Row) -> None:
    pack["criteria"][0]["steps"][1]["points"] = "14.005"


def _words_of_a_number(pack: Row) -> None:
    pack["gates"][0] |= {"fact": "star"}


def _same_key_twice(pack: Row) -> None:
    pack["criteria"][1]["key"] = "star"


def _line_that_stands(pack: Row) -> None:
    pack["criteria"][1]["line"]["high"] = 0


@pytest.mark.parametrize(
    "spoil",
    [_worse_pays_more, _word_nobody_knows, _steps_that_fall, _third_decimal, _words_of_a_number,
     _same_key_twice, _line_that_stands],
)  # fmt: skip
def test_refuses_a_pack_that_contradicts_itself(spoil: Any) -> None:
    spoilt = copy.deepcopy(content("score-2026"))
    parse_pack(spoilt)
    spoil(spoilt)
    with pytest.raises(PackInvalidError):
        parse_pack(spoilt)


def test_the_shipped_pack_sums_to_a_hundred_without_a_site() -> None:
    assert possible(PACK, has_site=False) == hundredths(Decimal(100))
