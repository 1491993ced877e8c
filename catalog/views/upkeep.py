"""What those who run the system see of it: numbers, each with where its list is; no secrets."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.permissions import Role
from catalog.rules.terms import OrganisationState
from catalog.views.audit import AuditEntryView
from catalog.views.projects import RulePackView


class OrganisationCount(msgspec.Struct, frozen=True):
    """How many organisations of a role stand in a state."""

    role: Role
    state: OrganisationState
    number: int


class StandingToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token without its secret; ``revoked_at`` says since when it opens nothing."""

    key: str
    name: str
    organisation: str
    organisation_name: str
    made_by: str
    expires_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


class StandingTokenPage(msgspec.Struct, frozen=True):
    """Some tokens, and how many there are."""

    items: list[StandingToken]
    total: int


class UnsentLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that did not go out; ``next_at`` is null where nothing more is tried."""

    subject: str
    made_at: dt.datetime
    tries: int
    next_at: dt.datetime | None
    trouble: str | None


class UnsentMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message that a webhook did not take; ``next_at`` is null where nothing more is tried."""

    webhook: str
    organisation_name: str
    made_at: dt.datetime
    tries: int
    next_at: dt.datetime | None
    status: int | None
    trouble: str | None


class SystemState(msgspec.Struct, frozen=True, kw_only=True):
    """How the system stands at a moment.

    ``products`` is how many documents search should hold, ``backlog`` how many changes it has yet
    to learn and ``backlog_since`` the oldest of them. ``given_up`` counts what nothing more is
    tried of. ``rebuilt`` and ``verified`` are the last entries that say so, null where none does.
    """

    organisations: list[OrganisationCount]
    accounts: int
    accounts_with_second_factor: int
    tokens: list[StandingToken]
    tokens_total: int
    runs: dict[str, int]
    products: int
    backlog: int
    backlog_since: dt.datetime | None
    letters_waiting: int
    letters_given_up: int
    letters: list[UnsentLetter]
    messages_waiting: int
    messages_given_up: int
    messages: list[UnsentMessage]
    entries: int
    last_entry: AuditEntryView | None
    verified: AuditEntryView | None
    rebuilt: AuditEntryView | None
    packs_in_force: list[RulePackView]
    packs_coming: list[RulePackView]
    database_version: str
