"""/api/v1/epds: environmental product declarations, their files and their products."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from api.moment import now
from api.parameters import KEY, TEXT, Day, KeyInPath, Limit, Offset, Words, day_or_today
from api.problems import language_of, problem_responses
from api.reading import read
from api.rest.writing import writes
from api.web.epds import file_answer
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import catalogue, epds
from catalog.views.epds import EpdPage, EpdView, ProductEpdView
from importers.epd.write import Form, write_epds

Source = Annotated[str | None, QueryParameter(max_length=200, pattern=TEXT)]
ProductInPath = Annotated[str, PathParameter(pattern=KEY, max_length=80)]


class LinkReason(msgspec.Struct, frozen=True):
    """Why a declaration is about a product, in a person's words."""

    reason: Annotated[str, msgspec.Meta(max_length=epds.LONGEST_REASON, pattern=TEXT)] = ""


class EpdsController(Controller):
    """Declarations."""

    path = "/"
    tags = ("epds",)

    @read("/epds", operation_id="list_epds", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        q: Words = "",
        on: Day = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> EpdPage:
        """Return one page of the declarations that hold every word, in order of name."""
        with database.reading() as connection:
            return epds.browse_epds(connection, q, on=day_or_today(on), limit=limit, offset=offset)

    @read("/epds/{key:str}", operation_id="get_epd", responses=problem_responses(400, 404))
    def show(self, database: NamedDependency[Database], key: KeyInPath, on: Day = None) -> EpdView:
        """Return what every source states of a declaration, and whether it holds on a day."""
        with database.reading() as connection:
            return epds.get_epd(connection, key, on=day_or_today(on))

    @get(
        "/epds/{key:str}/files/{form:str}",
        operation_id="get_epd_file",
        sync_to_thread=True,
        responses=problem_responses(400, 404),
    )
    def file(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        key: KeyInPath,
        form: Annotated[Form, PathParameter()],
        source: Source = None,
    ) -> Response[bytes]:
        """Return what a source (by default the last) states of a declaration, as a file."""
        with database.reading() as connection:
            record = epds.epd_record(connection, key, source=source)
        return file_answer(write_epds([record], form, language=language_of(request)), key)

    @read(
        "/products/{key:str}/epds",
        operation_id="list_product_epds",
        responses=problem_responses(400, 404),
    )
    def of_product(
        self, database: NamedDependency[Database], key: KeyInPath, on: Day = None
    ) -> list[ProductEpdView]:
        """Return the declarations about a product."""
        with database.reading() as connection:
            product = catalogue.get_product(connection, key)
            return epds.epds_of_product(connection, product, on=day_or_today(on))

    @writes(put)(
        "/epds/{key:str}/products/{product:str}",
        operation_id="link_epd_product",
        responses=problem_responses(400, 401, 403, 404),
    )
    def link(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        product: ProductInPath,
        data: JSONBody[LinkReason],
    ) -> EpdView:
        """Say that a declaration is about a product."""
        with database.transaction() as session:
            epds.link_product(session, key, product, reason=data.reason, actor=actor, now=now())
        with database.reading() as connection:
            return epds.get_epd(connection, key, on=day_or_today(None))

    @writes(delete)(
        "/epds/{key:str}/products/{product:str}",
        operation_id="unlink_epd_product",
        responses=problem_responses(400, 401, 403, 404),
    )
    def unlink(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        product: ProductInPath,
    ) -> EpdView:
        """Say that a declaration is not about a product; no import will link the two again."""
        with database.transaction() as session:
            epds.unlink_product(session, key, product, actor=actor, now=now())
        with database.reading() as connection:
            return epds.get_epd(connection, key, on=day_or_today(None))
