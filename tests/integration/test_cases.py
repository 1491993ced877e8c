"""A case from its draft to its adoption and out again, as people take its steps."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from catalog.db import Database
from catalog.errors import (
    CaseNotFoundError,
    CaseRefusedError,
    ChangedMeanwhileError,
    ClockBehindError,
    PermissionDeniedError,
    StepImpossibleError,
    StepRefusedError,
)
from catalog.models.adoption import Adoption, AdoptionStatus, Case, CaseStep
from catalog.models.audit import AuditEntry
from catalog.permissions import Actor
from catalog.rules.terms import AdoptionState, CaseState, OrganisationState, Route
from catalog.rules.workflow.steps import Step
from catalog.services.audit import browse_record
from catalog.services.cases.forms import StepForm
from catalog.services.cases.opening import open_case
from catalog.services.cases.papers import add_paper, take_paper_back
from catalog.services.cases.reading import browse_cases, get_case, running_notices
from catalog.views.audit import AuditQuestion
from tests.casework import (
    APPLICANT,
    NOTICE_OVER,
    OBJECTION,
    OPERATOR,
    OTHER_MAKER,
    OTHER_REVIEWER,
    PLEDGED,
    REREVIEWER,
    REVIEWER,
    SECOND_REREVIEWER,
    START,
    a_file,
    adopted,
    filled_in,
    in_business,
    opened,
    stepped,
)

DAY = dt.timedelta(days=1)
# What differs between databases is who comes first: test_case_doors asks both.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def statuses(database: Database) -> list[tuple[AdoptionState, str, str | None]]:
    with database.reading() as connection:
        rows = connection.execute(
            select(AdoptionStatus.state, AdoptionStatus.from_on, AdoptionStatus.ground)
            .where(AdoptionStatus.superseded_at.is_(None))
            .order_by(AdoptionStatus.from_on, AdoptionStatus.id)
        )
        return [(state, day.isoformat(), ground) for state, day, ground in rows]


def test_leads_a_certified_product_to_its_adoption(database: Database) -> None:
    product = in_business(database)
    case = adopted(database, filled_in(database, product))
    assert case.number == "2026-08-0001"
    assert statuses(database) == [(AdoptionState.ADOPTED, "2026-03-23", None)]
    with database.reading() as connection:
        found = get_case(connection, case.number, REVIEWER, on=dt.date(2026, 3, 24))
        adoption = connection.execute(select(Adoption.route, Adoption.valid_to)).one()
    assert [(each.step, each.actor) for each in found.steps] == [
        (Step.OPEN, APPLICANT.name),
        (Step.SUBMIT, APPLICANT.name),
        (Step.ACCEPT, REVIEWER.name),
        (Step.ANNOUNCE, REREVIEWER.name),
        (Step.ADOPT, REREVIEWER.name),
    ]
    assert found.pack == "admission-xpcc-2025@2025.1"
    assert tuple(adoption) == (Route.CERTIFICATE, None)


def test_adopts_by_test_report_for_the_years_of_the_rules(database: Database) -> None:
    product = in_business(database)
    case = filled_in(
        database, product, route=Route.TEST_REPORT, dated_on=dt.date(2025, 9, 1), certificate=None
    )
    adopted(database, case)
    with database.reading() as connection:
        assert connection.execute(select(Adoption.valid_to, Adoption.report_issued_on)).one() == (
            dt.date(2029, 3, 22),
            dt.date(2025, 9, 1),
        )


@pytest.mark.parametrize(
    ("dated_on", "is_taken"), [("2025-03-02", True), ("2025-03-01", False)], ids=str
)
def test_takes_a_report_up_to_its_age_limit(
    database: Database, dated_on: str, is_taken: bool
) -> None:
    product = in_business(database)
    case = filled_in(
        database,
        product,
        route=Route.TEST_REPORT,
        dated_on=dt.date.fromisoformat(dated_on),
        certificate=None,
    )
    if is_taken:
        assert stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED).version > case.version
    else:
        with pytest.raises(StepRefusedError, match="missing, or too old"):
            stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)


def test_refuses_what_is_not_pledged_not_complete_or_not_proved(database: Database) -> None:
    product = in_business(database, organisation=OrganisationState.PENDING)
    case = opened(database, product)
    with pytest.raises(StepRefusedError) as caught:
        stepped(database, case, Step.SUBMIT, APPLICANT, StepForm())
    for words in ("proved", "certificate", "missing", "pledge"):
        assert words in caught.value.text("en")
    assert "材料不齐" in caught.value.text("zh")


def test_opens_one_case_for_a_product_however_often_it_is_asked(database: Database) -> None:
    product = in_business(database)
    first, second = opened(database, product), opened(database, product)
    assert first == second
    stepped(database, first, Step.WITHDRAW, APPLICANT)
    assert opened(database, product).number == "2026-08-0002"


def test_lets_nobody_apply_for_the_product_of_another(database: Database) -> None:
    product = in_business(database)
    with pytest.raises(StepRefusedError), database.transaction() as session:
        open_case(session, product, Route.CERTIFICATE, actor=OTHER_MAKER, now=START)
    with pytest.raises(PermissionDeniedError), database.transaction() as session:
        open_case(session, product, Route.CERTIFICATE, actor=REREVIEWER, now=START)


@pytest.mark.parametrize("stranger", [OTHER_MAKER, OTHER_REVIEWER], ids=["maker", "division"])
def test_hides_a_case_from_other_companies_and_divisions(
    database: Database, stranger: Actor
) -> None:
    case = filled_in(database, in_business(database))
    with database.reading() as connection:
        with pytest.raises(CaseNotFoundError):
            get_case(connection, case.number, stranger, on=START.date())
        found = browse_cases(connection, stranger, on=START.date(), limit=9, offset=0)
    assert found.total == 0
    with pytest.raises(CaseNotFoundError):
        stepped(database, case, Step.WITHDRAW, stranger)
    with pytest.raises(CaseNotFoundError), database.transaction() as session:
        add_paper(session, case.number, "x", "other", dated_on=None, version=case.version,
                  actor=stranger, now=START)  # fmt: skip


def test_a_case_is_its_applicant_s_alone_until_it_is_handed_in(database: Database) -> None:
    case = filled_in(database, in_business(database))

    def known() -> list[int]:
        with database.reading() as connection:
            listed = [
                browse_cases(connection, actor, on=START.date(), limit=9, offset=0).total
                for actor in (APPLICANT, REVIEWER, REREVIEWER)
            ]
            asked = AuditQuestion(thing="case")
            entries = browse_record(connection, asked, actor=REVIEWER, limit=9, offset=0)
            return [*listed, entries.total]

    assert known() == [1, 0, 0, 0]
    for actor in (REVIEWER, REREVIEWER):
        with pytest.raises(CaseNotFoundError), database.reading() as connection:
            get_case(connection, case.number, actor, on=START.date())
    with pytest.raises(CaseNotFoundError):
        stepped(database, case, Step.ACCEPT, REVIEWER)
    stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    assert known() == [1, 1, 1, 1]


def test_lets_those_who_run_the_machine_see_and_not_decide(database: Database) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    with database.reading() as connection:
        assert get_case(connection, case.number, OPERATOR, on=START.date()).possible == []
    with pytest.raises(PermissionDeniedError):
        stepped(database, case, Step.WITHDRAW, OPERATOR)


def test_returns_a_case_with_what_is_missing_and_takes_it_again(database: Database) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    with pytest.raises(StepRefusedError, match="what is missing"):
        stepped(database, case, Step.RETURN, REVIEWER, StepForm(missing=("  ",)))
    case = stepped(database, case, Step.RETURN, REVIEWER, StepForm(missing=("证书附件", "盖章")))
    with database.reading() as connection:
        found = get_case(connection, case.number, APPLICANT, on=START.date())
    assert found.steps[-1].detail["missing"] == ["证书附件", "盖章"]
    assert found.is_editable and found.due_on == dt.date(2026, 3, 30)
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED, now=START + 3 * DAY)
    assert case.state is CaseState.DIVISION_REVIEW


def test_lets_a_returned_case_lapse_only_when_its_time_is_over(database: Database) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    case = stepped(database, case, Step.RETURN, REVIEWER, StepForm(missing=("盖章",)))
    with pytest.raises(StepRefusedError):
        stepped(database, case, Step.LAPSE, REVIEWER, now=START + 28 * DAY)
    case = stepped(database, case, Step.LAPSE, REVIEWER, now=START + 29 * DAY)
    assert case.state is CaseState.LAPSED
    assert statuses(database) == []


def test_changes_nothing_once_it_is_handed_in(database: Database) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    with pytest.raises(CaseRefusedError), database.transaction() as session:
        add_paper(session, case.number, a_file(database), "other", dated_on=None,
                  version=case.version, actor=APPLICANT, now=START)  # fmt: skip
    with pytest.raises(CaseRefusedError), database.transaction() as session:
        take_paper_back(session, case.number, 1, version=case.version, actor=APPLICANT, now=START)


def test_asks_for_four_eyes(database: Database) -> None:
    both = Actor(**{**{f: getattr(REREVIEWER, f) for f in REREVIEWER.__slots__}, "account": "sun"})
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    case = stepped(database, case, Step.ACCEPT, REVIEWER)
    with pytest.raises(StepRefusedError, match="cannot review it again"):
        stepped(database, case, Step.ANNOUNCE, both)
    assert stepped(database, case, Step.ANNOUNCE, REREVIEWER).state is CaseState.NOTICE


def test_adopts_only_when_the_notice_is_over_and_no_objection_stands(database: Database) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    case = stepped(database, case, Step.ACCEPT, REVIEWER)
    case = stepped(database, case, Step.ANNOUNCE, REREVIEWER)
    with database.reading() as connection:
        (notice,) = running_notices(connection, on=dt.date(2026, 3, 9))
        assert running_notices(connection, on=dt.date(2026, 3, 10)) == []
    assert (notice.first_on, notice.until) == (dt.date(2026, 3, 2), dt.date(2026, 3, 9))
    with pytest.raises(StepRefusedError, match="not over"):
        stepped(database, case, Step.ADOPT, REREVIEWER, now=START + 7 * DAY)
    case = stepped(database, case, Step.OBJECT, REVIEWER, OBJECTION, now=START + DAY)
    case = stepped(database, case, Step.OBJECT, REVIEWER, OBJECTION, now=START + 2 * DAY)
    with pytest.raises(StepImpossibleError):
        stepped(database, case, Step.ADOPT, REREVIEWER, now=START + 8 * DAY)
    with database.reading() as connection:
        seen = get_case(connection, case.number, REREVIEWER, on=dt.date(2026, 3, 5))
        unseen = get_case(connection, case.number, APPLICANT, on=dt.date(2026, 3, 5))
    assert unseen.objections == []
    first, second = [each.key for each in seen.objections]
    for key, state in ((first, CaseState.OBJECTED), (second, CaseState.NOTICE)):
        form = StepForm(reason="查无此事", objection=key)
        case = stepped(database, case, Step.DISMISS, REREVIEWER, form, now=START + 3 * DAY)
        assert case.state is state
    with pytest.raises(StepRefusedError, match="the notice is over"):
        stepped(database, case, Step.OBJECT, REVIEWER, OBJECTION, now=START + 8 * DAY)
    case = stepped(database, case, Step.ADOPT, REREVIEWER, now=START + 8 * DAY)
    assert case.state is CaseState.ADOPTED


def test_refuses_on_an_upheld_objection_and_judges_the_appeal_by_another(
    database: Database,
) -> None:
    case = filled_in(database, in_business(database))
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    case = stepped(database, case, Step.ACCEPT, REVIEWER)
    case = stepped(database, case, Step.ANNOUNCE, REREVIEWER)
    case = stepped(database, case, Step.OBJECT, REVIEWER, OBJECTION)
    with database.reading() as connection:
        seen = get_case(connection, case.number, REREVIEWER, on=START.date())
    form = StepForm(reason="异议成立", objection=seen.objections[0].key)
    case = stepped(database, case, Step.UPHOLD, REREVIEWER, form)
    assert case.state is CaseState.REFUSED
    with pytest.raises(StepRefusedError, match="time for an appeal"):
        stepped(database, case, Step.APPEAL, APPLICANT, now=START + 61 * DAY)
    case = stepped(database, case, Step.APPEAL, APPLICANT, now=START + 60 * DAY)
    with pytest.raises(StepRefusedError, match="cannot judge"):
        stepped(database, case, Step.GRANT_APPEAL, REREVIEWER, now=START + 60 * DAY)
    case = stepped(database, case, Step.REJECT_APPEAL, SECOND_REREVIEWER, now=START + 60 * DAY)
    assert case.state is CaseState.REFUSED
    with pytest.raises(StepRefusedError, match="once"):
        stepped(database, case, Step.APPEAL, APPLICANT, now=START + 60 * DAY)


def test_removes_after_a_correction_that_never_came(database: Database) -> None:
    case = adopted(database, filled_in(database, in_business(database)))
    later = START + NOTICE_OVER
    form = StepForm(reason="抽查不合格", ground="pledge-broken")
    with pytest.raises(StepRefusedError, match="asks for correction"):
        stepped(database, case, Step.START_REMOVAL, REREVIEWER, form, now=later)
    for ground in ("fraud", "no-such-ground", None):
        wrong = StepForm(reason="抽查不合格", ground=ground)
        with pytest.raises(StepRefusedError):
            stepped(database, case, Step.ASK_CORRECTION, REREVIEWER, wrong, now=later)
    case = stepped(database, case, Step.ASK_CORRECTION, REREVIEWER, form, now=later)
    with pytest.raises(StepRefusedError, match="correction"):
        stepped(database, case, Step.START_REMOVAL, REREVIEWER, now=later)
    later += 40 * DAY
    case = stepped(database, case, Step.START_REMOVAL, REREVIEWER, now=later)
    assert statuses(database)[-1][0] is AdoptionState.ADOPTED
    later += 20 * DAY
    case = stepped(database, case, Step.REMOVE, REREVIEWER, now=later)
    assert statuses(database) == [
        (AdoptionState.ADOPTED, "2026-03-23", None),
        (AdoptionState.REMOVED, "2026-05-22", "pledge-broken"),
    ]
    case = stepped(database, case, Step.APPEAL, APPLICANT, now=later + DAY)
    case = stepped(database, case, Step.GRANT_APPEAL, SECOND_REREVIEWER, now=later + 2 * DAY)
    assert statuses(database)[-1] == (AdoptionState.ADOPTED, "2026-05-24", None)


def test_keeps_one_state_a_day(database: Database) -> None:
    case = adopted(database, filled_in(database, in_business(database)))
    later = START + NOTICE_OVER
    case = stepped(database, case, Step.SUSPEND, REREVIEWER, now=later)
    assert statuses(database) == [(AdoptionState.SUSPENDED, "2026-03-23", None)]
    case = stepped(database, case, Step.RESUME, REREVIEWER, now=later + DAY)
    assert statuses(database)[-1] == (AdoptionState.ADOPTED, "2026-03-24", None)
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(AdoptionStatus)) == 3


def test_lets_an_adoption_lapse_when_it_is_applied_for_anew(database: Database) -> None:
    product = in_business(database)
    case = filled_in(
        database, product, route=Route.TEST_REPORT, dated_on=dt.date(2025, 9, 1), certificate=None
    )
    adopted(database, case)
    too_soon = dt.datetime(2029, 3, 22, 2, tzinfo=dt.UTC)
    with pytest.raises(StepRefusedError):
        opened(database, product, now=too_soon)
    anew = opened(database, product, now=too_soon + DAY)
    assert anew.number == "2029-08-0001"
    assert statuses(database)[-1] == (AdoptionState.REMOVED, "2029-03-23", "expired")


def test_takes_a_step_once_however_often_the_form_is_sent(database: Database) -> None:
    case = filled_in(database, in_business(database))
    sent = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    again = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    assert sent == again
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(CaseStep)) == 2
        entries = connection.scalars(
            select(AuditEntry.after).where(AuditEntry.thing == "case")
        ).all()
    assert sum('"step":"submit"' in (entry or "") for entry in entries) == 1


def test_tells_who_shows_a_stale_page_what_changed(database: Database) -> None:
    case = filled_in(database, in_business(database))
    stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED)
    with pytest.raises(ChangedMeanwhileError) as caught:
        stepped(database, case, Step.WITHDRAW, APPLICANT)
    assert APPLICANT.name in caught.value.text("en")


def test_refuses_a_clock_that_went_back(database: Database) -> None:
    case = filled_in(database, in_business(database))
    with pytest.raises(ClockBehindError):
        stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED, now=START - DAY)


def test_refuses_a_nul_and_an_endless_reason(database: Database) -> None:
    case = filled_in(database, in_business(database))
    for reason in ("a\x00b", "长" * 1001):
        with pytest.raises(CaseRefusedError):
            stepped(database, case, Step.WITHDRAW, APPLICANT, StepForm(reason=reason))
    with database.reading() as connection:
        assert connection.scalar(select(Case.state)) is CaseState.DRAFT
