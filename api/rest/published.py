"""/api/v1/published-figures: what was published, made again, and compared with now."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, QueryParameter, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.moment import now
from api.parameters import KEY, TEXT, Limit, Offset
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import writes
from api.turns import Turns
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.periods import Basis
from catalog.rules.terms import Stage
from catalog.services import publishing, restating
from catalog.services.publishing import LONGEST_NOTE, NewPublication
from catalog.views.published import FigureContent, PublishedPage, PublishedView, Rebuilt
from catalog.views.restating import Restatement

HashInPath = Annotated[
    str, PathParameter(pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the content.")
]


class PublicationBody(BaseModel):
    """What to publish: a division's year, or the Corps' where no division is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: Annotated[int, Field(ge=1900, le=2199)]
    division: Annotated[str | None, Field(pattern=KEY, max_length=80)] = None
    basis: Basis = Basis.CALENDAR
    stage: Stage = Stage.COMPLETION
    method: Literal["A", "B", "C"] = "B"
    note: Annotated[str | None, Field(max_length=LONGEST_NOTE, pattern=TEXT)] = None


class PublishedController(Controller):
    """Published figures."""

    path = "/published-figures"
    tags = ("ratios",)

    @read(operation_id="list_published_figures", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        division: Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> PublishedPage:
        """Return the published figures, the latest first."""
        with database.reading() as connection:
            return publishing.browse_published(
                connection, division=division, limit=limit, offset=offset
            )

    @writes(post)(
        operation_id="publish_figures", responses=problem_responses(400, 401, 403, 404, 409)
    )
    def publish(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: JSONBody[PublicationBody],
    ) -> PublishedView:
        """Freeze figures as they are known now; what was published already stays one."""
        new = NewPublication(**data.model_dump())
        with database.transaction() as session:
            return publishing.publish_figures(session, new, actor=actor, now=now())

    @read("/{hash:str}", operation_id="get_published_figure",
          responses=problem_responses(400, 404))  # fmt: skip
    def show(self, database: NamedDependency[Database], hash: HashInPath) -> PublishedView:
        """Return a published figure with the results, rules and papers that it stands on."""
        with database.reading() as connection:
            return publishing.get_published(connection, hash)

    @read(
        "/{hash:str}/content",
        operation_id="get_published_content",
        responses={
            200: ResponseSpec(data_container=FigureContent, generate_examples=False),
            **problem_responses(400, 404),
        },
    )
    def content(self, database: NamedDependency[Database], hash: HashInPath) -> Response[bytes]:
        """Return the very bytes whose SHA-256 is the hash."""
        with database.reading() as connection:
            return Response(
                publishing.published_bytes(connection, hash), media_type="application/json"
            )

    @get("/{hash:str}/rebuilt", operation_id="get_rebuilt_figure",
         responses=problem_responses(400, 404))  # fmt: skip
    async def rebuilt(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        hash: HashInPath,
    ) -> Rebuilt:
        """Make a published figure again from what was known then, and compare the bytes."""
        return await turns.take(partial(_rebuilt, database, hash))

    @get("/{hash:str}/restated", operation_id="get_restated_figure", sync_to_thread=True,
         responses=problem_responses(400, 404))  # fmt: skip
    def restated(self, database: NamedDependency[Database], hash: HashInPath) -> Restatement:
        """Return what a published figure is now, which buildings and lines changed, and why."""
        with database.reading() as connection:
            return restating.restate(connection, hash)


def _rebuilt(database: Database, content_hash: str) -> Rebuilt:
    with database.reading() as connection:
        return publishing.rebuild(connection, content_hash)
