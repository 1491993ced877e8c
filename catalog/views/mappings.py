"""What is remembered of how a sender's columns are read."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.records import Kind


class MappingView(msgspec.Struct, frozen=True, kw_only=True):
    """A mapping that a person confirmed; ``columns`` is the JSON of ``importers``.

    ``organisation`` is whose files alone are read so, null where everybody's are.
    """

    id: int
    sender: str
    kind: Kind
    header: str
    columns: str
    actor: str
    decided_at: dt.datetime
    superseded_at: dt.datetime | None
    organisation: str | None
