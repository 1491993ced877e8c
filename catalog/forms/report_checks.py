"""The table of what an annual report must check; its counts open up to the lines behind them."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from catalog.forms.form import Cell, Column, Row, RowKind, Said, Table, figure, plain
from catalog.forms.report_cells import address, linked
from catalog.forms.report_words import CHECKS, FINDINGS, ReportWords
from catalog.rules.annual_report.checks import CheckRow, MustCheck
from catalog.rules.annual_report.terms import CORPS
from catalog.views.reporting import ReportContent


def checks_table(content: ReportContent, words: ReportWords) -> Table:
    """Return how many failed each check, and of how many nobody can tell."""
    say = words.say
    checks = () if content.checks is msgspec.UNSET else content.checks
    return Table(
        (
            Column(say("必查项", "Check"), 40),
            Column(say("查什么", "Of what"), 24),
            Column(say("应查", "To check"), 10, has_figures=True),
            Column(say("不合格", "Failed"), 12, has_figures=True),
            Column(say("无法判断", "Cannot be told"), 14, has_figures=True),
        ),
        tuple(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=_name(row, words)),
                    Cell(said=_of_what(row, words)),
                    figure(Decimal(row.of)),
                    _failed(row, content, words),
                    _opened(figure(Decimal(row.open)), row.open, row, content),
                ),
            )
            for row in checks
        ),
    )


def _failed(row: CheckRow, content: ReportContent, words: ReportWords) -> Cell:
    if row.failed is not None:
        return _opened(figure(Decimal(row.failed)), row.failed, row, content)
    # Nobody could check a single one: that is not none.
    if row.of:
        return Cell(said=words.say("未知", "Unknown"))
    if row.check is MustCheck.FINDING:
        return Cell(said=words.say("未核查", "Not checked"))
    return plain(None)


def _opened(cell: Cell, count: int, row: CheckRow, content: ReportContent) -> Cell:
    """Return the count with where its lines are; of none there is nothing to open."""
    if not count:
        return cell
    if row.check is MustCheck.FILING:
        return linked(cell, address("/filings", year=content.year))
    if row.check is MustCheck.FINDING:
        here = address(
            "/findings", standing="all", kind=row.finding, division=content.division or None
        )
        return linked(cell, here)
    whose = content.division or CORPS
    return linked(cell, f"/reports/{content.year}/{whose}/checks/{row.check}")


def _name(row: CheckRow, words: ReportWords) -> Said:
    if row.finding is not None:
        found = words.named(FINDINGS, row.finding)
        kind = words.named(CHECKS, row.check)
        return Said(
            f"{kind.text}：{found.text}",
            None if found.gloss is None else f"{kind.gloss}: {found.gloss}",
        )
    return words.named(CHECKS, row.check)


def _of_what(row: CheckRow, words: ReportWords) -> Said:
    if row.check is MustCheck.FILING:
        return words.say("到期应报的方案和报告", "Plans and reports that were due")
    if row.check is MustCheck.FINDING:
        return words.say("核查发现（经人判定）", "Findings, judged by people")
    if row.check is MustCheck.STAR_GATE:
        return words.say("获评星级项目的竣工单体", "Completed buildings of awarded projects")
    return words.say("竣工单体", "Completed buildings")
