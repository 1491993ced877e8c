"""/api/v1/demonstrations: what the Corps names an example."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import Field

from api.parameters import LINES, DayInBody, KeyInPath
from api.problems import problem_responses
from api.reading import read
from api.rest.annual_reports import OfDivision, OfYear
from api.rest.owner_bodies import Body, KeyText, Line
from api.rest.writing import Asking, writes
from catalog.db import Database
from catalog.rules.annual_report.terms import DemonstrationKind
from catalog.services import demonstrations
from catalog.services.demonstrations import LONGEST_REASON, NewDemonstration
from catalog.views.reporting import DemonstrationView

_WRONG = problem_responses(400, 401, 403, 404, 409)


class DemonstrationList(msgspec.Struct, frozen=True):
    """Demonstration projects and bases, the latest named first."""

    items: list[DemonstrationView]


class DemonstrationBody(Body):
    """What is named an example, in which document.

    A project of ours is named by its key; a base by its name and division, with the key of the
    company behind it where that is one of ours.
    """

    kind: DemonstrationKind
    document: Line
    named_on: DayInBody
    project: KeyText | None = None
    company: KeyText | None = None
    name: Line | None = None
    division: KeyText | None = None

    def new(self) -> NewDemonstration:
        """Return what it says."""
        return NewDemonstration(**self.model_dump())


class EndedBody(Body):
    """From which day something is no example any more, and why."""

    on: DayInBody
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=LINES)]


class DemonstrationsController(Controller):
    """Demonstration projects and bases."""

    path = "/demonstrations"
    tags = ("reports",)

    @read(operation_id="list_demonstrations", responses=problem_responses(400))
    def index(
        self,
        database: NamedDependency[Database],
        division: OfDivision = None,
        year: OfYear = None,
    ) -> DemonstrationList:
        """Return what the Corps named an example, withdrawn or not."""
        with database.reading() as connection:
            return DemonstrationList(
                demonstrations.every_demonstration(connection, division=division, year=year)
            )

    @writes(post)(operation_id="add_demonstration", responses=_WRONG)
    def add(
        self, asking: NamedDependency[Asking], data: JSONBody[DemonstrationBody]
    ) -> DemonstrationView:
        """Name a project or a base an example."""
        with asking.transaction() as session:
            return demonstrations.name_demonstration(
                session, data.new(), actor=asking.actor, now=asking.now()
            )

    @writes(post)("/{key:str}/withdraw", operation_id="withdraw_demonstration", responses=_WRONG)
    def withdraw(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[EndedBody]
    ) -> None:
        """Withdraw an example; it stays on record."""
        with asking.transaction() as session:
            demonstrations.withdraw_demonstration(
                session, key, on=data.on, reason=data.reason, actor=asking.actor, now=asking.now()
            )
