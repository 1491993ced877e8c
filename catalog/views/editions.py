"""What is shown of editions: their heads, entries, notes and differences."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.editions import EditionEntry, EditionHead, EntryChange
from catalog.rules.terms import EditionKind


class EditionView(msgspec.Struct, frozen=True, kw_only=True):
    """An edition in a list; people call it by year and number, addresses by its key."""

    key: str
    kind: EditionKind
    year: int
    number: int
    as_of: dt.date
    entries: int
    content_hash: str
    is_synthetic: bool
    published_at: dt.datetime
    published_by: str
    note: str | None


class EditionNoteView(msgspec.Struct, frozen=True):
    """A correction that was published beside an edition."""

    text: str
    written_at: dt.datetime
    written_by: str


class EditionsPage(msgspec.Struct, frozen=True):
    """One page of editions, the latest first."""

    items: list[EditionView]
    limit: int
    offset: int
    total: int


class EditionSheet(msgspec.Struct, frozen=True, kw_only=True):
    """An edition with one page of its entries, and the edition before it, if there is one."""

    edition: EditionView
    head: EditionHead
    notes: list[EditionNoteView]
    earlier: str | None
    entries: list[EditionEntry]
    limit: int
    offset: int
    total: int


class EditionRebuilt(msgspec.Struct, frozen=True):
    """Whether an edition, made again from what was known then, has the hash that it had.

    ``kept_hash`` is that of the content as it is kept now.
    """

    published_hash: str
    kept_hash: str
    rebuilt_hash: str

    @property
    def is_same(self) -> bool:
        """Whether nothing in it was altered and all of it follows from what was known."""
        return self.published_hash == self.kept_hash == self.rebuilt_hash


class Gone(msgspec.Struct, frozen=True):
    """An entry that a later edition lacks: what it was on that day, and the decided ground."""

    entry: EditionEntry
    standing: str
    ground: str | None
    reason: str | None


class EditionDifference(msgspec.Struct, frozen=True):
    """How a later edition differs from an earlier one of the same list."""

    older: EditionView
    newer: EditionView
    added: list[EditionEntry]
    removed: list[Gone]
    changed: list[EntryChange]
    unchanged: int


class EditionOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """What publishing a list would freeze; ``last`` is the edition that it is compared with.

    Of what is added, gone and changed all are counted, and the first are named.
    """

    kind: EditionKind
    as_of: dt.date
    note: str | None
    number: int
    last: EditionView | None
    entries: int
    companies: int
    is_synthetic: bool
    added: int
    removed: int
    changed: int
    unchanged: int
    first_added: list[EditionEntry]
    first_removed: list[Gone]
    first_changed: list[EntryChange]
    seen_at: dt.datetime


class EditionContent(msgspec.Struct, frozen=True):
    """What an edition's hash is of: its canonical JSON."""

    entries: list[EditionEntry]
    head: EditionHead
