"""Bring letters and webhook messages on their way; one process at a time, by lease."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import insert, update

from catalog.db import Database
from catalog.mailer import Mailer, MailTroubleError
from catalog.models.notice import Letter, WebhookDelivery, WebhookTry
from catalog.permissions import Actor
from catalog.repositories import notices, outbox, webhooks
from catalog.rules.periods import CHINA
from catalog.sealing import SealBrokenError, Sealer
from catalog.services.notices import NewKey, make_notices
from catalog.webhook_sender import (
    AddressForbiddenError,
    Message,
    WebhookSender,
    WebhookTroubleError,
)

LEASE = "notices"
_LEASE_LENGTH = dt.timedelta(minutes=10)
_AT_ONCE = 50
# How long to wait after each attempt that failed; after the last the message is dead.
_WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))
_LONGEST_TROUBLE = 500
_WELL = range(200, 300)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What one round did; None notices where another process has the work in hand."""

    notices: int | None
    letters: int = 0
    letters_failed: int = 0
    messages: int = 0
    messages_failed: int = 0


class Ways(msgspec.Struct, frozen=True, kw_only=True):
    """How people are told: without a mailer letters wait, ``site`` is the address of the pages."""

    sender: WebhookSender
    sealer: Sealer
    mailer: Mailer | None = None
    site: str | None = None


def tell(
    database: Database,
    ways: Ways,
    *,
    actor: Actor,
    holder: str,
    clock: Callable[[], dt.datetime],
    new_key: NewKey,
    on: dt.date | None = None,
) -> Told:
    """Make the notices of a day (today in China), then send what waits.

    Raises:
        PermissionDeniedError: The actor may not send notices.
    """
    with _lease(database, holder, clock()) as is_held:
        if not is_held:
            return Told(notices=None)
        now = clock()
        with database.transaction() as session:
            made = make_notices(
                session,
                on=on or now.astimezone(CHINA).date(),
                actor=actor,
                now=now,
                new_key=new_key,
                site=ways.site,
            )
        letters, lost = _send_letters(database, ways, clock)
        messages, failed = _send_messages(database, ways, clock)
    return Told(
        notices=made, letters=letters, letters_failed=lost, messages=messages,
        messages_failed=failed,
    )  # fmt: skip


def send_waiting(
    database: Database, ways: Ways, *, holder: str, clock: Callable[[], dt.datetime]
) -> Told:
    """Send the letters and messages whose time has come, and make no notices."""
    now = clock()
    with database.reading() as connection:
        letters = ways.mailer and notices.waiting_letters(connection, now=now, limit=1)
        is_wanted = bool(letters) or bool(webhooks.waiting(connection, now=now, limit=1))
    if not is_wanted:
        return Told(notices=0)
    with _lease(database, holder, now) as is_held:
        if not is_held:
            return Told(notices=None)
        sent, lost = _send_letters(database, ways, clock)
        messages, failed = _send_messages(database, ways, clock)
    return Told(
        notices=0, letters=sent, letters_failed=lost, messages=messages, messages_failed=failed
    )


@contextmanager
def _lease(database: Database, holder: str, now: dt.datetime) -> Iterator[bool]:
    """Hold the right to tell people; yield whether it was to be had."""
    until = now + _LEASE_LENGTH
    with database.transaction() as session:
        is_held = outbox.take_lease(session, LEASE, holder, now=now, until=until)
    try:
        yield is_held
    finally:
        if is_held:
            with database.transaction() as session:
                outbox.release_lease(session, LEASE, holder)


def _send_letters(
    database: Database, ways: Ways, clock: Callable[[], dt.datetime]
) -> tuple[int, int]:
    """Send the letters whose time has come; return how many went out, and how many did not.

    No transaction is open while the mail server answers. Ends after one that was put off, because
    the server is in trouble then and not the letter.
    """
    if ways.mailer is None:
        return 0, 0
    sent = failed = 0
    while True:
        with database.reading() as connection:
            rows = notices.waiting_letters(connection, now=clock(), limit=_AT_ONCE)
        if not rows:
            return sent, failed
        for number, key, to, subject, text, tries in rows:
            try:
                ways.mailer.send(to, subject=subject, text=text, key=key)
            except MailTroubleError as error:
                failed += 1
                after = None if error.is_final else _next(tries, clock())
                _note_letter(database, number, tries + 1, next_at=after, trouble=str(error))
                if not error.is_final:
                    return sent, failed
            else:
                sent += 1
                _note_letter(database, number, tries + 1, next_at=None, sent_at=clock())


def _note_letter(
    database: Database,
    number: int,
    tries: int,
    *,
    next_at: dt.datetime | None,
    sent_at: dt.datetime | None = None,
    trouble: str | None = None,
) -> None:
    said = None if trouble is None else trouble.replace("\x00", "")[:_LONGEST_TROUBLE]
    with database.transaction() as session:
        session.execute(
            update(Letter)
            .where(Letter.id == number)
            .values(tries=tries, next_at=next_at, sent_at=sent_at, trouble=said)
        )


def _send_messages(
    database: Database, ways: Ways, clock: Callable[[], dt.datetime]
) -> tuple[int, int]:
    """Send the messages whose time has come; return how many were taken, and how many not."""
    sent = failed = 0
    while True:
        with database.reading() as connection:
            rows = webhooks.waiting(connection, now=clock(), limit=_AT_ONCE)
        if not rows:
            return sent, failed
        for row in rows:
            status, trouble, is_hopeless = _sent(ways, row, clock())
            is_well = status is not None and status in _WELL
            sent, failed = sent + is_well, failed + (not is_well)
            now = clock()
            _note_message(
                database,
                row,
                now=now,
                status=status,
                trouble=trouble,
                next_at=None if is_well or is_hopeless else _next(row.tries, now),
                delivered_at=now if is_well else None,
            )


def _sent(ways: Ways, row: Any, now: dt.datetime) -> tuple[int | None, str | None, bool]:  # noqa: ANN401
    """Send one message; return the status, the trouble, and whether trying again is no use."""
    message = Message(key=row.key, event=row.event, body=row.payload.encode())
    try:
        secret = ways.sealer.open(row.secret)
        status = ways.sender.send(row.url, secret, message, timestamp=int(now.timestamp()))
    except (AddressForbiddenError, WebhookTroubleError) as error:
        return None, str(error), False
    except SealBrokenError:
        return None, "the secret cannot be opened", True
    return status, None, False


def _note_message(
    database: Database,
    row: Any,  # noqa: ANN401  A row of the query.
    *,
    now: dt.datetime,
    status: int | None,
    trouble: str | None,
    next_at: dt.datetime | None,
    delivered_at: dt.datetime | None,
) -> None:
    said = None if trouble is None else trouble.replace("\x00", "")[:_LONGEST_TROUBLE]
    with database.transaction() as session:
        session.execute(
            insert(WebhookTry).values(delivery_id=row.id, tried_at=now, status=status, trouble=said)
        )
        session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == row.id)
            .values(
                tries=row.tries + 1,
                next_at=next_at,
                delivered_at=delivered_at,
                status=status,
                trouble=said,
            )
        )


def _next(tries: int, now: dt.datetime) -> dt.datetime | None:
    """Return when to try again after so many tries before this one; None after the last."""
    return now + _WAITS[tries] if tries < len(_WAITS) else None
