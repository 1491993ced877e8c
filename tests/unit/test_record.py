"""The chain of the record, whatever is done to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.record import (
    GENESIS,
    Break,
    Entry,
    Sealed,
    SecretOnRecordError,
    canonical,
    hash_of,
    sealed,
    verified,
)
from catalog.rules.record_differences import FieldChange, State, changes, changes_over

_TEXTS = st.text(max_size=8)
_MAYBE = st.none() | _TEXTS
_MOMENTS = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=dt.UTC)
)
_ENTRIES = st.builds(
    Entry,
    number=st.just(0),
    at=_MOMENTS,
    actor=_TEXTS,
    account=_MAYBE,
    acts_for=_MAYBE,
    role=_TEXTS,
    action=_TEXTS,
    thing=_TEXTS,
    thing_key=_TEXTS,
    division=_MAYBE,
    organisation=_MAYBE,
    reason=_MAYBE,
    before=_MAYBE,
    after=_MAYBE,
    previous_hash=st.just(""),
)
_CHAINS = st.lists(_ENTRIES, min_size=2, max_size=6).map(
    lambda entries: list(sealed(entries, number=0, previous_hash=GENESIS))
)


@given(_CHAINS)
def test_a_chain_that_nobody_touched_is_whole(chain: list[Sealed]) -> None:
    found = verified(chain, expected=chain[0].hash)
    assert found.is_whole
    assert (found.length, found.last_hash) == (len(chain), chain[-1].hash)


@given(_CHAINS, st.data())
def test_finds_any_field_that_was_changed(chain: list[Sealed], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    entry = chain[at].entry
    name = data.draw(st.sampled_from([each.name for each in fields(Entry)]))
    held = getattr(entry, name)
    other: Any
    if name == "number":
        other = held + data.draw(st.sampled_from([-1, 1, 7]))
    elif name == "at":
        other = held + dt.timedelta(microseconds=1)
    else:
        other = data.draw((_MAYBE if held is None else _TEXTS).filter(lambda text: text != held))
    chain[at] = Sealed(replace(entry, **{name: other}), chain[at].hash)
    found = verified(chain)
    assert found.broken_at == at + 1


@given(_CHAINS, st.data())
def test_finds_an_entry_that_was_removed_moved_or_inserted(
    chain: list[Sealed], data: st.DataObject
) -> None:
    length = len(chain)
    deed = data.draw(st.sampled_from(["remove", "swap", "insert"]))
    at = data.draw(st.integers(0, length - 2))
    if deed == "remove":
        del chain[at]
    elif deed == "swap":
        chain[at], chain[at + 1] = chain[at + 1], chain[at]
    else:
        chain.insert(at, chain[data.draw(st.integers(at, length - 1))])
    found = verified(chain)
    assert not found.is_whole
    assert found.broken_at is not None
    assert found.broken_at <= at + 2


@given(_CHAINS, st.data())
def test_one_entry_made_anew_breaks_the_link_of_the_next(
    chain: list[Sealed], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(chain) - 2))
    forged = replace(chain[at].entry, actor=chain[at].entry.actor + "!")
    chain[at] = Sealed(forged, hash_of(forged))
    found = verified(chain)
    assert (found.broken_at, found.how) == (at + 2, Break.LINK)


@given(_CHAINS)
def test_a_hash_noted_outside_tells_that_the_end_is_gone_or_all_was_made_anew(
    chain: list[Sealed],
) -> None:
    noted = chain[-1].hash
    assert verified(chain[:-1]).is_whole
    assert verified(chain[:-1], expected=noted).how is Break.SHORTENED
    others = [replace(each.entry, actor=each.entry.actor + "!") for each in chain]
    anew = list(sealed(others, number=0, previous_hash=GENESIS))
    assert verified(anew).is_whole
    assert verified(anew, expected=noted).how is Break.SHORTENED


def test_the_first_hash_is_fixed() -> None:
    assert GENESIS == "5cf8cee702ae04d34646286dac3b3ed8a9a7496ea185b91eb44e3eb0e3d0b655"


def test_writes_a_state_in_one_way_only() -> None:
    written = canonical(
        {
            "b": [Decimal("1E+2"), Fraction(1, 3), True, None],
            "a": dt.datetime(2026, 6, 1, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            "c": frozenset({"y", "x"}),
            "绿": dt.date(2026, 6, 1),
        }
    )
    assert written == (
        '{"a":"2026-06-01T00:00:00+00:00","b":["100","1/3",true,null],'
        '"c":["x","y"],"绿":"2026-06-01"}'
    )


@pytest.mark.parametrize(
    "name", ["password", "secret", "token", "api_token", "password_hash", "Second_Factor", "cookie"]
)
def test_refuses_a_secret(name: str) -> None:
    with pytest.raises(SecretOnRecordError):
        canonical({"account": {"names": [{name: "x"}]}})


def test_refuses_a_number_that_is_not_exact() -> None:
    with pytest.raises(TypeError):
        canonical({"ratio": 0.1})


def test_tells_what_changed_field_by_field() -> None:
    before = {"state": "draft", "due": None, "evidence": [{"kind": "report"}], "kinds": ["a"]}
    after = {"state": "returned", "due": "2026-06-01", "evidence": [], "kinds": ["a", "b"]}
    assert changes(before, after) == [
        FieldChange("state", "draft", "returned"),
        FieldChange("evidence.1.kind", "report", None),
        FieldChange("kinds", "a", "a, b"),
        FieldChange("due", None, "2026-06-01"),
    ]


def test_what_was_changed_there_and_back_is_no_difference() -> None:
    steps: list[tuple[State, State]] = [
        ({"state": "a", "n": 1}, {"state": "b", "n": 2}),
        ({"state": "b"}, {"state": "a"}),
    ]
    assert changes_over(steps) == [FieldChange("n", "1", "2")]
