"""Tell organisations once of what they should know in time, and let their members read it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import PermissionDeniedError
from catalog.models.notice import Letter, Notice, WebhookDelivery
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, notices
from catalog.repositories.notices import Addressee
from catalog.repositories.watching import EVERYTHING
from catalog.rules.watching import WatchKind
from catalog.services import audit, watching
from catalog.services.addressing import addressed
from catalog.services.letters import letter_of
from catalog.views.notices import NoticeChoiceView, NoticePage
from catalog.views.watching import Watched

EVENT = "notice"
_NOTICE, _DELIVERY = bulk.table_of(Notice), bulk.table_of(WebhookDelivery)
_LETTER = bulk.table_of(Letter)
NewKey = Callable[[], str]


def make_notices(
    session: Session,
    *,
    on: dt.date,
    actor: Actor,
    now: dt.datetime,
    new_key: NewKey,
    site: str | None = None,
) -> int:
    """Make the notices of a day, with their letters and webhook messages; return how many.

    What was told before is not told again, however often this is called. ``new_key`` gives a key
    that nothing has yet, ``site`` is the address of the pages for links in letters.

    Raises:
        PermissionDeniedError: The actor may not send notices.
    """
    ensure(actor, Action.SEND_NOTICES)
    connection = session.connection()
    found = [
        *watching.gather(connection, EVERYTHING, on=on),
        *watching.filings_due(connection, on=on),
    ]
    known = notices.made(connection, (each.key for each in found))
    rows, told = [], []
    for addressee, each in addressed(connection, found):
        made = (addressee.id, each.kind.value, each.key, each.occasion)
        if made in known:
            continue
        known.add(made)
        rows.append(
            {
                "key": new_key(),
                "organisation_id": addressee.id,
                "kind": each.kind.value,
                "thing": each.thing,
                "thing_key": each.key,
                "name": each.name,
                "occasion": each.occasion,
                "due_on": each.due_on,
                "made_at": now,
            }
        )
        told.append((addressee, each))
    ids = bulk.insert_mappings(session, _NOTICE, rows)
    keys = [str(row["key"]) for row in rows]
    _write_letters(session, told, now=now, new_key=new_key, site=site)
    _queue_messages(session, list(zip(ids, keys, told, strict=True)), now=now, new_key=new_key)
    return len(rows)


def inbox(connection: Connection, *, actor: Actor, limit: int, offset: int = 0) -> NoticePage:
    """Return the notices of whom the actor acts for, the latest first.

    Raises:
        PermissionDeniedError: The actor reads no notices.
    """
    ensure(actor, Action.READ_NOTICES)
    if actor.organisation is None:
        return NoticePage(items=[], unread=0, limit=limit, offset=offset, total=0)
    account, own = actor.account, actor.organisation
    return NoticePage(
        items=notices.inbox(
            connection, account=account, organisation=own, limit=limit, offset=offset
        ),
        unread=notices.unread(connection, account=account, organisation=own),
        limit=limit,
        offset=offset,
        total=notices.count(connection, account=account, organisation=own),
    )


def unread(connection: Connection, *, actor: Actor) -> int:
    """Return how many notices the actor has not read, ``MOST_COUNTED`` at most; 0 for others."""
    if actor.account is None or actor.organisation is None:
        return 0
    return notices.unread(connection, account=actor.account, organisation=actor.organisation)


def read_notices(
    session: Session, keys: Collection[str] | None, *, actor: Actor, now: dt.datetime
) -> int:
    """Mark notices as read by the actor, all of them if none are named; return how many were new.

    Others' notices are passed over as if they were not there.

    Raises:
        PermissionDeniedError: The actor is no member, or reads no notices.
    """
    account, organisation = _member(actor)
    return notices.mark_read(
        session, account=account, organisation=organisation, keys=keys, now=now
    )


def choices(connection: Connection, *, actor: Actor) -> list[NoticeChoiceView]:
    """Return of every kind of notice whether the actor is shown it, and mailed."""
    account, _ = _member(actor)
    chosen = notices.choices(connection, account=account)
    return [
        chosen.get(kind, NoticeChoiceView(kind, is_shown=True, is_mailed=True))
        for kind in WatchKind
    ]


def choose(
    session: Session, chosen: Sequence[NoticeChoiceView], *, actor: Actor, now: dt.datetime
) -> None:
    """Keep of which kinds the actor wants to be shown and mailed notices.

    Raises:
        PermissionDeniedError: The actor is no member, or reads no notices.
    """
    account, organisation = _member(actor)
    before = {each.kind: each for each in choices(session.connection(), actor=actor)}
    notices.choose(session, chosen, account=account)
    after = {each.kind: each for each in choices(session.connection(), actor=actor)}
    audit.record(
        session,
        actor,
        action=Action.READ_NOTICES,
        thing="notice-choice",
        key=account,
        now=now,
        before={kind: _said(each) for kind, each in before.items() if each != after[kind]},
        after={kind: _said(each) for kind, each in after.items() if each != before[kind]},
        whose=Thing(organisation=organisation),
    )


def _said(choice: NoticeChoiceView) -> dict[str, bool]:
    return {"is_shown": choice.is_shown, "is_mailed": choice.is_mailed}


def _member(actor: Actor) -> tuple[str, str]:
    """Return account and organisation of a member; who is none has no notices of his own."""
    whose = Thing(organisation=actor.organisation)
    ensure(actor, Action.READ_NOTICES, whose)
    if actor.account is None or actor.organisation is None:
        raise PermissionDeniedError(action=Action.READ_NOTICES.value)
    return actor.account, actor.organisation


def _write_letters(
    session: Session,
    told: Iterable[tuple[Addressee, Watched]],
    *,
    now: dt.datetime,
    new_key: NewKey,
    site: str | None,
) -> None:
    """Write one letter to each member who wants mail, about all that is new."""
    by_organisation: dict[int, list[Watched]] = defaultdict(list)
    for addressee, each in told:
        by_organisation[addressee.id].append(each)
    connection = session.connection()
    readers = notices.readers(connection, by_organisation)
    unwanted = notices.unmailed(connection, (reader.account_id for reader in readers))
    rows = []
    for reader in readers:
        wanted = [
            each
            for each in by_organisation[reader.organisation_id]
            if each.kind.value not in unwanted.get(reader.account_id, ())
        ]
        if wanted:
            subject, text = letter_of(wanted, language=reader.language, site=site)
            rows.append(
                {
                    "key": new_key(),
                    "account_id": reader.account_id,
                    "subject": subject,
                    "text": text,
                    "made_at": now,
                    "tries": 0,
                    "next_at": now,
                }
            )
    bulk.insert_mappings(session, _LETTER, rows)


def _queue_messages(
    session: Session,
    told: Sequence[tuple[int, str, tuple[Addressee, Watched]]],
    *,
    now: dt.datetime,
    new_key: NewKey,
) -> None:
    """Put a message for each webhook that is told of a kind into its queue."""
    hooks: dict[int, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    organisations = {addressee.id for _, _, (addressee, _) in told}
    for hook, organisation, kinds in notices.webhooks(session.connection(), organisations):
        hooks[organisation].append((hook, kinds))
    rows = []
    for number, key, (addressee, each) in told:
        for hook, kinds in hooks[addressee.id]:
            if not kinds or each.kind.value in kinds:
                rows.append(
                    {
                        "key": new_key(),
                        "webhook_id": hook,
                        "notice_id": number,
                        "event": EVENT,
                        "payload": _payload(key, addressee, each, now),
                        "made_at": now,
                        "tries": 0,
                        "next_at": now,
                    }
                )
    bulk.insert_mappings(session, _DELIVERY, rows)


def _payload(key: str, addressee: Addressee, each: Watched, now: dt.datetime) -> str:
    said = {
        "event": EVENT,
        "notice": key,
        "organisation": addressee.key,
        "kind": each.kind,
        "thing": each.thing,
        "key": each.key,
        "name": each.name,
        "due_on": each.due_on,
        "days_left": each.days_left,
        "products": [{"key": own.key, "standing": own.standing} for own in each.products],
        "made_at": now,
    }
    return msgspec.json.encode(said).decode()
