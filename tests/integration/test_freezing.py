"""A report is frozen at length: others write meanwhile, it can be cancelled or taken up again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from api.long_ways import WAYS, freeze_report_at_length
from api.long_work import LongJob, LongWork, WorkKind
from catalog.db import Database
from catalog.errors import ReportRefusedError, StillChangingError
from catalog.permissions import Actor, Rank, Role
from catalog.rules.annual_report.steps import ReportState, ReportStep
from catalog.rules.terms import ProjectStage
from catalog.services import publishing, report_reading, reporting
from catalog.services.jobs import JobState, Step
from catalog.services.report_freezing import freeze_report
from catalog.views.reporting import ReportHead, ReportTexts
from tests.builders import (
    a_bill_line,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
)

START = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
CLERK = Actor(name="clerk", role=Role.DIVISION_BUREAU, account="clerk",
              organisation="bureau-08", division="08", rank=Rank.CLERK)  # fmt: skip


class Clock:
    """A clock that goes on by a minute whenever somebody looks at it."""

    def __init__(self) -> None:
        self._minutes = count(1)

    def __call__(self) -> dt.datetime:
        return START + dt.timedelta(minutes=next(self._minutes))


@pytest.fixture
def site(database: Database) -> Database:
    """A project with a building that has a result, finished in time."""
    done: dict[str, Any] = {"stage": ProjectStage.COMPLETED, "completed_on": day("2026-09-30")}
    building = a_building(completed_on=day("2026-09-30"))
    bring(database, [a_product(certificate=a_certificate())], now=START)
    bring(database, [a_project(building=building, **done)], now=START)
    bring(database, [a_bill_line()], now=START)
    came = a_delivery("1", delivered_on=day("2026-03-12"), product=by_number())
    bring(database, [came], now=START)
    recalculated(database, now=START)
    return database


@pytest.fixture
def draft(site: Database) -> ReportHead:
    """The report of the division, written."""
    with site.transaction() as session:
        head = reporting.open_report(session, year=2026, division="08", actor=CLERK, now=START)
        return reporting.save_texts(
            session, head.key, ReportTexts(progress="已完成。"), version=head.version, actor=CLERK,
            now=START,
        )  # fmt: skip


def long_work(site: Database, folder: Path, patience_s: float = 60) -> LongWork:
    return LongWork(
        site, folder, WAYS, keep_for=dt.timedelta(days=1), patience_s=patience_s, clock=Clock()
    )


@pytest.fixture
def work(site: Database, tmp_path: Path) -> Iterator[LongWork]:
    """Long work of a server that ends with the test."""
    made = long_work(site, tmp_path / "work")
    yield made
    made.worker.stop()


def asked(work: LongWork, draft: ReportHead) -> LongJob:
    """Return a job as it is before anybody begins with it."""
    asks = {"key": draft.key, "version": draft.version, "reason": ""}
    return work.jobs.add(
        LongJob(id="0" * 16, actor=CLERK, submitted_at=START, kind=WorkKind.FREEZE_REPORT,
                asks=asks, back="/reports")
    )  # fmt: skip


def state(site: Database) -> ReportState:
    with site.reading() as connection:
        return report_reading.latest(connection, CLERK, year=2026, scope="08").state


def published(site: Database) -> int:
    with site.reading() as connection:
        return publishing.browse_published(connection, division=None, limit=1, offset=0).total


def test_who_asks_to_freeze_gets_the_frozen_report(
    site: Database, draft: ReportHead, work: LongWork
) -> None:
    job = freeze_report_at_length(
        work, site, draft.key, version=draft.version, actor=CLERK, back="/reports"
    )
    assert (job.state, job.result) == (JobState.FINISHED, "/reports/2026/08")
    assert (state(site), published(site)) == (ReportState.FROZEN, 1)
    with site.reading() as connection:
        assert report_reading.rebuild(connection, CLERK, year=2026, scope="08").is_same


def test_refuses_before_any_work_begins_what_was_written_by_nobody(
    site: Database, work: LongWork
) -> None:
    with site.transaction() as session:
        head = reporting.open_report(session, year=2025, division="08", actor=CLERK, now=START)
    with pytest.raises(ReportRefusedError):
        freeze_report_at_length(
            work, site, head.key, version=head.version, actor=CLERK, back="/reports"
        )
    assert work.jobs.all() == []


def test_leaves_nothing_behind_when_it_is_cancelled(
    site: Database, draft: ReportHead, work: LongWork
) -> None:
    job = asked(work, draft)
    work.cancel(job)
    work.worker.do(job)
    ended = work.find(job.id, CLERK)
    assert ended.state is JobState.CANCELLED and ended.ended_at is not None
    assert (state(site), published(site)) == (ReportState.DRAFT, 0)


def test_the_next_server_does_what_a_server_left_unfinished(
    site: Database, draft: ReportHead, work: LongWork, tmp_path: Path
) -> None:
    begun = msgspec.structs.replace(asked(work, draft), state=JobState.RUNNING, tries=1)
    work.jobs.save(begun)
    next_server = long_work(site, tmp_path / "work")
    next_server.worker.start()
    ended = next_server.wait(begun)
    next_server.worker.stop()
    assert ended.state is JobState.FINISHED and state(site) is ReportState.FROZEN


def test_what_was_kept_before_the_server_ended_is_not_done_twice(
    site: Database, draft: ReportHead, work: LongWork
) -> None:
    job = asked(work, draft)
    for _ in range(2):
        work.worker.do(job)
        assert work.find(job.id, CLERK).state is JobState.FINISHED
    with site.reading() as connection:
        view = report_reading.get_report(connection, CLERK, year=2026, scope="08", now=START)
    assert [taken.step for taken in view.steps] == [ReportStep.FREEZE]


def test_a_change_that_was_recorded_as_known_before_is_in_the_report(
    site: Database, draft: ReportHead
) -> None:
    told: list[str] = []
    more = a_delivery("2", delivered_on=day("2026-04-01"), product=by_number(),
                      quantity=Decimal(500))  # fmt: skip

    def meanwhile(step: Step) -> None:
        """Have a slow writer commit, while the report is put together, what it dated before."""
        told.append(step.name)
        if step.name == "report" and told.count("report") == 1:
            bring(site, [more], now=START)

    freeze_report(site, draft.key, version=draft.version, actor=CLERK, clock=Clock(),
                  tell=meanwhile)  # fmt: skip
    assert told.count("report") == 2 and "calculating" in told
    with site.reading() as connection:
        view = report_reading.get_report(connection, CLERK, year=2026, scope="08", now=START)
        (used,) = view.content.usage
        assert used.lines == 2
        assert report_reading.rebuild(connection, CLERK, year=2026, scope="08").is_same


def test_refuses_to_freeze_what_never_stands_still(site: Database, draft: ReportHead) -> None:
    numbers = count(2)

    def meanwhile(step: Step) -> None:
        if step.name == "report":
            came = a_delivery(f"{next(numbers)}", delivered_on=day("2025-01-01"),
                              product=by_number())  # fmt: skip
            bring(site, [came], now=START)
            recalculated(site, now=START)

    with pytest.raises(StillChangingError):
        freeze_report(site, draft.key, version=draft.version, actor=CLERK, clock=Clock(),
                      tell=meanwhile)  # fmt: skip
    assert (state(site), published(site)) == (ReportState.DRAFT, 0)
