"""What is shown of the panel of experts, and of draws."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.draw import DrawRecord, Flaw


class RecusalView(msgspec.Struct, frozen=True, kw_only=True):
    """An interest that an expert declared, standing or ended."""

    number: int
    party: str
    reason: str
    declared_at: dt.datetime
    declared_by: str
    ended_at: dt.datetime | None
    ended_by: str | None


class ExpertView(msgspec.Struct, frozen=True, kw_only=True):
    """An expert, with the fields (category groups) that he or she judges."""

    key: str
    name: str
    employer: str
    employer_code: str | None
    fields: list[str]
    since: dt.date
    until: dt.date | None
    added_at: dt.datetime
    added_by: str
    recusals: list[RecusalView]


class DrawHead(msgspec.Struct, frozen=True, kw_only=True):
    """A draw in a list; it was revealed, or voided, at the moment that is stated."""

    key: str
    title: str
    commitment: str
    announced_at: dt.datetime
    announced_by: str
    revealed_at: dt.datetime | None
    voided_at: dt.datetime | None
    voided_by: str | None
    void_reason: str | None


class DrawPage(msgspec.Struct, frozen=True):
    """One page of draws, the latest first."""

    items: list[DrawHead]
    limit: int
    offset: int
    total: int


class DrawView(msgspec.Struct, frozen=True):
    """A draw, all that is published of it, and what does not agree in that."""

    head: DrawHead
    record: DrawRecord
    flaws: list[Flaw]
