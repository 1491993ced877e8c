"""No step that the table does not know, by whoever, and one of two people at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from catalog.db import Database
from catalog.errors import (
    CaseNotFoundError,
    CatalogError,
    ChangedMeanwhileError,
    PermissionDeniedError,
    StepImpossibleError,
)
from catalog.models.adoption import Adoption, Case, CaseStep
from catalog.permissions import Actor
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.steps import Step
from catalog.services.cases.forms import StepForm
from catalog.services.cases.opening import open_case
from catalog.services.cases.stepping import take_step
from catalog.views.cases import CaseStanding
from tests.casework import (
    APPLICANT,
    NOTICE_OVER,
    OBJECTION,
    OPERATOR,
    PLEDGED,
    REREVIEWER,
    REVIEWER,
    SECOND_REREVIEWER,
    START,
    filled_in,
    in_business,
    stepped,
)
from tests.unit.rules.test_workflow import TABLE

PEOPLE = {"A": APPLICANT, "D": REVIEWER, "C": REREVIEWER, "operator": OPERATOR}
LATER = START + NOTICE_OVER
FRAUD = StepForm(reason="查实", ground="fraud")
MENDABLE = StepForm(reason="查实", ground="pledge-broken")
WAYS: dict[str, list[tuple[Step, Actor, StepForm, dt.datetime]]] = {
    "draft": [],
    "division-review": [(Step.SUBMIT, APPLICANT, PLEDGED, START)],
    "withdrawn": [(Step.WITHDRAW, APPLICANT, StepForm(), START)],
}
NOT_HANDED_IN = ("draft", "withdrawn")
SUBMITTED = WAYS["division-review"]
WAYS["returned"] = [*SUBMITTED, (Step.RETURN, REVIEWER, StepForm(missing=("章",)), START)]
WAYS["lapsed"] = [*WAYS["returned"], (Step.LAPSE, REVIEWER, StepForm(), START + 2 * NOTICE_OVER)]
WAYS["refused"] = [*SUBMITTED, (Step.REFUSE, REVIEWER, StepForm(reason="不符"), START)]
WAYS["appealed"] = [*WAYS["refused"], (Step.APPEAL, APPLICANT, StepForm(reason="不服"), START)]
WAYS["corps-review"] = [*SUBMITTED, (Step.ACCEPT, REVIEWER, StepForm(), START)]
WAYS["notice"] = [*WAYS["corps-review"], (Step.ANNOUNCE, REREVIEWER, StepForm(), START)]
WAYS["objected"] = [*WAYS["notice"], (Step.OBJECT, REVIEWER, OBJECTION, START)]
WAYS["adopted"] = [*WAYS["notice"], (Step.ADOPT, REREVIEWER, StepForm(), LATER)]
WAYS["suspended"] = [*WAYS["adopted"], (Step.SUSPEND, REREVIEWER, StepForm(reason="核实"), LATER)]
WAYS["correction"] = [*WAYS["adopted"], (Step.ASK_CORRECTION, REREVIEWER, MENDABLE, LATER)]
WAYS["removal-notice"] = [*WAYS["adopted"], (Step.START_REMOVAL, REREVIEWER, FRAUD, LATER)]
WAYS["removed"] = [
    *WAYS["removal-notice"],
    (Step.REMOVE, REREVIEWER, StepForm(), LATER + NOTICE_OVER),
]


class _TriedError(Exception):
    """A step could be taken; it is not to stay."""


def led_to(database: Database, state: str) -> CaseStanding:
    case = filled_in(database, in_business(database))
    for step, by, form, now in WAYS[state]:
        case = stepped(database, case, step, by, form, now=now)
    assert case.state.value == state
    return case


def outcome(database: Database, case: CaseStanding, step: Step, by: Actor) -> str:
    """Try a step and take it back; say whether case and step are known, and permitted."""
    try:
        with database.transaction() as session:
            take_step(session, case.number, step, version=case.version, actor=by,
                      now=LATER + 5 * NOTICE_OVER)  # fmt: skip
            raise _TriedError
    except StepImpossibleError:
        return "unknown"
    except CaseNotFoundError:
        return "hidden"
    except PermissionDeniedError:
        return "forbidden"
    except (_TriedError, CatalogError):
        return "permitted"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", sorted(TABLE))
def test_lets_only_those_of_the_table_take_its_steps(database: Database, state: str) -> None:
    case = led_to(database, state)
    for step in Step:
        allowed = TABLE[state].get(step.value, "").replace("B", "DC")
        for letter, person in PEOPLE.items():
            expected = (
                "unknown" if not allowed else "permitted" if letter in allowed else "forbidden"
            )
            if state in NOT_HANDED_IN and person is not APPLICANT:
                expected = "hidden"
            assert (step, letter, outcome(database, case, step, person)) == (step, letter, expected)


def together(*tasks: Callable[[], object]) -> list[object]:
    """Do all at once, each in its thread; return what each gave or raised."""
    gate = Barrier(len(tasks))

    def one(task: Callable[[], object]) -> object:
        gate.wait()
        try:
            return task()
        except CatalogError as error:
            return error

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(one, tasks))


def test_lets_one_of_two_people_at_once_decide(database: Database) -> None:
    case = led_to(database, "corps-review")
    results = together(
        lambda: stepped(database, case, Step.ANNOUNCE, REREVIEWER),
        lambda: stepped(database, case, Step.REFUSE, SECOND_REREVIEWER),
    )
    taken = [each for each in results if isinstance(each, CaseStanding)]
    (late,) = [each for each in results if isinstance(each, ChangedMeanwhileError)]
    assert len(taken) == 1 and "·" in late.text("zh")
    with database.reading() as connection:
        assert connection.scalar(select(Case.state)) is taken[0].state
        assert connection.scalar(select(func.count()).select_from(CaseStep)) == 4


def test_takes_one_step_of_a_double_click(database: Database) -> None:
    case = led_to(database, "notice")
    results = together(*[lambda: stepped(database, case, Step.ADOPT, REREVIEWER, now=LATER)] * 4)
    assert {type(each) for each in results} == {CaseStanding} and len(set(map(str, results))) == 1
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Adoption)) == 1


def test_opens_one_case_for_two_who_ask_at_once(database: Database) -> None:
    product = in_business(database)

    def ask() -> CaseStanding:
        with database.transaction() as session:
            return open_case(session, product, Route.CERTIFICATE, actor=APPLICANT, now=START)

    results = together(ask, ask, ask)
    assert [str(each) for each in results] == [str(results[0])] * 3
    assert isinstance(results[0], CaseStanding) and results[0].state is CaseState.DRAFT
