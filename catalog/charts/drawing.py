"""Draw a chart, as SVG for pages and print or as PNG for documents.

The drawing is a Vega-Lite specification: https://vega.github.io/vega-lite/
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from unicodedata import east_asian_width

import msgspec

from catalog.charts.chart import Chart, Shape

WIDTH = 560
"""Of the figures' field on paper, in pixels; a document scales the drawing to its own width."""
PAGE_WIDTH = 360
"""Of the figures' field on a page: narrow, so that a phone need not make the letters small."""
_LABEL = 160
_LINE = 16
_ROW = 26
_GROUPED_ROW = 18
_WIDE, _NARROW = 13, 7  # About as much room as a sign of the font takes.
_KEY = 36  # The coloured square of a legend's entry and the room around it.
# Where a label may break: after any sign of a script without blanks, and after blanks.
_PIECES = re.compile(r"[\u2e80-\u9fff\uf900-\uffef]|[^\s\u2e80-\u9fff\uf900-\uffef]+\s*|\s+")
_HEIGHT = 260
_SHARPNESS = 2.0
_INK = "#1c2420"
_CURRENT = "currentColor"
# Told apart by people who see fewer colours too, and in print by their lightness (Okabe and Ito).
_COLOURS = ("#1f7a4d", "#e69f00", "#56b4e9", "#7a3e9d", "#d55e00", "#4d4d4d", "#b8d8c0")
_KEPT = 512
_FONT = "Noto Sans CJK SC"
Spec = dict[str, Any]


def svg_of(chart: Chart) -> str:
    """Return the drawing as SVG whose ink is the text colour of the page that it stands in."""
    return _svg(msgspec.json.encode(specification(chart, ink=_CURRENT, width=PAGE_WIDTH)).decode())


def printed_svg_of(chart: Chart) -> str:
    """Return the drawing as SVG in dark ink, for paper."""
    return _svg(msgspec.json.encode(specification(chart)).decode())


def png_of(chart: Chart) -> bytes:
    """Return the drawing as PNG on white, sharp enough for print."""
    spec = specification(chart, ink=_INK) | {"background": "white"}
    return bytes(_renderer().vegalite_to_png(spec, scale=_SHARPNESS))


def specification(chart: Chart, *, ink: str = _INK, width: int = WIDTH) -> Spec:
    """Return the Vega-Lite specification of a chart."""
    layers = _line(chart) if chart.shape is Shape.TREND else _bars(chart, ink=ink)
    if chart.target is not None:
        layers.append(_target(chart, ink=ink))
    is_told_apart = chart.series != ("",)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": chart.title,
        "width": width,
        "height": _height(chart),
        "background": None,
        "config": _config(ink),
        "data": {
            "values": [
                # A drawing is for the eye; the table beside it has the exact figures.
                {
                    "label": mark.label,
                    "series": mark.series,
                    "value": None if mark.value is None else float(mark.value),
                }
                for mark in chart.marks
            ]
        },
        "encoding": {"color": _colour(chart, width) if is_told_apart else {"value": _COLOURS[0]}},
        "layer": layers,
    }


def _height(chart: Chart) -> int:
    if chart.shape is Shape.TREND:
        return _HEIGHT
    if chart.shape is Shape.BARS and len(chart.series) > 1:
        return len(chart.labels) * max(_row(chart), _GROUPED_ROW * len(chart.series))
    return max(1, len(chart.labels)) * _row(chart)


def _row(chart: Chart) -> int:
    """Return the height of a bar's row, high enough for the label of most lines."""
    return max(_ROW, _LINE * max((len(_wrapped(label)) for label in chart.labels), default=1))


def _width(text: str) -> int:
    return sum(_WIDE if east_asian_width(sign) in "WF" else _NARROW for sign in text)


@lru_cache(maxsize=1 << 12)
def _wrapped(label: str) -> list[str]:
    """Return a label in lines that fit beside the figures, whole: nothing is cut off.

    The lines are as even as they can be, so that no word stands alone below a full line.
    """
    fewest = len(_broken(label, _LABEL))
    room = range(_LABEL // fewest, _LABEL + 1, _NARROW)
    return next((lines for at in room if len(lines := _broken(label, at)) == fewest), [label])


def _broken(label: str, room: int) -> list[str]:
    lines = [""]
    most = _LABEL // _NARROW
    for piece in _PIECES.findall(label):
        for part in (piece[start : start + most] for start in range(0, len(piece), most)):
            if lines[-1] and _width(lines[-1] + part.rstrip()) > room:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines]


def _label_axis(chart: Chart) -> Spec:
    """Return the axis that writes each label in its lines, their middle beside its bar."""
    lines = {label: _wrapped(label) for label in chart.labels}
    known = f"{msgspec.json.encode(lines).decode()}[datum.value]"
    raised = [
        {"test": f"length({known}) == {count}", "value": -_LINE * (count - 1) / 2}
        for count in sorted({len(each) for each in lines.values()} - {1})
    ]
    axis: Spec = {"labelExpr": known, "labelLimit": 0, "labelLineHeight": _LINE}
    return axis | ({"labelOffset": {"condition": raised, "value": 0}} if raised else {})


def _bars(chart: Chart, *, ink: str) -> list[Spec]:
    place: Spec = {
        "y": {
            "field": "label",
            "type": "nominal",
            "title": None,
            "sort": None,
            "scale": {"domain": list(chart.labels)},
            "axis": _label_axis(chart),
        },
        "x": _values(chart) | ({"stack": "zero"} if chart.shape is Shape.STACK else {}),
    }
    if chart.shape is Shape.BARS and len(chart.series) > 1:
        place["yOffset"] = {"field": "series", "sort": list(chart.series)}
        place["x"]["stack"] = None
    layers: list[Spec] = [{"mark": {"type": "bar"}, "encoding": place}]
    if chart.shape is Shape.BARS:
        text = {"text": {"field": "value", "format": ".1~f"}, "color": {"value": ink}}
        mark = {"type": "text", "align": "left", "dx": 4}
        layers.append({"mark": mark, "encoding": place | text})
        unknown = {"x": {"value": 0}, "text": {"value": chart.unknown}, "color": {"value": ink}}
        layers.append(
            {
                "transform": [{"filter": "!isValid(datum.value)"}],
                "mark": mark | {"opacity": 0.7},
                "encoding": place | unknown,
            }
        )
    return layers


def _line(chart: Chart) -> list[Spec]:
    place = {
        "x": {
            "field": "label",
            "type": "ordinal",
            "title": None,
            "sort": None,
            "scale": {"domain": list(chart.labels)},
            "axis": {"labelAngle": 0},
        },
        "y": _values(chart),
    }
    points = {"type": "line", "point": {"size": 50}, "strokeWidth": 2}
    return [{"mark": points, "encoding": place}]


def _values(chart: Chart) -> Spec:
    return {
        "field": "value",
        "type": "quantitative",
        "title": chart.value_name,
        "axis": {"tickCount": 6},
        "scale": {"zero": True},
    }


def _colour(chart: Chart, width: int) -> Spec:
    return {
        "field": "series",
        "type": "nominal",
        "title": None,
        "sort": list(chart.series),
        "scale": {"domain": list(chart.series), "range": list(_COLOURS[: len(chart.series)])},
        "legend": {"orient": "top", "labelLimit": 0, "columns": _columns(chart, width)},
    }


def _columns(chart: Chart, width: int) -> int:
    """Return how many entries of the legend fit beside each other."""
    widths = [_KEY + _width(name) for name in chart.series]
    return len(widths) if sum(widths) <= width else max(1, width // max(widths))


def _target(chart: Chart, *, ink: str) -> Spec:
    target = chart.target
    if target is None:
        raise ValueError("the chart has no target")
    along = "y" if chart.shape is Shape.TREND else "x"
    place = {along: {"datum": float(target.value)}, "color": {"value": ink}}
    line = {"mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.5}, "encoding": place}
    is_across = along == "y"
    text = {
        "mark": {
            "type": "text",
            "align": "right" if is_across else "left",
            "baseline": "bottom",
            "dx": -4 if is_across else 4,
            "dy": -3,
            **({"x": "width"} if is_across else {"y": 0}),
        },
        "encoding": place | {"text": {"value": target.name}},
    }
    # Of one row: over the chart's own data it would be drawn once for each mark.
    return {"data": {"values": [{}]}, "layer": [line, text]}


def _config(ink: str) -> Spec:
    quiet = {"domainColor": ink, "tickColor": ink, "labelColor": ink, "titleColor": ink}
    return {
        "font": _FONT,
        "view": {"stroke": None},
        # There is one weight of the font; a bold that is not there would come from elsewhere.
        "axis": quiet
        | {
            "gridColor": ink,
            "gridOpacity": 0.15,
            "labelFontSize": 13,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
        },
        "legend": {"labelColor": ink, "labelFontSize": 13},
        "text": {"fontSize": 13, "color": ink},
    }


@cache
def _renderer() -> Any:  # noqa: ANN401  A module without types.
    """Load the renderer, and the font, once: it takes half a second and 80 MB."""
    import vl_convert  # noqa: PLC0415  As above.

    vl_convert.register_font_directory(str(files("noto_cjk_sans_otc")))
    return vl_convert


@lru_cache(maxsize=_KEPT)
def _svg(spec: str) -> str:
    return str(_renderer().vegalite_to_svg(spec))
