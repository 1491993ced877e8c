"""What was confirmed for a sender is used again for the same header, and never overwritten."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.db import Database
from catalog.errors import PermissionDeniedError
from catalog.permissions import ANYONE, Actor, Role
from catalog.records import Kind
from catalog.services import mappings
from importers.lookups import Lookups
from importers.mapping import Proposal, propose_for, remember
from importers.reader import SourceFile
from importers.table.mapping import Mapping
from tests.accounts import an_organisation
from tests.builders import NOW

ONE = Actor(name="one", role=Role.OPERATOR)
OTHER = Actor(name="other", role=Role.OPERATOR)
LATER = NOW + dt.timedelta(days=1)
FILE = "厂家,产品,分类,备注\n甲建材有限公司,砌块,砌体材料,急\n"


def proposed(
    database: Database,
    lookups: Lookups,
    *,
    sender: str | None,
    text: str = FILE,
    kind: Kind | None = Kind.PRODUCTS,
    actor: Actor = ONE,
) -> Proposal:
    source = SourceFile("a.csv", text.encode())
    with database.reading() as connection:
        return propose_for(connection, source, lookups, sender=sender, actor=actor, kind=kind)


def confirm(
    database: Database,
    proposal: Proposal,
    mapping: Mapping,
    *,
    sender: str = "甲公司",
    actor: Actor = ONE,
    now: dt.datetime = NOW,
) -> None:
    with database.transaction() as session:
        remember(session, proposal, mapping, sender=sender, actor=actor, now=now)


def test_the_next_file_of_the_sender_is_read_the_same_way(
    database: Database, lookups: Lookups
) -> None:
    first = proposed(database, lookups, sender="甲公司")
    assert first.needs_confirmation
    mapping = first.answered({"company": "厂家", "name": "备注"}, {"category": "砌体材料"})
    confirm(database, first, mapping)
    next_file = proposed(
        database, lookups, sender=" 甲公司\n", text=FILE + "乙建材有限公司,板,砌体材料,\n"
    )
    assert not next_file.needs_confirmation and next_file.mapping() == mapping
    assert next_file.confirmed
    assert "one" in next_file.confirmed.reason.text("zh")
    assert NOW.date().isoformat() in next_file.confirmed.reason.text("en")


def test_what_kind_of_table_it_is_is_remembered_as_well(
    database: Database, lookups: Lookups
) -> None:
    first = proposed(database, lookups, sender="甲公司")
    confirm(database, first, first.mapping())
    again = proposed(database, lookups, sender="甲公司", kind=None)
    assert again.kind is Kind.PRODUCTS and again.confirmed


@pytest.mark.parametrize(
    ("sender", "text"),
    [("乙公司", FILE), (None, FILE), ("", FILE), ("甲公司", FILE.replace("备注", "备 考"))],
)
def test_another_sender_or_header_is_asked_about(
    sender: str | None, text: str, database: Database, lookups: Lookups
) -> None:
    first = proposed(database, lookups, sender="甲公司")
    confirm(database, first, first.mapping())
    assert proposed(database, lookups, sender=sender, text=text).needs_confirmation


def test_an_earlier_mapping_stays_on_record(database: Database, lookups: Lookups) -> None:
    first = proposed(database, lookups, sender="甲公司")
    one = first.answered({"company": "厂家", "name": "产品"}, {"category": "砌体材料"})
    two = first.answered({"company": "厂家", "name": "备注"}, {"category": "砌体材料"})
    confirm(database, first, one)
    confirm(database, first, one, actor=OTHER, now=LATER)  # It says nothing new.
    confirm(database, first, two, actor=OTHER, now=LATER)
    with database.reading() as connection:
        kept = mappings.mappings_of(connection, "甲公司", actor=ONE)
    assert [(each.actor, each.superseded_at) for each in kept] == [("other", None), ("one", LATER)]
    assert proposed(database, lookups, sender="甲公司").mapping() == two


def test_a_forgotten_mapping_is_asked_about_again(database: Database, lookups: Lookups) -> None:
    first = proposed(database, lookups, sender="甲公司")
    confirm(database, first, first.mapping())
    header = first.heads.fingerprint
    for _ in range(2):
        with database.transaction() as session:
            mappings.forget_mapping(
                session, sender="甲公司", header=header, kind=Kind.PRODUCTS, actor=ONE, now=LATER
            )
    assert proposed(database, lookups, sender="甲公司").needs_confirmation
    with database.reading() as connection:
        assert len(mappings.mappings_of(connection, "甲公司", actor=ONE)) == 1


def test_a_mapping_of_fields_that_are_gone_is_asked_about_again(
    database: Database, lookups: Lookups
) -> None:
    first = proposed(database, lookups, sender="甲公司")
    with database.transaction() as session:
        mappings.remember_mapping(
            session,
            sender="甲公司",
            kind=Kind.PRODUCTS,
            header=first.heads.fingerprint,
            columns='{"kind": "products", "columns": {"gone": {"header": "厂家"}}}',
            actor=ONE,
            now=NOW,
        )
    assert proposed(database, lookups, sender="甲公司").needs_confirmation


def test_only_who_may_import_may_confirm(database: Database, lookups: Lookups) -> None:
    first = proposed(database, lookups, sender="甲公司")
    with pytest.raises(PermissionDeniedError):
        confirm(database, first, first.mapping(), actor=ANYONE)
    with pytest.raises(PermissionDeniedError), database.transaction() as session:
        mappings.forget_mapping(
            session, sender="甲公司", header="", kind=Kind.PRODUCTS, actor=ANYONE, now=NOW
        )
    assert proposed(database, lookups, sender="甲公司").needs_confirmation


def test_an_owners_mapping_is_its_own_and_comes_before_what_all_share(
    database: Database, lookups: Lookups
) -> None:
    owner, rival = (
        Actor(name=name, role=Role.OWNER,
              organisation=an_organisation(database, role=Role.OWNER, name=name))
        for name in ("石河子城投", "五家渠城投")
    )  # fmt: skip
    first = proposed(database, lookups, sender="甲公司")
    own = first.answered({"company": "厂家", "name": "备注"}, {"category": "砌体材料"})
    shared = first.answered({"company": "厂家", "name": "产品"}, {"category": "砌体材料"})
    confirm(database, first, own, actor=owner)
    assert proposed(database, lookups, sender="甲公司", actor=owner).mapping() == own
    for other in (rival, ONE):
        assert proposed(database, lookups, sender="甲公司", actor=other).needs_confirmation
    confirm(database, first, shared, actor=ONE)
    assert proposed(database, lookups, sender="甲公司", actor=owner).mapping() == own
    assert proposed(database, lookups, sender="甲公司", actor=rival).mapping() == shared
    with database.transaction() as session:
        header = first.heads.fingerprint
        for actor in (rival, owner):  # What is not one's own is not forgotten.
            mappings.forget_mapping(
                session, sender="甲公司", header=header, kind=Kind.PRODUCTS, actor=actor, now=LATER
            )
        assert mappings.mappings_of(session.connection(), "甲公司", actor=rival) == []
    for actor in (owner, rival):
        assert proposed(database, lookups, sender="甲公司", actor=actor).mapping() == shared
