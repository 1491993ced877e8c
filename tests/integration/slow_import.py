"""Import a file in small batches, as a process of its own that a test may kill at any moment."""

from __future__ import annotations

import sys
from pathlib import Path

from catalog.db import Database
from catalog.records import Kind
from catalog.services.receiving.runs import NewRun
from importers.lookups import Lookups
from importers.reader import SourceFile, read_batches
from importers.run import ImportReport, receive_in_batches
from tests.builders import NOW, OPERATOR, OWN

BATCH_ROWS = 10


def take_in(url: str, path: Path, lookups: Lookups) -> ImportReport:
    file = SourceFile(path.name, path)
    new = NewRun(kind=Kind.PRODUCTS, source=OWN, file_name=path.name, file_hash=file.sha256)
    report = ImportReport(kind=new.kind, source=new.source)
    outcomes = read_batches(file, lookups, kind=new.kind, batch_rows=BATCH_ROWS)
    database = Database(url)
    receive_in_batches(database, new, outcomes, OPERATOR, report, clock=lambda: NOW)
    database.close()
    return report


if __name__ == "__main__":
    words = Lookups.from_seed()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    take_in(sys.argv[1], Path(sys.argv[2]), words)
