"""What a company states of its product stays its word until a bureau has proved it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from catalog.db import Database
from catalog.errors import (
    ChangedMeanwhileError,
    EvidenceNotFoundError,
    PermissionDeniedError,
    SubmissionNotFoundError,
    SubmissionRefusedError,
)
from catalog.permissions import Actor
from catalog.rules.terms import SubmissionState
from catalog.rules.validity import DAY
from catalog.rules.watching import WatchKind
from catalog.services import audit, catalogue, evidence, notices, watching
from catalog.services.submissions import proving, reading, submitting
from catalog.services.submissions.changing import seen
from catalog.services.verifying import verify
from catalog.views.audit import AuditQuestion
from catalog.views.submissions import SubmissionDraft, SubmissionRow
from tests.builders import a_certificate, a_company, a_product, bring, undo
from tests.casework import (
    APPLICANT,
    OPERATOR,
    OTHER_MAKER,
    OTHER_REVIEWER,
    REREVIEWER,
    REVIEWER,
    START,
    a_file,
    in_business,
)
from tests.integration.picture import current, rows_of, stale_products
from tests.integration.test_notices import new_key

DRAFT = SubmissionDraft(
    name="蒸压加气混凝土砌块",
    category="autoclaved-blocks",
    model="A3.5 B06",
    body="示例认证中心",
    number="CTC-2026-777",
    star="2",
    valid_from="2026-01-15",
    valid_to="2031-01-14",
)
TODAY = START.date()


@pytest.fixture
def category(database: Database) -> str:
    with database.reading() as connection:
        return catalogue.categories(connection)[0].key


def handed_in(database: Database, draft: SubmissionDraft) -> SubmissionRow:
    in_business(database)
    scan = a_file(database)
    with database.transaction() as session:
        begun = submitting.begin(session, draft, key="s-1", actor=APPLICANT, now=START)
        kept = submitting.change(
            session, "s-1", draft, version=begun.version, actor=APPLICANT, now=START, scan=scan
        )
        return submitting.submit(
            session, "s-1", is_pledged=True, version=kept.version, actor=APPLICANT, now=START
        )


def known(database: Database, actor: Actor) -> bool:
    with database.reading() as connection:
        try:
            seen(connection, "s-1", actor)
        except SubmissionNotFoundError:
            return False
    return True


def test_nobody_finds_it_before_the_bureau_proved_it_and_everybody_after(
    database: Database, category: str
) -> None:
    one = handed_in(database, msgspec.structs.replace(DRAFT, category=category))
    with database.reading() as connection:
        before = verify(connection, [DRAFT.number], on=TODAY)
        waiting = reading.count_waiting(connection, actor=REVIEWER)
    assert (before.known, catalogue_names(database), waiting) == (
        0,
        {"预拌混凝土", "别家的砂浆"},
        1,
    )
    with database.transaction() as session:
        done = proving.prove(
            session, "s-1", how="见原件", version=one.version, actor=REVIEWER, now=START
        )
    with database.reading() as connection:
        after = verify(connection, [DRAFT.number], on=TODAY)
    assert (after.known, after.valid) == (1, 1)
    assert DRAFT.name in catalogue_names(database)
    assert done.state is SubmissionState.PROVED and done.product in stale_products(database)
    (version,) = [v for v in current(database, "certificate_version") if v["run_id"] == done.run]
    assert version["source"] == "企业申报，住建局核实"
    with database.transaction() as session:
        assert audit.verify_record(session).is_whole
    undo(database, done.run or 0)
    assert DRAFT.name not in catalogue_names(database)


def test_a_draft_is_its_company_s_and_then_its_own_bureau_s(
    database: Database, category: str
) -> None:
    in_business(database)
    draft = msgspec.structs.replace(DRAFT, category=category)
    with database.transaction() as session:
        submitting.begin(session, draft, key="s-1", actor=APPLICANT, now=START)
    everybody = (APPLICANT, OTHER_MAKER, REVIEWER, OTHER_REVIEWER, REREVIEWER)
    assert [known(database, actor) for actor in everybody] == [True, False, False, False, False]
    assert on_record(database) == [], "Its bureau does not learn of it from the record either."
    with pytest.raises(SubmissionRefusedError, match="scan"), database.transaction() as session:
        submitting.submit(session, "s-1", is_pledged=True, version=1, actor=APPLICANT, now=START)
    with pytest.raises(PermissionDeniedError), database.transaction() as session:
        submitting.begin(session, draft, key="s-2", actor=REVIEWER, now=START)


def test_only_the_company_s_bureau_judges_and_only_what_it_saw(
    database: Database, category: str
) -> None:
    one = handed_in(database, msgspec.structs.replace(DRAFT, category=category))
    everybody = (APPLICANT, OTHER_MAKER, REVIEWER, OTHER_REVIEWER, REREVIEWER)
    assert [known(database, actor) for actor in everybody] == [True, False, True, False, True]
    for actor, error in (
        (APPLICANT, PermissionDeniedError),
        (OPERATOR, PermissionDeniedError),
        (OTHER_REVIEWER, SubmissionNotFoundError),
    ):
        with pytest.raises(error), database.transaction() as session:
            proving.prove(session, "s-1", how="见原件", version=one.version, actor=actor, now=START)
    with pytest.raises(ChangedMeanwhileError), database.transaction() as session:
        proving.prove(session, "s-1", how="见原件", version=1, actor=REVIEWER, now=START)
    with database.transaction() as session:
        back = proving.give_back(
            session, "s-1", why="证书看不清", version=one.version, actor=REVIEWER, now=START
        )
        again = submitting.submit(
            session, "s-1", is_pledged=True, version=back.version, actor=APPLICANT, now=START
        )
    assert (back.judged_reason, again.judged_reason) == ("证书看不清", None)


def test_what_is_changed_after_it_came_back_is_the_company_s_until_sent_again(
    database: Database, category: str
) -> None:
    draft = msgspec.structs.replace(DRAFT, category=category)
    secret = msgspec.structs.replace(draft, brand="还没定的牌子", description="还没写完")
    one = handed_in(database, draft)
    other_scan = a_file(database)
    with database.transaction() as session:
        back = proving.give_back(
            session, "s-1", why="证书看不清", version=one.version, actor=REVIEWER, now=START
        )
        kept = submitting.change(
            session, "s-1", secret, version=back.version, actor=APPLICANT, now=START,
            scan=other_scan,
        )  # fmt: skip
    for actor in (REVIEWER, REREVIEWER):
        with database.reading() as connection:
            sheet = reading.sheet(connection, "s-1", actor=actor, now=START).submission
            (row,) = reading.browse(connection, actor=actor, on=TODAY, limit=9).items
        assert sheet.draft == row.draft == draft and sheet.evidence == one.evidence
    assert "还没" not in str(on_record(database))
    with pytest.raises(SubmissionRefusedError), database.transaction() as session:
        proving.give_back(session, "s-1", why="再看", version=1, actor=REVIEWER, now=START)
    with database.transaction() as session:
        submitting.submit(
            session, "s-1", is_pledged=True, version=kept.version, actor=APPLICANT, now=START
        )
    with database.reading() as connection:
        sheet = reading.sheet(connection, "s-1", actor=REVIEWER, now=START).submission
    assert sheet.draft == secret and sheet.evidence == other_scan
    assert on_record(database)[-1]["after"]["brand"] == "还没定的牌子"


def test_a_scan_is_the_bureau_s_to_open_once_the_submission_is_handed_in(
    database: Database, category: str
) -> None:
    in_business(database)
    scan = a_file(database, of_division=False)
    draft = msgspec.structs.replace(DRAFT, category=category)
    with database.transaction() as session:
        begun = submitting.begin(session, draft, key="s-1", actor=APPLICANT, now=START)
        kept = submitting.change(
            session, "s-1", draft, version=begun.version, actor=APPLICANT, now=START, scan=scan
        )
    with database.reading() as connection, pytest.raises(EvidenceNotFoundError):
        evidence.get(connection, scan, actor=REVIEWER)
    with database.transaction() as session:
        submitting.submit(
            session, "s-1", is_pledged=True, version=kept.version, actor=APPLICANT, now=START
        )
    with database.reading() as connection:
        assert evidence.get(connection, scan, actor=REVIEWER).key == scan
        with pytest.raises(EvidenceNotFoundError):
            evidence.get(connection, scan, actor=OTHER_REVIEWER)


def test_a_form_sent_twice_is_one_submission(database: Database, category: str) -> None:
    in_business(database)
    draft = msgspec.structs.replace(DRAFT, category=category)
    for _ in range(2):
        with database.transaction() as session:
            begun = submitting.begin(session, draft, key="s-1", actor=APPLICANT, now=START)
    assert begun.version == 1 and len(rows_of(database, "product_submission")) == 1
    with pytest.raises(SubmissionRefusedError), database.transaction() as session:
        submitting.begin(session, draft, key="s-1", actor=OTHER_MAKER, now=START)


def on_record(database: Database) -> list[dict[str, Any]]:
    """Return what the record has of submissions, the first entry first."""
    with database.reading() as connection:
        asked = AuditQuestion(thing="submission")
        found = audit.browse_record(connection, asked, actor=REVIEWER, limit=20, offset=0).items
    return [msgspec.to_builtins(entry) for entry in reversed(found)]


def test_what_the_registry_says_of_the_certificate_stands_and_is_shown_beside(
    database: Database, category: str
) -> None:
    registered = a_certificate(DRAFT.number, star=1, valid_to=TODAY)
    bring(
        database,
        [a_product("别的产品", registered, company=a_company("别家建材有限公司"))],
        source="registry",
    )
    one = handed_in(database, msgspec.structs.replace(DRAFT, category=category))
    with database.reading() as connection:
        (held,) = reading.sheet(connection, "s-1", actor=REVIEWER, now=START).held
    assert held.companies == ["别家建材有限公司"] and held.source == "registry"
    assert {fact.field for fact in held.facts if not fact.is_same} >= {"star", "valid_to"}
    with database.transaction() as session:
        done = proving.prove(
            session, "s-1", how="见原件", version=one.version, actor=REVIEWER, now=START
        )
    conflicts = [row for row in rows_of(database, "source_conflict") if row["run_id"] == done.run]
    assert {row["field"] for row in conflicts} >= {"star", "valid_to"}
    (version,) = [v for v in current(database, "certificate_version") if v["valid_to"] == TODAY]
    assert version["star"] == 1, "The company's word does not take the registry's place."


def catalogue_names(database: Database) -> set[str]:
    with database.reading() as connection:
        return {p.name for p in catalogue.browse_products(connection, limit=50, offset=0).items}


def on_the_list(database: Database, actor: Actor, on: dt.date) -> set[WatchKind]:
    with database.reading() as connection:
        return {each.kind for each in watching.whole_list(connection, actor=actor, on=on)}


def test_a_bureau_has_ten_working_days_and_each_is_told_of_its_turn(
    database: Database, category: str
) -> None:
    one = handed_in(database, msgspec.structs.replace(DRAFT, category=category))
    due = dt.date(2026, 3, 16)  # Ten working days behind Monday, 2 March.
    with database.reading() as connection:
        shown = reading.sheet(connection, "s-1", actor=APPLICANT, now=START).submission
        overdue = [
            reading.count_overdue(connection, actor=REVIEWER, on=on) for on in (due, due + DAY)
        ]
    assert (shown.due_on, overdue) == (due, [0, 1])
    in_time, late = on_the_list(database, REVIEWER, due), on_the_list(database, REVIEWER, due + DAY)
    assert WatchKind.SUBMISSION_WAITING in in_time and WatchKind.SUBMISSION_OVERDUE in late
    assert not on_the_list(database, OTHER_REVIEWER, due) & set(in_time)
    told_of = {REVIEWER: {WatchKind.SUBMISSION_WAITING}, APPLICANT: set(), OTHER_MAKER: set()}
    assert told(database, TODAY) == told_of
    assert told(database, due + DAY)[REVIEWER] - told_of[REVIEWER] == {WatchKind.SUBMISSION_OVERDUE}
    with database.transaction() as session:
        back = proving.give_back(
            session, "s-1", why="证书看不清", version=one.version, actor=REVIEWER, now=START
        )
    assert told(database, TODAY)[APPLICANT] == {WatchKind.SUBMISSION_RETURNED}
    assert WatchKind.SUBMISSION_RETURNED in on_the_list(database, APPLICANT, TODAY)
    assert not on_the_list(database, REVIEWER, due) & set(in_time)
    with database.transaction() as session:
        again = submitting.submit(
            session, "s-1", is_pledged=True, version=back.version, actor=APPLICANT, now=START
        )
        proving.prove(
            session, "s-1", how="见原件", version=again.version, actor=REVIEWER, now=START
        )
    found = told(database, TODAY)
    assert found[APPLICANT] == {WatchKind.SUBMISSION_RETURNED, WatchKind.SUBMISSION_PROVED}
    assert found[OTHER_MAKER] == set()


def told(database: Database, on: dt.date) -> dict[Actor, set[WatchKind]]:
    """Make the notices of a day, and return what each was told of submissions so far."""
    with database.transaction() as session:
        notices.make_notices(session, on=on, actor=OPERATOR, now=START, new_key=new_key)
    with database.reading() as connection:
        return {
            actor: {
                each.kind
                for each in notices.inbox(connection, actor=actor, limit=50).items
                if each.thing == "submission"
            }
            for actor in (REVIEWER, APPLICANT, OTHER_MAKER)
        }
