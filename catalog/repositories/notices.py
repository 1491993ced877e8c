"""Queries for notices, for who reads them, and for letters that wait."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session

from catalog.models.account import Account, Membership, Organisation
from catalog.models.certificate import CertificationBody
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.notice import Letter, Notice, NoticeChoice, NoticeRead, Webhook
from catalog.permissions import Role
from catalog.rules.terms import OrganisationState
from catalog.rules.watching import WatchKind
from catalog.views.notices import NoticeChoiceView, NoticeView

MOST_COUNTED = 100
_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)


class Addressee(NamedTuple):
    """An organisation that may be told of something, and whose things concern it."""

    id: int
    key: str
    role: Role
    name: str
    company: str | None
    body: str | None
    division: str | None


class Reader(NamedTuple):
    """A member who may get letters."""

    account_id: int
    organisation_id: int
    login: str
    language: str


_ADDRESSEES: Select[*tuple[Any, ...]] = (
    select(
        Organisation.id,
        Organisation.key,
        Organisation.role,
        Organisation.name,
        Company.key,
        CertificationBody.key,
        Division.key,
    )
    .outerjoin(Company, Company.id == Organisation.company_id)
    .outerjoin(CertificationBody, CertificationBody.id == Organisation.body_id)
    .outerjoin(Division, Division.id == Organisation.division_id)
    .where(Organisation.state == OrganisationState.PROVED)
    .order_by(Organisation.id)
)
_MADE: Select[*tuple[Any, ...]] = select(
    Notice.organisation_id, Notice.kind, Notice.thing_key, Notice.occasion
).where(Notice.thing_key.in_(_IDS))
_READERS: Select[*tuple[Any, ...]] = (
    select(Account.id, Membership.organisation_id, Account.login, Account.language)
    .join(Membership, Membership.account_id == Account.id)
    .where(
        Membership.organisation_id.in_(_IDS),
        Membership.ended_at.is_(None),
        Account.closed_at.is_(None),
    )
    .order_by(Account.id)
)
_UNMAILED: Select[*tuple[Any, ...]] = select(NoticeChoice.account_id, NoticeChoice.kind).where(
    NoticeChoice.account_id.in_(_IDS), NoticeChoice.is_mailed.is_(False)
)
_WEBHOOKS: Select[*tuple[Any, ...]] = (
    select(Webhook.id, Webhook.organisation_id, Webhook.kinds)
    .where(Webhook.organisation_id.in_(_IDS), Webhook.ended_at.is_(None))
    .order_by(Webhook.id)
)
_OF_ACCOUNT = (
    select(Account.id).where(Account.key == bindparam("account", type_=Account.key.type))
).scalar_subquery()
_IS_READ = exists().where(NoticeRead.notice_id == Notice.id, NoticeRead.account_id == _OF_ACCOUNT)
_IS_HIDDEN = exists().where(
    NoticeChoice.account_id == _OF_ACCOUNT,
    NoticeChoice.kind == Notice.kind,
    NoticeChoice.is_shown.is_(False),
)
_SHOWN = and_(
    Notice.organisation_id
    == select(Organisation.id)
    .where(Organisation.key == bindparam("organisation"))
    .scalar_subquery(),
    ~_IS_HIDDEN,
)
_INBOX: Select[*tuple[Any, ...]] = (
    select(
        Notice.key,
        Notice.kind,
        Notice.thing,
        Notice.thing_key,
        Notice.name,
        Notice.due_on,
        Notice.made_at,
        _IS_READ,
    )
    .where(_SHOWN)
    .order_by(Notice.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT: Select[*tuple[Any, ...]] = select(func.count()).select_from(Notice).where(_SHOWN)
_UNREAD: Select[*tuple[Any, ...]] = select(func.count()).select_from(
    select(Notice.id).where(_SHOWN, ~_IS_READ).limit(MOST_COUNTED).subquery()
)
_UNREAD_IDS: Select[*tuple[Any, ...]] = select(Notice.id).where(_SHOWN, ~_IS_READ)
_CHOICES: Select[*tuple[Any, ...]] = select(
    NoticeChoice.kind, NoticeChoice.is_shown, NoticeChoice.is_mailed
).where(NoticeChoice.account_id == _OF_ACCOUNT)
_WAITING: Select[*tuple[Any, ...]] = (
    select(Letter.id, Letter.key, Account.login, Letter.subject, Letter.text, Letter.tries)
    .join(Account, Account.id == Letter.account_id)
    .where(Letter.next_at <= bindparam("now", type_=Letter.next_at.type))
    .order_by(Letter.next_at, Letter.id)
    .limit(bindparam("limit"))
)


def addressees(connection: Connection) -> list[Addressee]:
    """Return every organisation that was proved to be who it says."""
    return [Addressee(*row) for row in connection.execute(_ADDRESSEES)]


def made(connection: Connection, thing_keys: Iterable[str]) -> set[tuple[int, str, str, str]]:
    """Return organisation, kind, thing and occasion of the notices about these things."""
    return {tuple(row) for row in _in_parts(connection, _MADE, sorted(set(thing_keys)))}


def readers(connection: Connection, organisation_ids: Iterable[int]) -> list[Reader]:
    """Return the members of organisations who can still sign in."""
    ids = sorted(set(organisation_ids))
    return [Reader(*row) for row in _in_parts(connection, _READERS, ids)]


def unmailed(connection: Connection, account_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return the kinds of notice that accounts want no mail of."""
    found: dict[int, set[str]] = defaultdict(set)
    for account_id, kind in _in_parts(connection, _UNMAILED, sorted(set(account_ids))):
        found[account_id].add(kind)
    return found


def webhooks(
    connection: Connection, organisation_ids: Iterable[int]
) -> list[tuple[int, int, frozenset[str]]]:
    """Return id, organisation and kinds of the webhooks that stand."""
    rows = _in_parts(connection, _WEBHOOKS, sorted(set(organisation_ids)))
    return [
        (row[0], row[1], frozenset(msgspec.json.decode(row[2], type=list[str]))) for row in rows
    ]


def inbox(
    connection: Connection, *, account: str | None, organisation: str, limit: int, offset: int
) -> list[NoticeView]:
    """Return what an account is shown of an organisation's notices, the latest first."""
    asked = {"account": account, "organisation": organisation, "limit": limit, "offset": offset}
    return [
        NoticeView(
            key=row[0],
            kind=WatchKind(row[1]),
            thing=row[2],
            thing_key=row[3],
            name=row[4],
            due_on=row[5],
            made_at=row[6],
            is_read=bool(row[7]),
        )
        for row in connection.execute(_INBOX, asked)
    ]


def count(connection: Connection, *, account: str | None, organisation: str) -> int:
    """Return how many notices the account is shown."""
    return connection.scalar(_COUNT, {"account": account, "organisation": organisation}) or 0


def unread(connection: Connection, *, account: str | None, organisation: str) -> int:
    """Return how many of them it has not read, ``MOST_COUNTED`` at most."""
    return connection.scalar(_UNREAD, {"account": account, "organisation": organisation}) or 0


def mark_read(
    session: Session,
    *,
    account: str,
    organisation: str,
    keys: Iterable[str] | None,
    now: dt.datetime,
) -> int:
    """Note that the account has read notices, all if none are named; return how many were new."""
    wanted = _UNREAD_IDS if keys is None else _UNREAD_IDS.where(Notice.key.in_(list(keys)))
    ids = list(session.scalars(wanted, {"account": account, "organisation": organisation}))
    account_id = session.scalars(select(Account.id).where(Account.key == account)).one()
    for start in range(0, len(ids), _CHUNK):
        rows = [
            {"account_id": account_id, "notice_id": number, "read_at": now}
            for number in ids[start : start + _CHUNK]
        ]
        session.execute(insert(NoticeRead), rows)
    return len(ids)


def choices(connection: Connection, *, account: str) -> dict[str, NoticeChoiceView]:
    """Return what an account chose, by kind."""
    rows = connection.execute(_CHOICES, {"account": account})
    return {row[0]: NoticeChoiceView(WatchKind(row[0]), row[1], row[2]) for row in rows}


def choose(session: Session, chosen: Iterable[NoticeChoiceView], *, account: str) -> None:
    """Put the account's choices in place of those it made before."""
    account_id = session.scalars(select(Account.id).where(Account.key == account)).one()
    session.execute(delete(NoticeChoice).where(NoticeChoice.account_id == account_id))
    for each in chosen:
        session.add(
            NoticeChoice(
                account_id=account_id,
                kind=each.kind,
                is_shown=each.is_shown,
                is_mailed=each.is_mailed,
            )
        )
    session.flush()


def waiting_letters(connection: Connection, *, now: dt.datetime, limit: int) -> list[Any]:
    """Return letters whose time has come: id, key, address, subject, text, tries."""
    return list(connection.execute(_WAITING, {"now": now, "limit": limit}))


def _in_parts(
    connection: Connection, query: Select[*tuple[Any, ...]], ids: Sequence[Any]
) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from connection.execute(query, {"ids": ids[start : start + _CHUNK]})
