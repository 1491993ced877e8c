"""Queries for webhooks, and for what was sent to them or waits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from catalog.errors import WebhookNotFoundError
from catalog.models.account import Organisation
from catalog.models.notice import Webhook, WebhookDelivery, WebhookTry
from catalog.rules.watching import WatchKind
from catalog.views.notices import DeliveryView, TryView, WebhookView

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_VIEW: Select[*tuple[Any, ...]] = (
    select(
        Webhook.key,
        Webhook.url,
        Webhook.kinds,
        Webhook.made_by,
        Webhook.made_at,
        Webhook.ended_at,
    )
    .join(Organisation, Organisation.id == Webhook.organisation_id)
    .where(Organisation.key == bindparam("organisation"))
    .order_by(Webhook.id.desc())
)
_STANDING = _VIEW.where(Webhook.ended_at.is_(None))
_BY_KEY = _VIEW.where(Webhook.key == bindparam("key"))
_ID: Select[*tuple[Any, ...]] = select(Webhook.id).where(Webhook.key == bindparam("key"))
_ORGANISATION_ID: Select[*tuple[Any, ...]] = select(Organisation.id).where(
    Organisation.key == bindparam("organisation")
)
_DELIVERIES: Select[*tuple[Any, ...]] = (
    select(
        WebhookDelivery.id,
        WebhookDelivery.key,
        Webhook.key.label("webhook"),
        WebhookDelivery.event,
        WebhookDelivery.payload,
        WebhookDelivery.made_at,
        WebhookDelivery.next_at,
        WebhookDelivery.delivered_at,
    )
    .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
    .where(Webhook.key == bindparam("webhook"))
    .order_by(WebhookDelivery.id.desc())
)
_PAGE = _DELIVERIES.limit(bindparam("limit")).offset(bindparam("offset"))
_ONE = _DELIVERIES.where(WebhookDelivery.key == bindparam("key"))
_COUNT: Select[*tuple[Any, ...]] = (
    select(func.count())
    .select_from(WebhookDelivery)
    .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
    .where(Webhook.key == bindparam("webhook"))
)
_TRIES: Select[*tuple[Any, ...]] = (
    select(WebhookTry.delivery_id, WebhookTry.tried_at, WebhookTry.status, WebhookTry.trouble)
    .where(WebhookTry.delivery_id.in_(_IDS))
    .order_by(WebhookTry.id)
)
_WAITING: Select[*tuple[Any, ...]] = (
    select(
        WebhookDelivery.id,
        WebhookDelivery.key,
        WebhookDelivery.event,
        WebhookDelivery.payload,
        WebhookDelivery.tries,
        Webhook.url,
        Webhook.secret,
    )
    .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
    .where(
        WebhookDelivery.next_at <= bindparam("now", type_=WebhookDelivery.next_at.type),
        Webhook.ended_at.is_(None),
    )
    .order_by(WebhookDelivery.next_at, WebhookDelivery.id)
    .limit(bindparam("limit"))
)


def of_organisation(connection: Connection, organisation: str) -> list[WebhookView]:
    """Return the webhooks of an organisation that stand, the latest first."""
    rows = connection.execute(_STANDING, {"organisation": organisation})
    return [_view(row) for row in rows]


def get(connection: Connection, key: str, *, organisation: str) -> WebhookView:
    """Return a webhook of an organisation, ended or not, or raise WebhookNotFoundError."""
    row = connection.execute(_BY_KEY, {"key": key, "organisation": organisation}).one_or_none()
    if row is None:
        raise WebhookNotFoundError(key=key)
    return _view(row)


def webhook_id(connection: Connection, key: str) -> int:
    """Return the id of a webhook that is there."""
    return int(connection.execute(_ID, {"key": key}).scalar_one())


def organisation_id(connection: Connection, key: str) -> int | None:
    """Return the id of an organisation, None if there is none of this key."""
    found: int | None = connection.scalar(_ORGANISATION_ID, {"organisation": key})
    return found


def deliveries(
    connection: Connection, webhook: str, *, limit: int, offset: int
) -> list[DeliveryView]:
    """Return what was sent to a webhook or waits, the latest first."""
    asked = {"webhook": webhook, "limit": limit, "offset": offset}
    return _delivery_views(connection, connection.execute(_PAGE, asked).all())


def count_deliveries(connection: Connection, webhook: str) -> int:
    """Return how many messages a webhook has had or will have."""
    return connection.scalar(_COUNT, {"webhook": webhook}) or 0


def get_delivery(connection: Connection, webhook: str, key: str) -> tuple[int, DeliveryView]:
    """Return a message of a webhook with its id, or raise WebhookNotFoundError."""
    rows = connection.execute(_ONE, {"webhook": webhook, "key": key}).all()
    if not rows:
        raise WebhookNotFoundError(key=key)
    return rows[0].id, _delivery_views(connection, rows)[0]


def waiting(connection: Connection, *, now: dt.datetime, limit: int) -> list[Any]:
    """Return messages whose time has come: id, key, event, payload, tries, url, sealed secret."""
    return list(connection.execute(_WAITING, {"now": now, "limit": limit}))


def _view(row: Any) -> WebhookView:  # noqa: ANN401  A row of the query.
    kinds = [WatchKind(kind) for kind in msgspec.json.decode(row.kinds, type=list[str])]
    return WebhookView(row.key, row.url, kinds, row.made_by, row.made_at, row.ended_at)


def _delivery_views(connection: Connection, rows: Any) -> list[DeliveryView]:  # noqa: ANN401
    tries: dict[int, list[TryView]] = defaultdict(list)
    for row in connection.execute(_TRIES, {"ids": [row.id for row in rows]}):
        tries[row[0]].append(TryView(*row[1:]))
    return [
        DeliveryView(
            key=row.key,
            webhook=row.webhook,
            event=row.event,
            payload=row.payload,
            made_at=row.made_at,
            next_at=row.next_at,
            delivered_at=row.delivered_at,
            is_dead=row.next_at is None and row.delivered_at is None,
            tries=tries[row.id],
        )
        for row in rows
    ]
