"""Calculate what is stale by workers, a building at a time, as a process that a test may stop."""

from __future__ import annotations

import sys

from catalog.db import Database
from importers import calculating
from importers.report import Progress
from tests.builders import NOW, OPERATOR


def tell(progress: Progress) -> None:
    sys.stdout.write(f"{progress.done}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    calculating.WORTH_WORKERS = calculating.BY_WORKERS_AT_ONCE = 1
    database = Database(sys.argv[1])
    calculating.recalculate(database, OPERATOR, clock=lambda: NOW, progress=tell, processes=2)
    database.close()
