"""A signed document is believed byte for byte, or not at all."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.offline import (
    ListRead,
    Record,
    RecordedAdoption,
    RecordedPaper,
    RecordedProduct,
    Remark,
    Revocation,
    Revocations,
    content_of,
    record_of,
    remarks,
    revocations_of,
)
from catalog.rules.signing import (
    Document,
    Opened,
    PublicKey,
    Refusal,
    from_unpadded,
    key_name,
    opened,
    signed,
    unpadded,
)

AT = dt.datetime(2026, 6, 1, 8, 0, 0, 123456, tzinfo=dt.UTC)
DAY = dt.date(2026, 6, 1)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def public_of(private: Ed25519PrivateKey, since: dt.datetime = AT) -> PublicKey:
    raw = private.public_key().public_bytes_raw()
    return PublicKey(key=key_name(raw), public=unpadded(raw), since=since)


KEY = public_of(PRIVATE)


def a_record(state: str = "valid", valid_to: dt.date = dt.date(2028, 12, 31)) -> Record:
    return Record(
        on=DAY,
        certificates=(
            RecordedPaper(
                key="c1", number="示例-01(02)-(2025)-CGP-035", body="示例认证中心", state=state,
                star=3, valid_from=dt.date(2024, 1, 1), valid_to=valid_to,
            ),
        ),
        products=(
            RecordedProduct(
                key="p1", name="岩棉板", model="TR10", company="绿洲公司",
                adoption=RecordedAdoption(key="a1", on=dt.date(2025, 1, 1), state="adopted"),
            ),
        ),
        left_out=0,
        revocations=ListRead(on=DAY, sha256="0" * 64),
        synthetic=False,
    )  # fmt: skip


def a_list(*ended: Revocation, on: dt.date = DAY, adoptions: tuple[Revocation, ...] = ()) -> (
    Revocations
):  # fmt: skip
    return Revocations(
        on=on, next_by=on + dt.timedelta(days=7), certificates=ended, adoptions=adoptions
    )


DOCUMENT = signed(Document.RECORD, content_of(a_record()), at=AT, private=PRIVATE)


def test_says_what_was_signed() -> None:
    found = opened(DOCUMENT, Document.RECORD, [KEY])
    assert isinstance(found, Opened)
    assert record_of(found) == a_record()
    assert found.at == AT.replace(microsecond=0) and found.key == KEY.key


def test_the_same_content_makes_the_same_bytes() -> None:
    assert signed(Document.RECORD, content_of(a_record()), at=AT, private=PRIVATE) == DOCUMENT


@pytest.mark.parametrize("flip", [0x01, 0x20, 0x80])
def test_refuses_a_document_with_any_byte_flipped(flip: int) -> None:
    for place in range(len(DOCUMENT)):
        altered = bytearray(DOCUMENT)
        altered[place] ^= flip
        assert isinstance(opened(bytes(altered), Document.RECORD, [KEY]), Refusal), place


@given(st.data())
def test_refuses_any_other_bytes_in_any_place(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(DOCUMENT)))
    end = data.draw(st.integers(start, len(DOCUMENT)))
    altered = DOCUMENT[:start] + data.draw(st.binary(max_size=8)) + DOCUMENT[end:]
    if altered != DOCUMENT:
        assert isinstance(opened(altered, Document.RECORD, [KEY]), Refusal)


def test_refuses_a_document_cut_off_anywhere() -> None:
    for end in range(len(DOCUMENT)):
        assert opened(DOCUMENT[:end], Document.RECORD, [KEY]) is Refusal.NOT_SIGNED


@pytest.mark.parametrize(
    "rewritten",
    [
        json.dumps(json.loads(DOCUMENT), ensure_ascii=False).encode(),
        json.dumps(json.loads(DOCUMENT), separators=(",", ":")).encode(),
        json.dumps(
            dict(reversed(json.loads(DOCUMENT).items())), ensure_ascii=False, separators=(",", ":")
        ).encode(),
        json.dumps(
            {**json.loads(DOCUMENT), "at": "2026-06-01T08:00:01Z"},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode(),
    ],
    ids=["spaces", "escapes", "order", "moment"],
)
def test_refuses_another_writing_of_the_same_fields(rewritten: bytes) -> None:
    assert isinstance(opened(rewritten, Document.RECORD, [KEY]), Refusal)


def test_refuses_a_key_that_nobody_knows() -> None:
    other = public_of(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert opened(DOCUMENT, Document.RECORD, [other]) is Refusal.UNKNOWN_KEY
    assert opened(DOCUMENT, Document.RECORD, []) is Refusal.UNKNOWN_KEY


def test_refuses_another_key_under_a_known_name() -> None:
    other = public_of(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    posing = msgspec.structs.replace(other, key=KEY.key)
    assert opened(DOCUMENT, Document.RECORD, [posing]) is Refusal.UNKNOWN_KEY


def test_refuses_what_a_withdrawn_key_signed() -> None:
    lost = msgspec.structs.replace(KEY, withdrawn=AT + dt.timedelta(days=1))
    assert opened(DOCUMENT, Document.RECORD, [lost]) is Refusal.KEY_WITHDRAWN


def test_refuses_a_moment_at_which_the_key_did_not_sign() -> None:
    later = msgspec.structs.replace(KEY, since=AT + dt.timedelta(seconds=1))
    assert opened(DOCUMENT, Document.RECORD, [later]) is Refusal.KEY_NOT_IN_USE
    ended = msgspec.structs.replace(KEY, until=AT - dt.timedelta(seconds=1))
    assert opened(DOCUMENT, Document.RECORD, [ended]) is Refusal.KEY_NOT_IN_USE
    until = msgspec.structs.replace(KEY, until=AT)
    assert isinstance(opened(DOCUMENT, Document.RECORD, [until]), Opened)


def test_takes_no_list_for_a_record() -> None:
    listed = signed(Document.REVOCATIONS, content_of(a_list()), at=AT, private=PRIVATE)
    assert opened(listed, Document.RECORD, [KEY]) is Refusal.OTHER_DOCUMENT
    found = opened(listed, Document.REVOCATIONS, [KEY])
    assert isinstance(found, Opened) and revocations_of(found) == a_list()


@given(st.binary(max_size=70))
def test_bytes_have_one_way_of_writing(content: bytes) -> None:
    assert from_unpadded(unpadded(content)) == content


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A+", "é", "AAF"])
def test_refuses_another_way_of_writing_bytes(text: str) -> None:
    assert from_unpadded(text) is None


REVOKED = Revocation("c1", "示例-01(02)-(2025)-CGP-035", "revoked", dt.date(2026, 6, 2))
LATER = dt.date(2026, 6, 5)


def test_says_that_a_certificate_was_revoked_since() -> None:
    told = remarks(a_record(), a_list(REVOKED, on=LATER), today=LATER)
    assert [(said.remark, said.state, said.day) for said in told] == [
        (Remark.REVOKED_SINCE, "revoked", REVOKED.since)
    ]


def test_says_that_an_adoption_was_removed_since() -> None:
    removed = Revocation("a1", "岩棉板", "removed", LATER)
    told = remarks(a_record(), a_list(on=LATER, adoptions=(removed,)), today=LATER)
    assert [(said.remark, said.about) for said in told] == [(Remark.REVOKED_SINCE, "岩棉板")]


def test_a_fresh_list_without_it_leaves_nothing_to_say() -> None:
    assert remarks(a_record(), a_list(on=LATER), today=LATER) == []


def test_says_that_the_list_is_old_missing_or_older_than_the_record() -> None:
    week_after = LATER + dt.timedelta(days=8)
    assert [s.remark for s in remarks(a_record(), a_list(on=LATER), today=week_after)] == [
        Remark.LIST_OLD
    ]
    assert [s.remark for s in remarks(a_record(), None, today=LATER)] == [Remark.NO_LIST]
    before = a_list(on=DAY - dt.timedelta(days=1))
    assert [s.remark for s in remarks(a_record(), before, today=DAY)] == [Remark.LIST_BEFORE_RECORD]


def test_says_that_a_certificate_expired_since_or_was_not_valid_then() -> None:
    expired = remarks(a_record(valid_to=DAY), a_list(on=LATER), today=LATER)
    assert [said.remark for said in expired] == [Remark.EXPIRED_SINCE]
    suspended = remarks(a_record("suspended"), a_list(on=LATER), today=LATER)
    assert [said.remark for said in suspended] == [Remark.NOT_VALID_THEN]
