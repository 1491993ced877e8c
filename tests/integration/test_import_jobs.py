"""Imports that pages ask for: done by a thread, cancelled between batches, taken up again."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.db import Database
from catalog.models.importing import RunState
from catalog.records import Kind
from importers.cleaning import Cleared, clear_away
from importers.jobs import Job, JobFolder, JobState
from importers.keeping import FileStore
from importers.source import Limits, SourceFile
from importers.trial import room_for_trial
from importers.worker import ImportWorker
from tests.builders import NOW, OPERATOR, a_building, a_project, bring, undo
from tests.integration.picture import picture, row_counts, rows_of
from tests.integration.test_sync import wait_until

BATCH = 5000
KEPT = dt.timedelta(days=90)
HEADER = "企业名称,产品名称,产品类别,规格型号\n"


class Desk:
    """Files, jobs and a worker in a folder of their own."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.files = FileStore(folder / "files")
        self.jobs = JobFolder(folder / "jobs")
        self.worker = self.another_worker()

    def another_worker(self, clock: Callable[[], dt.datetime] = lambda: NOW) -> ImportWorker:
        return ImportWorker(self.database, self.jobs, self.files, keep_for=KEPT, clock=clock)

    def ask(self, content: str, *, is_dry_run: bool = False, imports_if_clean: bool = False) -> Job:
        sha256 = self.files.keep(io.BytesIO(content.encode()), name="p.csv")
        return self.jobs.submit(file_hash=sha256, file_name="p.csv", actor=OPERATOR, now=NOW,
                                is_dry_run=is_dry_run,
                                imports_if_clean=imports_if_clean)  # fmt: skip

    def after(self, job: Job) -> Job:
        found = self.jobs.find(job.id)
        assert found is not None
        return found

    def did(self, job: Job) -> Job:
        self.worker.do(job)
        return self.after(job)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def a_table(rows: int, *, bad: int = 0, brand: str = "") -> str:
    lines = [f"企业{n % 7},混凝土{brand},预拌混凝土,C{n}" for n in range(rows)]
    return HEADER + "\n".join([*lines, *(["甲,乙,没有,丙"] * bad)])


def test_a_dry_run_lists_what_would_change_and_writes_nothing(desk: Desk) -> None:
    before = row_counts(desk.database)
    job = desk.did(desk.ask(a_table(30, bad=2), is_dry_run=True))
    assert (job.state, job.kind, job.run_id) == (JobState.FINISHED, Kind.PRODUCTS, None)
    counts = job.counts
    assert (counts.read, counts.created, counts.unchanged, counts.refused) == (32, 30, 0, 2)
    changes = list(desk.jobs.changes(job))
    assert job.changes == len(changes) == 37
    assert [change.label for change in desk.jobs.changes(job, offset=35, limit=9)] == [
        change.label for change in changes[35:]
    ]
    assert [issue.row for issue in desk.jobs.issues(job)] == [32, 33]
    assert row_counts(desk.database) == before


def test_a_dry_run_shows_what_was_read_of_a_new_line(desk: Desk) -> None:
    bring(desk.database, [a_project("XM-1", building=a_building())])
    titles = "项目代码,单体编号,清单阶段,序号,材料名称,规格型号,单位,工程量"
    bill = f"{titles}\nXM-1,1#,设计,1,商砼,C30,m3,1204.50\n"
    job = desk.did(desk.ask(bill, is_dry_run=True))
    (line,) = desk.jobs.changes(job)
    assert line.is_new and line.label == "商砼"
    assert line.read == {"specification": "C30", "quantity": "1204.5", "unit": "m3"}


def test_a_dry_run_without_a_remark_may_become_the_import(desk: Desk) -> None:
    before = row_counts(desk.database)
    remarked = desk.did(desk.ask(a_table(3, bad=1), is_dry_run=True, imports_if_clean=True))
    assert (remarked.is_dry_run, remarked.run_id) == (True, None)
    assert row_counts(desk.database) == before
    job = desk.did(desk.ask(a_table(3), is_dry_run=True, imports_if_clean=True))
    (run,) = rows_of(desk.database, "import_run")
    assert (job.state, job.is_dry_run, job.run_id) == (JobState.FINISHED, False, run["id"])
    assert (job.counts.read, job.counts.created, run["created"]) == (3, 3, 3)


def test_an_import_is_in_the_ledger_with_its_options(desk: Desk) -> None:
    job = desk.did(desk.ask(a_table(3)))
    (run,) = rows_of(desk.database, "import_run")
    assert (job.state, job.run_id, run["state"]) == (JobState.FINISHED, run["id"], "finished")
    assert (run["created"], run["actor"]) == (3, OPERATOR.name)


def test_a_refused_file_says_why(desk: Desk) -> None:
    job = desk.did(desk.ask("a,b\n1,2\n"))
    assert job.state is JobState.REFUSED and job.refusal is not None
    assert job.refusal.code == "unknown-table"


def test_a_cancelled_import_leaves_nothing(desk: Desk) -> None:
    desk.did(desk.ask(a_table(2, brand="旧")))
    before = picture(desk.database)
    job = desk.ask(a_table(2 * BATCH))
    desk.jobs.cancel(job)
    job = desk.did(job)
    assert job.state is JobState.CANCELLED and job.done == BATCH
    assert picture(desk.database) == before
    run = rows_of(desk.database, "import_run")[-1]
    assert (run["id"], run["state"], run["created"]) == (job.run_id, RunState.REFUSED, 0)
    assert [row["code"] for row in rows_of(desk.database, "import_issue")] == ["import-cancelled"]


def test_a_cancelled_dry_run_ends_too(desk: Desk) -> None:
    job = desk.ask(a_table(BATCH + 1), is_dry_run=True)
    desk.jobs.cancel(job)
    assert desk.did(job).state is JobState.CANCELLED
    assert rows_of(desk.database, "import_run") == []


def test_a_server_that_ends_leaves_the_rest_to_the_next(desk: Desk) -> None:
    job = desk.ask(a_table(2 * BATCH + 1))
    desk.worker.stopping.set()
    halfway = desk.did(job)
    assert (halfway.state, halfway.tries, halfway.done) == (JobState.RUNNING, 0, BATCH)
    (run,) = rows_of(desk.database, "import_run")
    assert (run["state"], run["next_batch"]) == (RunState.RUNNING, 1)
    next_server = desk.another_worker()
    next_server.start()
    wait_until(lambda: not desk.after(job).is_open)
    next_server.stop()
    (run,) = rows_of(desk.database, "import_run")
    assert (run["state"], run["read"], run["created"]) == ("finished", *[2 * BATCH + 1] * 2)
    undo(desk.database, run["id"])
    assert picture(desk.database) == ""


def test_a_job_whose_import_is_in_is_not_done_twice(desk: Desk) -> None:
    job = desk.did(desk.ask(a_table(3)))
    running = JobState.RUNNING
    unfinished = Job(**{name: getattr(job, name) for name in Job.__struct_fields__} |
                     {"state": running, "ended_at": None})  # fmt: skip
    assert desk.did(unfinished).state is JobState.FINISHED
    assert len(rows_of(desk.database, "import_run")) == 1


def test_what_ends_the_process_again_and_again_is_given_up(desk: Desk) -> None:
    job = desk.ask(a_table(1))
    tired = Job(**{name: getattr(job, name) for name in Job.__struct_fields__} | {"tries": 5})
    assert desk.did(tired).state is JobState.FAILED
    assert rows_of(desk.database, "import_run") == []


def test_only_one_of_two_workers_works(desk: Desk) -> None:
    other = desk.another_worker()
    desk.worker.start()
    other.start()
    job = desk.ask(a_table(3))
    desk.worker.wake()
    other.wake()
    wait_until(lambda: not desk.after(job).is_open)
    desk.worker.stop()
    second = desk.ask(a_table(4))
    wait_until(lambda: not desk.after(second).is_open)
    other.stop()
    assert [row["created"] for row in rows_of(desk.database, "import_run")] == [3, 1]


def test_the_trial_of_a_large_file_keeps_nobody_from_writing(
    database: Database, tmp_path: Path
) -> None:
    large = SourceFile("large.csv", b"x" * (1 << 21))
    small = SourceFile("small.csv", b"x")
    with room_for_trial(database, small) as room:
        assert room is database
    with room_for_trial(database, large) as room:
        assert (room is database) is not database.is_embedded
        assert row_counts(room) == row_counts(database)
    assert not list(tmp_path.glob("trial-*"))


def test_a_kept_file_is_whole_once_and_never_too_large(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "files", limits=Limits(max_bytes=10))
    sha256 = store.keep(io.BytesIO(b"0123456789"), name="a")
    assert store.keep(io.BytesIO(b"0123456789"), name="b") == sha256
    kept = store.find(sha256, name="c")
    assert kept is not None and kept.sha256 == sha256
    for content in (b"", b"0123456789a"):
        with pytest.raises(Exception, match="Not imported"):
            store.keep(io.BytesIO(content), name="d")
    assert [path.name for path in store.folder.iterdir()] == [sha256]
    assert store.find("../" + sha256, name="e") is None and store.find("0" * 64, name="f") is None


def aged(desk: Desk, sha256: str, at: dt.datetime) -> None:
    """Let a file have been handed in at a moment."""
    os.utime(desk.files.folder / sha256, (at.timestamp(), at.timestamp()))


def test_clears_away_old_jobs_and_the_files_that_nothing_needs(desk: Desk) -> None:
    tried = desk.did(desk.ask(a_table(1), is_dry_run=True))
    imported = desk.did(desk.ask(a_table(2, bad=1)))
    taken_back = desk.did(desk.ask(a_table(3)))
    waiting = desk.ask(a_table(4), is_dry_run=True)
    assert taken_back.run_id is not None
    undo(desk.database, taken_back.run_id)
    for job in (tried, imported, taken_back, waiting):
        aged(desk, job.file_hash, NOW)
    fresh = desk.files.keep(io.BytesIO(b"just looked at"), name="f.csv")
    aged(desk, fresh, NOW + KEPT)

    before = NOW + dt.timedelta(days=1)
    assert clear_away(desk.database, desk.jobs, desk.files, before=before) == Cleared(3, 2)
    assert [job.id for job in desk.jobs.all()] == [waiting.id]
    assert {path.name for path in desk.files.kept()} == {
        imported.file_hash, waiting.file_hash, fresh,
    }  # fmt: skip
    assert clear_away(desk.database, desk.jobs, desk.files, before=before) == Cleared(0, 0)


def test_nothing_is_cleared_away_before_its_time(desk: Desk) -> None:
    job = desk.did(desk.ask(a_table(1), is_dry_run=True))
    aged(desk, job.file_hash, NOW)
    assert clear_away(desk.database, desk.jobs, desk.files, before=NOW) == Cleared(0, 0)
    assert desk.jobs.find(job.id)


def test_a_worker_clears_away_when_it_starts(desk: Desk) -> None:
    job = desk.did(desk.ask(a_table(1), is_dry_run=True))
    aged(desk, job.file_hash, NOW)
    worker = desk.another_worker(clock=lambda: NOW + KEPT + dt.timedelta(days=1))
    worker.start()
    try:
        wait_until(lambda: desk.jobs.find(job.id) is None and not desk.files.kept())
    finally:
        worker.stop()
