"""The charts of an annual report: the same drawing on the page and in every file."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from catalog.charts.chart import Chart, Mark, Shape, Target
from catalog.forms.report_words import KINDS, MEASURES, STAGES, ReportWords
from catalog.rules.annual_report.shares import AreaShare, percent
from catalog.views.figures import ResultFigure
from catalog.views.reporting import ReportContent

_MOST_CATEGORIES = 12


def ratio_chart(content: ReportContent, words: ReportWords) -> Chart | None:
    """Return the ratio of the year beside that of the year before; None without either."""
    if content.figure is None and content.before is None:
        return None
    return _chart(
        words,
        Shape.BARS,
        title=("按面积加权的应用比例", "Ratio weighted by floor area"),
        label=("年份", "Year"),
        value=("比例（%）", "Ratio (%)"),
        marks=(
            Mark(str(content.year - 1), _ratio(content.before)),
            Mark(str(content.year), _ratio(content.figure)),
        ),
        target=_target(content, words),
    )


def divisions_chart(content: ReportContent, words: ReportWords) -> Chart | None:
    """Return the divisions' ratios beside those of the year before; None if nobody has one."""
    shown = [row for row in content.divisions if row.figure or row.before]
    if not shown:
        return None
    return _chart(
        words,
        Shape.BARS,
        title=("各师市按面积加权的应用比例", "Ratio of the divisions, weighted by floor area"),
        label=("师市", "Division"),
        value=("比例（%）", "Ratio (%)"),
        marks=tuple(
            Mark(words.short(words.divisions, row.division), _ratio(figure), str(year))
            for row in shown
            for year, figure in ((content.year - 1, row.before), (content.year, row.figure))
        ),
        target=_target(content, words),
    )


def areas_chart(content: ReportContent, words: ReportWords) -> Chart | None:
    """Return what is known of the three shares of the completed floor area."""
    shares = content.shares
    measured: tuple[tuple[str, AreaShare], ...] = (
        ("green-area", shares.green),
        ("starred-area", shares.starred),
        ("prefabricated-area", shares.prefabricated),
    )
    marks = []
    for name, share in measured:
        whole = share.yes_m2 + share.no_m2 + share.unknown_m2
        label = words.short(MEASURES, name)
        for series, area in (
            (words.one("是", "Yes"), share.yes_m2),
            (words.one("未知", "Unknown"), share.unknown_m2),
            (words.one("否", "No"), share.no_m2),
        ):
            value = percent(area, whole)
            if value is None:
                return None
            marks.append(Mark(label, value, series))
    goal = next((each for each in content.goals if each.measure == "green-area"), None)
    return _chart(
        words,
        Shape.STACK,
        title=("竣工面积占比", "Shares of completed floor area"),
        label=("指标", "Measure"),
        value=("占竣工面积（%）", "Of completed floor area (%)"),
        marks=marks,
        target=None
        if goal is None
        else Target(
            words.one(f"绿色建筑目标 {goal.at_least_percent}%", f"Green: {goal.at_least_percent}%"),
            Decimal(goal.at_least_percent),
        ),
    )


def stages_chart(content: ReportContent, words: ReportWords) -> Chart | None:
    """Return how many projects of each kind stand at which stage."""
    counted = {(row.kind, row.stage): row.projects for row in content.projects}
    kinds = [kind for kind in KINDS if kind != "all" and any(k == kind for k, _ in counted)]
    stages = [stage for stage in STAGES if any(s == stage for _, s in counted)]
    if not kinds:
        return None
    return _chart(
        words,
        Shape.STACK,
        title=("各类项目所处阶段", "Projects of each kind by stage"),
        label=("类别", "Kind"),
        value=("项目数", "Projects"),
        marks=tuple(
            Mark(
                words.short(KINDS, kind),
                Decimal(counted.get((kind, stage), 0)),
                words.short(STAGES, stage),
            )
            for kind in kinds
            for stage in stages
        ),
    )


def usage_chart(content: ReportContent, words: ReportWords) -> Chart | None:
    """Return what share of each category's amount was of adopted products, the largest first."""
    shown = sorted(
        (row for row in content.usage if row.category and row.amount > 0),
        key=lambda row: (-row.amount, row.category or ""),
    )[:_MOST_CATEGORIES]
    if not shown:
        return None
    return _chart(
        words,
        Shape.BARS,
        title=(
            "采信产品占进场金额（金额最大的类别）",
            "Adopted products in the amount delivered (largest categories)",
        ),
        label=("产品类别", "Category"),
        value=("采信产品占比（%）", "Of adopted products (%)"),
        marks=tuple(
            Mark(
                words.short(words.categories, row.category),
                percent(row.adopted_amount, row.amount),
            )
            for row in shown
        ),
    )


def _ratio(figure: ResultFigure | None) -> Decimal | None:
    return None if figure is None else figure.ratio_by_area


def _target(content: ReportContent, words: ReportWords) -> Target | None:
    if content.target is None:
        return None
    value = f"{content.target.percent:f}%"
    return Target(words.one(f"目标 {value}", f"Target {value}"), content.target.percent)


def _chart(
    words: ReportWords,
    shape: Shape,
    *,
    title: tuple[str, str],
    label: tuple[str, str],
    value: tuple[str, str],
    marks: Iterable[Mark],
    target: Target | None = None,
) -> Chart:
    return Chart(
        shape=shape,
        title=words.one(*title),
        label_name=words.one(*label),
        value_name=words.one(*value),
        marks=tuple(marks),
        unknown=words.one("未知", "Unknown"),
        target=target,
    )
