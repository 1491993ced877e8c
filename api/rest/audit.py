"""/api/v1/audit: the record of changes."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.auth import actor_of
from api.parameters import TEXT, Day, Limit, Offset
from api.problems import problem_responses
from catalog.db import Database
from catalog.permissions import Action, Actor
from catalog.services import audit
from catalog.views.audit import AuditPage, AuditQuestion

Narrowed = Annotated[str | None, QueryParameter(max_length=200, pattern=TEXT)]


class AuditController(Controller):
    """The record of changes."""

    path = "/audit"
    tags = ("audit",)

    @get(
        operation_id="list_audit",
        security=[{"token": []}],
        dependencies=actor_of,
        sync_to_thread=True,
        responses=problem_responses(400, 401, 403),
    )
    def index(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        who: Narrowed = None,
        action: Annotated[Action | None, QueryParameter()] = None,
        thing: Narrowed = None,
        key: Narrowed = None,
        first: Day = None,
        last: Day = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> AuditPage:
        """Return what was changed, the latest first: a bureau's own, or all."""
        question = AuditQuestion(
            words=who, action=action, thing=thing, key=key, first=first, last=last
        )
        with database.reading() as connection:
            return audit.browse_record(
                connection, question, actor=actor, limit=limit, offset=offset
            )
