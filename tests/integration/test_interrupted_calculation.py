"""A calculation by workers that is stopped, or overtaken by a change, leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from catalog.db import Database
from catalog.services import cube, results
from catalog.services.workers import Workers
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    recalculated,
)
from tests.integration.picture import current, rows_of

HERE = Path(__file__).parents[2]
BUILDINGS = 40
LONGEST_S = 60.0


@pytest.fixture
def town(database: Database) -> Database:
    """A project of many buildings, each with a line and a delivery, not calculated yet."""
    codes = [f"{number}#" for number in range(1, BUILDINGS + 1)]
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project(building=a_building(code)) for code in codes])
    bring(database, [a_bill_line(building=code) for code in codes])
    bring(database, [a_delivery(building=code, product=by_number()) for code in codes])
    return database


def stale(database: Database) -> set[int]:
    return {row["id"] for row in rows_of(database, "building") if row["stale_since"]}


def test_a_building_changed_while_workers_calculate_is_calculated_again(town: Database) -> None:
    with town.reading() as connection:
        basis = results.basis(connection)
    ids = sorted(stale(town))
    with closing(Workers(town, basis, 2)) as workers, ThreadPoolExecutor(1) as meanwhile:
        with town.transaction() as session:
            results.calculate_buildings(
                session, ids, basis, actor=OPERATOR, now=NOW, workers=workers
            )
            # The workers have read the building, and nothing of it is stored for others to see.
            change = meanwhile.submit(bring, town, [a_delivery("2", product=by_number())])
            time.sleep(0.3)
            assert not change.done()
        change.result(LONGEST_S)
    assert len(stale(town)) == 1
    before = {row["content_hash"] for row in current(town, "result")}
    assert recalculated(town) == 1
    after = {row["content_hash"] for row in current(town, "result")}
    assert after != before
    assert stale(town) == set()


def stopped_by(number: signal.Signals, url: str) -> None:
    """Start the calculation, stop it once it has stored something, and see its workers gone."""
    command = [sys.executable, "-m", "tests.integration.slow_calculation", url]
    with subprocess.Popen(
        command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == b"1\n"
        workers = children_of(process.pid)
        assert len(workers) > 1
        process.send_signal(number)
        assert process.wait(LONGEST_S) != 0
    until = time.monotonic() + LONGEST_S
    while any(is_running(worker) for worker in workers):
        assert time.monotonic() < until, "a worker outlived the process that started it"
        time.sleep(0.05)


def children_of(process: int) -> list[int]:
    return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are seen in /proc")
def test_a_calculation_that_is_stopped_goes_on_where_it_was(
    town: Database, database_url: str
) -> None:
    # Each is slow to start, so each database sees one way to be stopped.
    is_server = town.engine.dialect.name == "postgresql"
    stopped_by(signal.SIGTERM if is_server else signal.SIGINT, database_url)
    waiting = stale(town)
    assert 0 < len(waiting) < BUILDINGS
    done = {row["building_id"] for row in current(town, "result")}
    assert done == {row["id"] for row in rows_of(town, "building")} - waiting
    with town.transaction() as session:
        assert cube.verify(session).different == 0
    assert recalculated(town) == len(waiting)
    assert len({row["building_id"] for row in current(town, "result")}) == BUILDINGS
