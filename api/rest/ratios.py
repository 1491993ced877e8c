"""/api/v1/results and /api/v1/ratios."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.parameters import KEY, IdInPath, KeyInPath, Limit, Offset
from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import Stage
from catalog.services import divisions, results
from catalog.views.projects import DivisionFigureView, ResultView

Method = Annotated[Literal["A", "B"], QueryParameter(description="Never mixed with the other.")]


class ResultsController(Controller):
    """Results and what they were made of."""

    path = "/results"
    tags = ("ratios",)

    @read("/{id:int}", operation_id="get_result", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], id: IdInPath) -> ResultView:
        """Return one result, current or not."""
        with database.reading() as connection:
            return results.get_result(connection, id)

    @read("/{id:int}/trace", operation_id="get_result_trace", responses=problem_responses(400, 404))
    def trace(self, database: NamedDependency[Database], id: IdInPath) -> RatioResult:
        """Return what a result was made of: groups, items, lines, and what was left out."""
        with database.reading() as connection:
            return results.get_trace(connection, id)


class RatiosController(Controller):
    """The figures of divisions and years."""

    path = "/ratios"
    tags = ("ratios",)

    @read(operation_id="list_ratios", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        method: Method,
        stage: Annotated[Stage, QueryParameter()] = Stage.COMPLETION,
        division: Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)] = None,
    ) -> list[DivisionFigureView]:
        """Return the figures of each division and year, by one method at one stage."""
        with database.reading() as connection:
            return divisions.division_figures(
                connection, method=method, stage=stage, division=division
            )

    @read("/{division:str}/results", operation_id="list_ratio_results",
          responses=problem_responses(400, 404))  # fmt: skip
    def of_division(
        self,
        database: NamedDependency[Database],
        division: KeyInPath,
        method: Method,
        stage: Annotated[Stage, QueryParameter()] = Stage.COMPLETION,
        year: Annotated[
            int | None,
            # The least is said twice: Litestar 2.25 leaves a zero out of what it documents.
            QueryParameter(
                ge=0,
                le=2200,
                description="0 is what is not finished yet.",
                schema_extra={"minimum": 0},
            ),
        ] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> list[ResultView]:
        """Return the results behind a division's figure, best first."""
        with database.reading() as connection:
            return divisions.results_of_division(
                connection,
                division,
                method=method,
                stage=stage,
                year=year,
                limit=limit,
                offset=offset,
            )
