"""/api/v1/targets: the ratios that bureaus set out to reach."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import Field

from api.parameters import TEXT, KeyInPath
from api.problems import problem_responses
from api.reading import read
from api.rest.owner_bodies import Amount, Body, KeyText, ReasonBody
from api.rest.writing import Asking, writes
from catalog.db import Database
from catalog.services import targets
from catalog.services.targets import LONGEST_DOCUMENT, NewTarget
from catalog.views.reporting import TargetView

_WRONG = problem_responses(400, 401, 403, 404, 409)


class TargetList(msgspec.Struct, frozen=True):
    """Every target that was ever set, withdrawn or not, the latest year first."""

    items: list[TargetView]


class TargetBody(Body):
    """A ratio in per cent to be reached, and the document it is in; of no division, the Corps'."""

    division: KeyText | None = None
    year: Annotated[int, Field(ge=1900, le=2199)]
    method: Literal["A", "B", "C"] = "B"
    percent: Amount
    document: Annotated[str, Field(min_length=1, max_length=LONGEST_DOCUMENT, pattern=TEXT)]

    def new(self) -> NewTarget:
        """Return what it says."""
        return NewTarget(**{**self.model_dump(), "percent": Decimal(self.percent)})


class TargetsController(Controller):
    """Targets of divisions, and of the Corps."""

    path = "/targets"
    tags = ("reports",)

    @read(operation_id="list_targets")
    def index(self, database: NamedDependency[Database]) -> TargetList:
        """Return every target that was ever set."""
        with database.reading() as connection:
            return TargetList(targets.every_target(connection))

    @writes(post)(operation_id="set_target", responses=_WRONG)
    def put(self, asking: NamedDependency[Asking], data: JSONBody[TargetBody]) -> TargetView:
        """Set a target, in place of the one that stood for the same."""
        with asking.transaction() as session:
            return targets.set_target(session, data.new(), actor=asking.actor, now=asking.now())

    @writes(post)("/{key:str}/withdraw", operation_id="withdraw_target", responses=_WRONG)
    def withdraw(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ReasonBody]
    ) -> None:
        """Take a target back; it stays on record."""
        with asking.transaction() as session:
            targets.withdraw_target(
                session, key, reason=data.reason, actor=asking.actor, now=asking.now()
            )
