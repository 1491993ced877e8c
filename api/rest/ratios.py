"""/api/v1/results and /api/v1/ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar import Controller
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter

from api.parameters import KEY, IdInPath, KeyInPath, KnownAt, Limit, Offset, end_of
from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.errors import MixedMethodsError
from catalog.rules.periods import Basis
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import Stage
from catalog.services import divisions, results
from catalog.views.figures import (
    CATEGORY,
    DIVISION,
    KIND,
    YEAR,
    KindName,
    Question,
    ResultFigures,
    UsageFigures,
    UsageLines,
)
from catalog.views.projects import ResultView

Method = Annotated[
    Literal["A", "B", "C"], QueryParameter(description="Never mixed with the other.")
]
# Two are refused by the service, which says why: the framework would only say that it is so.
_JUST_ONE = {"minItems": 1, "maxItems": 1}
Methods = Annotated[
    list[Literal["A", "B", "C"]],
    QueryParameter(description="One: figures of two are never added.", schema_extra=_JUST_ONE),
]
AtStages = Annotated[
    list[Stage] | None,
    QueryParameter(description="One; completion if none is given.", schema_extra=_JUST_ONE),
]
ResultsBy = Annotated[
    list[Literal["division", "year", "kind"]] | None, QueryParameter(max_items=10)
]
UsageBy = Annotated[
    list[Literal["division", "year", "kind", "category"]] | None, QueryParameter(max_items=10)
]
ByYears = Annotated[
    Basis, QueryParameter(description="The calendar's years, or those of the annual reports.")
]
OfDivision = Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)]
OfYear = Annotated[
    int | None,
    # The least is said twice: Litestar 2.25 leaves a zero out of what it documents.
    QueryParameter(
        ge=0,
        le=2200,
        description="0 is what has no year yet.",
        schema_extra={"minimum": 0},
    ),
]
OfKind = Annotated[
    KindName | None,
    QueryParameter(description="Projects that have this kind, whatever other kinds they have."),
]
OfCategory = Annotated[
    str | None,
    QueryParameter(pattern=KEY, max_length=80, description="none is what has no category."),
]


def one_stage(stages: list[Stage] | None) -> Stage:
    """Return the stage that was asked for, or completion.

    Raises:
        MixedMethodsError: Two stages are asked for as one.
    """
    asked = stages or [Stage.COMPLETION]
    if len(asked) > 1:
        raise MixedMethodsError(methods=", ".join(sorted(asked)))
    return asked[0]


def told_apart(by: Sequence[str]) -> tuple[str, ...]:
    """Return what is told apart, each once."""
    return tuple(dict.fromkeys(by))


def _asked(
    stage: AtStages = None,
    basis: ByYears = Basis.CALENDAR,
    division: OfDivision = None,
    year: OfYear = None,
    kind: OfKind = None,
    category: OfCategory = None,
) -> Question:
    return Question(
        stage=one_stage(stage),
        basis=basis,
        division=division,
        year=year,
        kind=kind,
        category=category,
    )


_ASKED = {"asked": Provide(_asked, sync_to_thread=False)}


class ResultsController(Controller):
    """Results and what they were made of."""

    path = "/results"
    tags = ("ratios",)

    @read("/{id:int}", operation_id="get_result", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], id: IdInPath) -> ResultView:
        """Return one result, current or not."""
        with database.reading() as connection:
            return results.get_result(connection, id)

    @read("/{id:int}/trace", operation_id="get_result_trace",
          responses=problem_responses(400, 404, 409))  # fmt: skip
    def trace(self, database: NamedDependency[Database], id: IdInPath) -> RatioResult:
        """Return what a result was made of: groups, items, lines, and what was left out."""
        with database.reading() as connection:
            return results.get_trace(connection, id)


class RatiosController(Controller):
    """Results and lines added up, and what is behind each figure."""

    path = "/ratios"
    tags = ("ratios",)

    @read(operation_id="list_ratios", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        method: Methods,
        stage: AtStages = None,
        by: ResultsBy = None,
        basis: ByYears = Basis.CALENDAR,
        division: OfDivision = None,
        year: OfYear = None,
        kind: OfKind = None,
        known_at: KnownAt = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> ResultFigures:
        """Return the figures of buildings' results, by one method at one stage.

        Two methods, or two stages, are refused: their figures are never added or compared.
        """
        question = Question(
            stage=one_stage(stage),
            by=(DIVISION, YEAR) if by is None else told_apart(by),
            basis=basis,
            division=division,
            year=year,
            kind=kind,
        )
        with database.reading() as connection:
            found = divisions.result_figures(
                connection, question, methods=method, known_at=end_of(known_at)
            )
        return ResultFigures(
            items=found[offset : offset + limit],
            limit=limit,
            offset=offset,
            total=len(found),
            kinds_overlap=KIND in question.by,
        )

    @read("/usage", operation_id="list_usage_ratios", responses=problem_responses(400),
          dependencies=_ASKED)  # fmt: skip
    def usage(
        self,
        database: NamedDependency[Database],
        asked: NamedDependency[Question],
        by: UsageBy = None,
        limit: Limit = 100,
        offset: Offset = 0,
    ) -> UsageFigures:
        """Return the green share of what came to site, or of what is planned, by amount.

        By quantity only within a category, each dimension in its own unit.
        """
        apart = (CATEGORY,) if by is None else told_apart(by)
        with database.reading() as connection:
            found = divisions.usage_figures(connection, msgspec.structs.replace(asked, by=apart))
        return UsageFigures(
            items=found[offset : offset + limit],
            limit=limit,
            offset=offset,
            total=len(found),
            kinds_overlap=KIND in apart,
        )

    @read("/usage/lines", operation_id="list_usage_lines", responses=problem_responses(400),
          dependencies=_ASKED)  # fmt: skip
    def lines(
        self,
        database: NamedDependency[Database],
        asked: NamedDependency[Question],
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> UsageLines:
        """Return the lines behind such a share."""
        with database.reading() as connection:
            items, total = divisions.lines_behind(connection, asked, limit=limit, offset=offset)
        return UsageLines(items=items, limit=limit, offset=offset, total=total)

    @read("/{division:str}/results", operation_id="list_ratio_results",
          responses=problem_responses(400, 404))  # fmt: skip
    def of_division(
        self,
        database: NamedDependency[Database],
        division: KeyInPath,
        method: Method,
        stage: AtStages = None,
        basis: ByYears = Basis.CALENDAR,
        year: OfYear = None,
        kind: OfKind = None,
        known_at: KnownAt = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> list[ResultView]:
        """Return the results behind a division's figure, best first."""
        question = Question(
            stage=one_stage(stage), basis=basis, division=division, year=year, kind=kind
        )
        with database.reading() as connection:
            return divisions.results_behind(
                connection,
                question,
                method=method,
                limit=limit,
                offset=offset,
                known_at=end_of(known_at),
            )
