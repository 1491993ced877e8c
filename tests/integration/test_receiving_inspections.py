"""Lists of surveillance visits and spot checks come in, once, and go with their import."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from catalog.db import Database
from catalog.records import InspectionRecord, Kind, ProductReference
from catalog.rules.terms import InspectionKind
from catalog.services import inspections
from catalog.services.inspections import Finding
from importers.lookups import Lookups
from importers.refused import write_refused
from importers.report import Answers, ImportReport
from importers.run import Request, import_file
from importers.source import SourceFile
from importers.table.read import read_table
from tests.builders import (
    NOW,
    OPERATOR,
    a_certificate,
    a_product,
    bring,
    undo,
)
from tests.integration.picture import current, rows_of

CHINESE = """检查种类,检查日期,检查结果,证书编号,抽查部门,情况说明,信息来源
证后监督,2025-03-01,通过,CTC-2024-001,,,机构年报
抽查,2025-05-02,不合格,CTC-2024-001,市监局,放射性超标,公告12号
"""
ENGLISH = """kind,Inspected on,Result,Certificate number,Authority,Note,Source of information
surveillance visit,2025-03-01,passed,CTC-2024-001,,,机构年报
spot check,2025-05-02,failed,CTC-2024-001,市监局,放射性超标,公告12号
"""


@pytest.fixture
def store(database: Database) -> Database:
    bring(database, [a_product("硅酸钙板", a_certificate("CTC-2024-001"))])
    return database


def records_of(text: str, lookups: Lookups, folder: Path) -> list[InspectionRecord]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    (outcome,) = read_table(SourceFile(path.name, path), lookups)
    assert not outcome.issues
    return [record for record in outcome.records if isinstance(record, InspectionRecord)]


def a_visit(**stated: object) -> InspectionRecord:
    defaults = {
        "row": 2,
        "kind": InspectionKind.SURVEILLANCE_VISIT,
        "inspected_on": dt.date(2025, 3, 1),
        "is_passed": True,
        "product": ProductReference(certificate_number="CTC-2024-001"),
    }
    return InspectionRecord(**(defaults | stated))  # type: ignore[arg-type]  # Tests name fields.


@pytest.mark.parametrize("text", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_a_list_comes_in_once_and_goes_with_its_import(
    store: Database, lookups: Lookups, tmp_path: Path, text: str
) -> None:
    records = records_of(text, lookups, tmp_path)
    receipt = bring(store, records)
    assert (receipt.created, receipt.refused) == (2, 0)
    (visit,), (check,) = current(store, "surveillance_visit"), current(store, "spot_check")
    assert (visit["is_passed"], visit["source"]) == (1, "机构年报")
    assert (check["is_passed"], check["authority"], check["note"]) == (0, "市监局", "放射性超标")
    again = bring(store, records)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)
    undo(store, again.run_id)
    undo(store, receipt.run_id)
    assert not current(store, "surveillance_visit") and not current(store, "spot_check")


def test_another_word_on_a_visit_replaces_it_until_it_is_undone(store: Database) -> None:
    (certificate,) = (row["key"] for row in rows_of(store, "certificate"))
    with store.transaction() as session:
        found = Finding(dt.date(2025, 3, 1), is_passed=True, source="现场")
        inspections.record_visit(session, certificate, found, actor=OPERATOR, now=NOW)
    receipt = bring(store, [a_visit(is_passed=False, source="更正通报")])
    assert receipt.changed == 1
    (held,) = current(store, "surveillance_visit")
    assert (held["is_passed"], held["source"]) == (0, "更正通报")
    undo(store, receipt.run_id)
    (held,) = current(store, "surveillance_visit")
    assert (held["is_passed"], held["source"]) == (1, "现场")


def test_keeps_out_what_is_unknown_or_yet_to_come(store: Database) -> None:
    elsewhere = ProductReference(certificate_number="CTC-2099-9")
    tomorrow = NOW.date() + dt.timedelta(days=2)
    receipt = bring(store, [a_visit(product=elsewhere), a_visit(row=3, inspected_on=tomorrow)])
    codes = [issue.code for issue in receipt.issues]
    assert codes == ["unknown-certificate", "inspected-in-future"]
    assert receipt.created == 0 and not current(store, "surveillance_visit")


def test_a_check_needs_an_authority_and_a_visit_a_certificate(
    lookups: Lookups, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "检查种类,检查日期,检查结果,证书编号,产品编号\n"
        "抽查,2025-05-02,合格,CTC-2024-001,\n证后监督,2025-05-02,合格,,p-1\n飞检,2025-05-02,好,C,\n",
        encoding="utf-8",
    )
    (outcome,) = read_table(SourceFile(path.name, path), lookups, kind=Kind.INSPECTIONS)
    assert not outcome.records
    assert [(issue.code, issue.row, issue.column) for issue in outcome.issues] == [
        ("missing-value", 2, "抽查部门"),
        ("missing-value", 3, "证书编号"),
        ("unknown-inspection-kind", 4, "检查种类"),
        ("unknown-inspection-result", 4, "检查结果"),
    ]


MIXED = f"""{CHINESE}抽查,2025-05-03,合格,CTC-2099-9,市监局,,公告13号
抽查,2025-05-04,还行,CTC-2024-001,市监局,,公告14号
"""


@pytest.mark.parametrize("is_workbook", [False, True], ids=["csv", "xlsx"])
def test_a_dry_run_keeps_nothing_and_refused_rows_come_back_mended(
    store: Database, lookups: Lookups, is_workbook: bool
) -> None:
    file = SourceFile("抽查.xlsx", as_workbook(MIXED)) if is_workbook else csv_file(MIXED)

    def taken(*, is_dry_run: bool, source: SourceFile) -> ImportReport:
        asked = Request(actor=OPERATOR, kind=Kind.INSPECTIONS, is_dry_run=is_dry_run)
        return import_file(store, source, lookups, asked, clock=lambda: NOW)

    tried = taken(is_dry_run=True, source=file)
    assert (tried.created, tried.refused, tried.run_id) == (2, 2, None)
    assert not rows_of(store, "spot_check") and not rows_of(store, "surveillance_visit")
    report = taken(is_dry_run=False, source=file)
    assert (report.created, report.refused) == (tried.created, tried.refused)
    back = io.BytesIO()
    write_refused(
        file, lookups, report.issues, back, kind=Kind.INSPECTIONS, answers=Answers(), language="zh"
    )
    given = SourceFile(file.name, back.getvalue())
    rows = [cell for row in texts_of(given, is_workbook=is_workbook) for cell in row]
    assert {"公告13号", "公告14号"} <= set(rows) and "公告12号" not in rows
    assert any("还行" in text for text in rows if text != "还行"), "The reason stands beside."
    mended = [[cell.replace("还行", "合格") for cell in row]
              for row in texts_of(given, is_workbook=is_workbook)]  # fmt: skip
    again = taken(is_dry_run=False, source=csv_file("\n".join(map(",".join, quoted(mended)))))
    assert (again.created, again.refused) == (1, 1)
    assert len(current(store, "spot_check")) == 2


def csv_file(text: str) -> SourceFile:
    return SourceFile("抽查.csv", text.encode())


def as_workbook(text: str) -> bytes:
    """Return the lines of a CSV as a workbook of texts."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("抽查")
        for line, cells in enumerate(csv.reader(io.StringIO(text))):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell)
    return stream.getvalue()


def texts_of(file: SourceFile, *, is_workbook: bool) -> list[list[str]]:
    """Return the cells of a table, row by row."""
    content = file.open().read()
    if not is_workbook:
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def quoted(rows: list[list[str]]) -> list[list[str]]:
    return [[f'"{cell}"' for cell in row] for row in rows]
