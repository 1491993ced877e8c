"""/api/v1/…/rules: which rule packs are in force, which a project goes by, and choosing one."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import TEXT, Day, IdInPath, KeyInPath, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.writing import Asking, writes
from api.turns import Turns
from catalog.db import Database
from catalog.rules.packs import Pack, PackInUse, RatioPack
from catalog.services import choosing, measures
from catalog.views.measures import MeasuresView
from catalog.views.rules import RuleChoiceView

Place = Annotated[
    str,
    QueryParameter(
        pattern=r"^[A-Z]{2}(-[A-Za-z0-9]+)*$", max_length=80, description="Such as CN-XJ-XPCC."
    ),
]
Reason = Annotated[str, Field(min_length=1, max_length=choosing.LONGEST_REASON, pattern=TEXT)]


class RuleView(msgspec.Struct, frozen=True):
    """A pack to go by; ``reason`` says why it was chosen, null where it is in force by itself."""

    kind: str
    method: str | None
    key: str
    version: str
    jurisdiction: str
    effective_from: dt.date
    effective_to: dt.date | None
    choice: int | None
    reason: str | None


class ChoiceBody(BaseModel):
    """Which pack to go by, as ``key@version`` or a key alone for its newest version, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pack: Annotated[str, Field(min_length=1, max_length=80, pattern=TEXT)]
    reason: Reason


class WithdrawalBody(BaseModel):
    """Why a choice is withdrawn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason


class RulesController(Controller):
    """Rule packs in force."""

    path = "/rules-in-force"
    tags = ("reference",)

    @read(operation_id="list_rules_in_force", responses=problem_responses(400))
    def in_force(
        self, database: NamedDependency[Database], place: Place, on: Day = None
    ) -> list[RuleView]:
        """Return the packs that are in force at a place on a day."""
        with database.reading() as connection:
            found = choosing.rules_in_force(connection, place=place, on=day_or_today(on))
        return [_view(pack) for pack in found]


class ProjectRulesController(Controller):
    """The packs that a project goes by."""

    path = "/projects"
    tags = ("projects",)

    @read("/{key:str}/rules", operation_id="list_project_rules",
          responses=problem_responses(400, 404))  # fmt: skip
    def rules(
        self, database: NamedDependency[Database], key: KeyInPath, on: Day = None
    ) -> list[RuleView]:
        """Return the packs that a project goes by on a day, and why where they were chosen."""
        with database.reading() as connection:
            found = choosing.rules_of_project(connection, key, on=day_or_today(on))
        return [_in_use(each) for each in found]

    @read("/{key:str}/rule-choices", operation_id="list_rule_choices",
          responses=problem_responses(400, 404))  # fmt: skip
    def choices(self, database: NamedDependency[Database], key: KeyInPath) -> list[RuleChoiceView]:
        """Return every choice that was made for a project, the latest first."""
        with database.reading() as connection:
            return choosing.choices_of_project(connection, key)

    @writes(post)(
        "/{key:str}/rule-choices",
        operation_id="choose_rule_pack",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def choose(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ChoiceBody]
    ) -> RuleChoiceView:
        """Let the project go by a published pack; its buildings are calculated anew later."""
        with asking.transaction() as session:
            return choosing.choose_pack(
                session, key, data.pack, reason=data.reason, actor=asking.actor, now=asking.now()
            )

    @writes(post)(
        "/{key:str}/rule-choices/{id:int}/withdraw",
        operation_id="withdraw_rule_choice",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def withdraw(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        id: IdInPath,
        data: JSONBody[WithdrawalBody],
    ) -> RuleChoiceView:
        """Let the project go by the pack in force again; the choice stays on record."""
        with asking.transaction() as session:
            return choosing.withdraw_choice(
                session, key, id, reason=data.reason, actor=asking.actor, now=asking.now()
            )


class MeasuresController(Controller):
    """Measures of a building beside its ratio."""

    path = "/buildings"
    tags = ("ratios",)

    @get("/{key:str}/measures", operation_id="get_measures", responses=problem_responses(400, 404))
    async def measures(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        key: KeyInPath,
        on: Day = None,
    ) -> MeasuresView:
        """Return the procurement measure and the local materials of a building, on demand."""
        return await turns.take(partial(measures.read_measures, database, key, on=day_or_today(on)))


def _view(pack: Pack) -> RuleView:
    return _in_use(PackInUse(pack))


def _in_use(used: PackInUse) -> RuleView:
    pack = used.pack
    return RuleView(
        kind=pack.kind,
        method=pack.method if isinstance(pack, RatioPack) else None,
        key=pack.key,
        version=pack.version,
        jurisdiction=pack.jurisdiction,
        effective_from=pack.effective_from,
        effective_to=pack.effective_to,
        choice=used.choice.id if used.choice else None,
        reason=used.choice.reason if used.choice else None,
    )
