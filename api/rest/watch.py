"""/api/v1/watch-list and /api/v1/notices: what runs out or waits, and what one was told."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import KEY, BoolInBody, Day, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.rest.writing import Asking, own, writes
from catalog.rules.watching import WatchKind
from catalog.services import notices, watching
from catalog.views.notices import NoticeChoiceView, NoticePage
from catalog.views.watching import WatchPage

_MOST_KEYS = 1000
Keys = Annotated[
    list[Annotated[str, Field(pattern=KEY, max_length=80)]], Field(max_length=_MOST_KEYS)
]


class ReadBody(BaseModel):
    """Which notices were read; without keys, all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: Keys | None = None


class ChoiceBody(BaseModel):
    """Whether notices of a kind are shown and mailed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: WatchKind
    is_shown: BoolInBody = True
    is_mailed: BoolInBody = True


class ChoicesBody(BaseModel):
    """What to be told; kinds that are not named are shown and mailed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    choices: Annotated[list[ChoiceBody], Field(max_length=len(WatchKind))]


class WatchController(Controller):
    """Watch-lists."""

    path = "/watch-list"
    tags = ("notices",)

    @own(
        operation_id="list_watched",
        responses=problem_responses(400, 401, 403),
    )
    def index(
        self,
        asking: NamedDependency[Asking],
        on: Day = None,
        kind: Annotated[WatchKind | None, QueryParameter()] = None,
        division: Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> WatchPage:
        """Return what the caller should look at, the most pressing day first."""
        with asking.reading() as connection:
            return watching.watch_list(
                connection,
                actor=asking.actor,
                on=day_or_today(on),
                kinds=[kind] if kind else [],
                division=division,
                limit=limit,
                offset=offset,
            )


class NoticesController(Controller):
    """Notices."""

    path = "/notices"
    tags = ("notices",)

    @own(
        operation_id="list_notices",
        responses=problem_responses(400, 401, 403),
    )
    def index(
        self, asking: NamedDependency[Asking], limit: Limit = 20, offset: Offset = 0
    ) -> NoticePage:
        """Return the notices of the caller's organisation, the latest first."""
        with asking.reading() as connection:
            return notices.inbox(connection, actor=asking.actor, limit=limit, offset=offset)

    @writes(post)(
        "/read", operation_id="set_notices_read", responses=problem_responses(400, 401, 403)
    )
    def read(self, asking: NamedDependency[Asking], data: JSONBody[ReadBody]) -> NoticePage:
        """Mark notices as read by the caller, and return the first page of what there is."""
        with asking.transaction() as session:
            notices.read_notices(session, data.keys, actor=asking.actor, now=asking.now())
            return notices.inbox(session.connection(), actor=asking.actor, limit=20)

    @own(
        "/choices",
        operation_id="get_notice_choices",
        responses=problem_responses(401, 403),
    )
    def choices(self, asking: NamedDependency[Asking]) -> list[NoticeChoiceView]:
        """Return of which kinds the caller is shown and mailed notices."""
        with asking.reading() as connection:
            return notices.choices(connection, actor=asking.actor)

    @writes(put)(
        "/choices", operation_id="set_notice_choices", responses=problem_responses(400, 401, 403)
    )
    def choose(
        self, asking: NamedDependency[Asking], data: JSONBody[ChoicesBody]
    ) -> list[NoticeChoiceView]:
        """Keep of which kinds the caller wants to be shown and mailed notices."""
        # Of a kind that is said twice, the last counts.
        chosen = {each.kind: each for each in data.choices}
        wanted = [NoticeChoiceView(**each.model_dump()) for each in chosen.values()]
        with asking.transaction() as session:
            notices.choose(session, wanted, actor=asking.actor, now=asking.now())
            return notices.choices(session.connection(), actor=asking.actor)
