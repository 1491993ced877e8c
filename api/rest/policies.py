"""/api/v1/…/score-policies: what owners lay over the shared score."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import BaseModel, ConfigDict, Field

from api.auth import reader_of
from api.parameters import KEY, TEXT, KeyInPath, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.moment import now
from api.rest.writing import writes
from catalog.db import Database
from catalog.permissions import Action, Actor, ensure
from catalog.rules.score.policy import Policy
from catalog.services import policies, scoring
from catalog.services.scoring import Asked
from catalog.views.score import PolicyPreview, PolicyView

LONGEST_PREVIEW = 100


class PolicyBody(BaseModel):
    """An owner's policy; ``pack`` is the score pack that it is laid over, ``key@version``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policy: Policy
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
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: JSONBody[PolicyBody],
    ) -> PolicyView:
        """Let an organisation's policy be this from now on; earlier ones stay on record."""
        with database.transaction() as session:
            return policies.set_policy(
                session,
                data.policy.model_dump(mode="json"),
                organisation=key,
                pack=data.pack,
                actor=actor,
                now=now(),
            )


class PreviewController(Controller):
    """What a policy would do."""

    path = "/score-policy-previews"
    tags = ("score",)

    @writes(post)(
        operation_id="preview_score_policy", responses=problem_responses(400, 401, 403, 404, 409)
    )
    def preview(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: JSONBody[PreviewBody],
    ) -> PolicyPreview:
        """Return which products would fall out by a policy, and why; nothing is changed."""
        ensure(actor, Action.SET_SCORE_POLICY)
        asked = Asked(on=day_or_today(None), pack=data.pack)
        with database.reading() as connection:
            policies.ensure_fits(data.policy, scoring.pack_of(connection, asked))
            return policies.preview(
                connection, data.policy, asked, category=data.category, limit=LONGEST_PREVIEW
            )
