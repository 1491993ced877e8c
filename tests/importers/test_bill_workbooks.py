"""Bills of quantities by GB 50500 as they are printed, each with one trouble in it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
import xlsxwriter

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Record, Severity
from importers.bill import is_bill_table, read_bill_table
from importers.bill.words import words
from importers.lookups import Lookups
from importers.source import Placement, SourceFile
from tests.importers.conftest import DATA
from tests.importers.lists import DESIGN, SETTLEMENT, Found, bill_lines, codes, found_in
from tests.importers.printed import MATERIALS, Row, printed
from tests.importers.workbooks import a_bill, a_bill_row, a_workbook

Expect = Callable[[str, list[Record | Issue]], None]

CHAPTER = (None, "0104", "A.4 砌筑工程")
WALL = ("1", "010401003001", "实心砖墙", "MU10 页岩砖", "m3", "120.50", "480.20", "57864.10")
BLOCKS = ("2", "010402001001", "砌块墙", "A5.0 加气混凝土", "m3", 86.4, 350, 30240)
PAGES: list[list[Row]] = [
    [CHAPTER, WALL, BLOCKS, (None, None, "本页小计", None, None, None, None, "88104.10")],
    [
        (None, None, None, "砂浆:DM M7.5"),
        ("3", "03B001", "钢结构连廊", "甲供", "t", "3.2", "6000", "19200.00"),
        (None, None, "分部小计", None, None, None, None, "107304.10"),
        (None, "0109", "A.9 屋面及防水工程"),
        ("4", 10902001001, "屋面卷材防水", "SBS", "m2", "310", "45", "13500"),
        ("5", "010902003001", "屋面刚性层", "C20", "㎡", "约300", "20", None),
        ("6", "010902004001", "垃圾外运", None, "车次", "12", "20", "240"),
        ("合　　计", None, None, None, None, None, None, "121044.00"),
    ],
]


def read_pages(pages: list[list[Row]], lookups: Lookups, **stated: object) -> Found:
    return found_in(printed(pages, **stated), read_bill_table, lookups, DESIGN)  # type: ignore[arg-type]  # Options of the page.


def one_page(rows: list[Row], lookups: Lookups) -> Found:
    return read_pages([rows], lookups)


def test_reads_a_printed_bill_to_the_letter(lookups: Lookups, expect_golden: Expect) -> None:
    records, issues = read_pages(PAGES, lookups, others=True)
    expect_golden("bill_printed.xlsx", [*records, *issues])


def test_recognises_a_printed_bill_by_its_content() -> None:
    assert is_bill_table(SourceFile("a.bin", printed(PAGES)))


@pytest.mark.parametrize("name", ["products_zh.csv", "projects_zh.csv", "bill_lines_zh.csv",
                                  "deliveries_zh.csv", "registry.json"])  # fmt: skip
def test_leaves_our_own_tables_alone(name: str) -> None:
    assert not is_bill_table(SourceFile(name, DATA / name))


def test_leaves_our_own_workbook_alone() -> None:
    assert not is_bill_table(SourceFile("own.xlsx", a_bill([a_bill_row(1)])))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<a/>", b"\x00" * 99]
)
def test_what_is_no_table_is_no_bill(content: bytes) -> None:
    assert not is_bill_table(SourceFile("x", content))


@pytest.mark.parametrize("placement", [None, Placement(project="P-1", building="1#")])
def test_asks_where_the_lines_belong(placement: Placement | None, lookups: Lookups) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        found_in(printed(PAGES), read_bill_table, lookups, placement)
    assert refused.value.facts["reason_code"] == "placement-needed"


def test_line_numbers_stay_and_differ_between_bills(lookups: Lookups) -> None:
    first, _ = read_pages([[WALL, BLOCKS]], lookups, name="教学楼 土建")
    again, _ = read_pages([[BLOCKS], [WALL]], lookups, name="教学楼 土建")
    other, _ = read_pages([[WALL, BLOCKS]], lookups, name="宿舍楼 土建")
    numbers = {line.line_number for line in bill_lines(first)}
    assert numbers == {line.line_number for line in bill_lines(again)}
    assert numbers.isdisjoint(line.line_number for line in bill_lines(other))


def test_a_code_used_twice_makes_two_lines_and_a_remark(lookups: Lookups) -> None:
    records, issues = one_page([WALL, WALL], lookups)
    assert len({line.line_number for line in bill_lines(records)}) == 2
    assert codes(issues) == ["bill-code-twice"]


def test_a_description_over_a_page_break_is_one(lookups: Lookups) -> None:
    records, issues = read_pages([[WALL], [(None, None, None, "双面抹灰"), BLOCKS]], lookups)
    assert bill_lines(records)[0].specification == "MU10 页岩砖 双面抹灰"
    assert issues == []


def test_a_description_may_begin_like_a_footnote(lookups: Lookups) -> None:
    rows: list[Row] = [WALL, (None, None, None, "注：详见图纸"), ("注：此表由招标人填写",)]
    records, _ = one_page(rows, lookups)
    assert bill_lines(records)[0].specification == "MU10 页岩砖 注：详见图纸"


def test_a_chapter_may_have_an_amount(lookups: Lookups) -> None:
    chapter = (*CHAPTER, None, None, None, None, "57864.10")
    records, issues = one_page([chapter, WALL], lookups)
    assert (len(records), issues) == (1, [])


def test_a_description_before_any_line_is_reported(lookups: Lookups) -> None:
    records, issues = one_page([(None, None, None, "双面抹灰"), WALL], lookups)
    assert codes(issues) == ["bill-text-without-line"]
    assert len(records) == 1


def test_a_long_description_is_cut_with_a_remark(lookups: Lookups) -> None:
    records, issues = one_page([("1", "010401003001", "墙", "砖" * 2100, "m3", "1")], lookups)
    (line,) = bill_lines(records)
    assert line.specification == "砖" * 2000
    assert [issue.facts["length"] for issue in issues] == ["2100"]


@pytest.mark.parametrize("title", ["本页小计", "小　计", "合计", "A.4 砌筑工程 小计"])
def test_a_sum_that_is_wrong_is_remarked_with_both_figures(title: str, lookups: Lookups) -> None:
    rows: list[Row] = [WALL, BLOCKS, (None, None, title, None, None, None, None, "88104.20")]
    _, issues = one_page(rows, lookups)
    assert codes(issues) == ["bill-total-differs"]
    assert issues[0].facts["stated"] == "88,104.2"
    assert issues[0].facts["found"] == "88,104.1"


def test_a_sum_may_count_from_the_last_one(lookups: Lookups) -> None:
    rows: list[Row] = [
        WALL, (None, None, "小计", None, None, None, None, "57864.10"),
        BLOCKS, (None, None, "小计", None, None, None, None, "30240.00"),
        (None, None, "合计", None, None, None, None, "88104.10"),
    ]  # fmt: skip
    records, issues = one_page(rows, lookups)
    assert (len(records), issues) == (2, [])


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "differs"),
    [
        ("3", "33.33", "100.00", False),  # The price is 33.3333… and was rounded in print.
        ("132.7088", "11.16", "1481.03", False),
        ("10", "5", "50", False),
        ("10", "5", "51", True),
        ("1000", "0.50", "505.00", False),
        ("1000", "0.50", "505.03", True),
    ],
)
def test_an_amount_that_is_not_quantity_times_price_is_remarked(
    quantity: str, price: str, amount: str, differs: bool, lookups: Lookups
) -> None:
    rows: list[Row] = [("1", "010401003001", "墙", "砖", "m3", quantity, price, amount)]
    records, issues = one_page(rows, lookups)
    assert codes(issues) == ["amount-differs"] * differs
    assert bill_lines(records)[0].amount == Decimal(amount)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("1", "010401003001", "墙", None, "m3", None), "missing-value", "工程量"),
        (("1", "010401003001", "墙", None, None, "5"), "missing-value", "计量 单位"),
        (("1", "010401003001", None, None, "m3", "5"), "missing-value", "项目名称"),
        (("1", "010401003001", "墙"), "missing-value", "计量 单位"),
        ((None, None, None, None, "m3", "5"), "missing-value", "项目名称"),
        (("1", None, "墙", "砖"), "missing-value", "计量 单位"),
        ((None, None, "墙", None, None, None, "5", "50"), "missing-value", "计量 单位"),
        (("1", "010401003001", "墙", None, "m3", "-5"), "negative-number", "工程量"),
        (("1", "010401003001", "墙", None, "m3", "1.2.3"), "bad-number", "工程量"),
        (("1", "010401003001", "墙", None, "m3", "5", "面议"), "bad-number", "金额（元）/综合单价"),
        (("1", "010401003001", "墙\u202e", None, "m3", "5"), "control-character", "项目名称"),
    ],
)
def test_a_line_that_lacks_what_it_needs_stays_out(
    row: Row, code: str, column: str, lookups: Lookups
) -> None:
    records, issues = one_page([BLOCKS, row], lookups)
    assert [line.name for line in bill_lines(records)] == ["砌块墙"]
    assert (issues[0].code, issues[0].column, issues[0].severity) == (code, column, Severity.ERROR)


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_price_is_not_zero(blank: str | None, lookups: Lookups) -> None:
    records, issues = one_page([("1", "010401003001", "墙", None, "m3", "5", blank, "0")], lookups)
    (line,) = bill_lines(records)
    assert (line.unit_price, line.amount, issues) == (None, Decimal(0), [])


def test_the_noise_of_binary_fractions_is_no_figure(lookups: Lookups) -> None:
    rows: list[Row] = [("1", "010401003001", "墙", None, "m3", 0.1 + 0.2, 3, 0.9000000000000001)]
    records, issues = one_page(rows, lookups)
    (line,) = bill_lines(records)
    assert (line.quantity, line.amount, issues) == (Decimal("0.3"), Decimal("0.9"), [])


def test_a_column_without_a_header_is_remarked_once(lookups: Lookups) -> None:
    rows: list[Row] = [(*WALL, None, "甲供"), (*BLOCKS, None, "乙供")]
    _, issues = one_page(rows, lookups)
    assert [(issue.code, issue.column) for issue in issues] == [("column-without-header", "J")]


def a_formula_sheet(rows: list[tuple[object, object, object]]) -> bytes:
    """Lines of which quantity, price and amount may be formulas; a tuple has its value cached."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(
            0, 0, ["序号", "项目编码", "项目名称", "计量单位", "工程量", "综合单价", "合价"]
        )
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [number, f"01040100300{number}", "墙", "m3"])
            for column, cell in enumerate(row, start=4):
                if isinstance(cell, tuple):
                    sheet.write_formula(number, column, *cell)
                else:
                    sheet.write(number, column, cell)

    return a_workbook(fill)


def test_a_formula_counts_by_its_value_and_without_one_is_remarked(lookups: Lookups) -> None:
    book = a_formula_sheet([
        (("=2*3", None, 6), 5, ("=E2*F2", None, 30)),
        (("=2*3", None, ""), 5, 30),
        (6, 5, ("=E4*F4", None, "")),
        (6, ("=1/0", None, "#DIV/0!"), 30),
    ])  # fmt: skip
    records, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert [(line.row, line.unit_price, line.amount) for line in bill_lines(records)] == [
        (2, 5, 30), (4, 5, None), (5, None, 30)
    ]  # fmt: skip
    assert [(issue.row, issue.code, issue.severity) for issue in issues] == [
        (3, "formula-without-value", Severity.ERROR),
        (4, "formula-without-value", Severity.WARNING),
        (5, "cell-error", Severity.WARNING),
    ]


def test_materials_come_in_when_they_are_asked_for(lookups: Lookups) -> None:
    book = printed(PAGES, others=True)
    wanted = Placement(project="P-1", building="1#", stage=DESIGN.stage, of_materials=True)
    records, issues = found_in(book, read_bill_table, lookups, wanted)
    (line,) = bill_lines(records)
    assert (line.name, line.specification, line.unit) == ("镀锌钢管 DN50", "DN50", "m")
    assert "bill-items-not-taken" in codes(issues)


def test_the_confirmed_figures_are_those_of_the_settlement(lookups: Lookups) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        plain = book.add_format()
        sheet.merge_range(0, 0, 0, 9, MATERIALS, plain)
        for column, text in ((0, "序号"), (1, "材料(工程设备)名称、规格、型号"), (2, "计量\n单位")):
            sheet.merge_range(1, column, 2, column, text, plain)
        for column, text in ((3, "数量"), (5, "暂估(元)"), (7, "确认(元)"), (9, "差额±(元)")):
            sheet.merge_range(1, column, 1, column + 1, text, plain)
        sheet.write_row(2, 3, ["暂估", "确认", *["单价", "合价"] * 3])
        sheet.write_row(
            3, 0, ["1", "钢管 DN50", "m", "20", "18", "30", "600", "31", "558", "1", "-42"]
        )
        sheet.write_row(4, 0, ["2", "钢管 DN80", "m", "20", None, "30", "600"])

    book = a_workbook(fill)
    planned, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert [(line.quantity, line.amount) for line in bill_lines(planned)] == [
        (Decimal(20), Decimal(600))
    ] * 2
    settled, missing = found_in(book, read_bill_table, lookups, SETTLEMENT)
    assert [(line.quantity, line.unit_price, line.amount) for line in bill_lines(settled)] == [
        (Decimal(18), Decimal(31), Decimal(558))
    ]
    assert (issues, [(issue.code, issue.column) for issue in missing]) == (
        [],
        [("missing-value", "数量/确认")],
    )


def a_sheet(*rows: Row) -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return a_workbook(fill)


LIST_HEADER = (
    "序号",
    "项目编码",
    "项目名称",
    "项目特征描述",
    "计量单位",
    "工程量",
    "综合单价",
    "合价",
)


def test_a_list_below_a_cover_on_one_sheet_is_read(lookups: Lookups) -> None:
    book = a_sheet(("投标总价",), ("工程名称：示例中学",), LIST_HEADER, WALL)
    records, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert (len(records), issues) == (1, [])


def test_an_analysis_of_prices_brings_no_lines_whatever_its_header(lookups: Lookups) -> None:
    book = a_sheet(LIST_HEADER, WALL, ("综合单价分析表",), LIST_HEADER, BLOCKS)
    records, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert [line.name for line in bill_lines(records)] == ["实心砖墙"]
    assert codes(issues) == ["bill-table-not-read"]


def test_each_bill_of_a_sheet_has_sums_of_its_own(lookups: Lookups) -> None:
    book = a_sheet(
        ("工程名称：土建",), LIST_HEADER, WALL, ("合计", *[None] * 6, "57864.10"),
        ("工程名称：装饰",), LIST_HEADER, BLOCKS, ("合计", *[None] * 6, "30240.00"),
    )  # fmt: skip
    records, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert (len(records), issues) == (2, [])


def test_rows_above_the_header_are_counted(lookups: Lookups) -> None:
    book = a_sheet(("某某公司内部资料",), ("第二行",), LIST_HEADER, WALL)
    _, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert [(issue.code, issue.facts) for issue in issues] == [
        ("rows-above-header", {"count": "2"})
    ]


def test_columns_that_are_not_known_or_come_twice_are_remarked(lookups: Lookups) -> None:
    book = a_sheet((*LIST_HEADER, "供货周期", "金额"), (*WALL, "7 天", "1"))
    _, issues = found_in(book, read_bill_table, lookups, DESIGN)
    assert [(issue.code, issue.column) for issue in issues] == [
        ("unknown-column", "供货周期"),
        ("bill-column-twice", "金额"),
    ]


def test_refuses_a_list_that_is_too_long_to_be_one(lookups: Lookups) -> None:
    rows = "水泥,t,2\n" * words().print.most_rows
    with pytest.raises(ImportRefusedError) as refused:
        found_in(f"材料名称,单位,数量\n{rows}".encode(), read_bill_table, lookups, DESIGN)
    assert refused.value.facts["reason_code"] == "list-too-long"


def test_a_workbook_of_summaries_is_refused_with_the_reason(lookups: Lookups) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        found_in(printed([[CHAPTER]], others=False), read_bill_table, lookups, DESIGN)
    assert refused.value.facts["reason_code"] == "bill-without-lines"
