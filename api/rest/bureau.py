"""/api/v1/bureau: what waits for a bureau, and the figures that it is steered by."""

from __future__ import annotations

from functools import partial

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from api.parameters import day_or_today
from api.problems import problem_responses
from api.rest.annual_reports import OfDivision, OfYear
from api.rest.ratios import Method
from api.rest.writing import Asking, own
from api.turns import Turns
from catalog.errors import DivisionNotFoundError
from catalog.services import bureau_desk, bureau_figures, catalogue
from catalog.services.bureau_desk import BureauDesk
from catalog.services.bureau_figures import BureauFigures
from catalog.services.report_making import METHOD


class BureauController(Controller):
    """The desk of a bureau."""

    path = "/bureau"
    tags = ("bureaus",)

    @own("/queues", operation_id="get_bureau_queues", responses=problem_responses(400, 401, 403))
    def queues(self, asking: NamedDependency[Asking]) -> BureauDesk:
        """Return what waits for the caller's bureau, with its clocks, the most pressing first."""
        with asking.reading() as connection:
            return bureau_desk.desk(connection, asking.actor, now=asking.now())

    @own("/figures", operation_id="get_bureau_figures", sync_to_thread=None,
         responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    async def figures(
        self,
        asking: NamedDependency[Asking],
        turns: NamedDependency[SkipValidation[Turns]],
        division: OfDivision = None,
        year: OfYear = None,
        method: Method = METHOD,
    ) -> BureauFigures:
        """Return the figures of a year of reports beside last year's, and the target of the year.

        Without a division they are the caller's own, or the Corps' with its divisions compared;
        without a year, of the latest that has any.
        """
        return await turns.take(partial(_figures, asking, division, year, method))


def _figures(asking: Asking, division: str | None, year: int | None, method: str) -> BureauFigures:
    with asking.reading() as connection:
        place = division or asking.actor.division
        known = {each.key for each in catalogue.divisions(connection, on=day_or_today(None))}
        if place is not None and place not in known:
            raise DivisionNotFoundError(key=place)
        return bureau_figures.figures(
            connection, asking.actor, division=place, year=year, method=method, now=asking.now()
        )
