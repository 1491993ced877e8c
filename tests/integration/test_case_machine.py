"""Any sequence of steps leaves the case, its adoption and the record in agreement with a model."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from catalog.db import Database
from catalog.errors import CaseNotFoundError, CatalogError
from catalog.models.adoption import Adoption, AdoptionStatus, Case, CaseStep
from catalog.models.audit import AuditEntry
from catalog.permissions import Actor
from catalog.rules.terms import AdoptionState, CaseState
from catalog.rules.workflow.steps import ENDED, Step
from catalog.services.cases import reading
from catalog.services.cases.forms import StepForm
from catalog.services.cases.stepping import take_step
from catalog.views.cases import CaseStanding
from tests.casework import (
    APPLICANT,
    OBJECTION,
    REREVIEWER,
    REVIEWER,
    SECOND_REREVIEWER,
    START,
    filled_in,
    in_business,
)
from tests.unit.rules.test_workflow import TABLE

PEOPLE = {"A": [APPLICANT], "D": [REVIEWER], "C": [REREVIEWER, SECOND_REREVIEWER]}
GROUNDS = ["fraud", "pledge-broken", "expired", "uncorrected", None]
# Where each step leads; where it depends, all the states that it may lead to.
LEADS = {
    "submit": {"division-review"}, "withdraw": {"withdrawn"}, "return": {"returned"},
    "accept": {"corps-review"}, "refuse": {"refused"}, "send-back": {"division-review"},
    "announce": {"notice"}, "object": {"objected"}, "dismiss": {"notice", "objected"},
    "uphold": {"refused"}, "adopt": {"adopted"}, "suspend": {"suspended"}, "resume": {"adopted"},
    "ask-correction": {"correction"}, "correct": {"correction"},
    "accept-correction": {"adopted"}, "start-removal": {"removal-notice"},
    "stop-removal": {"adopted"}, "remove": {"removed"}, "appeal": {"appealed"},
    "grant-appeal": {"division-review", "adopted"}, "reject-appeal": {"refused", "removed"},
    "lapse": {"lapsed"},
}  # fmt: skip


class CaseMachine(RuleBasedStateMachine):
    """A case in a store of its own, and what a model says of it."""

    template: ClassVar[Path]

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "store.db")
        self.database = Database(f"sqlite:///{self.folder}/store.db")
        self.case = filled_in(self.database, in_business(self.database))
        self.now, self.taken = START, 1
        self.adoption: AdoptionState | None = None

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    @rule(days=st.sampled_from([1, 8, 15, 40]))
    def wait(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    @rule(data=st.data(), ground=st.sampled_from(GROUNDS))
    def take_a_known_step(self, data: st.DataObject, ground: str | None) -> None:
        known = TABLE[self.case.state.value]
        if known:
            step = data.draw(st.sampled_from(sorted(known)))
            letters = known[step].replace("B", "DC")
            people = [person for letter in letters for person in PEOPLE[letter]]
            self._try(Step(step), data.draw(st.sampled_from(people)), ground, is_known=True)

    @rule(
        step=st.sampled_from(list(Step)),
        person=st.sampled_from([each for some in PEOPLE.values() for each in some]),
        ground=st.sampled_from(GROUNDS),
    )
    def take_any_step(self, step: Step, person: Actor, ground: str | None) -> None:
        letters = TABLE[self.case.state.value].get(step.value, "").replace("B", "DC")
        is_known = any(person in PEOPLE[letter] for letter in letters)
        self._try(step, person, ground, is_known=is_known)

    def _try(self, step: Step, person: Actor, ground: str | None, *, is_known: bool) -> None:
        waiting: list[str] = []
        # A case that was never handed in has no objections, and the reviewer does not know of it.
        with self.database.reading() as connection, suppress(CaseNotFoundError):
            found = reading.get_case(connection, self.case.number, REVIEWER, on=self.now.date())
            waiting = [each.key for each in found.objections if each.judged_at is None]
        form = StepForm(
            reason="理由",
            is_pledged=True,
            missing=("章",),
            ground=ground,
            objection=waiting[0] if waiting else None,
            new_objection=OBJECTION.new_objection if step is Step.OBJECT else None,
        )
        before = self.case
        try:
            with self.database.transaction() as session:
                self.case = take_step(
                    session,
                    before.number,
                    step,
                    form,
                    version=before.version,
                    actor=person,
                    now=self.now,
                )
        except CatalogError:
            return
        assert is_known, f"{person.name} could {step} in {before.state}"
        assert self.case.state.value in LEADS[step.value]
        assert self.case.version == before.version + 1
        self.taken += 1
        state = self.case.state
        if state in (CaseState.ADOPTED, CaseState.SUSPENDED):
            self.adoption = AdoptionState(state.value)
        elif state in (CaseState.REMOVED, CaseState.LAPSED) and self.adoption is not None:
            self.adoption = AdoptionState.REMOVED

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "database"):
            return
        with self.database.reading() as connection:
            state, version, ended = connection.execute(
                select(Case.state, Case.version, Case.ended_at)
            ).one()
            steps = connection.execute(
                select(CaseStep.from_state, CaseStep.to_state).order_by(CaseStep.sequence)
            ).all()
            entries = connection.scalar(
                select(func.count())
                .select_from(AuditEntry)
                .where(AuditEntry.thing == "case", AuditEntry.after.contains('"step":'))
            )
            decided = connection.scalars(
                select(AdoptionStatus.state)
                .where(AdoptionStatus.superseded_at.is_(None))
                .order_by(AdoptionStatus.from_on.desc())
            ).first()
            adoptions = connection.scalar(select(func.count()).select_from(Adoption))
        assert self.case == CaseStanding(number=self.case.number, state=state, version=version)
        assert (ended is not None) == (state in ENDED)
        assert len(steps) == entries == self.taken
        assert [each.from_state for each in steps[1:]] == [each.to_state for each in steps[:-1]]
        assert decided == self.adoption and adoptions == (self.adoption is not None)


@pytest.mark.usefixtures("tmp_path")
def test_agrees_with_a_model_after_any_steps(sqlite_template: Path) -> None:
    CaseMachine.template = sqlite_template
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        CaseMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
