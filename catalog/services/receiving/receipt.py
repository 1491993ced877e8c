"""What is known while a batch is received, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from catalog.records import Issue, Severity
from catalog.rules.record import RevisionSeal
from catalog.services.receiving.footprints import Footprint

# The whole country keeps the time of Shanghai, without summer time.
_SHANGHAI = dt.timezone(dt.timedelta(hours=8))

_STATE = itemgetter("entity", "entity_id", "recorded_at", "actor", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that an import adds or changes; ``fields`` maps a name to (before, after).

    ``read`` is what was read of a new one, so that a person sees whether it was read rightly.
    """

    entity: str
    key: str
    label: str
    is_new: bool
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Receipt:
    """The batch's circumstances (session, run, source, time) and its outcome so far.

    ``is_whole`` tells that what is not said is not so; a file is only silent about it.
    """

    session: Session
    run_id: int
    source: str
    actor: str
    now: dt.datetime
    is_synthetic: bool = False
    is_whole: bool = False
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    conflicts: int = 0
    issues: list[Issue] = field(default_factory=list)
    refused_rows: set[tuple[str | None, int | None]] = field(default_factory=set)
    changes: list[Change] | None = None  # a list only if somebody will read it
    footprint: Footprint = field(init=False)
    revisions: RevisionSeal = field(default_factory=RevisionSeal)

    def __post_init__(self) -> None:
        """Begin with an empty footprint."""
        self.footprint = Footprint(self.session, self.run_id)

    @property
    def today(self) -> dt.date:
        """The day on which the batch is received, where it is received."""
        return self.now.astimezone(_SHANGHAI).date()

    def seal(self, revisions: Iterable[Mapping[str, Any]]) -> None:
        """Take the revisions into the hash that goes on record."""
        self.revisions.add(map(_STATE, revisions))

    def report(self, issue: Issue) -> None:
        """Keep an issue; an error means that its row stays out, and is counted once."""
        self.issues.append(issue)
        place = (issue.sheet, issue.row)
        if issue.severity is Severity.WARNING:
            self.warnings += 1
        elif issue.row is None or place not in self.refused_rows:
            self.refused += 1
            self.refused_rows.add(place)

    def note_new(
        self, entity: str, key: str, label: str, read: Mapping[str, object] | None = None
    ) -> None:
        """List a new thing, and what was read of it, for whoever reads the change list."""
        if self.changes is not None:
            said = {name: str(value) for name, value in (read or {}).items() if value is not None}
            # A table knows its name as a text of its own kind, which no file can hold.
            self.changes.append(
                Change(entity=str(entity), key=key, label=label, is_new=True, read=said)
            )

    def note_changed(
        self,
        entity: str,
        key: str,
        label: str,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> None:
        """List a changed thing, field by field, for whoever reads the change list."""
        if self.changes is not None:
            fields = {
                name: (_shown(before.get(name)), _shown(value))
                for name, value in after.items()
                if before.get(name) != value
            }
            self.changes.append(
                Change(entity=str(entity), key=key, label=label, is_new=False, fields=fields)
            )


def _shown(value: object) -> str:
    return "—" if value is None else str(value)
