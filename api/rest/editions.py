"""/api/v1/editions: the catalogue and the adoption list as they were published."""

from __future__ import annotations

from functools import partial
from typing import Annotated, BinaryIO

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, PathParameter, QueryParameter, SkipValidation
from litestar.response import Stream
from pydantic import BaseModel, ConfigDict, Field

from api.moment import now
from api.parameters import TEXT, Day, Limit, Offset, Words, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import writes
from api.sending import JSON, spooled
from api.turns import Turns
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.terms import EditionKind
from catalog.services import edition_comparing, editions
from catalog.services.editions import LONGEST_NOTE, NewEdition
from catalog.views.editions import (
    EditionContent,
    EditionDifference,
    EditionRebuilt,
    EditionSheet,
    EditionsPage,
    EditionView,
)

EditionInPath = Annotated[str, PathParameter(pattern=r"^(catalogue|adoptions)-\d{4}-\d{1,6}$")]
OpenTurns = NamedDependency[SkipValidation[Turns]]


class EditionBody(BaseModel):
    """Which list to publish, as of which day (today's if none is given)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: EditionKind
    as_of: Day = None
    note: Annotated[str | None, Field(max_length=LONGEST_NOTE, pattern=TEXT)] = None


class CorrectionBody(BaseModel):
    """What was found wrong in an edition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE, pattern=TEXT)]


class EditionsController(Controller):
    """Published editions."""

    path = "/editions"
    tags = ("editions",)

    @read(operation_id="list_editions", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        kind: Annotated[EditionKind | None, QueryParameter()] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> EditionsPage:
        """Return the editions, the latest first."""
        with database.reading() as connection:
            return editions.browse_editions(connection, kind=kind, limit=limit, offset=offset)

    @writes(post)(operation_id="publish_edition", responses=problem_responses(400, 401, 403, 409))
    def publish(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: JSONBody[EditionBody],
    ) -> EditionView:
        """Freeze a list as of a day, from what is known now."""
        new = NewEdition(kind=data.kind, as_of=day_or_today(data.as_of), note=data.note)
        with database.transaction() as session:
            return editions.publish_edition(session, new, actor=actor, now=now())

    @get("/{key:str}", operation_id="get_edition", sync_to_thread=True,
         responses=problem_responses(400, 404))  # fmt: skip
    def show(
        self,
        database: NamedDependency[Database],
        key: EditionInPath,
        q: Words = "",
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> EditionSheet:
        """Return an edition with those of its entries that hold the words."""
        with database.reading() as connection:
            return editions.get_edition(connection, key, words=q, limit=limit, offset=offset)

    @get(
        "/{key:str}/content",
        operation_id="get_edition_content",
        responses={
            200: ResponseSpec(data_container=EditionContent, generate_examples=False),
            **problem_responses(400, 404),
        },
    )
    async def content(
        self, database: NamedDependency[Database], turns: OpenTurns, key: EditionInPath
    ) -> Stream:
        """Return the very bytes whose SHA-256 is the edition's hash."""
        return await turns.take(partial(edition_json, database, key))

    @get("/{key:str}/rebuilt", operation_id="get_rebuilt_edition",
         responses=problem_responses(400, 404))  # fmt: skip
    async def rebuilt(
        self, database: NamedDependency[Database], turns: OpenTurns, key: EditionInPath
    ) -> EditionRebuilt:
        """Make an edition again from what was known then, and compare the hashes."""
        return await turns.take(partial(_rebuilt, database, key))

    @get("/{key:str}/since/{older:str}", operation_id="get_edition_difference",
         responses=problem_responses(400, 404, 409))  # fmt: skip
    async def difference(
        self,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
        older: EditionInPath,
    ) -> EditionDifference:
        """Return what an edition adds to an earlier one, lacks of it, and states otherwise."""
        return await turns.take(partial(_difference, database, older, key))

    @writes(post)("/{key:str}/corrections", operation_id="correct_edition",
                  responses=problem_responses(400, 401, 403, 404, 409))  # fmt: skip
    def correct(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: EditionInPath,
        data: JSONBody[CorrectionBody],
    ) -> EditionSheet:
        """Publish a correction beside an edition."""
        with database.transaction() as session:
            return editions.annotate(session, key, text=data.text, actor=actor, now=now())


def edition_json(database: Database, key: str, *, name: str | None = None) -> Stream:
    """Return the very bytes whose SHA-256 is the edition's hash; with a name, to be saved."""

    def write(file: BinaryIO) -> None:
        with database.reading() as connection:
            file.writelines(editions.edition_pieces(connection, key))

    return spooled(write, JSON, name=name)


def _rebuilt(database: Database, key: str) -> EditionRebuilt:
    with database.reading() as connection:
        return edition_comparing.rebuild(connection, key)


def _difference(database: Database, older: str, newer: str) -> EditionDifference:
    with database.reading() as connection:
        return edition_comparing.difference(connection, older, newer)
