"""/api/v1/buildings/…/swaps: what gets a building to a target."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Annotated, Literal

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation

from api.parameters import Day, KeyInPath, day_or_today
from api.problems import problem_responses
from api.turns import Turns
from catalog.db import Database
from catalog.rules.swaps.answer import Objective
from catalog.rules.terms import Stage
from catalog.services.swaps import Question, read_swaps
from catalog.views.swaps import SwapsView
from seed_data.matching import contraries

# A share in percent, exact: a number in an address would be read as a float.
PERCENT = r"^(100|[0-9]{1,2}(\.[0-9]{1,6})?)$"
Target = Annotated[
    str | None,
    QueryParameter(
        pattern=PERCENT, description="In percent; by default the next step of the thresholds."
    ),
]


class SwapsController(Controller):
    """Plans of swaps."""

    path = "/buildings"
    tags = ("ratios",)

    @get("/{key:str}/swaps", operation_id="find_swaps", responses=problem_responses(400, 404))
    async def show(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        method: Annotated[Literal["A", "B", "C"], QueryParameter()] = "B",
        stage: Annotated[Stage, QueryParameter()] = Stage.COMPLETION,
        target: Target = None,
        objective: Annotated[Objective, QueryParameter()] = Objective.FEWEST,
        adopted: Annotated[
            bool | None,
            QueryParameter(
                description="Only adopted products; by default if anything is adopted at all."
            ),
        ] = None,
        on: Day = None,
    ) -> SwapsView:
        """Return the fewest or the cheapest lines to supply by other products, and why so many."""
        question = Question(
            method=method,
            stage=stage,
            target=None if target is None else Decimal(target),
            objective=objective,
            adopted=adopted,
        )
        asked = partial(read_swaps, on=day_or_today(on), contraries=contraries())
        return await turns.take(partial(asked, database, key, question))
