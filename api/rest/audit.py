"""/api/v1/audit: the record of changes."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.parameters import TEXT, Day, Limit, Offset
from api.problems import problem_responses
from api.rest.writing import Asking, own
from catalog.permissions import Action
from catalog.services import audit
from catalog.views.audit import AuditPage, AuditQuestion

Narrowed = Annotated[str | None, QueryParameter(max_length=200, pattern=TEXT)]


class AuditController(Controller):
    """The record of changes."""

    path = "/audit"
    tags = ("audit",)

    @own(
        operation_id="list_audit",
        responses=problem_responses(400, 401, 403),
    )
    def index(
        self,
        asking: NamedDependency[Asking],
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
        with asking.reading() as connection:
            return audit.browse_record(
                connection, question, actor=asking.actor, limit=limit, offset=offset
            )
