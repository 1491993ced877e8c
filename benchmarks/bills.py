"""A bill of quantities printed by GB 50500 with 10,000 merged ranges, from file to lines."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from benchmarks.report import show
from catalog.rules.terms import BillStage
from importers.bill import is_bill_table, read_bill_table
from importers.lookups import Lookups
from importers.source import Placement, SourceFile

MERGED_RANGES = 10_000
LINES_ON_A_PAGE = 12
_ALLOWED_SECONDS = 3
_COLUMNS = ("序号", "项目编码", "项目名称", "项目特征描述", "计量\n单位", "工程量")


def write_workbook(path: Path) -> tuple[int, int]:
    """Write a printed bill, and return how many lines and merged ranges it has."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表-08")
    plain = book.add_format()
    ranges = lines = row = 0

    def merge(top: int, bottom: int, left: int, right: int, text: str) -> None:
        nonlocal ranges
        ranges += 1
        sheet.merge_range(top, left, bottom, right, text, plain)

    while ranges < MERGED_RANGES:
        merge(row, row, 0, 8, "分部分项工程和单价措施项目清单与计价表")
        merge(row + 1, row + 1, 0, 4, "工程名称：示例中学 土建")
        merge(row + 1, row + 1, 5, 8, f"第 {lines // LINES_ON_A_PAGE + 1} 页")
        for column, text in enumerate(_COLUMNS):
            merge(row + 2, row + 3, column, column, text)
        merge(row + 2, row + 2, 6, 8, "金额（元）")
        sheet.write_row(row + 3, 6, ["综合单价", "合价", "其中：暂估价"])
        row += 4
        for _ in range(LINES_ON_A_PAGE):
            lines += 1
            cells = (f"{lines}", f"0104{lines // 999:05}{lines % 999 + 1:03}", "砌块墙")
            for column, text in enumerate(cells):
                merge(row, row + 1, column, column, text)
            sheet.write(row, 3, "1.砌块品种、规格、强度等级:A5.0 加气混凝土砌块")
            sheet.write(row + 1, 3, "2.砂浆强度等级:DM M7.5")
            for column, text in ((4, "m3"), (5, "12.5"), (7, "4375.00")):
                merge(row, row + 1, column, column, text)
            sheet.write(row, 6, "350.00")
            row += 2
        merge(row, row, 0, 5, "本页小计")
        sheet.write(row, 7, f"{LINES_ON_A_PAGE * 4375:.2f}")
        row += 2
    book.close()
    return lines, ranges


def main() -> None:
    """Measure and print."""
    lookups = Lookups.from_seed()
    placement = Placement(project="SYN-1", building="1#", stage=BillStage.DESIGN)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bill.xlsx"
        lines, ranges = write_workbook(path)
        wall, processor = time.perf_counter(), time.process_time()
        source = SourceFile(path.name, path)
        assert is_bill_table(source)
        outcomes = list(read_bill_table(source, lookups, placement=placement))
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
    found = sum(len(outcome.records) for outcome in outcomes)
    assert found == lines, f"{found} lines came in, {lines} were written"
    assert not any(outcome.issues for outcome in outcomes)
    row = ["GB 50500 workbook", ranges, lines, wall, processor, f"≤ {_ALLOWED_SECONDS}"]
    columns = ["printed bill", "merged ranges", "lines", "s", "processor s", "allowed s"]
    show("Bills: a printed bill of quantities", columns, [row])
