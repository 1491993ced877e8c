"""What is asked of an import, how far it has come, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from catalog.permissions import Actor
from catalog.records import Issue, Kind, Severity
from catalog.services.jobs import CancelledError
from catalog.services.receiving.receipt import Change, Receipt
from importers.source import Placement
from importers.table.mapping import Mapping

SHOWN_CHANGES = 1_000
_KEPT_ISSUES = 10_000


class Answers(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person said beside a file: where its lines belong, what its columns are."""

    placement: Placement | None = None
    mapping: Mapping | None = None

    @classmethod
    def of(cls, options: str | None) -> Answers:
        """Return the answers that the ledger keeps."""
        return msgspec.json.decode(options, type=cls) if options else cls()


class ImportCancelledError(CancelledError):
    """Somebody wants the import to end and nothing of it to stay; raised between batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of an import beside its file.

    ``source`` names who speaks: a file of the same source corrects what it said before, one of
    another source may only add to it, and where they differ the conflict is kept. ``processes``
    are how many may calculate what the file has changed.
    """

    actor: Actor
    kind: Kind | None = None
    source: str | None = None
    placement: Placement | None = None
    mapping: Mapping | None = None
    is_synthetic: bool = False
    is_dry_run: bool = False
    is_all_or_nothing: bool = False
    processes: int = 1

    @property
    def options(self) -> str | None:
        """The answers given beside the file, as the ledger keeps them."""
        answers = Answers(placement=self.placement, mapping=self.mapping)
        return None if answers == Answers() else msgspec.json.encode(answers).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import has come; ``total`` is about right, or None where only the end will tell.

    ``run_id`` is the line of the ledger, None in a dry run.
    """

    step: str  # "reading" or "calculating"
    done: int
    total: int | None
    run_id: int | None = None


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do. ``run_id`` is None if nothing was written.

    ``read`` counts every row with data, whatever became of it. Of the issues and changes the first
    are listed; every issue is in the ledger.
    """

    kind: Kind
    source: str
    run_id: int | None = None
    is_resumed: bool = False
    is_refused: bool = False
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0
    conflicts: int = 0
    buildings_recalculated: int = 0
    issues: list[Issue] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def add(self, receipt: Receipt) -> None:
        """Count a batch."""
        self.read += receipt.read
        self.created += receipt.created
        self.changed += receipt.changed
        self.unchanged += receipt.unchanged
        self.refused += receipt.refused
        self.warnings += receipt.warnings
        self.conflicts += receipt.conflicts
        self.issues.extend(receipt.issues[: _KEPT_ISSUES - len(self.issues)])
        if receipt.changes:
            self.changes.extend(receipt.changes[: SHOWN_CHANGES - len(self.changes)])

    @property
    def errors(self) -> list[Issue]:
        """The issues that kept something out."""
        return [issue for issue in self.issues if issue.severity is Severity.ERROR]
