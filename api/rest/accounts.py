"""/api/v1/me and /api/v1/organisations: whom a token stands for, and who registered."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from api.auth import actor_of
from api.parameters import TEXT, KeyInPath, Limit, Offset
from api.problems import problem_responses
from api.rest.writing import Asking, own, writes
from catalog.permissions import Action, Actor, Rank, Role, reach_of
from catalog.rules.terms import OrganisationState
from catalog.services import organisations
from catalog.views.accounts import OrganisationPage, OrganisationView


class Me(msgspec.Struct, frozen=True):
    """Whom a token stands for; ``actions`` are those that it may do, to its own or more."""

    name: str
    role: Role
    rank: Rank
    organisation: str | None
    division: str | None
    actions: list[Action]


class JudgementBody(BaseModel):
    """What is held of a registration, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Annotated[
        str, Field(min_length=1, max_length=organisations.LONGEST_REASON, pattern=TEXT)
    ]


class MeController(Controller):
    """Whom a token stands for."""

    path = "/me"
    tags = ("accounts",)

    @get(
        operation_id="get_me",
        sync_to_thread=False,
        security=[{"token": []}],
        dependencies=actor_of,
        responses=problem_responses(401),
    )
    def show(self, actor: NamedDependency[Actor]) -> Me:
        """Return whom the token stands for."""
        return Me(
            actor.name,
            actor.role,
            actor.rank,
            actor.organisation,
            actor.division,
            [action for action in Action if reach_of(actor, action) is not None],
        )


class OrganisationsController(Controller):
    """Registrations, for those who judge them."""

    path = "/organisations"
    tags = ("accounts",)

    @own(
        operation_id="list_organisations",
        responses=problem_responses(400, 401, 403),
    )
    def index(
        self,
        asking: NamedDependency[Asking],
        standing: Annotated[OrganisationState | None, QueryParameter()] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> OrganisationPage:
        """Return organisations, those that wait longest first."""
        with asking.reading() as connection:
            return organisations.registrations(
                connection, actor=asking.actor, state=standing, limit=limit, offset=offset
            )

    @writes(post)(
        "/{key:str}/prove",
        operation_id="prove_organisation",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def prove(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[JudgementBody]
    ) -> OrganisationView:
        """Hold it to be proved that an organisation is who it says it is."""
        with asking.transaction() as session:
            return organisations.prove(
                session, key, reason=data.reason, actor=asking.actor, now=asking.now()
            )

    @writes(post)(
        "/{key:str}/refuse",
        operation_id="refuse_organisation",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def refuse(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[JudgementBody]
    ) -> OrganisationView:
        """Refuse a registration, with the reason that its people are to read."""
        with asking.transaction() as session:
            return organisations.refuse(
                session, key, reason=data.reason, actor=asking.actor, now=asking.now()
            )
