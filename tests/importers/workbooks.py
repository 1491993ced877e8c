"""Workbooks made for the tests, each with one trouble in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import xlsxwriter

BILL_HEADER = (
    "项目代码", "单体编号", "清单阶段", "序号", "材料名称", "产品类别", "单位", "工程量", "单价",
)  # fmt: skip


def a_bill_row(number: int, quantity: object = 10, price: object = 5) -> list[object]:
    return ["SYN-1", "1#", "设计", number, "砌块", "砌体材料", "m3", quantity, price]


def a_workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    fill(book)
    book.close()
    return stream.getvalue()


def a_bill(rows: list[list[object]], *, above: int = 0, left: int = 0) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("清单")
        for number, row in enumerate([list(BILL_HEADER), *rows], start=above):
            sheet.write_row(number, left, row)

    return a_workbook(fill)


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the archive with its entries changed, and all checksums right."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return stream.getvalue()
