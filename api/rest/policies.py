"""/api/v1/…/score-policies: what owners lay over the shared score."""

from __future__ import annotations

from typing import Annotated, Literal

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import BaseModel, ConfigDict, Field

from api.auth import reader_of
from api.parameters import KEY, ONLY_NUMBERS, TEXT, KeyInPath, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import Asking, writes
from catalog.db import Database
from catalog.permissions import Action, Actor, ensure
from catalog.rules.pack_score import Fact
from catalog.rules.score.policy import Exclusion
from catalog.services import policies, scoring
from catalog.services.scoring import Asked
from catalog.views.score import PolicyPreview, PolicyView

LONGEST_PREVIEW = 100
_Number = Annotated[int, Field(ge=0, le=1_000_000), ONLY_NUMBERS]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RequirementBody(_Body):
    """A demand: one of some words, or a number within bounds, whichever the fact can be."""

    fact: Fact
    one_of: Annotated[
        tuple[Annotated[str, Field(max_length=80, pattern=TEXT)], ...], Field(max_length=50)
    ] = ()
    at_least: _Number | None = None
    at_most: _Number | None = None
    unknown: Literal["kept", "falls-out"]


class PolicyContent(_Body):
    """A policy as it is written; whether its parts fit one another, and the pack, is asked later.

    ``weights`` are percent of the shared points.
    """

    weights: Annotated[
        dict[str, Annotated[int, Field(ge=0, le=1000), ONLY_NUMBERS]], Field(max_length=50)
    ] = Field(default_factory=dict)
    requirements: Annotated[tuple[RequirementBody, ...], Field(max_length=50)] = ()
    exclusions: Annotated[tuple[Exclusion, ...], Field(max_length=500)] = ()


class PolicyBody(_Body):
    """An owner's policy; ``pack`` is the score pack that it is laid over, ``key@version``."""

    policy: PolicyContent
    pack: Annotated[str, Field(max_length=80, pattern=TEXT)] | None = None


class PreviewBody(PolicyBody):
    """A policy, and the products to lay it over: those of a category, or all."""

    category: Annotated[str, Field(pattern=KEY, max_length=80)] | None = None


class PolicyController(Controller):
    """Owners' policies over the shared score."""

    path = "/organisations/{key:str}/score-policies"
    tags = ("score",)

    @read(
        operation_id="list_score_policies",
        dependencies=reader_of,
        responses=problem_responses(400, 401, 403, 404),
    )
    def index(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], key: KeyInPath
    ) -> list[PolicyView]:
        """Return every version of an organisation's policy, the latest first."""
        with database.reading() as connection:
            return policies.policies_of(connection, key, actor)

    @writes(post)(
        operation_id="set_score_policy", responses=problem_responses(400, 401, 403, 404, 409)
    )
    def set(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[PolicyBody]
    ) -> PolicyView:
        """Let an organisation's policy be this from now on; earlier ones stay on record."""
        with asking.transaction() as session:
            return policies.set_policy(
                session,
                data.policy.model_dump(mode="json"),
                organisation=key,
                pack=data.pack,
                actor=asking.actor,
                now=asking.now(),
            )


class PreviewController(Controller):
    """What a policy would do."""

    path = "/score-policy-previews"
    tags = ("score",)

    @writes(post)(
        operation_id="preview_score_policy", responses=problem_responses(400, 401, 403, 404, 409)
    )
    def preview(
        self, asking: NamedDependency[Asking], data: JSONBody[PreviewBody]
    ) -> PolicyPreview:
        """Return which products would fall out by a policy, and why; nothing is changed."""
        ensure(asking.actor, Action.SET_SCORE_POLICY)
        asked = Asked(on=day_or_today(None), pack=data.pack)
        with asking.reading() as connection:
            policy = policies.read_policy(
                data.policy.model_dump(mode="json"), scoring.pack_of(connection, asked)
            )
            return policies.preview(
                connection, policy, asked, category=data.category, limit=LONGEST_PREVIEW
            )
