"""/api/v1/draws and /panel: the panel of experts, and draws that anyone can repeat."""

from __future__ import annotations

import secrets
from typing import Annotated

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import KEY, TEXT, DayInBody, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import Asking, own, writes
from catalog.db import Database
from catalog.rules.draw import DrawRecord, Seats
from catalog.sealing import Sealer
from catalog.services import drawing, panel
from catalog.services.drawing import NewDraw
from catalog.services.panel import NewExpert
from catalog.views.panel import DrawPage, DrawView, ExpertView

DrawInPath = Annotated[str, PathParameter(pattern=r"^\d{4}-\d{4,8}$")]
OpenSealer = NamedDependency[SkipValidation[Sealer]]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=TEXT)]
Reason = Annotated[str, Field(min_length=1, max_length=2000, pattern=TEXT)]
_SEED_BYTES = 32


class ExpertBody(BaseModel):
    """Somebody to be put on the panel; the fields are groups of categories."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name
    employer: Name
    employer_code: Annotated[str | None, Field(max_length=40, pattern=TEXT)] = None
    fields: Annotated[list[Annotated[str, Field(pattern=KEY)]], Field(min_length=1, max_length=99)]
    since: DayInBody | None = None
    until: DayInBody | None = None


class SeatsBody(BaseModel):
    """How many experts of a field are to be drawn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: Annotated[str, Field(pattern=KEY)]
    count: Annotated[int, Field(ge=1, le=99)]


class DrawBody(BaseModel):
    """What experts are drawn for; ``commitment`` is of a seed that the caller keeps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Name
    seats: Annotated[list[SeatsBody], Field(min_length=1, max_length=99)]
    cases: Annotated[list[Name], Field(max_length=999)] = []
    parties: Annotated[list[Name], Field(max_length=999)] = []
    public_source: Name | None = None
    commitment: Annotated[str | None, Field(pattern=r"^[0-9a-f]{64}$")] = None


class RevealBody(BaseModel):
    """The public number that was announced, and the seed if the announcer kept it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    public_value: Name | None = None
    seed: Name | None = None


class VoidBody(BaseModel):
    """Why a draw does not count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason


class PanelController(Controller):
    """The panel of experts."""

    path = "/experts"
    tags = ("draws",)

    @own(operation_id="list_experts", responses=problem_responses(401, 403))
    def index(self, asking: NamedDependency[Asking]) -> list[ExpertView]:
        """Return everybody who is or was on the panel."""
        with asking.reading() as connection:
            return panel.list_experts(connection, actor=asking.actor)

    @writes(post)(operation_id="add_expert", responses=problem_responses(400, 401, 403, 409))
    def add(self, asking: NamedDependency[Asking], data: JSONBody[ExpertBody]) -> ExpertView:
        """Put somebody on the panel."""
        new = NewExpert(
            name=data.name,
            employer=data.employer,
            employer_code=data.employer_code,
            fields=tuple(data.fields),
            since=day_or_today(data.since),
            until=data.until,
        )
        with asking.transaction() as session:
            return panel.add_expert(session, new, actor=asking.actor, now=asking.now())


class DrawsController(Controller):
    """Draws of experts."""

    path = "/draws"
    tags = ("draws",)

    @read(operation_id="list_draws", responses=problem_responses(400))
    def index(
        self, database: NamedDependency[Database], limit: Limit = 20, offset: Offset = 0
    ) -> DrawPage:
        """Return the draws, the latest first."""
        with database.reading() as connection:
            return drawing.browse_draws(connection, limit=limit, offset=offset)

    @writes(post)(operation_id="announce_draw", responses=problem_responses(400, 401, 403, 409))
    def announce(
        self, asking: NamedDependency[Asking], sealer: OpenSealer, data: JSONBody[DrawBody]
    ) -> DrawView:
        """Publish that experts will be drawn, with the hashes of the seed and of the panel."""
        new = NewDraw(
            title=data.title,
            seats=tuple(Seats(each.field, each.count) for each in data.seats),
            cases=tuple(data.cases),
            parties=tuple(data.parties),
            public_source=data.public_source,
            commitment=data.commitment,
        )
        seed = secrets.token_hex(_SEED_BYTES)
        with asking.transaction() as session:
            return drawing.announce(
                session, sealer, new, seed=seed, actor=asking.actor, now=asking.now()
            )

    @read("/{key:str}", operation_id="get_draw", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], key: DrawInPath) -> DrawView:
        """Return a draw, and whether what is published of it agrees with itself."""
        with database.reading() as connection:
            return drawing.get_draw(connection, key)

    @read(
        "/{key:str}/record",
        operation_id="get_draw_record",
        responses={
            200: ResponseSpec(data_container=DrawRecord, generate_examples=False),
            **problem_responses(400, 404),
        },
    )
    def record(self, database: NamedDependency[Database], key: DrawInPath) -> Response[bytes]:
        """Return all that is published of a draw, to be verified with nothing else."""
        with database.reading() as connection:
            content = drawing.draw_bytes(connection, key)
        return Response(content, media_type="application/json")

    @writes(post)("/{key:str}/reveal", operation_id="reveal_draw",
                  responses=problem_responses(400, 401, 403, 404, 409))  # fmt: skip
    def reveal(
        self,
        asking: NamedDependency[Asking],
        sealer: OpenSealer,
        key: DrawInPath,
        data: JSONBody[RevealBody],
    ) -> DrawView:
        """Open the seed and draw."""
        with asking.transaction() as session:
            return drawing.reveal(
                session,
                sealer,
                key,
                seed=data.seed,
                public_value=data.public_value,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(post)("/{key:str}/void", operation_id="void_draw",
                  responses=problem_responses(400, 401, 403, 404, 409))  # fmt: skip
    def void(
        self, asking: NamedDependency[Asking], key: DrawInPath, data: JSONBody[VoidBody]
    ) -> DrawView:
        """Say that a draw does not count, and why."""
        with asking.transaction() as session:
            return drawing.void(
                session, key, reason=data.reason, actor=asking.actor, now=asking.now()
            )
