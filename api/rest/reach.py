"""/api/v1/certificates/{key}/reach."""

from __future__ import annotations

from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from api.parameters import Day, KeyInPath, day_or_today
from api.problems import problem_responses
from api.turns import Turns
from catalog.db import Database
from catalog.services.reach import read_reach
from catalog.views.reach import Reach


class ReachController(Controller):
    """What hangs on certificates."""

    path = "/certificates"
    tags = ("certificates",)

    @get("/{key:str}/reach", operation_id="get_certificate_reach",
         responses=problem_responses(400, 404))  # fmt: skip
    async def show(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        on: Day = None,
    ) -> Reach:
        """Return the lines, figures and people that a certificate's end reaches.

        With a day, as if it were revoked from that day on.
        """
        return await turns.take(partial(read_reach, database, key, on=on, today=day_or_today(None)))
