"""What an adoption is on a day: one answer for a day, the same answer for all days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules import standing
from catalog.rules.standing import Entry, Standing
from catalog.rules.terms import AdoptionState, CertificateState, Route

FIRST, LAST = dt.date(2024, 1, 1), dt.date(2024, 3, 31)
DAYS = st.dates(FIRST, LAST)
WINDOWS = st.tuples(DAYS, DAYS).map(lambda pair: (min(pair), max(pair)))
ENTRIES = st.builds(
    Entry,
    id=st.integers(1, 9),
    route=st.sampled_from(Route),
    adopted_on=DAYS,
    valid_to=DAYS | st.none(),
    decided=st.lists(st.tuples(st.sampled_from(AdoptionState), DAYS), max_size=3).map(tuple),
    windows=st.lists(WINDOWS, max_size=2).map(tuple),
    states=st.lists(st.tuples(st.sampled_from(CertificateState), DAYS), max_size=3).map(tuple),
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def by_certificate(**stated: Any) -> Entry:
    known: dict[str, Any] = {
        "id": 1,
        "route": Route.CERTIFICATE,
        "adopted_on": day("2024-06-01"),
        "windows": ((day("2024-01-01"), day("2028-12-31")),),
    }
    return Entry(**{**known, **stated})


def by_report(**stated: Any) -> Entry:
    known: dict[str, Any] = {
        "id": 2,
        "route": Route.TEST_REPORT,
        "adopted_on": day("2024-06-01"),
        "valid_to": day("2027-05-31"),
    }
    return Entry(**{**known, **stated})


def test_is_not_yet_adopted_before_its_day_and_expires_with_its_certificate() -> None:
    entry = by_certificate()
    assert standing.standing_on(entry, day("2024-05-31")) is Standing.NOT_YET
    assert standing.standing_on(entry, day("2024-06-01")) is Standing.ADOPTED
    assert standing.standing_on(entry, day("2028-12-31")) is Standing.ADOPTED
    assert standing.standing_on(entry, day("2029-01-01")) is Standing.EXPIRED


def test_is_carried_on_by_a_certificate_that_was_renewed() -> None:
    renewed = ((day("2024-01-01"), day("2028-12-31")), (day("2029-01-01"), day("2033-12-31")))
    entry = by_certificate(windows=renewed)
    assert standing.adopted_until([entry], day("2025-01-01")) == day("2033-12-31")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CertificateState.SUSPENDED, Standing.CERTIFICATE_SUSPENDED),
        (CertificateState.REVOKED, Standing.CERTIFICATE_REVOKED),
        (CertificateState.CANCELLED, Standing.CERTIFICATE_CANCELLED),
        (CertificateState.EXPIRED, Standing.EXPIRED),
    ],
)
def test_follows_what_happens_to_its_certificate(
    state: CertificateState, expected: Standing
) -> None:
    entry = by_certificate(states=((state, day("2025-03-01")),))
    assert standing.standing_on(entry, day("2025-02-28")) is Standing.ADOPTED
    assert standing.standing_on(entry, day("2025-03-01")) is expected


def test_comes_back_with_a_certificate_whose_suspension_is_lifted() -> None:
    lifted = (
        (CertificateState.SUSPENDED, day("2025-03-01")),
        (CertificateState.VALID, day("2025-04-01")),
    )
    assert standing.intervals([by_certificate(states=lifted)]) == [
        (day("2024-06-01"), day("2025-02-28")),
        (day("2025-04-01"), day("2028-12-31")),
    ]


def test_ends_with_the_years_of_its_report() -> None:
    assert standing.standing_on(by_report(), day("2027-05-31")) is Standing.ADOPTED
    assert standing.standing_on(by_report(), day("2027-06-01")) is Standing.EXPIRED


@pytest.mark.parametrize("entry", [by_certificate(windows=()), by_report(valid_to=None)])
def test_says_that_it_does_not_know_where_the_papers_do_not(entry: Entry) -> None:
    found = standing.standing_on(entry, day("2025-01-01"))
    assert found is Standing.UNKNOWN
    assert found.is_adopted is None


def test_tells_a_suspension_that_was_decided_from_one_of_the_certificate() -> None:
    decided = ((AdoptionState.SUSPENDED, day("2025-01-01")),)
    states = ((CertificateState.SUSPENDED, day("2025-02-01")),)
    entry = by_certificate(decided=decided, states=states)
    assert standing.standing_on(entry, day("2025-02-01")) is Standing.SUSPENDED
    assert standing.standing_on(entry, day("2029-01-01")) is Standing.EXPIRED


def test_stays_removed_whatever_its_certificate_does() -> None:
    decided = ((AdoptionState.REMOVED, day("2025-01-01")),)
    entry = by_certificate(decided=decided)
    assert standing.standing_on(entry, day("2025-01-01")) is Standing.REMOVED
    assert standing.standing_on(entry, day("2029-01-01")) is Standing.REMOVED


def test_a_second_entry_adopts_a_product_whose_first_was_removed() -> None:
    removed = by_certificate(decided=((AdoptionState.REMOVED, day("2025-01-01")),))
    again = by_report(adopted_on=day("2025-06-01"))
    found = standing.found_on([removed, again], day("2025-06-01"))
    assert (found.standing, found.adoption_id) == (Standing.ADOPTED, again.id)


def test_of_a_year_only_says_what_holds_on_all_its_days() -> None:
    year = (day("2024-01-01"), day("2024-12-31"))
    assert standing.found_during([by_certificate()], year).standing is Standing.UNKNOWN
    whole = (day("2025-01-01"), day("2025-12-31"))
    assert standing.found_during([by_certificate()], whole).standing is Standing.ADOPTED
    assert standing.found_during([], whole).standing is Standing.NO_ADOPTION


@given(entries=st.lists(ENTRIES, max_size=3), on=DAYS)
def test_says_the_same_of_a_day_alone_and_of_all_days(entries: list[Entry], on: dt.date) -> None:
    alone = standing.found_on(entries, on).standing
    assert standing.on(standing.steps(entries), on) is alone
    holds = any(first <= on <= last for first, last in standing.intervals(entries))
    assert holds == (alone is Standing.ADOPTED)
    until = standing.adopted_until(entries, on)
    assert (until is not None) == (alone is Standing.ADOPTED)


@given(entries=st.lists(ENTRIES, min_size=1, max_size=3), first=DAYS, length=st.integers(0, 40))
def test_is_sure_of_some_days_only_if_it_is_of_each(
    entries: list[Entry], first: dt.date, length: int
) -> None:
    days = [first + dt.timedelta(days=number) for number in range(length + 1)]
    answers = {standing.found_on(entries, each).standing.is_adopted for each in days}
    found = standing.found_during(entries, (days[0], days[-1]))
    assert found.standing.is_adopted == (answers.pop() if len(answers) == 1 else None)
