"""/api/v1/results/{id}/bounds."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency

from api.parameters import IdInPath
from api.problems import problem_responses
from catalog.db import Database
from catalog.services.outlook import OutlookView, outlook_of_result


class OutlookController(Controller):
    """Between what and what a result lies."""

    path = "/results"
    tags = ("ratios",)

    @get(
        "/{id:int}/bounds",
        operation_id="get_result_bounds",
        sync_to_thread=True,
        responses=problem_responses(400, 404, 409),
    )
    def show(self, database: NamedDependency[Database], id: IdInPath) -> OutlookView:
        """Return the lowest and highest the ratio can be over all that is unknown of its lines."""
        with database.reading() as connection:
            return outlook_of_result(connection, id)
