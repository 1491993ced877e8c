"""/api/v1/…/score and /scores: what ranks products, why, and what owners lay over it."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import JSONBody, QueryParameter, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.auth import reader_of
from api.moment import now
from api.parameters import (
    KEY,
    TEXT,
    BoolInBody,
    Day,
    DayInBody,
    KeyInPath,
    KnownAt,
    Limit,
    Offset,
    day_or_today,
    end_of,
)
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import writes
from api.turns import Turns
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import inspections, policies, ranking, scoring
from catalog.services.inspections import Finding
from catalog.services.scoring import Asked
from catalog.views.score import (
    CheckView,
    ProductScore,
    Ranking,
    VisitView,
)

Site = Annotated[
    str | None,
    QueryParameter(pattern=KEY, max_length=80, description="A project, for the distance to it."),
]
PackName = Annotated[
    str | None,
    QueryParameter(
        pattern=r"^[a-z0-9-]{1,60}(@[A-Za-z0-9.-]{1,19})?$",
        description="A score pack, key@version; by default the one in force on the day.",
    ),
]
Category = Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)]
Note = Annotated[str | None, Field(max_length=2000, pattern=TEXT)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingBody(_Body):
    """What an inspection found; ``evidence`` is the key of a file that was handed in."""

    on: DayInBody
    is_passed: BoolInBody
    source: Name
    note: Note = None
    evidence: Annotated[str, Field(pattern=KEY, max_length=80)] | None = None

    def finding(self) -> Finding:
        """Return it as the service takes it."""
        return Finding(self.on, self.is_passed, self.source, self.note, self.evidence)


class CheckBody(FindingBody):
    """A spot check, and the authority that made it."""

    authority: Name


def _asked(
    on: dt.date | None, known_at: dt.date | None, site: str | None, pack: str | None
) -> Asked:
    return Asked(on=day_or_today(on), known_at=end_of(known_at), site=site, pack=pack)


class ProductScoreController(Controller):
    """Scores and inspections of products."""

    path = "/products"
    tags = ("score",)

    @read(
        "/{key:str}/score", operation_id="get_product_score", responses=problem_responses(400, 404)
    )
    def show(
        self,
        database: NamedDependency[Database],
        key: KeyInPath,
        on: Day = None,
        known_at: KnownAt = None,
        site: Site = None,
        pack: PackName = None,
    ) -> ProductScore:
        """Return a product's score on a day: every point, its reason, and what is missing.

        The score ranks and explains. It never admits or refuses.
        """
        with database.reading() as connection:
            return scoring.score_of_product(connection, key, _asked(on, known_at, site, pack))

    @read(
        "/{key:str}/scores",
        operation_id="list_product_scores",
        responses=problem_responses(400, 404),
    )
    def versions(
        self,
        database: NamedDependency[Database],
        key: KeyInPath,
        on: Day = None,
        known_at: KnownAt = None,
        site: Site = None,
    ) -> list[ProductScore]:
        """Return a product's score under every published version of the score, side by side."""
        with database.reading() as connection:
            return scoring.scores_by_version(connection, key, _asked(on, known_at, site, None))

    @read(
        "/{key:str}/surveillance-visits",
        operation_id="list_surveillance_visits",
        responses=problem_responses(400, 404),
    )
    def visits(self, database: NamedDependency[Database], key: KeyInPath) -> list[VisitView]:
        """Return the surveillance visits for a product's certificates, the latest first."""
        with database.reading() as connection:
            return inspections.visits_of_product(connection, key)

    @read(
        "/{key:str}/spot-checks",
        operation_id="list_spot_checks",
        responses=problem_responses(400, 404),
    )
    def checks(self, database: NamedDependency[Database], key: KeyInPath) -> list[CheckView]:
        """Return the spot checks of a product, the latest first."""
        with database.reading() as connection:
            return inspections.checks_of_product(connection, key)

    @writes(post)(
        "/{key:str}/spot-checks",
        operation_id="record_spot_check",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def record_check(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: JSONBody[CheckBody],
    ) -> list[CheckView]:
        """Put a spot check on record; return all of the product."""
        with database.transaction() as session:
            inspections.record_check(
                session, key, data.finding(), authority=data.authority, actor=actor, now=now()
            )
            return inspections.checks_of_product(session.connection(), key)


class VisitController(Controller):
    """Surveillance of certificates."""

    path = "/certificates"
    tags = ("score",)

    @writes(post)(
        "/{key:str}/surveillance-visits",
        operation_id="record_surveillance_visit",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def record_visit(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: JSONBody[FindingBody],
    ) -> None:
        """Put a surveillance visit on record."""
        with database.transaction() as session:
            inspections.record_visit(session, key, data.finding(), actor=actor, now=now())


class ScoresController(Controller):
    """Rankings."""

    path = "/scores"
    tags = ("score",)

    @get(
        operation_id="list_scores",
        dependencies=reader_of,
        responses=problem_responses(400, 401, 404, 409),
    )
    async def index(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        category: Category = None,
        on: Day = None,
        known_at: KnownAt = None,
        site: Site = None,
        pack: PackName = None,
        own: Annotated[
            bool, QueryParameter(description="By your organisation's own policy, if one stands.")
        ] = False,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> Ranking:
        """Return products in order of score: what is sure counts first, then what may still be."""
        if own and pack is not None:
            raise HTTPException(
                detail="A policy names the pack that it is laid over.",
                status_code=HTTPStatus.CONFLICT,
            )
        asked = _asked(on, known_at, site, pack)

        def ranked() -> Ranking:
            with database.reading() as connection:
                found = None
                if own:
                    found = policies.own_ranking(
                        connection, actor, asked, category=category, limit=limit, offset=offset
                    )
                return found or ranking.ranking(
                    connection, asked, category=category, limit=limit, offset=offset
                )

        return await turns.take(ranked)
