"""The pages where a person says what lines of bills and deliveries are."""

from __future__ import annotations

from functools import partial

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.rest.matching import matching_words
from api.turns import Turns
from api.web.asked import PageNumber, Short, Text
from api.web.matching_form import (
    AnswerForm,
    Place,
    SureForm,
    UndoForm,
    decision_of,
    number_of,
    percent_of,
)
from api.web.matching_page import Told, matching_page
from api.web.names import names_of
from api.web.page import PageRequest, address
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.errors import DecisionImpossibleError, UndoRefusedError
from catalog.permissions import Actor
from catalog.services import applying, deciding, owning, projects, wordings
from catalog.views.matching import AppliedView

_LARGEST_FORM = 2**16


class MatchingPages(Controller):
    """Look through a building's lines, decide what they are, take decisions back."""

    path = "/projects/{key:str}/buildings/{building:str}/matching"
    request_max_body_size = _LARGEST_FORM

    @get(name="matching:index")
    async def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        building: KeyInPath,
        need: Short = "",
        over: Short = "",
        run: Short = "",
        sign: Text = "",
        settled: Short = "",
        undone: Short = "",
        page_number: PageNumber = 1,
        *,
        turns: NamedDependency[SkipValidation[Turns]],
    ) -> Template:
        """Show one page of the wordings, those that wait for a person unless asked otherwise."""
        told = Told(
            over=percent_of(over),
            run=number_of(run),
            # No wording has a NUL, and PostgreSQL takes none to look for.
            sign=sign.replace("\x00", ""),
            settled=number_of(settled),
            is_undone=bool(undone),
        )
        place = Place(need=need, page=str(page_number))
        return await turns.take(
            partial(matching_page, request, database, key, building, place, told)
        )

    @post(name="matching:decide", sync_to_thread=True, dependencies=actor_of)
    def decide(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: URLEncodedBody[AnswerForm],
    ) -> Redirect | Template:
        """Decide what the lines with some words are."""
        with database.reading() as connection:
            projects.get_building(connection, key, building)
            names = names_of(connection, on=day_or_today(None))
            line = wordings.find_line(connection, building, data.sign)
        if line is None:
            raise NotFoundException
        try:
            new = decision_of(data, line, names, matching_words().dimensions)
            with database.transaction() as session:
                applied = applying.settle(
                    session, building, [new], reason="", actor=actor, now=now()
                )
        except DecisionImpossibleError as error:
            told = Told(answered=data, error=error)
            return matching_page(request, database, key, building, data, told)
        return _back(request, key, building, data, applied, settled=1, sign=data.sign)

    @post("/sure", name="matching:accept", sync_to_thread=True, dependencies=actor_of)
    def accept(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: URLEncodedBody[SureForm],
    ) -> Redirect | Template:
        """Accept all first answers from a confidence on, if they are still those that were seen."""
        over = percent_of(data.over) or 100
        with database.transaction() as session:
            connection = session.connection()
            projects.get_building(connection, key, building)
            wanted = wordings.sure_decisions(
                connection, matching_words(), building, on=day_or_today(None), least=over / 100
            )
            is_seen = str(len(wanted)) == data.wordings
            if is_seen and wanted:
                applied = applying.settle(
                    session, building, wanted, reason=f"≥ {over}%", actor=actor, now=now()
                )
                return _back(request, key, building, data, applied, settled=len(wanted))
        # Somebody else decided meanwhile: what would be accepted is shown anew.
        told = Told(over=over, has_changed=True)
        return matching_page(request, database, key, building, data, told)

    @post("/undo", name="matching:undo", sync_to_thread=True, dependencies=actor_of)
    def undo(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: URLEncodedBody[UndoForm],
    ) -> Redirect | Template:
        """Take a run of decisions back, or let a decision that changed no line count no longer."""
        run = number_of(data.run)
        try:
            with database.transaction() as session:
                projects.get_building(session.connection(), key, building)
                owning.ensure_building(session.connection(), building, actor=actor)
                if run is not None:
                    applying.take_back(session, run, actor=actor, now=now())
                else:
                    owner = owning.memory_of_building(session.connection(), building)
                    deciding.forget(session, {data.sign}, actor=actor, now=now(), owner=owner)
        except UndoRefusedError as error:
            return matching_page(request, database, key, building, data, Told(error=error))
        path = request.app.route_reverse("matching:index", key=key, building=building)
        where = address(path, need=data.need, undone=1)
        return Redirect(where, status_code=303)


def _back(
    request: PageRequest,
    key: str,
    building: str,
    place: Place,
    applied: AppliedView,
    *,
    settled: int,
    sign: str = "",
) -> Redirect:
    """Return to where the form stood: there the next wording is now."""
    path = request.app.route_reverse("matching:index", key=key, building=building)
    where = address(
        path,
        need=place.need,
        page=place.page_number if place.page_number > 1 else None,
        run=applied.run,
        settled=settled if applied.run is None else None,
        sign=sign if applied.run is None else None,
    )
    return Redirect(f"{where}#wording-{place.anchor}", status_code=303)
