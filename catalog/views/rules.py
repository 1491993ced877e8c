"""What a reader sees of the rules that a project goes by."""

from __future__ import annotations

import datetime as dt

import msgspec


class RuleChoiceView(msgspec.Struct, frozen=True):
    """A rule pack that somebody chose for a project; it stands while ``ended_at`` is null."""

    id: int
    project: str
    kind: str
    method: str | None
    pack: str
    reason: str
    actor: str
    chosen_at: dt.datetime
    ended_at: dt.datetime | None
    ended_by: str | None
    ended_reason: str | None
