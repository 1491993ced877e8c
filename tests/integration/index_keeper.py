"""Keep an index in step in small steps, as a process of its own that a test may kill any time."""

from __future__ import annotations

import sys
from pathlib import Path

from catalog.db import Database
from search.sync import drain_once, lease, rebuild
from tests.engines import an_engine

BATCH = 20


def keep(url: str, engine_name: str, folder: Path, *, is_rebuilding: bool) -> None:
    database, engine = Database(url), an_engine(engine_name, folder)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with lease(database, "to-be-killed") as prolong:
        if is_rebuilding:
            while True:
                rebuild(database, engine, prolong=prolong, batch=BATCH)
        while drain_once(database, engine, batch=BATCH, prolong=prolong):
            pass


if __name__ == "__main__":
    keep(sys.argv[1], sys.argv[2], Path(sys.argv[3]), is_rebuilding=sys.argv[4] == "rebuild")
