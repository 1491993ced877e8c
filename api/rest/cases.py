"""/api/v1/cases: cases, their steps and papers; /api/v1/public-notices: what is announced."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import (
    KEY,
    TEXT,
    Day,
    DayInBody,
    IdInPath,
    KeyInPath,
    Limit,
    Offset,
    day_or_today,
)
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import Asking, own, writes
from catalog.db import Database
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.steps import Step
from catalog.sealing import Sealer
from catalog.services.cases import objecting, opening, papers, reading, stepping
from catalog.services.cases.forms import (
    LONGEST_REASON,
    LONGEST_TEXT,
    MOST_MISSING,
    StepForm,
)
from catalog.views.cases import (
    CaseDetail,
    CaseDraft,
    CasePage,
    CaseStanding,
    CaseTotals,
    IdentityView,
    NoticeView,
)

# Several lines, and no NUL: PostgreSQL cannot keep one.
LINES = r"^[^\x00]*$"
KeyText = Annotated[str, Field(pattern=KEY, max_length=80)]
Reason = Annotated[str, Field(max_length=LONGEST_REASON, pattern=LINES)]
Short = Annotated[str, Field(max_length=200, pattern=TEXT)]
Version = Annotated[int, Field(ge=1, le=2**53 - 1)]
Keys = Annotated[tuple[KeyText, ...], Field(max_length=20)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseBody(_Body):
    """A product to apply for, by which route, and in which division if not one's own."""

    product: KeyText
    route: Route
    division: KeyText | None = None


class DraftBody(_Body):
    """What the applicant fills in, of the version of the case that was shown."""

    version: Version
    certificate: KeyText | None = None
    route: Route | None = None
    contact: Short = ""
    telephone: Short = ""
    product_standard: Short = ""
    laboratory: Short = ""
    introduction: Annotated[str, Field(max_length=LONGEST_TEXT, pattern=LINES)] = ""


class PaperBody(_Body):
    """A kept file for a case: what kind of paper it is, and which day it bears."""

    version: Version
    evidence: KeyText
    kind: KeyText
    dated_on: DayInBody | None = None


class VersionBody(_Body):
    """The version of the case that was shown."""

    version: Version


class StepBody(_Body):
    """A step, of the version of the case that was shown, with what it asks for."""

    version: Version
    step: Step
    reason: Reason = ""
    is_pledged: bool = False
    missing: Annotated[tuple[Reason, ...], Field(max_length=MOST_MISSING)] = ()
    ground: KeyText | None = None
    objection: KeyText | None = None
    evidence: Keys = ()


class ObjectionBody(_Body):
    """An objection, and who objects: a unit by credit code, a person by number and telephone."""

    version: Version
    is_unit: bool
    name: Short
    credit_code: Annotated[str, Field(max_length=40, pattern=TEXT)] = ""
    identity_number: Annotated[str, Field(max_length=40, pattern=TEXT)] = ""
    telephone: Annotated[str, Field(max_length=40, pattern=TEXT)] = ""
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=LINES)]
    evidence: Keys = ()


_WRONG = problem_responses(400, 401, 403, 404, 409)
_UNSEEN = problem_responses(400, 401, 403, 404)


class CasesController(Controller):
    """Cases, as far as they are one's own."""

    path = "/cases"
    tags = ("cases",)

    @own(operation_id="list_cases", responses=problem_responses(400, 401, 403))
    def index(
        self,
        asking: NamedDependency[Asking],
        standing: Annotated[CaseState | None, QueryParameter()] = None,
        division: Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)] = None,
        route: Annotated[Route | None, QueryParameter()] = None,
        q: Annotated[str | None, QueryParameter(max_length=200, pattern=TEXT)] = None,
        overdue: Annotated[bool | None, QueryParameter()] = None,
        on: Day = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> CasePage:
        """Return the cases that one may see, those that are due first before others."""
        with asking.reading() as connection:
            return reading.browse_cases(
                connection,
                asking.actor,
                on=day_or_today(on),
                limit=limit,
                offset=offset,
                states=() if standing is None else (standing,),
                division=division,
                route=route,
                words=q,
                is_overdue=overdue,
            )

    @own("/totals", operation_id="list_case_totals", responses=problem_responses(400, 401, 403))
    def totals(self, asking: NamedDependency[Asking], on: Day = None) -> list[CaseTotals]:
        """Return how many cases stand in each state, and how many of them are overdue."""
        with asking.reading() as connection:
            return reading.case_totals(connection, asking.actor, on=day_or_today(on))

    @own("/{key:str}", operation_id="get_case", responses=_UNSEEN)
    def show(self, asking: NamedDependency[Asking], key: KeyInPath, on: Day = None) -> CaseDetail:
        """Return a case with its papers and steps, and the steps open to whoever asks."""
        with asking.reading() as connection:
            return reading.get_case(connection, key, asking.actor, on=day_or_today(on))

    @writes(post)("/", operation_id="open_case", responses=_WRONG)
    def open(self, asking: NamedDependency[Asking], data: JSONBody[CaseBody]) -> CaseStanding:
        """Open a case for a product; the draft there is, if one is open already."""
        with asking.transaction() as session:
            return opening.open_case(
                session,
                data.product,
                data.route,
                actor=asking.actor,
                now=asking.now(),
                division=data.division,
            )

    @writes(put)("/{key:str}/draft", operation_id="set_case_draft", responses=_WRONG)
    def edit(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[DraftBody]
    ) -> CaseStanding:
        """Write what the applicant filled in."""
        draft = CaseDraft(
            contact=data.contact,
            telephone=data.telephone,
            product_standard=data.product_standard,
            laboratory=data.laboratory,
            introduction=data.introduction,
        )
        with asking.transaction() as session:
            return papers.edit_case(
                session,
                key,
                draft,
                certificate=data.certificate,
                route=data.route,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(post)("/{key:str}/papers", operation_id="add_case_paper", responses=_WRONG)
    def add_paper(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[PaperBody]
    ) -> CaseStanding:
        """Hand a kept file in for a case."""
        with asking.transaction() as session:
            return papers.add_paper(
                session,
                key,
                data.evidence,
                data.kind,
                dated_on=data.dated_on,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(post)("/{key:str}/papers/{id:int}/withdraw", operation_id="withdraw_case_paper",
                  responses=_WRONG)  # fmt: skip
    def take_paper_back(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        id: IdInPath,
        data: JSONBody[VersionBody],
    ) -> CaseStanding:
        """Take a file out of a case; it stays on record."""
        with asking.transaction() as session:
            return papers.take_paper_back(
                session, key, id, version=data.version, actor=asking.actor, now=asking.now()
            )

    @writes(post)("/{key:str}/steps", operation_id="take_case_step", responses=_WRONG)
    def step(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[StepBody]
    ) -> CaseStanding:
        """Take a step; the same request sent twice takes one."""
        form = StepForm(
            reason=data.reason,
            is_pledged=data.is_pledged,
            missing=data.missing,
            ground=data.ground,
            objection=data.objection,
            evidence=data.evidence,
        )
        with asking.transaction() as session:
            return stepping.take_step(
                session,
                key,
                data.step,
                form,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(post)("/{key:str}/objections", operation_id="record_objection", responses=_WRONG)
    def record(
        self,
        asking: NamedDependency[Asking],
        sealer: NamedDependency[SkipValidation[Sealer]],
        key: KeyInPath,
        data: JSONBody[ObjectionBody],
    ) -> CaseStanding:
        """Record an objection to a case whose notice runs; who objects is kept sealed."""
        with asking.transaction() as session:
            return objecting.record_objection(
                session,
                key,
                objecting.Objector(
                    is_unit=data.is_unit,
                    name=data.name,
                    credit_code=data.credit_code,
                    identity_number=data.identity_number,
                    telephone=data.telephone,
                ),
                data.text,
                sealer=sealer,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
                evidence=data.evidence,
            )

    @own(
        "/{key:str}/objections/{objection:str}/identity",
        operation_id="get_objector",
        responses=_UNSEEN,
    )
    def identity(
        self,
        asking: NamedDependency[Asking],
        sealer: NamedDependency[SkipValidation[Sealer]],
        key: KeyInPath,
        objection: KeyInPath,
    ) -> IdentityView:
        """Return who objected: only for those who judge it."""
        with asking.reading() as connection:
            return reading.identity_of_objector(
                connection, key, objection, sealer, asking.actor, on=day_or_today(None)
            )


class PublicNoticesController(Controller):
    """What is announced before it is decided."""

    path = "/public-notices"
    tags = ("cases",)

    @read(operation_id="list_public_notices", responses=problem_responses(400))
    def index(self, database: NamedDependency[Database], on: Day = None) -> list[NoticeView]:
        """Return the public notices that run on a day, today by default."""
        with database.reading() as connection:
            return reading.running_notices(connection, on=day_or_today(on))
