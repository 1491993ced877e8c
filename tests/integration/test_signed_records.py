"""Records are signed by a key of this server, and checked without it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from catalog.db import Database
from catalog.errors import (
    CertificateNotFoundError,
    PermissionDeniedError,
    ProductNotFoundError,
    SigningKeyMissingError,
)
from catalog.models.audit import AuditEntry
from catalog.permissions import Actor, Role
from catalog.rules.offline import Record, content_of, record_of, revocations_of
from catalog.rules.signing import Document, Opened, Refusal, from_unpadded, opened
from catalog.rules.terms import CertificateState
from catalog.services import signing
from catalog.signing_keys import SigningKeys
from tests.builders import NOW, OPERATOR, a_certificate, a_product, bring, day
from tests.web.places import CERTIFICATE, PRODUCT

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys(tmp_path / "data")


@pytest.fixture
def filled(database: Database, keys: SigningKeys) -> Database:
    bring(database, [
        a_product(certificate=a_certificate()),
        a_product("砂浆", a_certificate("YS-2024-77", state=CertificateState.REVOKED,
                                       state_on=day("2025-02-01"))),
    ])  # fmt: skip
    make(database, keys)
    return database


def make(database: Database, keys: SigningKeys, now: dt.datetime = NOW) -> str:
    with database.transaction() as session:
        return signing.make_key(session, keys, actor=OPERATOR, now=now).key


def certificate(database: Database, keys: SigningKeys, now: dt.datetime = NOW) -> bytes:
    with database.reading() as connection:
        return signing.certificate_record(connection, keys, CERTIFICATE, now=now)


def test_a_record_says_what_the_store_says(filled: Database, keys: SigningKeys) -> None:
    found = opened(certificate(filled, keys), Document.RECORD, keys.public())
    assert isinstance(found, Opened)
    record = record_of(found)
    assert [(p.number, p.state, p.star) for p in record.certificates] == [
        ("CTC-2024-001", "valid", 2)
    ]
    assert [(p.key, p.model, p.adoption) for p in record.products] == [(PRODUCT, "C30 P6", None)]
    with filled.reading() as connection:
        listed = signing.revocations_on(connection, record.on)
    content = json.dumps(content_of(listed), ensure_ascii=False, separators=(",", ":"),
                         sort_keys=True).encode()  # fmt: skip
    assert record.revocations.sha256 == hashlib.sha256(content).hexdigest()


def test_a_product_has_a_record_even_without_a_certificate(
    filled: Database, keys: SigningKeys
) -> None:
    bring(filled, [a_product("无证产品", model="W1")])
    with filled.reading() as connection:
        text = signing.product_record(connection, keys, PRODUCT, now=NOW)
        found = opened(text, Document.RECORD, keys.public())
        assert isinstance(found, Opened) and len(record_of(found).certificates) == 1
        with pytest.raises(ProductNotFoundError):
            signing.product_record(connection, keys, "nobody", now=NOW)
        with pytest.raises(CertificateNotFoundError):
            signing.certificate_record(connection, keys, "nobody", now=NOW)


def test_the_list_names_what_does_not_count_and_when_it_is_old(
    filled: Database, keys: SigningKeys
) -> None:
    with filled.reading() as connection:
        text = signing.revocation_list(connection, keys, now=NOW)
    found = opened(text, Document.REVOCATIONS, keys.public())
    assert isinstance(found, Opened)
    listed = revocations_of(found)
    assert [(r.name, r.state, r.since) for r in listed.certificates] == [
        ("YS-2024-77", "revoked", day("2025-02-01"))
    ]
    assert listed.next_by == listed.on + dt.timedelta(days=7)


def test_a_new_key_signs_and_the_old_one_still_proves(filled: Database, keys: SigningKeys) -> None:
    old = certificate(filled, keys)
    first = keys.public()[0].key
    second = make(filled, keys, NOW + HOUR)
    new = certificate(filled, keys, NOW + 2 * HOUR)
    for text in (old, new):
        assert isinstance(opened(text, Document.RECORD, keys.public()), Opened)
    assert json.loads(old)["key"] == first and json.loads(new)["key"] == second


def test_nothing_is_believed_that_a_withdrawn_key_signed(
    filled: Database, keys: SigningKeys
) -> None:
    text = certificate(filled, keys)
    with filled.transaction() as session:
        signing.withdraw_key(
            session, keys, keys.public()[0].key, reason="被盗", actor=OPERATOR, now=NOW + HOUR
        )
    assert opened(text, Document.RECORD, keys.public()) is Refusal.KEY_WITHDRAWN
    with pytest.raises(SigningKeyMissingError):
        certificate(filled, keys, NOW + HOUR)


def test_private_keys_are_for_their_owner_only_and_end_with_their_use(
    filled: Database, keys: SigningKeys, tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "signing"
    first = keys.public()[0].key
    assert (folder / f"{first}.pem").stat().st_mode & 0o777 == 0o600
    make(filled, keys, NOW + HOUR)
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".pem"]
    assert not (folder / f"{first}.pem").exists()


def test_keys_are_made_on_record_and_by_nobody_else(filled: Database, keys: SigningKeys) -> None:
    with filled.transaction() as session:
        entries = session.query(AuditEntry).filter_by(thing="signing-key").all()
        assert [entry.thing_key for entry in entries] == [keys.public()[0].key]
        assert all("PRIVATE" not in (entry.after or "") for entry in entries)
    stranger = Actor(name="web", role=Role.OWNER)
    with pytest.raises(PermissionDeniedError), filled.transaction() as session:
        signing.make_key(session, keys, actor=stranger, now=NOW)
    with pytest.raises(PermissionDeniedError), filled.transaction() as session:
        signing.withdraw_key(session, keys, "x", reason="", actor=stranger, now=NOW)


def test_without_a_key_there_is_no_record(database: Database) -> None:
    bring(database, [a_product(certificate=a_certificate())])
    with pytest.raises(SigningKeyMissingError):
        certificate(database, SigningKeys(None))


@pytest.mark.parametrize("length", [4, 60, 200])
def test_the_code_holds_the_longest_names(filled: Database, keys: SigningKeys, length: int) -> None:
    bring(filled, [
        a_product(f"{n}{'绿' * (length - 2)}", a_certificate(body="心" * length), model=f"M{n}")
        for n in range(30)
    ])  # fmt: skip
    with filled.reading() as connection:
        found = signing.verification.by_numbers(connection, {"CTC-2024-001"})["CTC-2024-001"]
        records = [signing.certificate_subject(connection, paper.key, now=NOW) for paper in found]
    for record in records:
        link = signing.link_to_check(record, keys, "https://lucai.example.org/v", now=NOW)
        assert len(link) <= 2_000
        content = from_unpadded(link.partition("#")[2])
        read = opened(content or b"", Document.RECORD, keys.public())
        assert isinstance(read, Opened)
        held = record_of(read)
        assert held.certificates[0].number == "CTC-2024-001"
        assert _listed(held) + held.left_out == _listed(record) + record.left_out


def _listed(record: Record) -> int:
    return len(record.certificates) + len(record.products)


def test_the_history_of_keys_reads_back(filled: Database, keys: SigningKeys) -> None:
    text = msgspec.json.encode(keys.public())
    assert b"PRIVATE" not in text and len(msgspec.json.decode(text)) == 1
