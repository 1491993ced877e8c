"""Declarations that contradict each other, or a product's certificate: listed, decided, undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from catalog.db import Database
from catalog.errors import UndoRefusedError
from catalog.records import EpdRecord, Record
from catalog.rules.terms import CertificateState, ConflictSubject, Decision
from catalog.rules.validity import Validity
from catalog.services import conflicts, epds
from catalog.views.conflicts import ConflictRow, ConflictStanding
from tests.builders import (
    NOW,
    OPERATOR,
    OWN,
    REGISTRY,
    a_certificate,
    a_product,
    bring,
    day,
    undo,
)
from tests.declarations import EPD, a_declaration, an_amount, on_day, year
from tests.integration.picture import picture

IBU, BAU = "ibu", "oekobaudat"
LATER = NOW + dt.timedelta(hours=1)
NUMBER = "EPD-HAM-20220212"
VALID_UNTIL_2099 = a_declaration(valid_until=year(2099))
SUSPENDED = a_product(
    certificate=a_certificate(NUMBER, state=CertificateState.SUSPENDED, state_on=day("2025-02-01"))
)


def listed(
    database: Database, standing: ConflictStanding | None = ConflictStanding.OPEN
) -> list[ConflictRow]:
    with database.reading() as connection:
        return conflicts.browse_conflicts(connection, limit=9, offset=0, standing=standing).items


def sides(row: ConflictRow) -> tuple[str, str | None, str, str | None, str]:
    return row.field, row.held_value, row.held_source, row.offered_value, row.offered_source


def decide(database: Database, conflict: int, decision: Decision) -> None:
    with database.transaction() as session:
        conflicts.decide(session, conflict, decision, reason="看过原件", actor=OPERATOR, now=LATER)


def two_sources(database: Database, offered: EpdRecord) -> tuple[int, int]:
    return (
        bring(database, [a_declaration()], source=IBU).run_id,
        bring(database, [offered], source=BAU).run_id,
    )


def shown_until(database: Database) -> dt.date | None:
    with database.reading() as connection:
        (row,) = epds.browse_epds(connection, "", on=day("2026-06-01"), limit=9, offset=0).items
    return row.valid_until.day if row.valid_until else None


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        pytest.param({"valid_until": year(2030)}, ("valid_until", "2027", "2030"), id="year"),
        pytest.param({"location": "FR"}, ("location", "DE", "FR"), id="place"),
    ],
)
def test_lists_what_two_sources_of_a_declaration_contradict(
    database: Database, offered: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    two_sources(database, a_declaration(**offered))
    (row,) = listed(database)
    field, held, other = expected
    assert sides(row) == (field, held, IBU, other, BAU)
    assert (row.subject, row.declaration) == (ConflictSubject.DECLARATION, EPD)
    assert (row.certificate, row.product) == (None, None)


def test_amounts_that_differ_are_one_contradiction(database: Database) -> None:
    many = tuple(an_amount(str(n), indicator=f"indicator-{n}") for n in range(40))
    bring(database, [a_declaration(results=many)], source=IBU)
    other = tuple(an_amount(str(n + 1), indicator=f"indicator-{n}") for n in range(40))
    bring(database, [a_declaration(results=other)], source=BAU)
    (row,) = listed(database)
    assert row.field == "results"
    assert row.held_value and "(40, #" in row.held_value and len(row.held_value) <= 500
    decide(database, row.id, Decision.HELD)
    last = (*other[:-1], an_amount("99", indicator="indicator-39"))
    bring(database, [a_declaration(results=last)], source=BAU)
    assert [each.field for each in listed(database)] == ["results"]


def test_the_trusted_source_stands_for_the_declaration_in_lists(database: Database) -> None:
    two_sources(database, a_declaration(valid_until=year(2030)))
    assert shown_until(database) == day("2030-01-01")
    (row,) = listed(database)
    decide(database, row.id, Decision.HELD)
    assert shown_until(database) == day("2027-01-01")
    with database.transaction() as session:
        conflicts.reopen(session, row.id, reason="看错了", actor=OPERATOR, now=LATER)
    assert shown_until(database) == day("2030-01-01")


def test_what_is_decided_is_not_asked_again(database: Database) -> None:
    two_sources(database, a_declaration(valid_until=year(2030)))
    (row,) = listed(database)
    decide(database, row.id, Decision.HELD)
    bring(database, [a_declaration(valid_until=year(2030), url="https://x.org/")], source=BAU)
    assert listed(database) == []
    bring(database, [a_declaration(valid_until=year(2031))], source=BAU)
    (news,) = listed(database)
    assert news.offered_value == "2031"


def test_sources_that_come_to_agree_end_it_and_an_undo_opens_it_again(database: Database) -> None:
    two_sources(database, a_declaration(valid_until=year(2030)))
    before = picture(database)
    run = bring(database, [a_declaration()], source=BAU, now=LATER).run_id
    (row,) = listed(database, ConflictStanding.ENDED)
    assert (row.ended_run, row.ended_at, listed(database)) == (run, LATER, [])
    undo(database, run)
    assert picture(database) == before
    assert [each.id for each in listed(database)] == [row.id]


def test_undoing_a_source_takes_its_contradiction_along(database: Database) -> None:
    first, second = two_sources(database, a_declaration(valid_until=year(2030)))
    undo(database, first)
    assert listed(database, None) == []
    undo(database, second)
    assert picture(database) == ""


def test_refuses_to_undo_a_statement_that_is_trusted(database: Database) -> None:
    _, second = two_sources(database, a_declaration(valid_until=year(2030)))
    (row,) = listed(database)
    decide(database, row.id, Decision.OFFERED)
    with pytest.raises(UndoRefusedError) as refusal:
        undo(database, second)
    assert refusal.value.facts["later"] == f"conflict {row.id}"


ORDERS: list[tuple[str, Sequence[tuple[Record, str]]]] = [
    ("certificate-first", [(SUSPENDED, OWN), (VALID_UNTIL_2099, IBU)]),
    ("declaration-first", [(VALID_UNTIL_2099, IBU), (SUSPENDED, OWN)]),
]


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in ORDERS])
def test_lists_a_certificate_that_is_suspended_while_the_declaration_holds(
    database: Database, files: Sequence[tuple[Record, str]]
) -> None:
    runs = [bring(database, [record], source=source).run_id for record, source in files]
    (row,) = listed(database)
    assert sides(row) == ("validity", "suspended", OWN, "valid", IBU)
    assert (row.subject, row.number, row.declaration) == (ConflictSubject.PRODUCT, NUMBER, EPD)
    assert (row.product is not None, row.run) == (True, runs[-1])
    with database.reading() as connection:
        detail = conflicts.get_conflict(connection, row.id, on=day("2026-06-01"))
    assert detail.held.validity is Validity.SUSPENDED
    assert detail.held.recorded_at and detail.offered.recorded_at
    assert [name for _, name in detail.products] == [SUSPENDED.name]
    undo(database, runs[-1])
    assert listed(database, None) == []


def test_a_product_with_another_valid_certificate_is_no_contradiction(database: Database) -> None:
    bring(database, [SUSPENDED, a_product(certificate=a_certificate("N-2"))])
    bring(database, [VALID_UNTIL_2099], source=IBU)
    assert listed(database) == []


@pytest.mark.parametrize("until", [on_day("2024-12-31"), None], ids=["over", "unstated"])
def test_a_declaration_that_is_over_or_open_contradicts_nothing(
    database: Database, until: object
) -> None:
    bring(database, [SUSPENDED])
    bring(database, [a_declaration(valid_until=until)], source=IBU)
    assert listed(database) == []


def test_a_person_says_which_paper_to_trust_and_it_is_remembered(database: Database) -> None:
    bring(database, [SUSPENDED])
    bring(database, [VALID_UNTIL_2099], source=IBU)
    (row,) = listed(database)
    decide(database, row.id, Decision.HELD)
    bring(database, [SUSPENDED])
    bring(database, [VALID_UNTIL_2099], source=IBU)
    assert listed(database) == []
    (decided,) = listed(database, ConflictStanding.DECIDED)
    assert (decided.decided_by, decided.reason) == (OPERATOR.name, "看过原件")


def test_the_import_that_lifts_the_suspension_ends_it(database: Database) -> None:
    bring(database, [SUSPENDED])
    bring(database, [VALID_UNTIL_2099], source=IBU)
    lifted = a_certificate(NUMBER, state=CertificateState.VALID, state_on=day("2025-05-01"))
    run = bring(database, [a_product(certificate=lifted)]).run_id
    (row,) = listed(database, ConflictStanding.ENDED)
    assert row.ended_run == run
    undo(database, run)
    assert [each.id for each in listed(database)] == [row.id]


def test_narrows_the_list_to_a_subject_and_a_declaration(database: Database) -> None:
    bring(database, [SUSPENDED])
    bring(database, [VALID_UNTIL_2099], source=IBU)
    bring(database, [a_declaration(valid_until=year(2098))], source=REGISTRY)
    with database.reading() as connection:
        counts = [
            conflicts.browse_conflicts(connection, limit=9, offset=0, **asked).total
            for asked in (
                {"subject": ConflictSubject.DECLARATION},
                {"subject": ConflictSubject.PRODUCT},
                {"words": EPD[:8]},
                {"words": "ham-2022"},
                {"words": "zzz"},
            )
        ]
    assert counts == [1, 2, 3, 2, 0]
