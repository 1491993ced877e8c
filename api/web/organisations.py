"""The bureau's pages of organisations: who registered, and is it who it says it is?"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.parameters import KEY, day_or_today
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import Paging
from api.web.signed_in import actor_of
from api.web.signing_in import LARGEST_FORM
from catalog.db import Database
from catalog.errors import CatalogError, RegistrationJudgedError, RegistrationRefusedError
from catalog.permissions import Action, Actor, Thing, may
from catalog.rules.terms import OrganisationState
from catalog.services import organisations

PATH = "/organisations"
PAGE_SIZE = 50
_KeyInPath = Annotated[str, PathParameter(pattern=KEY, max_length=80)]
_State = Annotated[str, QueryParameter(max_length=40, name="state")]
_PageNumber = Annotated[int, QueryParameter(ge=1, le=10_000, name="page")]


class JudgementForm(msgspec.Struct, forbid_unknown_fields=True):
    """What is held of a registration, and why."""

    reason: str = ""


class RegistrationDeskPages(Controller):
    """Judge registrations."""

    path = PATH
    request_max_body_size = LARGEST_FORM
    dependencies = actor_of

    @get(name="organisations:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        wanted: _State = OrganisationState.PENDING.value,
        page_number: _PageNumber = 1,
    ) -> Template:
        """Show the organisations of one state, those that wait longest first."""
        state = OrganisationState(wanted) if wanted in set(OrganisationState) else None
        with database.reading() as connection:
            found = organisations.registrations(
                connection,
                actor=actor,
                state=state,
                limit=PAGE_SIZE,
                offset=(page_number - 1) * PAGE_SIZE,
            )
            return page(
                request,
                "account/organisations.html",
                found=found,
                chosen=state,
                states=list(OrganisationState),
                paging=Paging(page_number, PAGE_SIZE, found.total),
                names=names_of(connection, on=day_or_today(None)),
            )

    @get("/{key:str}", name="organisations:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: _KeyInPath,
    ) -> Template:
        """Show a registration with all that is like it."""
        return _page(request, database, actor, key)

    @post("/{key:str}/prove", name="organisations:prove", sync_to_thread=True)
    def prove(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: _KeyInPath,
        data: URLEncodedBody[JudgementForm],
    ) -> Redirect | Template:
        """Hold it to be who it says it is."""
        try:
            with database.transaction() as session:
                organisations.prove(session, key, reason=data.reason, actor=actor, now=_now())
        except (RegistrationRefusedError, RegistrationJudgedError) as error:
            return _page(request, database, actor, key, error)
        return Redirect(f"{PATH}/{key}", status_code=303)

    @post("/{key:str}/refuse", name="organisations:refuse", sync_to_thread=True)
    def refuse(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: _KeyInPath,
        data: URLEncodedBody[JudgementForm],
    ) -> Redirect | Template:
        """Refuse a registration."""
        try:
            with database.transaction() as session:
                organisations.refuse(session, key, reason=data.reason, actor=actor, now=_now())
        except (RegistrationRefusedError, RegistrationJudgedError) as error:
            return _page(request, database, actor, key, error)
        return Redirect(f"{PATH}/{key}", status_code=303)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _page(
    request: PageRequest,
    database: Database,
    actor: Actor,
    key: str,
    error: CatalogError | None = None,
) -> Template:
    with database.reading() as connection:
        registration = organisations.get_registration(connection, key, actor=actor)
        one = registration.organisation
        return page(
            request,
            "account/registration.html",
            status_code=HTTPStatus.CONFLICT if error else HTTPStatus.OK,
            one=one,
            alike=registration.alike,
            company_name=registration.company_name,
            is_waiting=one.state is OrganisationState.PENDING,
            may_judge=may(actor, Action.PROVE_ORGANISATIONS, Thing(division=one.division)),
            names=names_of(connection, on=day_or_today(None)),
            longest=organisations.LONGEST_REASON,
            refusal=error.text(language_of(request)) if error else None,
        )
