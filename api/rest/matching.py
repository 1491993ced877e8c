"""/api/v1/projects/…/matches: what lines may be, and what people decided that they are."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from api.auth import actor_of
from api.moment import now
from api.parameters import KEY, TEXT, Day, IdInPath, KeyInPath, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.rest.writing import writes
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.matching_words import Vocabulary
from catalog.services import applying, deciding, ledger, matching, projects
from catalog.views.matching import AppliedView, DecisionView, MatchPage
from catalog.views.projects import ImportRunView
from search.lexicon import trade_words
from seed_data.matching import vocabulary

_Key = Annotated[str, Field(pattern=KEY, max_length=80)]


@cache
def matching_words() -> Vocabulary:
    """Return all that matching knows, the synonyms of the search among it."""
    return vocabulary(trade_words().meanings())


class LineDecisionBody(BaseModel):
    """What lines with these words are; see the fields of a decision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]
    unit: Annotated[str, Field(min_length=1, max_length=80, pattern=TEXT)]
    specification: Annotated[str, Field(max_length=2_000, pattern=TEXT)] | None = None
    category: _Key | None = None
    place: _Key | None = None
    product: _Key | None = None
    is_material: bool = True


class LineDecisionsBody(BaseModel):
    """Decisions to be put on a building's lines, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decisions: Annotated[list[LineDecisionBody], Field(min_length=1, max_length=500)]
    reason: Annotated[str, Field(max_length=applying.LONGEST_REASON, pattern=TEXT)] = ""


class MatchingController(Controller):
    """Lines and their answers."""

    path = "/"
    tags = ("matching",)

    @get(
        "/projects/{key:str}/buildings/{building:str}/matches",
        operation_id="list_matches",
        sync_to_thread=True,
        responses=problem_responses(400, 404),
    )
    def index(
        self,
        database: NamedDependency[Database],
        key: KeyInPath,
        building: KeyInPath,
        on: Day = None,
        is_open: Annotated[bool, QueryParameter(name="open")] = True,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> MatchPage:
        """Return one page of a building's lines without a category, with what they may be."""
        with database.reading() as connection:
            projects.get_building(connection, key, building)
            return matching.match_building(
                connection,
                matching_words(),
                building,
                on=day_or_today(on),
                limit=limit,
                offset=offset,
                is_open=is_open,
            )

    @writes(put)(
        "/projects/{key:str}/buildings/{building:str}/matches",
        operation_id="decide_matches",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def decide(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: JSONBody[LineDecisionsBody],
    ) -> AppliedView:
        """Decide what lines are, put it on the building's lines, and calculate it anew."""
        wanted = [deciding.NewDecision(**body.model_dump()) for body in data.decisions]
        with database.transaction() as session:
            projects.get_building(session.connection(), key, building)
            return applying.settle(
                session, building, wanted, reason=data.reason, actor=actor, now=now()
            )

    @get(
        "/line-decisions",
        operation_id="list_line_decisions",
        sync_to_thread=True,
        security=[{"token": []}],
        dependencies=actor_of,
        responses=problem_responses(400, 401, 403),
    )
    def history(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> list[DecisionView]:
        """Return one page of what your organisation decided, newest first; superseded ones too."""
        with database.reading() as connection:
            return deciding.decision_history(connection, actor=actor, limit=limit, offset=offset)

    @writes(post)(
        "/imports/{id:int}/take-back",
        operation_id="undo_line_decisions",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def take_back(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], id: IdInPath
    ) -> ImportRunView:
        """Undo a run that put decisions on lines; they count no longer."""
        with database.transaction() as session:
            applying.take_back(session, id, actor=actor, now=now())
        with database.reading() as connection:
            return ledger.get_run(connection, id)
