"""The page about a building: where it stands, its bills and what came to it, window by window."""

from __future__ import annotations

from functools import partial
from typing import Annotated, NamedTuple

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Template
from sqlalchemy import Connection

from api.parameters import KeyInPath, day_or_today
from api.turns import Turns
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text
from api.web.browser import who_asks
from api.web.names import names_of
from api.web.page import PageRequest, drawn, page
from api.web.paging import Paging, offset
from api.web.ways_back import line_named, result_named
from catalog.db import Database
from catalog.permissions import Action, Actor, Thing, may
from catalog.rules.terms import BillStage
from catalog.services import (
    catalogue,
    evidence,
    owners_desk,
    owning,
    project_targets,
    projects,
    results,
)
from catalog.services.expiring import expiring_products
from catalog.views.evidence import EvidenceView
from catalog.views.owner import ExpiringProduct
from catalog.views.projects import BillLineView, BillWindow, DeliveryView, DeliveryWindow

DELIVERIES = "deliveries"
LINES_AT_ONCE = 100
Ticked = Annotated[bool, QueryParameter()]


class Window(msgspec.Struct, frozen=True):
    """What a page shows of one bill, or of the deliveries."""

    items: list[BillLineView] | list[DeliveryView]
    paging: Paging


class _Asked(NamedTuple):
    key: str
    building: str
    part: str
    page_number: int
    line: str
    words: str
    whole: bool
    result: str


class BuildingPages(Controller):
    """Read a building."""

    path = "/projects/{key:str}/buildings/{building:str}"

    @get(name="projects:building")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        building: KeyInPath,
        part: Short = "",
        page_number: PageNumber = 1,
        line: Short = "",
        q: Text = "",
        whole: Ticked = False,
        result: Short = "",
    ) -> Template | Response[bytes]:
        """Show the bill lines of a building and what was delivered to it.

        ``part`` says which bill, or the deliveries, ``page`` is of; ``line`` asks for the window
        that holds a line, ``whole`` for every line at once, to be printed; ``result`` is the one
        that led here.
        """
        asked = _Asked(key, building, part, page_number, line, asking.plain(q), whole, result)
        look = partial(_shown, request, database, asked)
        # To write thousands of lines takes a second: nobody else may wait for that either.
        return await turns.take((lambda: drawn(request, look())) if whole else look)


def _shown(request: PageRequest, database: Database, asked: _Asked) -> Template:
    key, building, part, page_number, line, words, whole, result = asked
    with database.reading() as connection:
        project = projects.get_project(connection, key)
        found = {b.key: b for b in projects.buildings_of_project(connection, key)}
        if building not in found:
            raise NotFoundException
        if line and (place := projects.place_of_line(connection, building, line)):
            part, page_number = place[0] or DELIVERIES, place[1] // LINES_AT_ONCE + 1
            words, whole = "", False
        at = {part: page_number}
        shown = _windows(connection, building, words=words, at=at, whole=whole)
        whose = owning.whose_project(connection, key)
        keys = {each.product for window in shown.values() for each in window.items}
        return page(
            request,
            "projects/building.html",
            project=project,
            building=found[building],
            stand=owners_desk.stand_of(connection, key, building),
            target=project_targets.target_of(connection, key),
            whose=whose,
            expiring=_expiring(connection, key, building, whose, who_asks(request)),
            bills={stage: shown[stage] for stage in BillStage},
            deliveries=shown[DELIVERIES],
            files=_files(connection, shown[DELIVERIES], who_asks(request)),
            q=words,
            whole=whole,
            result=result_named(result),
            line=line_named(line),
            products=catalogue.products_by_keys(connection, sorted(key for key in keys if key)),
            units=results.basis(connection).units,
            names=names_of(connection, on=day_or_today(None)),
            shows_synthetic=project.is_synthetic,
        )


def _expiring(
    connection: Connection, project: str, building: str, whose: Thing, actor: Actor
) -> list[ExpiringProduct]:
    """Return what has yet to come while its certificate ends, for who looks after the building."""
    if not may(actor, Action.IMPORT, whose):
        return []
    return expiring_products(connection, [project], on=day_or_today(None)).get(building, [])


def _files(connection: Connection, window: Window, actor: Actor) -> dict[str, EvidenceView]:
    """Return those files that the deliveries name as evidence and the reader may know of."""
    arrived = (each for each in window.items if isinstance(each, DeliveryView))
    named = {paper.reference for each in arrived for paper in each.evidence}
    return evidence.seen_by_keys(connection, named, actor=actor)


def _windows(
    connection: Connection, building: str, *, words: str, at: dict[str, int], whole: bool
) -> dict[str, Window]:
    """Return a window on each bill and on the deliveries, on the pages asked for or the last."""

    def lines(part: str, limit: int, offset: int) -> BillWindow | DeliveryWindow:
        if part == DELIVERIES:
            return projects.delivery_window(
                connection, building, words=words, limit=limit, offset=offset
            )
        return projects.bill_window(
            connection, building, BillStage(part), words=words, limit=limit, offset=offset
        )

    shown: dict[str, Window] = {}
    for part in (*BillStage, DELIVERIES):
        if whole:
            found = lines(part, asking.LAST_PAGE * LINES_AT_ONCE, 0)
            shown[part] = Window(found.items, Paging(1, max(1, found.total), found.total))
            continue
        paging = Paging(at.get(part, 1), LINES_AT_ONCE, 0)
        found = lines(part, LINES_AT_ONCE, offset(paging.page, LINES_AT_ONCE))
        paging = msgspec.structs.replace(paging, total=found.total)
        if paging.page > paging.pages:  # Lines were taken away since the link was made.
            paging = msgspec.structs.replace(paging, page=paging.pages)
            found = lines(part, LINES_AT_ONCE, offset(paging.page, LINES_AT_ONCE))
        shown[part] = Window(found.items, paging)
    return shown
