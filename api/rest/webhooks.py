"""/api/v1/webhooks: where an organisation is told of its notices, and what was sent."""

from __future__ import annotations

import secrets
from typing import Annotated

from litestar import Controller, delete, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, SkipValidation
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import TEXT, KeyInPath, Limit, Offset
from api.problems import problem_responses
from api.rest.writing import Asking, own, writes
from api.telling import new_key
from catalog.rules.watching import WatchKind
from catalog.sealing import Sealer
from catalog.services import webhooks
from catalog.services.webhooks import LONGEST_URL, NewWebhook
from catalog.views.notices import DeliveryPage, DeliveryView, MadeWebhook, WebhookView
from catalog.webhook_sender import WebhookSender


class WebhookBody(BaseModel):
    """A webhook to be kept; without kinds it is told of every one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(max_length=LONGEST_URL, pattern=TEXT)]
    kinds: Annotated[list[WatchKind], Field(max_length=len(WatchKind))] = []


class WebhooksController(Controller):
    """Webhooks."""

    path = "/webhooks"
    tags = ("notices",)

    @own(
        operation_id="list_webhooks",
        responses=problem_responses(401, 403),
    )
    def index(self, asking: NamedDependency[Asking]) -> list[WebhookView]:
        """Return the webhooks of the caller's organisation, without their secrets."""
        with asking.reading() as connection:
            return webhooks.list_webhooks(connection, actor=asking.actor)

    @writes(post)(operation_id="add_webhook", responses=problem_responses(400, 401, 403))
    def add(
        self,
        asking: NamedDependency[Asking],
        sealer: NamedDependency[SkipValidation[Sealer]],
        webhook_sender: NamedDependency[SkipValidation[WebhookSender]],
        data: JSONBody[WebhookBody],
    ) -> MadeWebhook:
        """Keep a webhook; the secret that signs what it gets is in this answer only."""
        new = NewWebhook(
            url=data.url,
            kinds=frozenset(data.kinds),
            key=new_key(),
            secret=secrets.token_urlsafe(32),
        )
        with asking.transaction() as session:
            return webhooks.add_webhook(
                session,
                new,
                sealer=sealer,
                sender=webhook_sender,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(delete)(
        "/{key:str}", operation_id="end_webhook", responses=problem_responses(400, 401, 403, 404)
    )
    def end(self, asking: NamedDependency[Asking], key: KeyInPath) -> list[WebhookView]:
        """Send nothing more to a webhook, and return those that stand."""
        with asking.transaction() as session:
            webhooks.end_webhook(session, key, actor=asking.actor, now=asking.now())
            return webhooks.list_webhooks(session.connection(), actor=asking.actor)

    @own(
        "/{key:str}/deliveries",
        operation_id="list_webhook_deliveries",
        responses=problem_responses(400, 401, 403, 404),
    )
    def deliveries(
        self, asking: NamedDependency[Asking], key: KeyInPath, limit: Limit = 20, offset: Offset = 0
    ) -> DeliveryPage:
        """Return what was sent to a webhook with every attempt, the latest first."""
        with asking.reading() as connection:
            return webhooks.list_deliveries(
                connection, key, actor=asking.actor, limit=limit, offset=offset
            )

    @writes(post)(
        "/{key:str}/deliveries",
        operation_id="send_ping",
        responses=problem_responses(400, 401, 403, 404),
    )
    def ping(self, asking: NamedDependency[Asking], key: KeyInPath) -> DeliveryView:
        """Send a message that says nothing but that the webhook works."""
        with asking.transaction() as session:
            return webhooks.ping(session, key, key=new_key(), actor=asking.actor, now=asking.now())

    @writes(post)(
        "/{key:str}/deliveries/{delivery:str}",
        operation_id="send_delivery",
        responses=problem_responses(400, 401, 403, 404),
    )
    def again(
        self, asking: NamedDependency[Asking], key: KeyInPath, delivery: KeyInPath
    ) -> DeliveryView:
        """Send a message once more, under the key that it had."""
        with asking.transaction() as session:
            return webhooks.send_again(session, key, delivery, actor=asking.actor, now=asking.now())
