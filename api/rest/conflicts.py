"""/api/v1/conflicts: contradictions between sources, and which side counts."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import TEXT, Day, IdInPath, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import Asking, writes
from api.turns import Turns
from catalog.db import Database
from catalog.rules.terms import ConflictSubject, Decision
from catalog.services import conflicts
from catalog.services.consequences import figures_by_decision
from catalog.views.conflicts import (
    ConflictDetail,
    ConflictFigures,
    ConflictPage,
    ConflictStanding,
)

Narrowed = Annotated[str | None, QueryParameter(max_length=200, pattern=TEXT)]
Reason = Annotated[str, Field(min_length=1, max_length=conflicts.LONGEST_REASON, pattern=TEXT)]


class DecisionBody(BaseModel):
    """Which side counts, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decision: Decision
    reason: Reason


class ReopeningBody(BaseModel):
    """Why a decision is taken back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason


class ConflictsController(Controller):
    """Contradictions between sources."""

    path = "/conflicts"
    tags = ("certificates",)

    @read(operation_id="list_conflicts", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        standing: Annotated[ConflictStanding | None, QueryParameter()] = ConflictStanding.OPEN,
        subject: Annotated[ConflictSubject | None, QueryParameter()] = None,
        field: Narrowed = None,
        source: Narrowed = None,
        q: Narrowed = None,
        run: Annotated[int | None, QueryParameter(ge=1, le=2**53 - 1)] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> ConflictPage:
        """Return where sources contradict each other, newest first."""
        with database.reading() as connection:
            return conflicts.browse_conflicts(
                connection,
                limit=limit,
                offset=offset,
                standing=standing,
                subject=subject,
                field=field,
                source=source,
                words=q,
                run=run,
            )

    @get("/{id:int}/figures", operation_id="get_conflict_figures",
          responses=problem_responses(400, 404))  # fmt: skip
    async def figures(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        id: IdInPath,
    ) -> ConflictFigures:
        """Return the ratios that each possible decision would change."""
        return await turns.take(partial(_figures, database, id))

    @read("/{id:int}", operation_id="get_conflict", responses=problem_responses(400, 404))
    def show(
        self, database: NamedDependency[Database], id: IdInPath, on: Day = None
    ) -> ConflictDetail:
        """Return both sides, what each would mean on a day, and what hangs on it."""
        with database.reading() as connection:
            return conflicts.get_conflict(connection, id, on=day_or_today(on))

    @writes(post)(
        "/{id:int}/decide",
        operation_id="decide_conflict",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def decide(
        self, asking: NamedDependency[Asking], id: IdInPath, data: JSONBody[DecisionBody]
    ) -> ConflictDetail:
        """Say which side counts; the other stays on record."""
        with asking.transaction() as session:
            conflicts.decide(
                session, id, data.decision, reason=data.reason, actor=asking.actor, now=asking.now()
            )
        return self._as_it_is(asking.database, id)

    @writes(post)(
        "/{id:int}/reopen",
        operation_id="reopen_conflict",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def reopen(
        self, asking: NamedDependency[Asking], id: IdInPath, data: JSONBody[ReopeningBody]
    ) -> ConflictDetail:
        """Take a decision back; both sides stand beside each other again."""
        with asking.transaction() as session:
            conflicts.reopen(session, id, reason=data.reason, actor=asking.actor, now=asking.now())
        return self._as_it_is(asking.database, id)

    @staticmethod
    def _as_it_is(database: Database, conflict_id: int) -> ConflictDetail:
        with database.reading() as connection:
            return conflicts.get_conflict(connection, conflict_id, on=day_or_today(None))


def _figures(database: Database, conflict_id: int) -> ConflictFigures:
    with database.reading() as connection:
        return figures_by_decision(connection, conflict_id, today=day_or_today(None))
