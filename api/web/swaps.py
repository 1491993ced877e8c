"""The page that says what gets a building to a target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter, SkipValidation
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.turns import Turns
from api.web.asked import Short
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.tracing import sources_of
from catalog.db import Database
from catalog.errors import ProjectNotFoundError
from catalog.rules.pack_parts import Item
from catalog.rules.packs import RatioPack, named
from catalog.rules.swaps.answer import Block, Objective, Obstacle
from catalog.rules.terms import Stage
from catalog.services import projects
from catalog.services.calculation import Basis, basis
from catalog.services.swaps import Question, swaps_of_building
from seed_data.matching import contraries

_PERCENT = re.compile(r"100|[0-9]{1,2}(\.[0-9]{1,6})?")


class SwapPages(Controller):
    """Read plans of swaps."""

    path = "/projects"

    @get("/{key:str}/buildings/{building:str}/swaps", name="swaps:show")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        building: KeyInPath,
        method: Annotated[Literal["A", "B", "C"], QueryParameter()] = "B",
        stage: Annotated[Stage, QueryParameter()] = Stage.COMPLETION,
        target: Short = "",
        objective: Annotated[Objective, QueryParameter()] = Objective.FEWEST,
    ) -> Template:
        """Show the swaps that reach the target, what each gains, and why fewer cannot do."""
        question = Question(
            method=method, stage=stage, target=_percent(target), objective=objective
        )
        return await turns.take(partial(_shown, request, database, key, building, question))


def _percent(text: str) -> Decimal | None:
    """Return the target that was typed; nothing typed is the next step of the thresholds."""
    typed = text.strip().removesuffix("%")
    if not typed:
        return None
    if not _PERCENT.fullmatch(typed):
        raise ValidationException(extra=[{"key": "target", "message": "not understood"}])
    return Decimal(typed)


def _shown(
    request: PageRequest, database: Database, key: str, building: str, question: Question
) -> Template:
    today = day_or_today(None)
    with database.reading() as connection:
        view = swaps_of_building(connection, building, question, on=today, contraries=contraries())
        if view.building.project != key:
            raise ProjectNotFoundError(key=f"{key}/{building}")
        rules = basis(connection)
        blocks = view.plan.blocks if view.plan else ()
        unnamed = {block.line for block in blocks if block.line} - set(view.lines)
        return page(
            request,
            "swaps/show.html",
            view=view,
            arrived=sources_of(*projects.lines_by_trace(connection, unnamed), current=()),
            plan=view.plan,
            blocks=_grouped(blocks),
            question=question,
            units=rules.units,
            names=names_of(connection, on=today),
            items=_items(rules, view.pack),
            plain=lambda value: format(value, "f"),
            shows_synthetic=view.building.is_synthetic
            or any(each.is_synthetic for line in view.lines.values() for each in line.proposals),
        )


def _grouped(blocks: Iterable[Block]) -> dict[Obstacle, dict[str | None, list[Block]]]:
    """Return what stands in the way by its obstacle and item, in the order of the first of each."""
    found: dict[Obstacle, dict[str | None, list[Block]]] = {}
    for block in blocks:
        found.setdefault(block.obstacle, {}).setdefault(block.item, []).append(block)
    return found


def _items(rules: Basis, pack: str | None) -> Mapping[str, Item]:
    """Return the items of the pack that the plan goes by."""
    found = (p for p in rules.packs if isinstance(p, RatioPack) and named(p) == pack)
    return next((p.items for p in found), {})
