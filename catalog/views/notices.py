"""What a reader sees of notices, of what it chose to be told, and of webhooks."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.watching import WatchKind


class NoticeView(msgspec.Struct, frozen=True):
    """Something that an organisation is told; ``due_on`` is null where the day is unknown."""

    key: str
    kind: WatchKind
    thing: str
    thing_key: str
    name: str
    due_on: dt.date | None
    made_at: dt.datetime
    is_read: bool


class NoticePage(msgspec.Struct, frozen=True):
    """A window on the notices, the latest first."""

    items: list[NoticeView]
    unread: int
    limit: int
    offset: int
    total: int


class NoticeChoiceView(msgspec.Struct, frozen=True):
    """Whether an account is shown, and mailed, a kind of notice."""

    kind: WatchKind
    is_shown: bool
    is_mailed: bool


class WebhookView(msgspec.Struct, frozen=True):
    """A webhook without its secret; without kinds it is told of every one."""

    key: str
    url: str
    kinds: list[WatchKind]
    made_by: str
    made_at: dt.datetime
    ended_at: dt.datetime | None


class MadeWebhook(msgspec.Struct, frozen=True):
    """A webhook that was just made, with the secret that is shown this once."""

    webhook: WebhookView
    secret: str


class TryView(msgspec.Struct, frozen=True):
    """One attempt at a delivery, and what came of it."""

    tried_at: dt.datetime
    status: int | None
    trouble: str | None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """Something sent to a webhook; a dead one is tried no more until a person sends it again."""

    key: str
    webhook: str
    event: str
    payload: str
    made_at: dt.datetime
    next_at: dt.datetime | None
    delivered_at: dt.datetime | None
    is_dead: bool
    tries: list[TryView]


class DeliveryPage(msgspec.Struct, frozen=True):
    """A window on what was sent to a webhook, the latest first."""

    items: list[DeliveryView]
    limit: int
    offset: int
    total: int
