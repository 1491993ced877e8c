"""The pages of cases: the queue, one case with the steps open to whoever looks, the notices."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, SkipValidation
from litestar.response import Redirect, Template
from sqlalchemy.orm import Session

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web.asked import PageNumber, Short, Text, Texts, day, plain
from api.web.case_way import onwards_first, stations
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.refused import Refused, refused
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.errors import CatalogError
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Actor, Thing
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.steps import Step
from catalog.sealing import Sealer
from catalog.services import evidence
from catalog.services.cases import objecting, reading, stepping
from catalog.services.cases.forms import LONGEST_REASON, LONGEST_TEXT, StepForm
from catalog.services.cases.papers import OTHER_KINDS
from catalog.views.cases import CaseDetail

LARGEST_FORM = 2**25
_WITH_GROUND = (Step.ASK_CORRECTION, Step.START_REMOVAL)
_WITH_FILE = (Step.CORRECT, Step.APPEAL, Step.OBJECT, Step.RETURN, Step.REFUSE, Step.UPHOLD,
              Step.SUSPEND, Step.ASK_CORRECTION, Step.START_REMOVAL)  # fmt: skip
# What a refused step gives back: the objector's numbers and telephone are typed anew.
_TYPED = ("reason", "missing", "ground", "objection", "objector", "name", "text")


class StepPost(msgspec.Struct):
    """A step as the page asks for it; each step fills in some of the fields."""

    step: Step
    version: int
    reason: str = ""
    pledged: str = ""
    missing: str = ""
    ground: str = ""
    objection: str = ""
    objector: str = ""
    name: str = ""
    credit_code: str = ""
    identity_number: str = ""
    telephone: str = ""
    text: str = ""
    file: UploadFile | None = None


class CasePages(Controller):
    """List cases, show one, take its steps."""

    path = "/cases"
    request_max_body_size = LARGEST_FORM
    dependencies = actor_of

    @get(name="cases:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        words: Text = "",
        standing: Texts = None,
        division: Short = "",
        route: Short = "",
        overdue: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the cases that one may see, those that are due first before others."""
        chosen: dict[str, Any] = {
            "words": plain(words),
            "standing": [state for state in CaseState if state in (standing or ())],
            "division": plain(division),
            "route": route if route in set(Route) else "",
            "overdue": "yes" if overdue else "",
        }
        today = day_or_today(None)
        with database.reading() as connection:
            found = reading.browse_cases(
                connection,
                actor,
                on=today,
                limit=PAGE_SIZE,
                offset=offset(page_number),
                states=chosen["standing"],
                division=chosen["division"] or None,
                route=Route(chosen["route"]) if chosen["route"] else None,
                words=chosen["words"] or None,
                is_overdue=True if chosen["overdue"] else None,
            )
            return page(
                request,
                "cases/index.html",
                found=found,
                totals=reading.case_totals(connection, actor, on=today),
                paging=Paging(page_number, PAGE_SIZE, found.total),
                chosen=chosen,
                states=list(CaseState),
                routes=list(Route),
                names=names_of(connection, on=today),
                shows_synthetic=any(row.is_synthetic for row in found.items),
            )

    @get("/{key:str}", name="cases:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Template:
        """Show a case, what is asked of whom, and the steps that one may take."""
        return shown(request, database, actor, key)

    @get("/{key:str}/objections/{objection:str}", name="cases:objector", sync_to_thread=True)
    def objector(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        sealer: NamedDependency[SkipValidation[Sealer]],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        objection: KeyInPath,
    ) -> Template:
        """Show who objected, to those who judge it."""
        with database.reading() as connection:
            identity = reading.identity_of_objector(
                connection, key, objection, sealer, actor, on=day_or_today(None)
            )
        return page(request, "cases/objector.html", key=key, identity=identity)

    @post("/{key:str}/steps", name="cases:step", sync_to_thread=True)
    def step(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: NamedDependency[SkipValidation[EvidenceFolder]],
        sealer: NamedDependency[SkipValidation[Sealer]],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: MultipartBody[StepPost],
    ) -> Redirect | Template:
        """Take a step, with the file that goes with it if there is one."""
        try:
            with database.transaction() as session:
                _take(session, evidence_files, sealer, actor, key, data)
        except CatalogError as error:
            said = {name: getattr(data, name) for name in _TYPED}
            return shown(request, database, actor, key, refused(request, error, data.step, said))
        return back(key)


class PublicNoticePages(Controller):
    """Show what is announced before it is decided."""

    path = "/public-notices"

    @read(name="public-notices:index")
    def index(
        self, request: PageRequest, database: NamedDependency[Database], on: Short = ""
    ) -> Template:
        """Show the notices that run on a day, and how to object."""
        today = day_or_today(day(on))
        with database.reading() as connection:
            found = reading.running_notices(connection, on=today)
            return page(
                request,
                "cases/notices.html",
                found=found,
                on=today,
                names=names_of(connection, on=today),
                shows_synthetic=any(each.is_synthetic for each in found),
            )


def shown(
    request: PageRequest,
    database: Database,
    actor: Actor,
    key: str,
    refusal: Refused | None = None,
) -> Template:
    """Return the page of a case, after a refusal with what was typed."""
    today = day_or_today(None)
    with database.reading() as connection:
        case = reading.get_case(connection, key, actor, on=today)
        return page(
            request,
            "cases/show.html",
            status_code=refusal.status if refusal else HTTPStatus.OK,
            case=case,
            refused=refusal,
            stations=stations(case.state),
            as_day=dt.date.fromisoformat,
            possible=onwards_first(case.possible),
            whose=Thing(organisation=case.organisation, division=case.division),
            certificates=reading.certificates_for(connection, case.product),
            kinds=[each.kind for each in case.demands] + list(OTHER_KINDS),
            with_ground=_WITH_GROUND,
            with_file=_WITH_FILE,
            longest=LONGEST_REASON,
            longest_text=LONGEST_TEXT,
            names=names_of(connection, on=today),
            shows_synthetic=case.is_synthetic,
        )


def _take(
    session: Session,
    files: EvidenceFolder,
    sealer: Sealer,
    actor: Actor,
    key: str,
    data: StepPost,
) -> None:
    moment = now()
    kept: tuple[str, ...] = ()
    if data.file is not None and data.file.filename:
        case = reading.get_case(session.connection(), key, actor, on=day_or_today(None))
        file = evidence.keep(
            session,
            files,
            cast("BinaryIO", data.file.file),
            name=data.file.filename,
            whose=whose_file(case, actor),
            actor=actor,
            now=moment,
        )
        kept = (file.key,)
    if data.step is Step.OBJECT:
        objecting.record_objection(
            session,
            key,
            _objector(data),
            data.text,
            sealer=sealer,
            version=data.version,
            actor=actor,
            now=moment,
            evidence=kept,
        )
        return
    stepping.take_step(
        session,
        key,
        data.step,
        _form(data, kept),
        version=data.version,
        actor=actor,
        now=moment,
    )


def whose_file(case: CaseDetail, actor: Actor) -> Thing:
    """Return whose a file is that the actor hands in for a case: one's own, in its division."""
    return Thing(organisation=actor.organisation, division=case.division)


def back(key: str) -> Redirect:
    """Return to the case, so that to load it again repeats nothing."""
    return Redirect(f"/cases/{key}", status_code=303)


def _form(data: StepPost, files: tuple[str, ...]) -> StepForm:
    return StepForm(
        reason=data.reason,
        is_pledged=bool(data.pledged),
        missing=tuple(data.missing.splitlines()),
        ground=data.ground or None,
        objection=data.objection or None,
        evidence=files,
    )


def _objector(data: StepPost) -> objecting.Objector:
    return objecting.Objector(
        is_unit=data.objector == "unit",
        name=data.name,
        credit_code=data.credit_code,
        identity_number=data.identity_number,
        telephone=data.telephone,
    )
