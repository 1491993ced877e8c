"""A file that is refused as a whole leaves only a line in the ledger that says why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalog.db import Database
from catalog.errors import AlreadyUndoneError, ImportRefusedError
from catalog.models.importing import RunState
from catalog.records import Issue, Kind, Record, Severity
from catalog.rules.terms import CertificateState
from catalog.services import ledger
from catalog.services.receiving.runs import NewRun
from importers.issues import explain, refusal
from importers.lookups import Lookups
from importers.reader import ReadOutcome, SourceFile
from importers.run import ImportReport, Request, import_file, receive_in_batches
from tests.builders import (
    NOW,
    OPERATOR,
    OWN,
    a_building,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    recalculated,
    undo,
)
from tests.integration.picture import picture, row_counts, rows_of

TABLE = SourceFile("p_ok.csv", "企业名称,产品名称,产品类别\n甲公司,混凝土,预拌混凝土\n".encode())
NEW = NewRun(kind=Kind.PRODUCTS, source=OWN, file_name="p.xlsx", file_hash="damaged")
FIRST: list[Record] = [
    a_product(brand="新牌", certificate=a_certificate(star=3)),
    a_product(model="C99", certificate=a_certificate(state=CertificateState.SUSPENDED)),
]


def damaged(*batches: list[Record]) -> Iterator[ReadOutcome]:
    """Yield the batches, then find that the rest of the file cannot be read."""
    for number, batch in enumerate(batches, start=1):
        remark = Issue(code="unknown-unit", row=9, value="x", severity=Severity.ERROR)
        yield ReadOutcome(records=batch, issues=[remark], rows_done=number)
    raise refusal("file-unreadable", name="p.xlsx")


def take_in(database: Database, outcomes: Iterator[ReadOutcome], new: NewRun = NEW) -> ImportReport:
    report = ImportReport(kind=new.kind, source=new.source)
    receive_in_batches(database, new, outcomes, OPERATOR, report, clock=lambda: NOW)
    return report


@pytest.mark.parametrize("batches", [0, 1, 2])
def test_what_came_in_before_the_damage_is_taken_back(database: Database, batches: int) -> None:
    bring(database, [a_product(brand="旧牌", certificate=a_certificate())])
    before = picture(database)
    parts: list[list[Record]] = [FIRST, [a_product("砂浆")]]
    with pytest.raises(ImportRefusedError):
        take_in(database, damaged(*parts[:batches]))
    assert picture(database) == before
    run = rows_of(database, "import_run")[-1]
    assert (run["state"], run["finished_at"], run["undone_at"]) == (RunState.REFUSED, NOW, None)
    assert (run["created"], run["changed"], run["unchanged"], run["conflicts"]) == (0, 0, 0, 0)
    assert (run["refused"], run["read"]) == (batches + 1, [0, 3, 5][batches])
    issue = rows_of(database, "import_issue")[-1]
    assert (issue["code"], issue["row"], issue["severity"]) == (
        "file-unreadable", None, Severity.ERROR,
    )  # fmt: skip
    with pytest.raises(AlreadyUndoneError):
        undo(database, run["id"])
    assert picture(database) == before


def test_the_mended_file_comes_in_as_a_run_of_its_own(database: Database) -> None:
    with pytest.raises(ImportRefusedError):
        take_in(database, damaged(FIRST))
    whole = iter([ReadOutcome(records=FIRST, issues=[], rows_done=2)])
    assert take_in(database, whole).changed == 2  # What was withdrawn is there again.
    assert [row["state"] for row in rows_of(database, "import_run")] == [
        RunState.REFUSED, RunState.FINISHED,
    ]  # fmt: skip


def test_stays_where_later_work_stands_on_it_and_says_so(database: Database) -> None:
    bring(database, [a_project(building=a_building())])

    def overtaken() -> Iterator[ReadOutcome]:
        yield ReadOutcome(records=FIRST, issues=[], rows_done=2)
        bring(database, [a_delivery(product=by_number(model="C99"))])
        raise refusal("workbook-damaged")

    with pytest.raises(ImportRefusedError):
        take_in(database, overtaken())
    (run,) = rows_of(database, "import_run", file_hash="damaged")
    assert (run["state"], run["created"], run["refused"]) == (RunState.FINISHED, 2, 1)
    (issue,) = rows_of(database, "import_issue")
    assert issue["code"] == "workbook-damaged"
    assert recalculated(database) == 1


@pytest.mark.parametrize("is_all_or_nothing", [True, False])
def test_a_file_of_another_kind_is_refused_in_the_ledger(
    database: Database, lookups: Lookups, *, is_all_or_nothing: bool
) -> None:
    asked = Request(actor=OPERATOR, kind=Kind.REGISTRY, is_all_or_nothing=is_all_or_nothing)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(database, TABLE, lookups, asked, clock=lambda: NOW)
    (run,) = rows_of(database, "import_run")
    assert (run["state"], run["refused"], run["read"]) == (RunState.REFUSED, 1, 0)
    (issue,) = rows_of(database, "import_issue")
    assert issue["code"] == caught.value.facts["reason_code"]


def test_the_ledger_gives_the_reason_of_the_error(database: Database) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        take_in(database, damaged())
    with database.reading() as connection:
        (issue,), _ = ledger.issues_of_run(connection, 1, limit=1, offset=0)
    assert (
        explain(issue, "zh")[0] in caught.value.text("zh") and "p.xlsx" in explain(issue, "zh")[0]
    )


def test_a_dry_run_of_such_a_file_writes_nothing(database: Database, lookups: Lookups) -> None:
    before = row_counts(database)
    asked = Request(actor=OPERATOR, kind=Kind.REGISTRY, is_dry_run=True)
    with pytest.raises(ImportRefusedError):
        import_file(database, TABLE, lookups, asked, clock=lambda: NOW)
    assert row_counts(database) == before


def test_counts_a_row_with_several_errors_as_one_row_read(
    database: Database, lookups: Lookups
) -> None:
    header = "企业名称,企业所在师市,产品名称,产品类别"
    content = "\n".join([header, "甲,没有,乙,没有", "", "甲,,乙,预拌混凝土", ",,,"])
    file = SourceFile("p.csv", content.encode())
    asked = Request(actor=OPERATOR, kind=Kind.PRODUCTS)
    for earlier in range(2):
        report = import_file(database, file, lookups, asked, clock=lambda: NOW)
        (run,) = rows_of(database, "import_run")[earlier:]
        assert len(report.issues) == 2
        assert (report.read, run["read"]) == (2, 2)


def test_a_run_that_was_cut_off_counts_every_row_once(database: Database) -> None:
    def cut_off() -> Iterator[ReadOutcome]:
        yield outcomes[0]
        raise KeyboardInterrupt

    bad = Issue(code="missing-value", row=4)
    outcomes = [
        ReadOutcome(records=FIRST, issues=[bad], rows_done=3),
        ReadOutcome(records=[a_product("砂浆", row=5)], issues=[], rows_done=4),
    ]
    with pytest.raises(KeyboardInterrupt):
        take_in(database, cut_off())
    report = take_in(database, iter(outcomes))
    (run,) = rows_of(database, "import_run")
    assert (report.is_resumed, report.read) == (True, 1)
    assert (run["state"], run["read"], run["created"]) == (RunState.FINISHED, 4, 3)
