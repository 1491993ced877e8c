"""The form of a result says what its trace says, product by product, on both databases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pypdf import PdfReader

from catalog.db import Database
from catalog.errors import ResultNotFoundError
from catalog.forms.form import Form, Language, Row, RowKind, Section
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.records import ProductReference, TestReportRecord
from catalog.rules.keys import company_key, product_key
from catalog.rules.ratio.trace import RatioResult
from catalog.rules.terms import BillStage, EvidenceKind, Stage
from catalog.services import choosing, results
from catalog.services.forms import form_of_result
from catalog.views.projects import ResultView
from cli.main import group
from tests.builders import (
    NOW,
    OPERATOR,
    a_bill_line,
    a_certificate,
    a_company,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    evidence,
    recalculated,
)


@pytest.fixture
def school(database: Database) -> Database:
    """A school whose concrete came from two makers, with mortar that nobody can measure."""
    other = a_company("戈壁混凝土有限公司")
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_product(company=other, model="C40",
                               certificate=a_certificate("CTC-2024-002", star=3))])  # fmt: skip
    bring(database, [a_project(name="#示例 *中学*", owner="示例建设单位")])
    bring(database, [
        a_bill_line("1", quantity=Decimal(60), product=by_number()),
        a_bill_line("2", quantity=Decimal(40)),
        a_bill_line("3", name="袋装砂浆", category="ready-mixed-mortar", unit="bag"),
        a_bill_line("1", stage=BillStage.DESIGN, planned_green_quantity=Decimal(90)),
        a_bill_line("2", stage=BillStage.DESIGN, name="未说明的混凝土", quantity=Decimal(5)),
    ])  # fmt: skip
    bring(database, [
        a_delivery("1", quantity=Decimal(55), product=by_number(),
                   evidence=(evidence("YS-8"), evidence("YS-9"))),
        a_delivery("2", quantity=Decimal("7.5"), product=by_number(),
                   delivered_on=day("2023-12-01")),
        a_delivery("3", quantity=Decimal("30.25"), product=by_number("CTC-2024-002"),
                   factory="戈壁二厂", evidence=(evidence("HT-1",
                   EvidenceKind.CONTRACT_OR_INVOICE),)),
        a_delivery("4", quantity=Decimal(4), specification="C30 自拌"),
    ])  # fmt: skip
    recalculated(database)
    return database


def result_of(database: Database, stage: Stage = Stage.COMPLETION, method: str = "B") -> ResultView:
    with database.reading() as connection:
        found = results.results_of_project(connection, "p-1")
    return next(each for each in found if (each.stage, each.method) == (stage, method))


def form_of(
    database: Database,
    stage: Stage = Stage.COMPLETION,
    method: str = "B",
    language: Language = "zh",
) -> tuple[Form, RatioResult]:
    """The form of the school's result, and its trace."""
    result = result_of(database, stage, method)
    with database.reading() as connection:
        form = form_of_result(connection, result.id, language)
        return form, results.get_trace(connection, result.id)


def section(form: Form, name: str) -> Section:
    return next(each for each in form.sections if each.name.text == name)


def rows(part: Section, kind: RowKind | None = None) -> Iterator[Row]:
    assert part.table is not None
    for row in part.table.rows:
        assert sum(cell.span for cell in row.cells) == len(part.table.columns)
        if kind is None or row.kind is kind:
            yield row


def texts(row: Row) -> list[str]:
    return [cell.said.text for cell in row.cells]


def fact(form: Form, label: str) -> str:
    return next(fact.value.text for fact in form.facts if fact.label.text == label)


def test_lists_the_products_of_a_class_one_by_one(school: Database) -> None:
    form, _ = form_of(school)
    goods = [texts(row) for row in rows(section(form, "核算表"), RowKind.GOODS)]
    late = "CTC-2024-001 ★★ 非绿色：进场时证书尚未生效"
    assert goods == [
        ["预拌混凝土", "m³", "C30 P6", "绿洲混凝土有限公司", "55", "55", "—", "60",
         "CTC-2024-001 ★★", "—"],
        ["预拌混凝土", "m³", "C30 P6", "绿洲混凝土有限公司", "0", "7.5", "—", "—", late, "—"],
        ["预拌混凝土", "m³", "C40", "戈壁二厂", "30.25", "30.25", "—", "—",
         "CTC-2024-002 ★★★", "—"],
        ["预拌混凝土 C30", "m³", "C30 自拌", "—", "0", "4", "—", "—",
         "非绿色：没有指明产品", "—"],
        ["清单中没有写明产品的 1 行", "m³", "—", "—", "—", "—", "—", "40", "无进场记录", "—"],
    ]  # fmt: skip


@pytest.mark.parametrize("method", ["A", "B"])
@pytest.mark.parametrize("stage", list(Stage))
def test_every_class_of_the_trace_has_its_row(school: Database, stage: Stage, method: str) -> None:
    form, trace = form_of(school, stage, method)
    items = [item for one in trace.groups for item in one.items]
    score = section(form, "计划表" if stage is Stage.DESIGN else "结果表")
    listed = list(rows(score, RowKind.ITEM))
    assert [row.cells[0].said.text for row in listed] == [item.name_zh for item in items]
    for row, item in zip(listed, items, strict=True):
        _, _, required, ratio, points, _ = row.cells
        assert required.number == item.required
        assert ratio.number == (item.ratio if item.used else None)
        counts = item.used or method == "A"  # An unused class is zero by method A, nothing by B.
        assert points.number == (item.points if counts else None)
        assert item.used or ratio.said.text == "未用到"
    groups = [row.cells[-1].number for row in rows(score, RowKind.GROUP)]
    assert groups == [one.points for one in trace.groups]
    [total] = rows(score, RowKind.TOTAL)
    assert total.cells[-1].number == trace.percent / 100


def test_the_workbook_read_back_equals_the_trace(school: Database) -> None:
    form, trace = form_of(school)
    book = load_workbook(io.BytesIO(workbook_of(form)))
    lines = [list(row) for row in book["核算表"].values]
    measured = [
        (item.name_zh, measure)
        for one in trace.groups
        for item in one.items
        for measure in item.measures
    ]
    assert measured
    for name, measure in measured:
        row = next(line for line in lines if line[0] == name)  # Goods of that name come after.
        green, whole, ratio, settled = (Decimal(str(cell)) for cell in row[4:8])
        assert (green, whole, settled) == (measure.green, measure.denominator, measure.billed)
        assert ratio == measure.ratio
    assert (measured[0][1].green, measured[0][1].billed) == (Decimal("85.25"), Decimal(100))
    last = [row for row in book["结果表"].values if str(row[0]).startswith("绿色建材应用比例 P")]
    assert Decimal(str(last[0][5])) * 100 == trace.percent


def test_the_pages_hold_the_ratio_the_names_and_the_fingerprint(school: Database) -> None:
    form, trace = form_of(school)
    pages = PdfReader(io.BytesIO(pdf_of(form))).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    result = result_of(school)
    assert "结论：绿色建材应用比例P=45.0%" in text and trace.percent == 45
    assert result.content_hash in text and result.pack in text
    for name in ("#示例*中学*", "示例建设单位", "绿洲混凝土有限公司", "戈壁二厂", "C30自拌",
                 "P=(45.0+0.0+0.0+0.0)÷100×100%"):  # fmt: skip
        assert name in text, name


def test_says_which_documents_are_on_record(school: Database) -> None:
    form, _ = form_of(school)
    found = {c.label.text: (c.is_on_record, c.remark.text)
             for c in section(form, "技术支撑材料").checks}  # fmt: skip
    assert len(found) == 8
    assert found["材料进场验收移交表"] == (True, "2 份，涉及 4 条进场记录中的 1 条：YS-8、YS-9")
    assert found["相关材料合同或发票复印件"] == (True, "1 份，涉及 4 条进场记录中的 1 条：HT-1")
    assert found["工程材料决算明细清单"] == (True, "结算清单 3 行")
    assert found["绿色建材产品认证证书（有效期内）"] == (True, "核算引用证书 2 张")
    assert found["施工记录文件"] == (False, "没有记录")


def test_says_why_a_line_counts_nowhere(school: Database) -> None:
    form, _ = form_of(school)
    [line] = rows(section(form, "未计入"))
    assert texts(line) == [
        "袋装砂浆",
        "—",
        "100",
        "袋",
        "单位“袋”无法换算为“预拌砂浆”所用的单位（m³）",
    ]


def test_a_plan_is_signed_by_the_designer_and_an_account_by_all_four(school: Database) -> None:
    plan, _ = form_of(school, Stage.DESIGN)
    assert plan.subtitle.text == "附录 B（设计阶段）"
    boxes = section(plan, "计划表").boxes
    assert [box.label.text for box in boxes] == ["核算成员", "设计单位", "备注栏"]
    account, _ = form_of(school)
    assert account.subtitle.text == "附录 C（竣工阶段）"
    boxes = section(account, "结果表").boxes
    assert [box.label.text for box in boxes] == [
        "核算单位", "施工单位意见", "监理单位意见", "建设单位意见", "备注栏",
    ]  # fmt: skip
    assert not any(part.checks for part in plan.sections)


def test_what_a_plan_does_not_state_is_unknown_and_not_zero(school: Database) -> None:
    form, _ = form_of(school, Stage.DESIGN)
    stated, silent = (texts(row) for row in rows(section(form, "拟用材料"), RowKind.GOODS))
    if stated[0] != "预拌混凝土 C30":
        stated, silent = silent, stated
    assert stated[4:6] == ["90", "100"] and stated[7] == "产品待定"
    assert silent[4:6] == ["—", "5"] and silent[7] == "是否绿色未知：设计清单没有说明"
    assert any("有 1 行是否绿色未知" in notice.text for notice in form.notices)


def test_names_what_it_goes_by_and_leaves_blanks_to_fill_in(school: Database) -> None:
    form, _ = form_of(school)
    result = result_of(school)
    assert fact(form, "结果指纹") == result.content_hash
    assert result.pack in fact(form, "核算依据") and result.thresholds in fact(form, "门槛依据")
    assert fact(form, "建设单位") == "示例建设单位" and fact(form, "竣工日期") == "2025-11-30"
    assert fact(form, "设计单位") == fact(form, "核算单位") == ""
    conclusion = [note.text for note in section(form, "结果表").notes]
    assert conclusion[0] == (
        "结论：绿色建材应用比例 P = 45.0%，"
        "按绿色建材应用比例评分（GB/T 50378-2019，2024年版）得 4 分"
    )
    assert any(note.startswith("≥ 50%") and note.endswith("还差 5 个百分点") for note in conclusion)


def test_says_what_is_wrong_with_the_result(school: Database) -> None:
    first = result_of(school)
    bring(school, [a_delivery("9", quantity=Decimal(1), product=by_number())])
    with school.reading() as connection:
        stale = form_of_result(connection, first.id, "zh")
    assert any("等待重新核算" in notice.text for notice in stale.notices)
    recalculated(school)
    with school.reading() as connection:
        replaced = form_of_result(connection, first.id, "zh")
    assert any("已被新的核算取代" in notice.text for notice in replaced.notices)
    assert replaced.sections == stale.sections


def test_says_that_another_pack_was_chosen(school: Database) -> None:
    with school.transaction() as session:
        choosing.choose_pack(
            session, "p-1", "ratio-c-city", reason="按合同约定", actor=OPERATOR, now=NOW
        )
    recalculated(school)
    form, trace = form_of(school, method="C")
    assert any("按合同约定" in notice.text for notice in form.notices)
    assert "方法 C" in fact(form, "核算方法") and trace.method == "C"
    assert form.subtitle.text == "表式参照附录 C（竣工阶段）"


def test_a_report_stands_where_there_is_no_certificate(school: Database) -> None:
    report = TestReportRecord(number="JC-7", laboratory="检测所", issued_on=day("2025-01-10"))
    bring(school, [a_product("加气砌块", category="masonry", model="B06", report=report)])
    key = product_key(company_key("绿洲混凝土有限公司", None), "加气砌块", "B06", None)
    came = a_delivery(note_number="SH-7", name="加气砌块", category="masonry",
                      product=ProductReference(key=key))  # fmt: skip
    bring(school, [came])
    recalculated(school)
    form, _ = form_of(school)
    papers = [texts(row)[8] for row in rows(section(form, "核算表"), RowKind.GOODS)]
    assert any(paper.startswith("检测报告 JC-7 是否绿色未知") for paper in papers), papers


def test_glosses_the_form_for_readers_of_english(school: Database) -> None:
    form, _ = form_of(school, language="en")
    chinese, _ = form_of(school)
    for part in form.sections:
        if part.table is not None:
            assert all(column.said.gloss for column in part.table.columns)
        assert part.title.gloss and all(check.remark.gloss for check in part.checks)
    assert form.title.text == chinese.title.text and chinese.title.gloss is None


def test_an_unknown_result_has_no_form(school: Database) -> None:
    with school.reading() as connection, pytest.raises(ResultNotFoundError):
        form_of_result(connection, 2**40, "zh")


def test_the_command_writes_both_files(
    school: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUCAI_DATABASE_URL", database_url)
    monkeypatch.setenv("LUCAI_LANGUAGE", "zh")
    number, pdf, xlsx = str(result_of(school).id), tmp_path / "a.pdf", tmp_path / "a.xlsx"
    done = CliRunner().invoke(group, ["form", number, f"--pdf={pdf}", f"--xlsx={xlsx}"])
    assert done.exit_code == 0, done.output
    form, _ = form_of(school)
    assert pdf.read_bytes() == pdf_of(form) and xlsx.read_bytes() == workbook_of(form)
    assert "Give --pdf" in CliRunner().invoke(group, ["form", number]).output
