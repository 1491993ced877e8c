"""Sources that disagree: both sides are shown, a person decides, and it stays decided."""

from __future__ import annotations

import datetime as dt

import pytest

from catalog.db import Database
from catalog.errors import (
    ConflictDecidedError,
    ConflictNotFoundError,
    ConflictUndecidableError,
    PermissionDeniedError,
    UndoRefusedError,
)
from catalog.permissions import ANYONE, Actor
from catalog.records import ProductRecord
from catalog.rules.terms import CertificateState, Decision
from catalog.rules.validity import Validity
from catalog.services import conflicts
from catalog.views.conflicts import ConflictDetail, ConflictStanding
from tests.builders import (
    NOW,
    OPERATOR,
    OWN,
    REGISTRY,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
    undo,
)
from tests.integration.picture import current, picture, rows_of, stale_products

LATER = NOW + dt.timedelta(hours=1)
TODAY = day("2026-06-01")
TWO_STARS = a_product(certificate=a_certificate(star=2))
ONE_STAR = a_product(certificate=a_certificate(star=1))
EARLIER_END = a_product(certificate=a_certificate(valid_to=day("2026-01-31")))
SUSPENDED = a_product(
    certificate=a_certificate(state=CertificateState.SUSPENDED, state_on=day("2026-02-01"))
)
REVOKED = a_product(
    certificate=a_certificate(state=CertificateState.REVOKED, state_on=day("2026-02-01"))
)
HEALTHY = a_product(certificate=a_certificate(categories=("tabc-healthy",)))
RECYCLED = a_product(certificate=a_certificate(categories=("tabc-recycled",)))
PAIRS = {
    "star": (TWO_STARS, ONE_STAR),
    "valid_to": (TWO_STARS, EARLIER_END),
    "state": (SUSPENDED, REVOKED),
    "category": (HEALTHY, RECYCLED),
}


def laid(database: Database, held: ProductRecord, offered: ProductRecord) -> tuple[int, int]:
    """Let two sources contradict each other; return the two runs."""
    first = bring(database, [held]).run_id
    return first, bring(database, [offered], source=REGISTRY).run_id


def only(database: Database, *, standing: ConflictStanding | None = ConflictStanding.OPEN) -> int:
    with database.reading() as connection:
        page = conflicts.browse_conflicts(connection, limit=9, offset=0, standing=standing)
    (row,) = page.items
    return row.id


def shown(database: Database, conflict: int) -> ConflictDetail:
    with database.reading() as connection:
        return conflicts.get_conflict(connection, conflict, on=TODAY)


def decide(
    database: Database, decision: Decision, *, now: dt.datetime = LATER, actor: Actor = OPERATOR
) -> int:
    conflict = only(database)
    with database.transaction() as session:
        conflicts.decide(session, conflict, decision, reason="看过证书", actor=actor, now=now)
    return conflict


def reopen(database: Database, conflict: int) -> None:
    with database.transaction() as session:
        now = LATER + dt.timedelta(hours=1)
        conflicts.reopen(session, conflict, reason="看错了", actor=OPERATOR, now=now)


def test_shows_both_sides_and_what_each_would_mean(database: Database) -> None:
    bring(database, [a_project()])
    _, second = laid(database, TWO_STARS, EARLIER_END)
    bring(database, [a_bill_line(product=by_number())])
    view = shown(database, only(database))
    assert (view.field, view.held.source, view.offered.source) == ("valid_to", OWN, REGISTRY)
    assert (view.held.validity, view.offered.validity) == (Validity.VALID, Validity.EXPIRED)
    assert (view.offered.value, view.offered.run) == ("2026-01-31", second)
    assert len(view.products) == 1 and len(view.buildings) == 1


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("decision", Decision)
def test_what_is_decided_stays_decided_when_the_same_files_come_again(
    database: Database, name: str, decision: Decision
) -> None:
    held, offered = PAIRS[name]
    laid(database, held, offered)
    conflict = decide(database, decision)
    decided = picture(database)
    bring(database, [held])
    bring(database, [offered], source=REGISTRY)
    bring(database, [held])
    assert picture(database) == decided
    assert only(database, standing=ConflictStanding.DECIDED) == conflict
    with database.reading() as connection:
        assert conflicts.browse_conflicts(connection, limit=9, offset=0).total == 0


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("decision", Decision)
def test_a_decision_that_is_taken_back_leaves_everything_as_before(
    database: Database, name: str, decision: Decision
) -> None:
    first, second = laid(database, *PAIRS[name])
    before = picture(database)
    conflict = decide(database, decision)
    assert picture(database) != before
    reopen(database, conflict)
    assert picture(database) == before
    undo(database, second)
    undo(database, first)
    assert picture(database) == ""


def test_the_offered_side_counts_from_then_on(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    decide(database, Decision.OFFERED)
    (version,) = current(database, "certificate_version")
    assert version["star"] == 1
    assert [row["star"] for row in rows_of(database, "certificate_version")] == [2, 1]


def test_a_source_that_says_something_new_is_believed_again(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    decide(database, Decision.OFFERED)
    bring(database, [a_product(certificate=a_certificate(star=3))])
    (version,) = current(database, "certificate_version")
    assert version["star"] == 3


def test_a_decision_is_on_record_with_who_when_and_why(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    reopen(database, decide(database, Decision.OFFERED))
    notes = rows_of(database, "revision", entity="certificate")
    assert [(row["actor"], row["reason"]) for row in notes] == [
        (OPERATOR.name, "看过证书"), (OPERATOR.name, "看错了"),
    ]  # fmt: skip
    assert notes[0]["recorded_at"] == LATER


def test_figures_and_index_follow_a_decision(database: Database) -> None:
    bring(database, [a_project()])
    laid(database, TWO_STARS, EARLIER_END)
    bring(database, [a_bill_line()])
    bring(database, [a_delivery(product=by_number(), delivered_on=day("2026-03-01"))])
    recalculated(database)
    before = {row["ratio"] for row in current(database, "result")}
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM outbox_entry")
    decide(database, Decision.OFFERED)
    assert stale_products(database) == {row["key"] for row in current(database, "product")}
    assert recalculated(database) > 0
    assert {row["ratio"] for row in current(database, "result")} != before


def test_refuses_to_undo_an_import_whose_word_was_decided_for(database: Database) -> None:
    first, second = laid(database, TWO_STARS, ONE_STAR)
    conflict = decide(database, Decision.OFFERED)
    with pytest.raises(UndoRefusedError) as refusal:
        undo(database, second)
    assert refusal.value.facts["later"] == f"conflict {conflict}"
    with pytest.raises(UndoRefusedError):
        undo(database, first)
    reopen(database, conflict)
    undo(database, second)
    undo(database, first)


def test_an_undone_import_takes_its_open_contradiction_along(database: Database) -> None:
    _, second = laid(database, TWO_STARS, ONE_STAR)
    conflict = only(database)
    undo(database, second)
    with pytest.raises(ConflictNotFoundError), database.reading() as connection:
        conflicts.get_conflict(connection, conflict, on=TODAY)


def test_refuses_to_take_back_what_a_later_import_replaced(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    conflict = decide(database, Decision.OFFERED)
    bring(database, [a_product(certificate=a_certificate(star=3))])
    with pytest.raises(ConflictUndecidableError):
        reopen(database, conflict)


def test_refuses_what_is_decided_open_or_unknown(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    with pytest.raises(ConflictDecidedError):
        reopen(database, only(database))
    conflict = decide(database, Decision.HELD)
    for number, error in ((conflict, ConflictDecidedError), (99, ConflictNotFoundError)):
        with pytest.raises(error), database.transaction() as session:
            conflicts.decide(session, number, Decision.HELD, reason="", actor=OPERATOR, now=LATER)


def test_refuses_whoever_may_not_decide(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    with pytest.raises(PermissionDeniedError):
        decide(database, Decision.HELD, actor=ANYONE)


def test_narrows_the_list_by_field_source_and_number(database: Database) -> None:
    laid(database, TWO_STARS, a_product(certificate=a_certificate(star=1, standard="GB/T 1")))
    with database.reading() as connection:
        fields, sources = conflicts.choices(connection)
        assert "star" in fields and sources == [REGISTRY, OWN]
        by_field = conflicts.browse_conflicts(connection, limit=9, offset=0, field="star")
        by_source = conflicts.browse_conflicts(connection, limit=9, offset=0, source="nobody")
        by_number = conflicts.browse_conflicts(connection, limit=9, offset=0, words="ctc-2024")
    assert (by_field.total, by_source.total, by_number.total) == (1, 0, len(fields))


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("speaker", [REGISTRY, OWN])
def test_the_import_that_brings_agreement_ends_it(
    database: Database, name: str, speaker: str
) -> None:
    held, offered = PAIRS[name]
    laid(database, held, offered)
    before, conflict = picture(database), only(database)
    agreed = held if speaker == REGISTRY else offered
    run = bring(database, [agreed], source=speaker, now=LATER).run_id
    assert only(database, standing=ConflictStanding.ENDED) == conflict
    row = shown(database, conflict)
    assert (row.standing, row.ended_run, row.ended_at) == (ConflictStanding.ENDED, run, LATER)
    with pytest.raises(ConflictDecidedError), database.transaction() as session:
        conflicts.decide(session, conflict, Decision.HELD, reason="", actor=OPERATOR, now=LATER)
    undo(database, run)
    assert picture(database) == before
    assert only(database) == conflict


def test_another_source_that_agrees_ends_nothing(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    bring(database, [TWO_STARS], source="other")
    assert only(database)


def test_agreement_on_another_version_ends_nothing(database: Database) -> None:
    laid(database, TWO_STARS, ONE_STAR)
    reissued = a_certificate(star=2, reissued_on=day("2025-06-01"))
    bring(database, [a_product(certificate=reissued)])
    bring(database, [a_product(certificate=reissued)], source=REGISTRY)
    assert only(database)


def test_refuses_to_undo_what_a_later_import_ended(database: Database) -> None:
    _, second = laid(database, TWO_STARS, ONE_STAR)
    third = bring(database, [TWO_STARS], source=REGISTRY).run_id
    with pytest.raises(UndoRefusedError) as refusal:
        undo(database, second)
    assert refusal.value.facts["later"] == f"#{third}"
