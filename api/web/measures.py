"""The page of a building's measures beside its ratio: kinds bought, and local materials."""

from __future__ import annotations

from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.turns import Turns
from api.web.i18n import language_of, translate
from api.web.names import Names, named, names_of
from api.web.page import PageRequest, page
from api.web.words import EXCLUSIONS
from catalog.db import Database
from catalog.errors import ProjectNotFoundError
from catalog.rules.packs import named as pack_name
from catalog.rules.ratio.trace import ExcludedLine
from catalog.services import measures, results


class MeasurePages(Controller):
    """Read the measures of a building."""

    path = "/projects"

    @get("/{key:str}/buildings/{building:str}/measures", name="measures:show")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        building: KeyInPath,
    ) -> Template:
        """Show what can be said of each measure, and the lines that it stands on."""
        return await turns.take(partial(_shown, request, database, key, building))


def _shown(request: PageRequest, database: Database, key: str, building: str) -> Template:
    today = day_or_today(None)
    with database.reading() as connection:
        view = measures.measures_of_building(connection, building, on=today)
        if view.project != key:
            raise ProjectNotFoundError(key=f"{key}/{building}")
        names = names_of(connection, on=today)
        return page(
            request,
            "measures/show.html",
            view=view,
            packs={pack_name(pack): pack for pack in results.basis(connection).packs},
            why=partial(_why, names=names, language=language_of(request)),
            shows_synthetic=view.is_synthetic,
        )


def _why(excluded: ExcludedLine, *, names: Names, language: str) -> str:
    """Return in words why a line is of no class."""
    facts = excluded.facts
    separator = "、" if language == "zh" else ", "
    return (
        translate(EXCLUSIONS[excluded.reason], language)
        .format(
            category=named(names.categories, facts.get("category"), language),
            why=facts.get(f"why_{language}", ""),
            places=separator.join(
                named(names.places, place, language) for place in facts.get("places", "").split()
            ),
            place=named(names.places, facts.get("place"), language),
            item="",
            unit="",
            accepted="",
        )
        .strip()
    )
