"""The certification body's desk: what it issued, and which of it waits for a visit or ends."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Redirect, Template

from api.parameters import day_or_today
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.signed_in import DESK, who_may
from catalog.db import Database
from catalog.permissions import Action, Actor, Role
from catalog.services import body_desk, organisations, watching
from catalog.services.cases import reading as cases

_FEW = 10


class BodyDeskPages(Controller):
    """A certification body's own desk."""

    path = "/desk/certification-body"
    dependencies = who_may(Action.READ_NOTICES)

    @get(name="desk:body", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template | Redirect:
        """Show the body's certificates in numbers, their clocks, and its cases."""
        if actor.role is not Role.CERTIFICATION_BODY:
            return Redirect(DESK, status_code=303)
        today = day_or_today(None)
        with database.reading() as connection:
            own = organisations.get_organisation(connection, actor.organisation or "", actor=actor)
            watched = watching.watch_list(connection, actor=actor, on=today, limit=_FEW)
            return page(
                request,
                "desks/body.html",
                own=own,
                issued=body_desk.issued(connection, actor=actor),
                watched=watched,
                cases=cases.browse_cases(connection, actor, on=today, limit=_FEW, offset=0),
                today=today,
                names=names_of(connection, on=today),
                shows_synthetic=any(
                    each.is_synthetic for row in watched.items for each in row.products
                ),
            )
