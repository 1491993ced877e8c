"""Queries for those who run the system: what waits, what failed, and how much there is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, and_, func, not_, or_, select, text

from catalog.models.account import Account, ApiToken, Membership, Organisation
from catalog.models.audit import AuditEntry
from catalog.models.importing import ImportRun
from catalog.models.notice import Letter, Webhook, WebhookDelivery
from catalog.models.outbox import OutboxEntry
from catalog.repositories import audit
from catalog.views.audit import AuditEntryView
from catalog.views.upkeep import OrganisationCount, StandingToken, UnsentLetter, UnsentMessage

_UNSENT = Letter.sent_at.is_(None)
_UNTAKEN = WebhookDelivery.delivered_at.is_(None)


def organisations(connection: Connection) -> list[OrganisationCount]:
    """Return how many organisations there are of each role and state."""
    rows = connection.execute(
        select(Organisation.role, Organisation.state, func.count())
        .group_by(Organisation.role, Organisation.state)
        .order_by(Organisation.role, Organisation.state)
    )
    return [OrganisationCount(*row) for row in rows]


def accounts(connection: Connection) -> tuple[int, int]:
    """Return how many accounts are open, and how many of them have a second factor."""
    is_open = Account.closed_at.is_(None)
    count = select(func.count()).select_from(Account).where(is_open)
    return (
        connection.scalar(count) or 0,
        connection.scalar(count.where(Account.second_factor_on)) or 0,
    )


def tokens(
    connection: Connection,
    *,
    now: dt.datetime,
    limit: int,
    offset: int = 0,
    words: str = "",
    stands: bool = True,
) -> tuple[list[StandingToken], int]:
    """Return the tokens that open something, those that end first before others, and how many.

    ``words`` are looked for in a token's key and name and in its organisation's and maker's;
    without ``stands`` they are those that were revoked or expired, the latest first.
    """
    is_standing = and_(ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
    found = (
        select(
            ApiToken.key,
            ApiToken.name,
            Organisation.key.label("organisation"),
            Organisation.name.label("organisation_name"),
            Account.name.label("made_by"),
            ApiToken.expires_at,
            ApiToken.used_at,
            ApiToken.revoked_at,
        )
        .join(Membership, Membership.id == ApiToken.membership_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(Account, Account.id == Membership.account_id)
        .where(is_standing if stands else not_(is_standing))
    )
    if words:
        columns = (ApiToken.key, ApiToken.name, Organisation.name, Account.name, Account.login)
        found = found.where(or_(*(c.icontains(words, autoescape=True) for c in columns)))
    order = (ApiToken.expires_at, ApiToken.id) if stands else (ApiToken.id.desc(),)
    rows = connection.execute(found.order_by(*order).limit(limit).offset(offset))
    number = connection.scalar(select(func.count()).select_from(found.subquery())) or 0
    return [StandingToken(**row._asdict()) for row in rows], number


def runs(connection: Connection) -> dict[str, int]:
    """Return how many runs of the ledger stand in each state."""
    rows = connection.execute(select(ImportRun.state, func.count()).group_by(ImportRun.state))
    return {row[0].value: row[1] for row in rows}


def backlog(connection: Connection) -> tuple[int, dt.datetime | None]:
    """Return how many changes search has yet to learn, and since when the oldest waits."""
    row = connection.execute(select(func.count(), func.min(OutboxEntry.recorded_at))).one()
    return row[0], row[1]


def letters(connection: Connection, *, limit: int) -> tuple[int, int, list[UnsentLetter]]:
    """Return how many letters wait, how many are given up, and those with trouble."""
    rows = connection.execute(
        select(Letter.subject, Letter.made_at, Letter.tries, Letter.next_at, Letter.trouble)
        .where(_UNSENT, Letter.trouble.is_not(None))
        .order_by(Letter.id.desc())
        .limit(limit)
    )
    waiting, given_up = _waiting(connection, Letter, _UNSENT)
    return waiting, given_up, [UnsentLetter(**row._asdict()) for row in rows]


def messages(connection: Connection, *, limit: int) -> tuple[int, int, list[UnsentMessage]]:
    """Return how many messages to webhooks wait, how many are given up, and those with trouble."""
    rows = connection.execute(
        select(
            Webhook.key.label("webhook"),
            Organisation.name.label("organisation_name"),
            WebhookDelivery.made_at,
            WebhookDelivery.tries,
            WebhookDelivery.next_at,
            WebhookDelivery.status,
            WebhookDelivery.trouble,
        )
        .join(Webhook, Webhook.id == WebhookDelivery.webhook_id)
        .join(Organisation, Organisation.id == Webhook.organisation_id)
        .where(_UNTAKEN, WebhookDelivery.tries > 0)
        .order_by(WebhookDelivery.id.desc())
        .limit(limit)
    )
    waiting, given_up = _waiting(connection, WebhookDelivery, _UNTAKEN)
    return waiting, given_up, [UnsentMessage(**row._asdict()) for row in rows]


def entries(connection: Connection) -> int:
    """Return how many entries the record has: their numbers have no gaps."""
    return connection.scalar(select(func.max(AuditEntry.number))) or 0


def last_entry(
    connection: Connection, thing: str | None = None, key: str | None = None
) -> AuditEntryView | None:
    """Return the last entry of the record, or the last one about a thing."""
    statement = select(func.max(AuditEntry.number))
    if thing is not None:
        statement = statement.where(AuditEntry.thing == thing, AuditEntry.thing_key == key)
    number = connection.scalar(statement)
    return None if number is None else audit.by_number(connection, number, within=None)


def database_version(connection: Connection) -> str:
    """Return which database this is, with its version."""
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def _waiting(connection: Connection, model: Any, unsent: Any) -> tuple[int, int]:  # noqa: ANN401  Either queue.
    count = select(func.count()).select_from(model).where(unsent)
    return (
        connection.scalar(count.where(model.next_at.is_not(None))) or 0,
        connection.scalar(count.where(model.next_at.is_(None))) or 0,
    )
