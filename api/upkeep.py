"""Long work that an operator starts from a page, one at a time, with how far it has come."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from uuid import uuid4

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from catalog.db import Database
from catalog.errors import BackupRefusedError, CatalogError
from catalog.permissions import Actor
from catalog.services import upkeep
from catalog.services.backups import manifest
from catalog.services.jobs import CancelledError
from search.engine import SearchEngine
from search.sync import LeaseHeldError, lease, rebuild

log = logging.getLogger(__name__)
_AT_ONCE = 1_000  # So often a waiting person sees it move.
REBUILD, VERIFY, VERIFY_BACKUP = "rebuild", "verify", "verify-backup"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What is being done, or was last: ``total`` is null where nobody knows how much there is."""

    name: str
    started_at: dt.datetime
    ended_at: dt.datetime | None = None
    done: int = 0
    total: int | None = None
    trouble: str | None = None


class Upkeep:
    """Does one piece of upkeep at a time in a thread."""

    def __init__(self, database: Database, engine: SearchEngine) -> None:
        self._database, self._engine = database, engine
        self._lock = Lock()
        self._stopping = False
        self._thread: Thread | None = None
        self.last: Work | None = None
        """The work in hand, or the last one; None since the server began."""

    @property
    def is_busy(self) -> bool:
        """Whether something is being done."""
        return self.last is not None and self.last.ended_at is None

    def rebuild(self, *, actor: Actor, clock: Callable[[], dt.datetime]) -> bool:
        """Build the search index anew; return whether it could begin.

        Raises:
            PermissionDeniedError: The actor does not run the system.
        """
        upkeep.ensure_runs(actor)
        return self._begin(REBUILD, self._rebuild, actor, clock)

    def verify(self, *, actor: Actor, clock: Callable[[], dt.datetime]) -> bool:
        """Recompute the record of changes; return whether it could begin.

        Raises:
            PermissionDeniedError: The actor does not run the system.
        """
        upkeep.ensure_runs(actor)
        return self._begin(VERIFY, self._verify, actor, clock)

    def verify_backup(self, path: Path, *, actor: Actor, clock: Callable[[], dt.datetime]) -> bool:
        """Read a backup to its end and compare all in it; return whether it could begin.

        Raises:
            PermissionDeniedError: The actor does not run the system.
        """
        upkeep.ensure_runs(actor)
        return self._begin(VERIFY_BACKUP, partial(self._verify_backup, path), actor, clock)

    def cancel(self, *, actor: Actor) -> None:
        """Let the work in hand end at its next step; nothing of it stays.

        Raises:
            PermissionDeniedError: The actor does not run the system.
        """
        upkeep.ensure_runs(actor)
        self._stopping = True

    def stop(self) -> None:
        """Let the work in hand end at its next step, and wait for that."""
        self._stopping = True
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _begin(
        self,
        name: str,
        work: Callable[[Actor, Callable[[], dt.datetime]], None],
        actor: Actor,
        clock: Callable[[], dt.datetime],
    ) -> bool:
        with self._lock:
            if self.is_busy:
                return False
            self.last, self._stopping = Work(name=name, started_at=clock()), False
        self._thread = Thread(target=self._do, args=(work, actor, clock), name=name, daemon=True)
        self._thread.start()
        return True

    def _do(
        self,
        work: Callable[[Actor, Callable[[], dt.datetime]], None],
        actor: Actor,
        clock: Callable[[], dt.datetime],
    ) -> None:
        trouble = None
        try:
            work(actor, clock)
        except LeaseHeldError:
            trouble = "lease-held"
        except CancelledError:
            trouble = "cancelled"
        except (CatalogError, SQLAlchemyError) as error:
            log.warning("upkeep failed", extra={"reason": str(error)})
            trouble = "failed"
        self._tell(ended_at=clock(), trouble=trouble)

    def _tell(self, **facts: object) -> None:
        if self.last is not None:
            self.last = msgspec.structs.replace(self.last, **facts)

    def _go_on(self, done: int) -> None:
        if self._stopping:
            raise CancelledError
        self._tell(done=done)

    def _rebuild(self, actor: Actor, clock: Callable[[], dt.datetime]) -> None:
        with self._database.reading() as connection:
            self._tell(total=upkeep.documents_wanted(connection))

        with lease(self._database, f"upkeep-{uuid4().hex}") as prolong:
            try:
                done = rebuild(
                    self._database,
                    self._engine,
                    prolong=prolong,
                    progress=self._go_on,
                    batch=_AT_ONCE,
                )
            finally:
                self._engine.release()
        with self._database.transaction() as session:
            upkeep.note_rebuilt(session, done, actor=actor, now=clock())

    def _verify(self, actor: Actor, clock: Callable[[], dt.datetime]) -> None:
        with self._database.transaction() as session:
            verdict = upkeep.verify_record(session, actor=actor, now=clock(), progress=self._go_on)
        self._tell(done=verdict.length, total=verdict.length)

    def _verify_backup(self, path: Path, actor: Actor, clock: Callable[[], dt.datetime]) -> None:
        trouble = None
        try:
            files = len(manifest.verify(path, progress=self._go_on).members)
        except BackupRefusedError as error:
            files, trouble = 0, error
        with self._database.transaction() as session:
            upkeep.note_backup_verified(
                session, path.name, is_whole=not trouble, files=files, actor=actor, now=clock()
            )
        self._tell(done=files, total=files)
        if trouble is not None:
            raise trouble
