"""Where a dry run may write."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from catalog.db import Database
from importers.source import SourceFile

# A file of this size is tried in a second or so; everybody can wait that long for their turn.
_QUICK_BYTES = 1 << 20


@contextmanager
def room_for_trial(database: Database, file: SourceFile) -> Iterator[Database]:
    """Yield the database itself, or a copy of it where a trial would keep others from writing.

    An embedded database has one writer at a time, and the trial of a large file takes minutes.
    """
    home = database.engine.url.database
    if not database.is_embedded or home is None or file.size <= _QUICK_BYTES:
        yield database
        return
    with TemporaryDirectory(dir=Path(home).parent, prefix="trial-") as folder:
        path = Path(folder) / "lucai.db"
        _copy(database, path)
        copy = Database(f"sqlite:///{path}")
        try:
            yield copy
        finally:
            copy.close()


def _copy(database: Database, path: Path) -> None:
    with database.reading() as connection:
        held = cast("sqlite3.Connection", connection.connection.driver_connection)
        target = sqlite3.connect(path)
        try:
            held.backup(target)
        finally:
            target.close()
