"""The charts of a bureau's dashboard, in the reader's words."""

from __future__ import annotations

from decimal import Decimal

from api.web.i18n import translate, zh
from api.web.names import Names, named
from api.web.words import word
from catalog.charts.chart import Chart, Mark, Shape, Target
from catalog.services.bureau_figures import BureauFigures
from catalog.views.figures import ResultFigure

_TREND = zh("历年按面积加权的应用比例")
_DIVISIONS = zh("各师市按面积加权的应用比例")
_KINDS = zh("各类项目按面积加权的应用比例")
_CATEGORIES = zh("进场金额中采信产品的占比（金额最大的类别）")
_RATIO, _ADOPTED = zh("按面积的比例（%）"), zh("采信产品占比（%）")
_YEAR, _DIVISION = zh("年份"), zh("师市")
_KIND, _CATEGORY = zh("优先采用类别"), zh("产品类别")
_UNKNOWN, _TARGET = zh("未知"), zh("目标 {percent}%")
_MOST = 12


def charts_of(found: BureauFigures, names: Names, language: str) -> dict[str, Chart]:
    """Return the charts by the part of the dashboard that they stand in; empty ones are absent."""
    made = {
        "trend": _trend(found, language),
        "divisions": _divisions(found, names, language),
        "kinds": _kinds(found, language),
        "categories": _categories(found, names, language),
    }
    return {name: chart for name, chart in made.items() if chart is not None}


def _trend(found: BureauFigures, language: str) -> Chart | None:
    values = {each.year: each.ratio_by_area for each in found.trend if each.year is not None}
    if len(values) < 2:  # noqa: PLR2004  One point is no line.
        return None
    marks = tuple(Mark(str(year), values.get(year)) for year in range(min(values), max(values) + 1))
    return _chart(found, Shape.TREND, (_TREND, _YEAR, _RATIO), marks, language)


def _divisions(found: BureauFigures, names: Names, language: str) -> Chart | None:
    shown = [row for row in found.divisions if row.figure or row.before]
    marks = tuple(
        Mark(named(names.divisions, row.division, language), _ratio(figure), str(year))
        for row in shown
        for year, figure in ((found.year - 1, row.before), (found.year, row.figure))
    )
    return _chart(found, Shape.BARS, (_DIVISIONS, _DIVISION, _RATIO), marks, language)


def _kinds(found: BureauFigures, language: str) -> Chart | None:
    before = {each.kind: each for each in found.kinds_before}
    marks = tuple(
        Mark(translate(word("project-kind", each.kind), language), _ratio(figure), str(year))
        for each in found.kinds
        for year, figure in ((found.year - 1, before.get(each.kind)), (found.year, each))
    )
    return _chart(found, Shape.BARS, (_KINDS, _KIND, _RATIO), marks, language)


def _categories(found: BureauFigures, names: Names, language: str) -> Chart | None:
    shown = sorted((row for row in found.usage if row.category), key=lambda row: -row.amount)
    marks = tuple(
        Mark(named(names.categories, row.category, language), row.adopted_ratio_by_amount)
        for row in shown[:_MOST]
    )
    named_so = (_CATEGORIES, _CATEGORY, _ADOPTED)
    return _chart(found, Shape.BARS, named_so, marks, language, has_target=False)


def _ratio(figure: ResultFigure | None) -> Decimal | None:
    return None if figure is None else figure.ratio_by_area


def _chart(
    found: BureauFigures,
    shape: Shape,
    said: tuple[str, str, str],
    marks: tuple[Mark, ...],
    language: str,
    *,
    has_target: bool = True,
) -> Chart | None:
    if not marks:
        return None
    title, label, value = (translate(text, language) for text in said)
    target = None
    if has_target and found.target is not None:
        name = translate(_TARGET, language).format(percent=f"{found.target.percent:f}")
        target = Target(name, found.target.percent)
    return Chart(
        shape=shape,
        title=title,
        label_name=label,
        value_name=value,
        marks=marks,
        unknown=translate(_UNKNOWN, language),
        target=target,
    )
