"""Webhooks of organisations: where to, about what, what was sent, and sending it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec
from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from catalog.errors import PermissionDeniedError, WebhookRefusedError
from catalog.models.notice import Webhook, WebhookDelivery
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import webhooks
from catalog.rules.watching import WatchKind
from catalog.sealing import Sealer
from catalog.services import audit
from catalog.views.notices import DeliveryPage, DeliveryView, MadeWebhook, WebhookView
from catalog.webhook_sender import AddressForbiddenError, WebhookSender

MOST_WEBHOOKS = 10
LONGEST_URL = 500
PING = "ping"


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook to be kept; ``key`` names it, ``secret`` is what nobody can guess."""

    url: str
    kinds: Collection[WatchKind] = ()
    key: str
    secret: str


def list_webhooks(connection: Connection, *, actor: Actor) -> list[WebhookView]:
    """Return the webhooks of the organisation that the actor acts for, without their secrets.

    Raises:
        PermissionDeniedError: The actor keeps no webhooks.
    """
    return webhooks.of_organisation(connection, _organisation(actor))


def add_webhook(
    session: Session,
    new: NewWebhook,
    *,
    sealer: Sealer,
    sender: WebhookSender,
    actor: Actor,
    now: dt.datetime,
) -> MadeWebhook:
    """Keep a webhook; its secret is in the answer, and sealed from then on.

    Raises:
        PermissionDeniedError: The actor keeps no webhooks.
        WebhookRefusedError: The address is none that may be sent to, or there are too many.
    """
    organisation = _organisation(actor)
    connection = session.connection()
    _ensure_address(sender, new.url)
    if len(webhooks.of_organisation(connection, organisation)) >= MOST_WEBHOOKS:
        raise WebhookRefusedError(
            reason_zh=f"最多保留 {MOST_WEBHOOKS} 个", reason_en=f"no more than {MOST_WEBHOOKS}"
        )
    organisation_id = webhooks.organisation_id(connection, organisation)
    if organisation_id is None:
        raise PermissionDeniedError(action=Action.KEEP_WEBHOOKS.value)
    kinds = sorted(kind.value for kind in new.kinds)
    session.add(
        Webhook(
            key=new.key,
            organisation_id=organisation_id,
            url=new.url,
            secret=sealer.seal(new.secret),
            kinds=msgspec.json.encode(kinds).decode(),
            made_by=actor.name,
            made_at=now,
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        action=Action.KEEP_WEBHOOKS,
        thing="webhook",
        key=new.key,
        now=now,
        after={"url": new.url, "kinds": kinds},
        whose=Thing(organisation=organisation),
    )
    return MadeWebhook(webhooks.get(connection, new.key, organisation=organisation), new.secret)


def end_webhook(session: Session, key: str, *, actor: Actor, now: dt.datetime) -> None:
    """Send nothing more to a webhook; what was sent stays on record.

    Raises:
        WebhookNotFoundError: The actor's organisation keeps none of this key.
    """
    organisation = _organisation(actor)
    view = webhooks.get(session.connection(), key, organisation=organisation)
    if view.ended_at is not None:
        return
    session.execute(update(Webhook).where(Webhook.key == key).values(ended_at=now))
    audit.record(
        session,
        actor,
        action=Action.KEEP_WEBHOOKS,
        thing="webhook",
        key=key,
        now=now,
        before={"url": view.url, "kinds": [kind.value for kind in view.kinds]},
        after=None,
        whose=Thing(organisation=organisation),
    )


def list_deliveries(
    connection: Connection, webhook: str, *, actor: Actor, limit: int, offset: int = 0
) -> DeliveryPage:
    """Return what was sent to a webhook, every attempt, and what waits.

    Raises:
        WebhookNotFoundError: The actor's organisation keeps none of this key.
    """
    webhooks.get(connection, webhook, organisation=_organisation(actor))
    return DeliveryPage(
        items=webhooks.deliveries(connection, webhook, limit=limit, offset=offset),
        limit=limit,
        offset=offset,
        total=webhooks.count_deliveries(connection, webhook),
    )


def send_again(
    session: Session, webhook: str, delivery: str, *, actor: Actor, now: dt.datetime
) -> DeliveryView:
    """Let a message go out once more, under the key it had, be it dead or delivered.

    Raises:
        WebhookNotFoundError: The actor's organisation keeps no such webhook or message.
        WebhookRefusedError: The webhook has ended.
    """
    organisation = _organisation(actor)
    connection = session.connection()
    view = webhooks.get(connection, webhook, organisation=organisation)
    number, _ = webhooks.get_delivery(connection, webhook, delivery)
    if view.ended_at is not None:
        raise WebhookRefusedError(reason_zh="它已停用", reason_en="it has ended")
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id == number)
        .values(next_at=now, tries=0, delivered_at=None)
    )
    audit.record(
        session,
        actor,
        action=Action.KEEP_WEBHOOKS,
        thing="webhook",
        key=webhook,
        now=now,
        after={"sent_again": delivery},
        whose=Thing(organisation=organisation),
    )
    return webhooks.get_delivery(connection, webhook, delivery)[1]


def ping(
    session: Session, webhook: str, *, key: str, actor: Actor, now: dt.datetime
) -> DeliveryView:
    """Queue a message that says nothing but that the webhook works; ``key`` names it.

    Raises:
        WebhookNotFoundError: The actor's organisation keeps none of this key.
        WebhookRefusedError: The webhook has ended.
    """
    organisation = _organisation(actor)
    connection = session.connection()
    view = webhooks.get(connection, webhook, organisation=organisation)
    if view.ended_at is not None:
        raise WebhookRefusedError(reason_zh="它已停用", reason_en="it has ended")
    said = {"event": PING, "organisation": organisation, "webhook": webhook, "made_at": now}
    session.add(
        WebhookDelivery(
            key=key,
            webhook_id=webhooks.webhook_id(connection, webhook),
            notice_id=None,
            event=PING,
            payload=msgspec.json.encode(said).decode(),
            made_at=now,
            tries=0,
            next_at=now,
        )
    )
    session.flush()
    return webhooks.get_delivery(connection, webhook, key)[1]


def _organisation(actor: Actor) -> str:
    ensure(actor, Action.KEEP_WEBHOOKS, Thing(organisation=actor.organisation))
    if actor.organisation is None:
        raise PermissionDeniedError(action=Action.KEEP_WEBHOOKS.value)
    return actor.organisation


def _ensure_address(sender: WebhookSender, url: str) -> None:
    try:
        sender.check(url)
    except AddressForbiddenError as error:
        raise WebhookRefusedError(
            reason_zh=f"地址须为公网的 https 地址，且不含用户名和密码（{error}）",
            reason_en=f"give a public https address without user or password ({error})",
        ) from error
    if len(url) > LONGEST_URL:
        raise WebhookRefusedError(reason_zh="地址太长", reason_en="the address is too long")
