"""The tables of what an annual report lists: materials, adoptions, examples, what was handed in."""

from __future__ import annotations

from decimal import Decimal

from catalog.forms.form import Cell, Column, Row, RowKind, Said, Table, digits, figure, plain
from catalog.forms.report_cells import address, linked
from catalog.forms.report_words import DECIDED, DEMONSTRATIONS, DUTIES, PUNCTUALITY, ReportWords
from catalog.views.reporting import ReportContent, UsageRow


def usage_table(content: ReportContent, words: ReportWords) -> Table:
    """Return what came to site of each category, and how much of adopted products."""
    say = words.say

    def row(used: UsageRow) -> Row:
        here = address(
            "/divisions/usage/lines",
            basis="report",
            year=content.year,
            division=content.division,
            category=used.category or "none",
        )
        quantities = "；".join(
            f"{digits(each.adopted)} / {digits(each.total)} {words.sign(each.unit)}"
            for each in used.quantities
        )
        name = (
            words.named(words.categories, used.category)
            if used.category
            else say("类别未定", "No category")
        )
        return Row(
            RowKind.PLAIN,
            (
                Cell(said=name),
                linked(figure(Decimal(used.lines)), here),
                figure(Decimal(used.adopted_lines)),
                figure(Decimal(used.unknown_lines)),
                Cell(said=Said(quantities)),
                figure(used.adopted_amount),
                figure(used.amount),
            ),
        )

    return Table(
        (
            Column(say("产品类别", "Category"), 24),
            Column(say("进场行", "Lines"), 9, has_figures=True),
            Column(say("采信产品", "Adopted"), 10, has_figures=True),
            Column(say("不能判断", "Unknown"), 10, has_figures=True),
            Column(say("采信数量 / 总量", "Adopted / all"), 32),
            Column(say("采信金额（元）", "Adopted (CNY)"), 20, has_figures=True),
            Column(say("总金额（元）", "All (CNY)"), 20, has_figures=True),
        ),
        tuple(row(each) for each in content.usage),
    )


def decided_table(content: ReportContent, words: ReportWords) -> Table:
    """Return what was decided of adoptions within the year."""
    say = words.say
    here = address("/adoption")
    return Table(
        (
            Column(say("事项", "Decision"), 20),
            Column(say("事由", "Ground"), 50),
            Column(say("产品数", "Products"), 14, has_figures=True),
        ),
        tuple(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=words.named(DECIDED, row.decided)),
                    Cell(said=words.named(words.grounds, row.ground)),
                    linked(figure(Decimal(row.adoptions)), here),
                ),
            )
            for row in content.decided
        ),
    )


def demonstrations_table(content: ReportContent, words: ReportWords) -> Table:
    """Return the examples that stand, or were withdrawn in the year."""
    say = words.say
    rows = []
    for row in content.demonstrations:
        state = say("本年认定", "Named this year") if row.is_new else say("有效", "Stands")
        if row.withdrawn_on is not None:
            state = say(f"{row.withdrawn_on} 撤销", f"Withdrawn {row.withdrawn_on}")
        here = f"/projects/{row.project}" if row.project else address("/demonstrations")
        rows.append(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=words.named(DEMONSTRATIONS, row.kind)),
                    linked(plain(row.name), here),
                    Cell(said=words.named(words.divisions, row.division)),
                    plain(row.document),
                    plain(row.named_on.isoformat()),
                    Cell(said=state),
                ),
            )
        )
    return Table(
        (
            Column(say("种类", "Kind"), 12),
            Column(say("名称", "Name"), 34),
            Column(say("师市", "Division"), 20),
            Column(say("文号", "Document"), 30),
            Column(say("认定日期", "Named on"), 18),
            Column(say("状态", "State"), 16),
        ),
        tuple(rows),
    )


def filings_table(content: ReportContent, words: ReportWords) -> Table:
    """Return what was handed in by when."""
    say = words.say
    return Table(
        (
            Column(say("师市", "Division"), 22),
            Column(say("事项", "What"), 16),
            Column(say("期限", "Due"), 14),
            Column(say("报送日期", "Handed in"), 14),
            Column(say("情况", "Standing"), 14),
            Column(say("逾期天数", "Days late"), 10, has_figures=True),
        ),
        tuple(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=words.named(words.divisions, row.division)),
                    Cell(said=_of_year(words.named(DUTIES, row.duty), row.year)),
                    linked(plain(row.due_on.isoformat()), address("/filings", year=row.year)),
                    plain(row.filed_on.isoformat() if row.filed_on else None),
                    Cell(said=words.named(PUNCTUALITY, row.punctuality)),
                    figure(None if row.late_days is None else Decimal(row.late_days)),
                ),
            )
            for row in content.filings
        ),
    )


def _of_year(said: Said, year: int) -> Said:
    return Said(f"{year} 年{said.text}", None if said.gloss is None else f"{said.gloss} {year}")
