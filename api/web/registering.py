"""The pages where companies register, and where people join who were invited."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import partial
from http import HTTPStatus

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.parameters import day_or_today
from api.turns import Turns
from api.web.browser import member_of, who_asks
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.signing_in import LARGEST_FORM
from catalog.db import Database
from catalog.errors import (
    AccountRefusedError,
    CatalogError,
    DivisionNotFoundError,
    MembershipRefusedError,
    PasswordRefusedError,
    RegistrationRefusedError,
)
from catalog.permissions import Role
from catalog.services import accounts, members, organisations
from catalog.services.accounts import NewAccount
from catalog.services.gate import Gate
from catalog.services.organisations import REGISTERING, NewOrganisation

_REFUSALS = (
    AccountRefusedError,
    DivisionNotFoundError,
    MembershipRefusedError,
    PasswordRefusedError,
    RegistrationRefusedError,
)
# Each costs a password's hash, and shows whether a credit code is registered.
_FEW = RateLimitConfig(rate_limit=("minute", 20), set_rate_limit_headers=False)


class RegistrationForm(msgspec.Struct, forbid_unknown_fields=True):
    """A company, and the person who registers it; signed in, the person is known."""

    role: str = Role.MANUFACTURER.value
    company: str = ""
    credit_code: str = ""
    division: str = ""
    name: str = ""
    login: str = ""
    password: str = ""


class JoinForm(msgspec.Struct, forbid_unknown_fields=True):
    """An invitation's secret, and the person who takes it up."""

    invitation: str = ""
    login: str = ""
    name: str = ""
    password: str = ""


class RegistrationPages(Controller):
    """Register and join."""

    request_max_body_size = LARGEST_FORM

    @get("/register", name="account:register", sync_to_thread=True)
    def show(self, request: PageRequest, database: NamedDependency[Database]) -> Template:
        """Ask for a company and a person."""
        return _register_page(request, database, RegistrationForm())

    @post("/register", name="account:registered", middleware=[_FEW.middleware])
    async def register(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        sign_in_turns: NamedDependency[SkipValidation[Turns]],
        data: URLEncodedBody[RegistrationForm],
    ) -> Template:
        """Keep a registration until the bureau has judged it."""
        try:
            await sign_in_turns.take(partial(_register, request, database, gate, data))
        except _REFUSALS as error:
            return await sign_in_turns.take(partial(_register_page, request, database, data, error))
        return page(request, "account/registered.html", company=data.company, login=data.login)

    @get("/join", name="account:join", sync_to_thread=False)
    def ask(self, request: PageRequest) -> Template:
        """Ask for the invitation."""
        return _join_page(request, JoinForm())

    @post("/join", name="account:joined", middleware=[_FEW.middleware])
    async def join(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        gate: NamedDependency[SkipValidation[Gate]],
        sign_in_turns: NamedDependency[SkipValidation[Turns]],
        data: URLEncodedBody[JoinForm],
    ) -> Template | Redirect:
        """Take an invitation up."""
        try:
            await sign_in_turns.take(partial(_join, request, database, gate, data))
        except _REFUSALS as error:
            return _join_page(request, data, error)
        return Redirect("/account" if member_of(request) else "/sign-in", status_code=303)


def _register(request: PageRequest, database: Database, gate: Gate, form: RegistrationForm) -> None:
    new = NewOrganisation(
        role=Role(form.role) if form.role in set(REGISTERING) else Role.OPERATOR,
        name=form.company,
        credit_code=form.credit_code.strip() or None,
        division=form.division or None,
    )
    key, now = new_key(), dt.datetime.now(dt.UTC)
    member = member_of(request)
    if member is not None:
        with database.transaction() as session:
            organisations.register_own(session, new, key=key, actor=member.actor, now=now)
        return
    person = _person(form.login, form.name, form.password, language_of(request))
    actor = who_asks(request)
    accounts.register_company(database, gate, new, person, key=key, actor=actor, now=now)


def _join(request: PageRequest, database: Database, gate: Gate, form: JoinForm) -> None:
    now = dt.datetime.now(dt.UTC)
    secret = form.invitation.strip()
    member = member_of(request)
    if member is not None:
        with database.transaction() as session:
            members.accept_own(session, secret, actor=member.actor, now=now)
        return
    person = _person(form.login, form.name, form.password, language_of(request))
    actor = who_asks(request)
    accounts.accept_invitation(database, gate, secret, person, actor=actor, now=now)


def _person(login: str, name: str, password: str, language: str) -> NewAccount:
    return NewAccount(key=new_key(), login=login, name=name, password=password, language=language)


def new_key() -> str:
    """Return a key that nobody chose."""
    return secrets.token_hex(8)


def _register_page(
    request: PageRequest,
    database: Database,
    form: RegistrationForm,
    error: CatalogError | None = None,
) -> Template:
    with database.reading() as connection:
        names = names_of(connection, on=day_or_today(None))
    return page(
        request,
        "account/register.html",
        status_code=HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK,
        headers={"Cache-Control": "no-store"},
        form=form,
        roles=REGISTERING,
        names=names,
        longest=organisations.LONGEST_NAME,
        longest_name=accounts.LONGEST_NAME,
        shortest=request.app.state.gate.policy.shortest,
        refusal=error.text(language_of(request)) if error else None,
    )


def _join_page(request: PageRequest, form: JoinForm, error: CatalogError | None = None) -> Template:
    return page(
        request,
        "account/join.html",
        status_code=HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK,
        headers={"Cache-Control": "no-store"},
        form=form,
        longest_name=accounts.LONGEST_NAME,
        shortest=request.app.state.gate.policy.shortest,
        refusal=error.text(language_of(request)) if error else None,
    )
