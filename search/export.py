"""Write what a search found as a table for spreadsheets: CSV as it is read, or a workbook."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO

import msgspec
import xlsxwriter

from catalog.forms.lists import Cell, as_text
from catalog.rules.validity import validity_on
from catalog.views.searchable import SearchableCertificate, SearchableProduct
from search.projection import product_document
from search.query import Tier
from search.validity_terms import day_number

_HEADERS = {
    "zh": (
        "产品", "品牌", "型号规格", "适用范围", "产品类别", "星级", "企业", "企业所在师市",
        "证书编号", "认证机构", "有效期", "{day} 证书状态", "{day} 有效",
        "{judged} 采信状态", "依据标准", "产品编号", "链接", "演示数据",
    ),
    "en": (
        "Product", "Brand", "Model", "Scope", "Category", "Stars", "Company", "Company's division",
        "Certificate", "Certification body", "Valid", "Certificate's state on {day}",
        "Valid on {day}", "Adoption on {judged}", "Standard", "Product key", "Link", "Demo data",
    ),
}  # fmt: skip
_WORDS = {
    "zh": {
        "yes": "是", "no": "否", "no-certificate": "没有证书", "unknown": "无法判断",
        "valid": "有效", "not-yet": "尚未生效", "expired": "已过期", "suspended": "暂停",
        "revoked": "撤销", "cancelled": "注销", "joint": "；", "about": "说明", "products": "产品",
        "cut": "……（内容过长，请打开链接看全文）", "adoption-adopted": "已采信",
        "adoption-unknown": "采信状态无法判断", "adoption-suspended": "采信已暂停",
        "adoption-certificate-suspended": "证书暂停，不作采信", "adoption-expired": "采信已到期",
        "adoption-not-yet": "采信尚未开始", "adoption-certificate-cancelled": "证书注销，不作采信",
        "adoption-certificate-revoked": "证书撤销，不作采信", "adoption-removed": "已清退",
        "adoption-no-adoption": "未采信",
    },
    "en": {
        "yes": "yes", "no": "no", "no-certificate": "no certificate", "unknown": "cannot be told",
        "valid": "valid", "not-yet": "not yet valid", "expired": "expired",
        "suspended": "suspended", "revoked": "revoked", "cancelled": "cancelled", "joint": "; ",
        "about": "About", "products": "Products", "cut": " … (too long: open the link)",
        "adoption-adopted": "adopted", "adoption-unknown": "cannot be told",
        "adoption-suspended": "suspended", "adoption-certificate-suspended":
        "not while the certificate is suspended", "adoption-expired": "expired",
        "adoption-not-yet": "not yet", "adoption-certificate-cancelled":
        "not with a cancelled certificate", "adoption-certificate-revoked":
        "not with a revoked certificate", "adoption-removed": "removed",
        "adoption-no-adoption": "not adopted",
    },
}  # fmt: skip
_NOTES = {
    "zh": {
        "title": "绿采产品清单：搜索的全部结果，不只是一页",
        "question": "查询：{question}",
        "made": "导出时间：{made}（北京时间）",
        "count": "产品数：{count}，没有截断",
        "day": "证书是否有效，按 {day} 判断",
        "empty": "空格表示没有资料，不是零；星级取未撤销、未注销证书中最高的",
        Tier.SOUND: "没有完全匹配的产品，清单是按读音查找的结果",
        Tier.RELAXED: "没有完全匹配的产品，清单是近似结果",
        "degraded": "搜索引擎暂不可用，清单由数据库直接查找，次序和范围可能略有不同",
        "synthetic": "演示数据：最后一列为“是”的行由程序生成，非真实证书",
        "gone": "导出期间有 {gone} 个产品下架，因此清单比上面的数目少这些行",
        "csv": "以 ' 开头的格按文字理解，以免被表格软件当作公式、数字或日期",
    },
    "en": {
        "title": "Lücai product list: everything that the search found, not only one page",
        "question": "Search: {question}",
        "made": "Written: {made} (China time)",
        "count": "Products: {count}, nothing cut",
        "day": "Certificates are judged on {day}",
        "empty": "An empty cell means not known, never zero; the stars are the highest among "
        "certificates neither revoked nor cancelled",
        Tier.SOUND: "Nothing matched as typed: these products sound like it",
        Tier.RELAXED: "Nothing matched as typed: these products are the nearest",
        "degraded": "The search engine was away: the database was searched by itself, order and "
        "extent may differ a little",
        "synthetic": "Demo data: rows with “yes” in the last column are synthetic, no real "
        "certificates",
        "gone": "{gone} products were withdrawn meanwhile, so the list is shorter by that",
        "csv": "A cell that begins with ' is text, lest a spreadsheet make a formula, number or "
        "date of it",
    },
}
_CHINA = dt.timezone(dt.timedelta(hours=8))
_LONGEST_CELL = 32_767  # As the format has it.
_ROWS_OF_A_SHEET = 1_048_576  # As above.
_WIDTHS = (30, 14, 24, 24, 18, 6, 30, 16, 24, 26, 26, 16, 14, 16, 24, 20, 44, 10)
_NOTE_WIDTH = 90


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a table says of itself; ``site`` is the address that products are reached by.

    Certificates are judged on the day ``on``, adoptions on ``judged_on``.
    """

    question: str
    count: int
    tier: Tier
    is_degraded: bool
    has_synthetic: bool
    on: dt.date
    judged_on: dt.date
    made_at: dt.datetime
    language: str
    site: str
    divisions: Mapping[str, tuple[str, str]]

    def header(self) -> list[str]:
        """Return the names of the columns."""
        days = {"day": self.on.isoformat(), "judged": self.judged_on.isoformat()}
        return [name.format(**days) for name in _HEADERS[self.language]]

    def notes(self, gone: int) -> list[str]:
        """Return what a reader must know; ``gone`` products are missing from the table."""
        told = ["title", "question", "made", "count", "day", "empty"]
        told += [self.tier] if self.tier is not Tier.EXACT else []
        told += ["degraded"] if self.is_degraded else []
        told += ["synthetic"] if self.has_synthetic else []
        told += ["gone"] if gone else []
        return [self.note(name, gone=gone) for name in told]

    def note(self, name: str, *, gone: int = 0) -> str:
        """Return one sentence, its gaps filled."""
        return _NOTES[self.language][name].format(
            question=self.question,
            made=self.made_at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M"),
            count=f"{self.count:,}",
            day=self.on.isoformat(),
            gone=gone,
        )

    def word(self, key: str) -> str:
        """Return a word of the table."""
        return _WORDS[self.language][key]

    def row(self, product: SearchableProduct) -> list[Cell]:
        """Return the cells of a product; the parts of several certificates stand in one order."""
        papers = product.certificates
        document = product_document(product)
        is_english = self.language == "en"
        division = self.divisions.get(product.division or "")
        return [
            product.name,
            product.brand,
            product.model,
            product.scope,
            product.category_en if is_english else product.category_zh,
            document.star,
            product.company_name,
            division[is_english] if division else product.division,
            self._joined(paper.number for paper in papers),
            self._joined(paper.body for paper in papers),
            self._joined(_windows(paper) for paper in papers),
            self._joined(self.word(_state(paper, self.on)) for paper in papers),
            self.word(_standing(papers, self.on)),
            self.word(f"adoption-{document.standing_on(day_number(self.judged_on))}"),
            self._joined(dict.fromkeys(s for paper in papers for s in paper.standards)),
            product.key,
            f"{self.site}/products/{product.key}" if self.site else None,
            self.word("yes" if product.is_synthetic else "no"),
        ]

    def _joined(self, texts: Iterable[str]) -> str:
        return self.word("joint").join(texts)


def csv_pieces(
    sheet: Sheet, pieces: Iterable[Sequence[SearchableProduct]], *, has_notes: bool
) -> Iterator[bytes]:
    """Yield a CSV file as it is read, after its byte order mark; every cell is quoted.

    With notes, they stand above the header, one in a row, and an empty row between.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)

    def taken() -> bytes:
        written = text.getvalue()
        text.seek(0)
        text.truncate()
        return written.encode()

    if has_notes:
        writer.writerows([as_text(note)] for note in (*sheet.notes(0), sheet.note("csv")))
        text.write("\r\n")
    writer.writerow(sheet.header())
    yield "\ufeff".encode() + taken()
    written = 0
    for piece in pieces:
        writer.writerows([as_text(cell) for cell in sheet.row(product)] for product in piece)
        written += len(piece)
        yield taken()
    if has_notes and written < sheet.count:
        writer.writerow([sheet.note("gone", gone=sheet.count - written)])
        yield taken()


def write_workbook(
    sheet: Sheet, pieces: Iterable[Sequence[SearchableProduct]], stream: IO[bytes]
) -> None:
    """Write a workbook row by row: its notes first, then the products on as many sheets as needed.

    Texts are written as texts, so nothing in them is a formula, a link or a number.
    """
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    about = book.add_worksheet(sheet.word("about"))
    about.set_column(0, 0, _NOTE_WIDTH, wrapped)
    written, number, line = 0, 0, _ROWS_OF_A_SHEET
    header = sheet.header()
    for product in _listed(pieces):
        if line == _ROWS_OF_A_SHEET:
            number += 1
            table = _table(book, sheet, number, header, bold)
            line = 1
        for place, cell in enumerate(sheet.row(product)):
            if isinstance(cell, int):
                table.write_number(line, place, cell)
            elif cell:
                table.write_string(line, place, _fitting(cell, sheet.word("cut")))
        line += 1
        written += 1
    if not number:
        _table(book, sheet, 1, header, bold)
    for place, note in enumerate(sheet.notes(sheet.count - written)):
        about.write_string(place, 0, _fitting(note, sheet.word("cut")), wrapped)
    book.close()


def _listed(pieces: Iterable[Sequence[SearchableProduct]]) -> Iterator[SearchableProduct]:
    for piece in pieces:
        yield from piece


def _table(
    book: xlsxwriter.Workbook,
    sheet: Sheet,
    number: int,
    header: Sequence[str],
    bold: xlsxwriter.format.Format,
) -> xlsxwriter.worksheet.Worksheet:
    name = sheet.word("products")
    table = book.add_worksheet(name if number == 1 else f"{name} {number}")
    for place, width in enumerate(_WIDTHS):
        table.set_column(place, place, width)
    table.freeze_panes(1, 1)
    table.write_row(0, 0, header, bold)
    return table


def _fitting(text: str, mark: str) -> str:
    """Return a text that a cell can hold; what must go is said to be gone."""
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(mark)] + mark


def _windows(paper: SearchableCertificate) -> str:
    days = dict.fromkeys(f"{first} – {last}" for first, last in paper.windows)
    return ", ".join(days) or "—"


def _state(paper: SearchableCertificate, on: dt.date) -> str:
    return validity_on(paper.windows, paper.states, on).value


def _standing(papers: Sequence[SearchableCertificate], on: dt.date) -> str:
    """Say whether any certificate is valid on the day."""
    states = {_state(paper, on) for paper in papers}
    if not states:
        return "no-certificate"
    if "valid" in states:
        return "yes"
    return "unknown" if states == {"unknown"} else "no"
