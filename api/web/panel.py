"""The pages of the panel of experts: who is on it, and what bars them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.web.asked import plain, several
from api.web.filled_in import read_form
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.permissions import Action, Actor
from catalog.services import panel
from catalog.services.panel import NewExpert

NumberInPath = Annotated[int, PathParameter(ge=1, le=2**53 - 1)]
_LARGEST_FORM = 2**16
_LONGEST_CODE = 40
_LONGEST_REASON = 2000
_HOME = "/panel"


class ExpertForm(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody to be put on the panel."""

    name: str = ""
    employer: str = ""
    employer_code: str = ""
    fields: list[str] | str = ""  # A single ticked box arrives as a text.
    since: str = ""
    until: str = ""


class InterestForm(msgspec.Struct, forbid_unknown_fields=True):
    """A company that an expert may not judge, and why."""

    party: str = ""
    reason: str = ""


class ReasonForm(msgspec.Struct, forbid_unknown_fields=True):
    """Why something is ended, and from which day on."""

    reason: str = ""
    until: str = ""


class PanelPages(Controller):
    """Keep the panel."""

    path = _HOME
    request_max_body_size = _LARGEST_FORM
    dependencies = who_may(Action.KEEP_PANEL)

    @get(name="panel:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show everybody who is or was on the panel, and the form to add somebody."""
        today = day_or_today(None)
        with database.reading() as connection:
            experts = panel.list_experts(connection, actor=actor)
            return page(
                request,
                "panel/index.html",
                experts=experts,
                standing={each.key for each in panel.on_panel(experts, today)},
                fields=panel.fields(connection),
                names=names_of(connection, on=today),
                today=today,
                section="draws",
            )

    @post(name="panel:add", sync_to_thread=True)
    def add(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[ExpertForm],
    ) -> Redirect:
        """Put somebody on the panel."""
        filled = read_form(data, request)
        new = NewExpert(
            name=filled.text("name", is_needed=True),
            employer=filled.text("employer", is_needed=True),
            employer_code=filled.text("employer_code", longest=_LONGEST_CODE).upper() or None,
            fields=tuple(filter(None, map(plain, several(data.fields)))),
            since=filled.day("since") or day_or_today(None),
            until=filled.day("until"),
        )
        filled.ensure_clear()
        with database.transaction() as session:
            panel.add_expert(session, new, actor=actor, now=now())
        return Redirect(_HOME, status_code=303)

    @post("/{key:str}/end", name="panel:end", sync_to_thread=True)
    def end(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Take somebody off the panel after a day."""
        filled = read_form(data, request)
        until = filled.day("until") or day_or_today(None)
        reason = filled.text("reason", longest=_LONGEST_REASON, is_needed=True)
        filled.ensure_clear()
        with database.transaction() as session:
            panel.end_expert(session, key, until=until, reason=reason, actor=actor, now=now())
        return Redirect(_HOME, status_code=303)

    @post("/{key:str}/interests", name="panel:declare", sync_to_thread=True)
    def declare(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[InterestForm],
    ) -> Redirect:
        """Bar an expert from whatever concerns a company."""
        filled = read_form(data, request)
        party = filled.text("party", is_needed=True)
        reason = filled.text("reason", longest=_LONGEST_REASON, is_needed=True)
        filled.ensure_clear()
        with database.transaction() as session:
            panel.declare_interest(session, key, party=party, reason=reason, actor=actor, now=now())
        return Redirect(_HOME, status_code=303)

    @post("/{key:str}/interests/{number:int}/end", name="panel:end-interest", sync_to_thread=True)
    def end_interest(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        number: NumberInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Let a declared interest bar no longer."""
        filled = read_form(data, request)
        reason = filled.text("reason", longest=_LONGEST_REASON, is_needed=True)
        filled.ensure_clear()
        with database.transaction() as session:
            panel.end_interest(session, key, number, reason=reason, actor=actor, now=now())
        return Redirect(_HOME, status_code=303)
