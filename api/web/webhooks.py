"""The pages of webhooks: keep them, see what was sent, send it again."""

from __future__ import annotations

import secrets

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath
from api.telling import new_key
from api.web import asked as asking
from api.web.asked import PageNumber
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.watching import WatchKind
from catalog.sealing import Sealer
from catalog.services import webhooks
from catalog.services.webhooks import NewWebhook
from catalog.views.notices import MadeWebhook
from catalog.webhook_sender import WebhookSender

_LARGEST_FORM = 2**16
_HOME = "/webhooks"


class WebhookForm(msgspec.Struct, forbid_unknown_fields=True):
    """Where to send, and about what; no kind is every kind, and one alone comes as a text."""

    url: str = ""
    kind: str | list[str] = ""


class WebhookPages(Controller):
    """Keep the webhooks of one's organisation."""

    path = _HOME
    dependencies = actor_of
    request_max_body_size = _LARGEST_FORM

    @get(name="webhooks:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show the webhooks, and the form for another."""
        return _list(request, database, actor, None)

    @post(name="webhooks:add", sync_to_thread=True)
    def add(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        sealer: NamedDependency[SkipValidation[Sealer]],
        webhook_sender: NamedDependency[SkipValidation[WebhookSender]],
        data: URLEncodedBody[WebhookForm],
    ) -> Template:
        """Keep a webhook, and show its secret this once."""
        new = NewWebhook(
            url=asking.plain(data.url),
            kinds=_kinds(data.kind),
            key=new_key(),
            secret=secrets.token_urlsafe(32),
        )
        with database.transaction() as session:
            made = webhooks.add_webhook(
                session, new, sealer=sealer, sender=webhook_sender, actor=actor, now=now()
            )
        return _list(request, database, actor, made)

    @get("/{key:str}", name="webhooks:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show what was sent to a webhook, with every attempt."""
        with database.reading() as connection:
            found = webhooks.list_deliveries(
                connection, key, actor=actor, limit=PAGE_SIZE, offset=offset(page_number)
            )
        return page(
            request,
            "watch/webhook.html",
            key=key,
            found=found,
            paging=Paging(page_number, PAGE_SIZE, found.total),
        )

    @post("/{key:str}/end", name="webhooks:end", sync_to_thread=True)
    def end(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], key: KeyInPath
    ) -> Redirect:
        """Send nothing more to a webhook."""
        with database.transaction() as session:
            webhooks.end_webhook(session, key, actor=actor, now=now())
        return Redirect(_HOME, status_code=303)

    @post("/{key:str}/ping", name="webhooks:ping", sync_to_thread=True)
    def ping(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor], key: KeyInPath
    ) -> Redirect:
        """Queue a message that only tests the webhook."""
        with database.transaction() as session:
            webhooks.ping(session, key, key=new_key(), actor=actor, now=now())
        return Redirect(f"{_HOME}/{key}", status_code=303)

    @post("/{key:str}/deliveries/{delivery:str}", name="webhooks:again", sync_to_thread=True)
    def again(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        delivery: KeyInPath,
    ) -> Redirect:
        """Send a message once more."""
        with database.transaction() as session:
            webhooks.send_again(session, key, delivery, actor=actor, now=now())
        return Redirect(f"{_HOME}/{key}", status_code=303)


def _kinds(ticked: str | list[str]) -> frozenset[WatchKind]:
    """Return the kinds that were ticked.

    Raises:
        ValidationException: One is none.
    """
    try:
        return frozenset(map(WatchKind, asking.several(ticked)))
    except ValueError:
        raise ValidationException(extra=[{"key": "kind", "message": "not understood"}]) from None


def _list(
    request: PageRequest, database: Database, actor: Actor, made: MadeWebhook | None
) -> Template:
    with database.reading() as connection:
        found = webhooks.list_webhooks(connection, actor=actor)
    return page(
        request,
        "watch/webhooks.html",
        webhooks=found,
        made=made,
        kinds=[kind.value for kind in WatchKind],
    )
