"""Tables that are not ours: what is proposed for them, and how they come in once confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import xlsxwriter

from catalog.errors import ImportRefusedError
from catalog.records import BillLineRecord, Issue, Kind, ProductRecord, Record, Severity
from importers.lookups import Lookups
from importers.mapping import Proposal, propose
from importers.reader import Placement, SourceFile, read_batches
from importers.table.mapping import (
    DayOrder,
    MappedColumn,
    Mapping,
    mapping_from_json,
    mapping_to_json,
)
from tests.importers.conftest import DATA
from tests.importers.workbooks import a_workbook

Expect = Callable[[str, list[Record | Issue]], None]

SUPPLIER = """厂家,产品,规格,证件,起,止,分类,备注
甲建材有限公司,砌块,A3.5,SYN-01(02)-(2025)-CGP-035,2025-06-05,2030-06-04,砌体材料,急
乙建材有限公司,砌块,A5.0,SYN-01(02)-(2025)-CGP-036,2025-07-05,2030-07-04,砌体材料,
"""


def proposed(text: str | bytes, lookups: Lookups, *, kind: Kind | None = None) -> Proposal:
    content = text.encode() if isinstance(text, str) else text
    return propose(SourceFile("stranger.csv", content), lookups, kind=kind)


def as_read(
    text: str | bytes,
    mapping: Mapping,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
) -> tuple[list[Record], list[Issue]]:
    content = text.encode() if isinstance(text, str) else text
    source = SourceFile("stranger.csv", content)
    outcomes = list(read_batches(source, lookups, mapping=mapping, placement=placement))
    records = [record for outcome in outcomes for record in outcome.records]
    return records, [issue for outcome in outcomes for issue in outcome.issues]


def confirmed(proposal: Proposal, **constants: str) -> Mapping:
    columns = {choice.field: choice.column.header for choice in proposal.choices}
    return proposal.answered(columns, {g.field: g.text for g in proposal.given} | constants)


def headers(proposal: Proposal) -> dict[str, str]:
    return {choice.field: choice.column.header for choice in proposal.choices}


def refused(mapping: Mapping, text: str, lookups: Lookups) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as caught:
        as_read(text, mapping, lookups)
    return caught.value


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("heat_pumps.csv", "空气源热泵"),
        ("inverters.csv", "光伏组件"),
        ("registry_page.html", "健康綠建材"),
    ],
)
def test_reads_a_strangers_file_to_the_letter(
    name: str, category: str, lookups: Lookups, expect_golden: Expect
) -> None:
    source = SourceFile(name, DATA / name)
    mapping = confirmed(propose(source, lookups), category=category)
    outcomes = list(read_batches(source, lookups, mapping=mapping))
    issues: list[Record | Issue] = [issue for outcome in outcomes for issue in outcome.issues]
    expect_golden(name, [*issues, *(r for outcome in outcomes for r in outcome.records)])


def test_our_own_template_is_proposed_as_it_is_read_without_a_mapping(lookups: Lookups) -> None:
    for name in ("products_zh.csv", "projects_zh.csv", "bill_lines_zh.csv", "deliveries_zh.csv"):
        source = SourceFile(name, DATA / name)
        proposal = propose(source, lookups)
        assert not proposal.missing and not proposal.counted
        mapped = list(read_batches(source, lookups, mapping=proposal.mapping()))
        plain = list(read_batches(source, lookups))
        assert [r for o in mapped for r in o.records] == [r for o in plain for r in o.records]


def test_knows_columns_by_what_stands_in_them(lookups: Lookups) -> None:
    proposal = proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS)
    found = headers(proposal)
    assert found["certificate_number"] == "证件"
    assert (found["valid_from"], found["valid_to"]) == ("起", "止")
    assert found["category"] == "分类"
    assert found["company"] == "厂家" and found["name"] == "产品" and found["model"] == "规格"
    assert proposal.missing == ("certificate_body",)
    assert proposal.left == ("备注",)
    assert {choice.field for choice in proposal.unsure()} >= {"certificate_number", "valid_to"}


def test_says_in_both_languages_why_a_column_was_taken(lookups: Lookups) -> None:
    for choice in proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS).choices:
        assert choice.reasons and 0 < choice.confidence <= 1
        assert all(reason.text(tongue) for reason in choice.reasons for tongue in ("zh", "en"))


def test_the_order_of_columns_changes_nothing(lookups: Lookups) -> None:
    backwards = "\n".join(",".join(reversed(row.split(","))) for row in SUPPLIER.split())
    one = proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS)
    other = proposed(backwards, lookups, kind=Kind.PRODUCTS)
    days = {"valid_from", "valid_to"}  # Days without a name are told apart by which comes first.
    assert {f: h for f, h in headers(one).items() if f not in days} == {
        f: h for f, h in headers(other).items() if f not in days
    }


def test_reads_a_confirmed_table_and_says_what_was_left_out(lookups: Lookups) -> None:
    mapping = confirmed(
        proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS), certificate_body="合成认证中心"
    )
    records, issues = as_read(SUPPLIER, mapping, lookups)
    assert [(issue.code, issue.severity, issue.facts["columns"]) for issue in issues] == [
        ("columns-left-out", Severity.WARNING, "备注")
    ]
    first = records[0]
    assert isinstance(first, ProductRecord) and first.certificate
    assert first.row == 2 and first.company.name == "甲建材有限公司"
    assert first.certificate.body == "合成认证中心"
    assert first.certificate.valid_to == dt.date(2030, 6, 4)


def test_a_column_that_was_not_there_when_it_was_confirmed_is_reported(lookups: Lookups) -> None:
    mapping = confirmed(
        proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS), certificate_body="合成认证中心"
    )
    wider = "\n".join(f"{row},{'新列' if n == 0 else n}" for n, row in enumerate(SUPPLIER.split()))
    _, issues = as_read(wider, mapping, lookups)
    assert ("unknown-column", "新列") in [(issue.code, issue.column) for issue in issues]


def test_refuses_a_mapping_of_another_header(lookups: Lookups) -> None:
    mapping = confirmed(proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS), certificate_body="x")
    error = refused(mapping, SUPPLIER.replace("证件", "号"), lookups)
    assert error.facts["reason_code"] == "mapping-does-not-fit" and "证件" in error.text("zh")


@pytest.mark.parametrize("value", ["没有的类别", "\x00", "砌" * 2001])
def test_refuses_a_value_for_every_row_that_nobody_knows(value: str, lookups: Lookups) -> None:
    mapping = Mapping(
        kind=Kind.PRODUCTS,
        columns={"company": MappedColumn(header="厂家"), "name": MappedColumn(header="产品")},
        constants={"category": value},
    )
    assert refused(mapping, SUPPLIER, lookups).facts["reason_code"] == "mapping-bad-constant"


def test_refuses_a_mapping_that_lacks_a_required_field(lookups: Lookups) -> None:
    mapping = Mapping(kind=Kind.PRODUCTS, columns={"company": MappedColumn(header="厂家")})
    assert refused(mapping, SUPPLIER, lookups).facts["reason_code"] == "missing-column"


def test_a_mapping_is_kept_as_json_and_comes_back_equal(lookups: Lookups) -> None:
    mapping = confirmed(proposed(SUPPLIER, lookups, kind=Kind.PRODUCTS), certificate_body="x")
    assert mapping_from_json(mapping_to_json(mapping)) == mapping


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", '{"kind": "products", "columns": {}}', "\udcff".encode("utf-8", "replace"),
        '{"kind": "products", "columns": {"nonsense": {"header": "a"}}}',
        '{"kind": "registry", "columns": {"name": {"header": "a"}}}',
        '{"kind": "products", "columns": {"name": {"header": "a"}}, "constants": {"name": "b"}}',
    ],
)  # fmt: skip
def test_refuses_what_is_no_mapping(content: str | bytes) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        mapping_from_json(content)
    assert caught.value.facts["reason_code"] == "mapping-broken"


def test_words_for_unknown_are_neither_zero_nor_text(lookups: Lookups) -> None:
    text = "材料名称,单位,工程量,金额（万元）,规格\n板,m2,12,N/A,--\n砖,m2,ND,3,\n"
    mapping = confirmed(
        proposed(text, lookups, kind=Kind.BILL_LINES), project="P", building="1#", stage="设计"
    )
    records, issues = as_read(text, mapping, lookups)
    (line,) = records
    assert isinstance(line, BillLineRecord)
    assert line.amount is None and line.specification is None and line.line_number == "2"
    assert [(issue.code, issue.row) for issue in issues] == [("missing-value", 3)]


def test_a_unit_in_a_header_brings_numbers_to_the_fields_own(lookups: Lookups) -> None:
    text = "材料名称,工程量(m3),合价(万元),单价（元/m3）\n板,12.5,1.23456789,420\n"
    proposal = proposed(text, lookups, kind=Kind.BILL_LINES)
    assert [(given.field, given.text) for given in proposal.given] == [("unit", "m3")]
    mapping = confirmed(proposal, project="P", building="1#", stage="设计")
    records, _ = as_read(text, mapping, lookups)
    assert isinstance(records[0], BillLineRecord)
    assert records[0].amount == Decimal("12345.6789") and records[0].unit_price == 420


def test_a_unit_that_is_not_known_is_pointed_out(lookups: Lookups) -> None:
    proposal = proposed("材料名称,单位,工程量,金额(dB)\n板,m2,1,2\n", lookups)
    (choice,) = [choice for choice in proposal.choices if choice.field == "amount"]
    assert choice in proposal.unsure() and choice.reasons[-1].code == "strange_unit"


def test_american_days_are_read_where_the_order_is_certain(lookups: Lookups) -> None:
    text = SUPPLIER.replace("2025-06-05", "6/5/2025").replace("2025-07-05", "7/15/2025")
    proposal = proposed(text, lookups, kind=Kind.PRODUCTS)
    days = {choice.field: choice.column.day_order for choice in proposal.choices}
    assert days["valid_from"] is DayOrder.MONTH_FIRST and days["valid_to"] is None
    records, _ = as_read(text, confirmed(proposal, certificate_body="x"), lookups)
    certificates = [r.certificate for r in records if isinstance(r, ProductRecord)]
    assert [c.valid_from for c in certificates if c] == [dt.date(2025, 6, 5), dt.date(2025, 7, 15)]


def test_days_that_may_be_either_are_refused_not_guessed(lookups: Lookups) -> None:
    header = "公司名称,产品名称,产品类别,证书编号,发证机构,有效期起,有效期止"
    text = f"{header}\n甲,板,砌体材料,A-1,x,1/2/2025,3/4/2030\n"
    proposal = proposed(text, lookups)
    assert "day_unclear" in [r.code for choice in proposal.unsure() for r in choice.reasons]
    records, issues = as_read(text, proposal.mapping(), lookups)
    assert not records and {issue.code for issue in issues} == {"bad-date"}


def test_project_and_building_may_be_said_beside_the_mapping(lookups: Lookups) -> None:
    text = "材料名称,单位,工程量,清单阶段\n板,m2,1,设计\n"
    mapping = confirmed(proposed(text, lookups))
    placement = Placement(project="SYN-1", building="1#")
    records, _ = as_read(text, mapping, lookups, placement=placement)
    assert isinstance(records[0], BillLineRecord)
    assert (records[0].project, records[0].building) == ("SYN-1", "1#")


def test_blank_rows_say_nothing_even_where_a_value_holds_for_every_row(lookups: Lookups) -> None:
    text = "材料名称,单位,工程量\n板,m2,1\n,,\n砖,m2,2\n"
    mapping = confirmed(
        proposed(text, lookups, kind=Kind.BILL_LINES), project="P", building="1#", stage="设计"
    )
    records, issues = as_read(text, mapping, lookups)
    assert [record.row for record in records] == [2, 4] and not issues


def a_supplier_workbook() -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        cover = book.add_worksheet("封面")
        cover.write(0, 0, "产品目录")
        sheet = book.add_worksheet("目录")
        sheet.merge_range(0, 0, 0, 5, "某公司获证产品目录")
        for column, text in ((0, "企业全称"), (1, "产品名"), (5, "分类")):
            sheet.merge_range(1, column, 2, column, text)
        sheet.merge_range(1, 2, 1, 4, "证书")
        sheet.write_row(2, 2, ["编号", "有效期起", "有效期止"])
        sheet.merge_range(3, 0, 4, 0, "甲建材有限公司")
        sheet.write_row(3, 1, ["砌块", "A-1", "2025-01-01", "2030-01-01", "砌体材料"])
        sheet.write_row(4, 1, ["板", "A-2", "114/01/01", "119/01/01", "砌体材料"])

    return a_workbook(fill)


def test_reads_a_workbook_with_merged_header_rows(lookups: Lookups) -> None:
    content = a_supplier_workbook()
    proposal = proposed(content, lookups, kind=Kind.PRODUCTS)
    assert proposal.sheet == "目录"
    assert (proposal.heads.first_row, proposal.heads.last_row) == (2, 3)
    columns = headers(proposal) | {"certificate_number": "证书 / 编号"}
    mapping = proposal.answered(columns, {"certificate_body": "x"})
    records, issues = as_read(content, mapping, lookups)
    assert {issue.code for issue in issues} == {
        "rows-above-header", "merged-cells-spread", "sheet-not-read",
    }  # fmt: skip
    products = [record for record in records if isinstance(record, ProductRecord)]
    assert [product.company.name for product in products] == ["甲建材有限公司"] * 2
    certificates = [product.certificate for product in products if product.certificate]
    assert certificates[1].valid_from == dt.date(2025, 1, 1)


def test_a_reference_list_is_named_and_not_read(lookups: Lookups) -> None:
    text = "code,name,provinceCode\n6501,合成市,65\n6502,合成二市,65\n"
    for attempt in (
        lambda: propose(SourceFile("a.csv", text.encode()), lookups),
        lambda: list(read_batches(SourceFile("a.csv", text.encode()), lookups)),
    ):
        with pytest.raises(ImportRefusedError) as caught:
            attempt()
        assert caught.value.facts["reason_code"] == "reference-list"
        assert "行政区划" in caught.value.text("zh") and "areas" in caught.value.text("en")


def test_a_table_with_another_column_is_no_reference_list(lookups: Lookups) -> None:
    text = "code,name,price\n6501,合成市,65\n"
    assert proposed(text, lookups).heads.last_row == 1
