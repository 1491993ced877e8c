"""The tables of an annual report's figures; those that open up say where on the site they do."""

from __future__ import annotations

from decimal import Decimal

from catalog.forms.form import Cell, Column, Row, RowKind, Said, Table, digits, figure, plain
from catalog.forms.report_cells import (
    address,
    bounds,
    change,
    counted,
    known,
    linked,
    measured,
    percentage,
)
from catalog.forms.report_words import KINDS, MEASURES, STAGES, ReportWords
from catalog.views.reporting import ReportContent


def ratio_table(content: ReportContent, words: ReportWords) -> Table:
    """Return the ratio of the year, of the year before, and what they are of."""
    say = words.say
    now, before = content.figure, content.before
    place = f"/divisions/{content.division}" if content.division else "/divisions"
    here = address(place, method=content.method, basis="report", year=content.year)
    earlier = address(place, method=content.method, basis="report", year=content.year - 1)

    def row(label: Said, one: Cell, other: Cell, difference: Cell | None = None) -> Row:
        return Row(
            RowKind.PLAIN,
            (Cell(said=label), linked(one, here), linked(other, earlier),
             difference or plain(None)),
        )  # fmt: skip

    def both(label: Said, name: str) -> Row:
        return row(
            label,
            measured(now, name),
            measured(before, name),
            change(known(now, name), known(before, name)),
        )

    rows = [
        both(say("按面积的应用比例", "Ratio by floor area"), "ratio_by_area"),
        both(say("按金额的应用比例", "Ratio by amount"), "ratio_by_amount"),
    ]
    if content.target is not None:
        target = content.target
        reached = {
            True: say("已达到", "Reached"),
            False: say("未达到", "Not reached"),
            None: say("无法判断", "Cannot be told"),
        }[target.is_reached]
        rows.append(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=say(f"目标（{target.document}）", f"Target ({target.document})")),
                    percentage(target.percent),
                    Cell(said=reached),
                    plain(None),
                ),
            )
        )
    for label, name in (
        (say("已核算项目", "Projects calculated"), "projects"),
        (say("已核算单体", "Buildings calculated"), "buildings"),
        (say("其中达到最低档的单体", "Buildings that reach the lowest tier"), "buildings_passing"),
        (say("面积未知的单体", "Buildings of unknown area"), "without_area"),
        (say("建筑面积（m²）", "Floor area (m²)"), "area_m2"),
    ):
        rows.append(row(label, measured(now, name), measured(before, name)))
    for points in sorted({*(now.passing if now else ()), *(before.passing if before else ())}):
        rows.append(
            row(
                say(f"得 {points} 分的单体", f"Buildings with {points} points"),
                counted(now, points),
                counted(before, points),
            )
        )
    return Table(
        (
            Column(say("指标", "Measure"), 34),
            Column(Said(str(content.year)), 22, has_figures=True),
            Column(Said(str(content.year - 1)), 22, has_figures=True),
            Column(say("变化（百分点）", "Change (points)"), 16, has_figures=True),
        ),
        tuple(rows),
    )


def divisions_table(content: ReportContent, words: ReportWords) -> Table:
    """Return every division's part of the Corps' report."""
    say = words.say
    rows = []
    for row in content.divisions:
        now, before = row.figure, row.before
        here = address(
            f"/divisions/{row.division}", method=content.method, basis="report", year=content.year
        )
        rows.append(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=words.named(words.divisions, row.division)),
                    linked(measured(now, "ratio_by_area"), here),
                    measured(before, "ratio_by_area"),
                    change(known(now, "ratio_by_area"), known(before, "ratio_by_area")),
                    linked(measured(now, "buildings"), here),
                    measured(now, "area_m2"),
                    bounds(row.shares.green),
                ),
            )
        )
    return Table(
        (
            Column(say("师市", "Division"), 24),
            Column(say("应用比例", "Ratio"), 14, has_figures=True),
            Column(say("上年", "Year before"), 14, has_figures=True),
            Column(say("变化", "Change"), 11, has_figures=True),
            Column(say("单体", "Buildings"), 10, has_figures=True),
            Column(say("面积（m²）", "Area (m²)"), 18, has_figures=True),
            Column(say("绿色建筑占比", "Green area"), 19, has_figures=True),
        ),
        tuple(rows),
    )


def shares_table(content: ReportContent, words: ReportWords) -> Table:
    """Return the shares that the plan asks for, with their bounds and goals."""
    say = words.say
    goals = {goal.measure: goal for goal in content.goals}
    reached = {
        True: say("达到", "reached"),
        False: say("未达到", "not reached"),
        None: say("无法判断", "cannot be told"),
    }
    shares = content.shares
    rows = []
    for name, share in (
        ("green-area", shares.green),
        ("starred-area", shares.starred),
        ("prefabricated-area", shares.prefabricated),
    ):
        goal = goals.get(name)
        answer = reached[goal.is_reached] if goal else None
        rows.append(
            Row(
                RowKind.PLAIN,
                (
                    Cell(said=words.named(MEASURES, name)),
                    figure(share.yes_m2),
                    figure(share.no_m2),
                    figure(share.unknown_m2),
                    figure(Decimal(share.without_area)),
                    bounds(share),
                    plain(None)
                    if goal is None or answer is None
                    else Cell(
                        said=Said(
                            f"≥ {goal.at_least_percent}%：{answer.text}",
                            None
                            if answer.gloss is None
                            else f"≥ {goal.at_least_percent}%: {answer.gloss}",
                        )
                    ),
                ),
            )
        )
    mean = shares.mean_prefabrication
    rows.append(
        Row(
            RowKind.TOTAL,
            (
                Cell(said=say("平均装配率（按面积）", "Mean prefabricated share, by area"), span=5),
                percentage(mean),
                Cell(said=Said(f"{digits(shares.mean_of_m2)} m²")),
            ),
        )
    )
    return Table(
        (
            Column(say("指标", "Measure"), 22),
            Column(say("是（m²）", "Yes (m²)"), 17, has_figures=True),
            Column(say("否（m²）", "No (m²)"), 17, has_figures=True),
            Column(say("未知（m²）", "Unknown (m²)"), 17, has_figures=True),
            Column(say("面积未知的项目", "Of unknown area"), 12, has_figures=True),
            Column(say("占比", "Share"), 18, has_figures=True),
            Column(say("方案目标", "Plan's goal"), 20),
        ),
        tuple(rows),
    )


def projects_table(content: ReportContent, words: ReportWords) -> Table:
    """Return how many projects of each kind stand at each stage, and their floor area."""
    found = {(row.kind, row.stage): row for row in content.projects}
    stages = [stage for stage in STAGES if any(s == stage for _, s in found)]
    rows = []
    for kind in KINDS:
        mine = [row for (k, _), row in found.items() if k == kind]
        if not mine:
            continue
        here = address("/projects", division=content.division)
        cells = [
            figure(Decimal(found[kind, stage].projects)) if (kind, stage) in found
            else figure(Decimal(0))
            for stage in stages
        ]  # fmt: skip
        rows.append(
            Row(
                RowKind.TOTAL if kind == "all" else RowKind.PLAIN,
                (
                    Cell(said=words.named(KINDS, kind)),
                    *cells,
                    linked(figure(Decimal(sum(row.projects for row in mine))), here),
                    figure(sum((row.area_m2 for row in mine), Decimal(0))),
                    figure(Decimal(sum(row.without_area for row in mine))),
                ),
            )
        )
    say = words.say
    return Table(
        (
            Column(say("类别", "Kind"), 24),
            *(Column(words.named(STAGES, stage), 12, has_figures=True) for stage in stages),
            Column(say("合计", "In all"), 10, has_figures=True),
            Column(say("面积（m²）", "Area (m²)"), 20, has_figures=True),
            Column(say("面积未知", "Area unknown"), 12, has_figures=True),
        ),
        tuple(rows),
    )
