"""Workbooks as programs for bills of quantities print them, page after page."""

from __future__ import annotations

from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tests.importers.workbooks import a_workbook

Row = Sequence[object]

ITEMS = "分部分项工程和单价措施项目清单与计价表"
MATERIALS = "材料（工程设备）暂估单价及调整表"
NARROW_HEADER = ("序号", "项目编码", "项目名称", "项目特征描述", "计量\n单位", "工程量")


class Page:
    """One printed page: title, names, a header of three rows, the rows, and what is below."""

    def __init__(self, sheet: Worksheet, plain: object, first_row: int) -> None:
        self._sheet = sheet
        self._format = plain
        self.row = first_row

    def write(self, rows: Sequence[Row], *, number: int, pages: int, name: str) -> None:
        """Write a page; a row of one text is merged over the whole width."""
        self._merged(0, 0, 8, ITEMS)
        self.row += 1
        self._merged(0, 0, 4, f"工程名称：{name}")
        self._merged(0, 5, 6, "标段：1")
        self._merged(0, 7, 8, f"第 {number} 页 共 {pages} 页")
        self.row += 1
        for column, text in enumerate(NARROW_HEADER):
            self._merged(2, column, column, text)
        self._merged(0, 6, 8, "金额（元）")
        self._merged_from(1, 2, 6, 6, "综合单价")
        self._merged_from(1, 2, 7, 7, "合价")
        self._sheet.write(self.row + 1, 8, "其中")
        self._sheet.write(self.row + 2, 8, "暂估价")
        self.row += 3
        for row in rows:
            for column, value in enumerate(row):
                if value is not None:
                    self._sheet.write(self.row, column, value)
            self.row += 1
        self._merged(0, 0, 8, "表-08")
        self.row += 2

    def _merged(self, down: int, left: int, right: int, text: str) -> None:
        self._merged_from(0, down, left, right, text)

    def _merged_from(self, top: int, bottom: int, left: int, right: int, text: str) -> None:
        if top == bottom and left == right:
            self._sheet.write(self.row + top, left, text)
        else:
            self._sheet.merge_range(
                self.row + top, left, self.row + bottom, right, text, self._format
            )


def printed(
    pages: Sequence[Sequence[Row]], *, name: str = "示例中学 土建", others: bool = False
) -> bytes:
    """Return a workbook with these pages of items and, if asked for, the tables around them."""

    def fill(book: xlsxwriter.Workbook) -> None:
        plain = book.add_format()
        if others:
            cover = book.add_worksheet("封-2")
            cover.merge_range(3, 0, 3, 5, "招标控制价", plain)
            summary = book.add_worksheet("表-04")
            summary.merge_range(0, 0, 0, 3, "单位工程招标控制价汇总表", plain)
            summary.write_row(2, 0, ["序号", "汇总内容", "金额(元)", "其中：暂估价(元)"])
            summary.write_row(3, 0, ["1", "分部分项工程", "1000.00", "0"])
        page = Page(book.add_worksheet("表-08"), plain, 0)
        for number, rows in enumerate(pages, start=1):
            page.write(rows, number=number, pages=len(pages), name=name)
        if others:
            analysis = book.add_worksheet("表-09")
            analysis.merge_range(0, 0, 0, 7, "综合单价分析表", plain)
            analysis.write_row(
                1,
                0,
                [
                    "项目编码",
                    "010401003001",
                    "项目名称",
                    "实心砖墙",
                    "计量单位",
                    "m3",
                    "工程量",
                    "70",
                ],
            )
            materials = book.add_worksheet("表-12-2")
            materials.merge_range(0, 0, 0, 6, MATERIALS, plain)
            materials.write_row(
                1, 0, ["序号", "材料名称、规格、型号", "计量单位", "数量", "单价", "合价", "备注"]
            )
            materials.write_row(2, 0, ["1", "镀锌钢管 DN50", "m", "20", "30", "600", ""])

    return a_workbook(fill)
