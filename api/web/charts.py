"""The charts of the pages: which figures are to be looked at, in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence

from api.web.i18n import translate, zh
from api.web.names import Names, named
from catalog.charts.chart import Chart, Mark, Shape
from catalog.views.figures import ResultFigure

_TITLE = zh("按面积加权的比例")
_VALUE = zh("按面积的比例（%）")
_DIVISION = zh("师市")
_YEAR = zh("年份")
_UNKNOWN = zh("未知")


def by_division(figures: Sequence[ResultFigure], names: Names, language: str) -> Chart | None:
    """Return the divisions' figures of the latest year beside those of the year before.

    None where no figure has a year.
    """
    years = sorted({figure.year for figure in figures if figure.year is not None})[-2:]
    shown = [figure for figure in figures if figure.year in years]
    if not shown:
        return None
    values = {(figure.division, figure.year): figure.ratio_by_area for figure in shown}
    divisions = dict.fromkeys(figure.division for figure in shown)
    return _chart(
        Shape.BARS,
        label=_DIVISION,
        language=language,
        marks=[
            Mark(
                named(names.divisions, division, language),
                values.get((division, year)),
                str(year) if len(years) > 1 else "",
            )
            for division in divisions
            for year in years
        ],
    )


def by_year(figures: Sequence[ResultFigure], language: str) -> Chart | None:
    """Return one division's figures year by year; None before there are two years.

    A year between them without any figure is shown as unknown.
    """
    values = {f.year: f.ratio_by_area for f in figures if f.year is not None}
    if len(values) < 2:  # noqa: PLR2004  One point is no line.
        return None
    return _chart(
        Shape.TREND,
        label=_YEAR,
        language=language,
        marks=[Mark(str(y), values.get(y)) for y in range(min(values), max(values) + 1)],
    )


def _chart(shape: Shape, *, label: str, language: str, marks: Sequence[Mark]) -> Chart:
    return Chart(
        shape=shape,
        title=translate(_TITLE, language),
        label_name=translate(label, language),
        value_name=translate(_VALUE, language),
        marks=tuple(marks),
        unknown=translate(_UNKNOWN, language),
    )
