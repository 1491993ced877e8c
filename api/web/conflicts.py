"""The pages of contradictions between sources: both sides, and who decides which one counts."""

from __future__ import annotations

from functools import partial

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import IdInPath, day_or_today
from api.reading import read
from api.turns import Turns
from api.web.asked import PageNumber, Short, Text, plain
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of
from api.web.words import WORDS
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.terms import ConflictSubject, Decision
from catalog.services import catalogue, conflicts
from catalog.services.consequences import figures_by_decision
from catalog.views.conflicts import ConflictStanding
from importers.run import recalculate

_LARGEST_FORM = 2**16


class DecisionForm(msgspec.Struct, forbid_unknown_fields=True):
    """Which side counts, and why."""

    decision: Decision
    reason: str = ""


class ReopeningForm(msgspec.Struct, forbid_unknown_fields=True):
    """Why a decision is taken back."""

    reason: str = ""


class ConflictPages(Controller):
    """List where sources contradict each other; show one; decide."""

    path = "/conflicts"
    request_max_body_size = _LARGEST_FORM

    @read(name="conflicts:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        number: Text = "",
        field: Short = "",
        source: Text = "",
        subject: Short = "",
        standing: Short = ConflictStanding.OPEN.value,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the contradictions, the open ones unless asked otherwise."""
        chosen = {
            "number": plain(number),
            "field": plain(field),
            "source": plain(source),
            "subject": subject if subject in set(ConflictSubject) else "",
            "standing": standing if standing in set(ConflictStanding) else "",
        }
        with database.reading() as connection:
            found = conflicts.browse_conflicts(
                connection,
                limit=PAGE_SIZE,
                offset=offset(page_number),
                standing=ConflictStanding(chosen["standing"]) if chosen["standing"] else None,
                subject=ConflictSubject(chosen["subject"]) if chosen["subject"] else None,
                field=chosen["field"],
                source=chosen["source"],
                words=chosen["number"],
            )
            fields, sources = conflicts.choices(connection)
            return page(
                request,
                "conflicts/index.html",
                found=found,
                paging=Paging(page_number, PAGE_SIZE, found.total),
                chosen=chosen,
                fields=[(name, _vocabulary(name)) for name in fields],
                sources=sources,
                standings=list(ConflictStanding),
                subjects=list(ConflictSubject),
                names=names_of(connection, on=day_or_today(None)),
                shows_synthetic=bool(found.items) and catalogue.shows_synthetic(connection),
            )

    @read("/{id:int}", name="conflicts:show")
    def show(
        self, request: PageRequest, database: NamedDependency[Database], id: IdInPath
    ) -> Template:
        """Show both sides of one contradiction and what each would mean."""
        today = day_or_today(None)
        with database.reading() as connection:
            return page(
                request,
                "conflicts/show.html",
                conflict=conflicts.get_conflict(connection, id, on=today),
                names=names_of(connection, on=today),
                longest=conflicts.LONGEST_REASON,
                shows_synthetic=catalogue.shows_synthetic(connection),
            )

    @get("/{id:int}/figures", name="conflicts:figures")
    async def figures(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        id: IdInPath,
    ) -> Template:
        """Show the ratios that each possible decision would change."""
        return await turns.take(partial(_figures, request, database, id))

    @post("/{id:int}", name="conflicts:decide", sync_to_thread=True, dependencies=actor_of)
    def decide(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        id: IdInPath,
        data: URLEncodedBody[DecisionForm],
    ) -> Redirect:
        """Say which side counts."""
        with database.transaction() as session:
            conflicts.decide(
                session, id, data.decision, reason=plain(data.reason), actor=actor, now=now()
            )
        recalculate(database, actor, clock=now)
        return _back(id)

    @post("/{id:int}/reopen", name="conflicts:reopen", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def reopen(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        id: IdInPath,
        data: URLEncodedBody[ReopeningForm],
    ) -> Redirect:
        """Take the decision back."""
        with database.transaction() as session:
            conflicts.reopen(session, id, reason=plain(data.reason), actor=actor, now=now())
        recalculate(database, actor, clock=now)
        return _back(id)


def _figures(request: PageRequest, database: Database, conflict_id: int) -> Template:
    today = day_or_today(None)
    with database.reading() as connection:
        return page(
            request,
            "conflicts/figures.html",
            conflict=conflicts.get_conflict(connection, conflict_id, on=today),
            figures=figures_by_decision(connection, conflict_id, today=today),
            shows_synthetic=catalogue.shows_synthetic(connection),
        )


def _vocabulary(field: str) -> str:
    """Return the list in which a field's word stands: of certificates, or of declarations."""
    return "field" if field in WORDS["field"] else "epd-field"


def _back(conflict_id: int) -> Redirect:
    """Return to the page, so that to load it again repeats nothing."""
    return Redirect(f"/conflicts/{conflict_id}", status_code=303)
