"""/api/v1/conflicts/{id}: one contradiction between sources, decided or not."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import BaseModel, ConfigDict, Field

from api.auth import actor_of
from api.parameters import TEXT, Day, IdInPath, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.moment import now
from catalog.db import Database
from catalog.models.importing import Decision
from catalog.permissions import Actor
from catalog.services import conflicts
from catalog.views.conflicts import ConflictDetail

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

    @read("/{id:int}", operation_id="get_conflict", responses=problem_responses(400, 404))
    def show(
        self, database: NamedDependency[Database], id: IdInPath, on: Day = None
    ) -> ConflictDetail:
        """Return both sides, what each would mean on a day, and what hangs on it."""
        with database.reading() as connection:
            return conflicts.get_conflict(connection, id, on=day_or_today(on))

    @post(
        "/{id:int}/decide",
        operation_id="decide_conflict",
        status_code=200,
        sync_to_thread=True,
        security=[{"token": []}],
        responses=problem_responses(400, 401, 403, 404, 409),
        dependencies=actor_of,
    )
    def decide(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        id: IdInPath,
        data: JSONBody[DecisionBody],
    ) -> ConflictDetail:
        """Say which side counts; the other stays on record."""
        with database.transaction() as session:
            conflicts.decide(session, id, data.decision, reason=data.reason, actor=actor, now=now())
        return self._as_it_is(database, id)

    @post(
        "/{id:int}/reopen",
        operation_id="reopen_conflict",
        status_code=200,
        sync_to_thread=True,
        security=[{"token": []}],
        responses=problem_responses(400, 401, 403, 404, 409),
        dependencies=actor_of,
    )
    def reopen(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        id: IdInPath,
        data: JSONBody[ReopeningBody],
    ) -> ConflictDetail:
        """Take a decision back; both sides stand beside each other again."""
        with database.transaction() as session:
            conflicts.reopen(session, id, reason=data.reason, actor=actor, now=now())
        return self._as_it_is(database, id)

    @staticmethod
    def _as_it_is(database: Database, conflict_id: int) -> ConflictDetail:
        with database.reading() as connection:
            return conflicts.get_conflict(connection, conflict_id, on=day_or_today(None))
