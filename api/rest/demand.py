"""/api/v1/demand: how often a company's products are asked for, and where they are used."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency

from api.auth import actor_of
from api.parameters import Day, day_or_today
from api.problems import problem_responses
from catalog.db import Database
from catalog.errors import CompanyNotFoundError
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.services import demand
from catalog.views.demand import Demand


class DemandController(Controller):
    """The demand for the caller's own products."""

    path = "/demand"
    tags = ("companies",)

    @get(operation_id="get_demand", security=[{"token": []}], dependencies=actor_of,
         sync_to_thread=True, responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    def show(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], on: Day = None
    ) -> Demand:
        """Return views, comparisons and uses by month, product and division.

        Uses are told in groups that let no project be made out. Whoever acts for no company of
        the catalogue finds none.
        """
        ensure(actor, Action.SEE_SUBMISSIONS, Thing(organisation=actor.organisation))
        own = actor.organisation or ""
        with database.reading() as connection:
            found = demand.demand_for(connection, own, on=day_or_today(on))
        if found is None:
            raise CompanyNotFoundError(key=own)
        return found
