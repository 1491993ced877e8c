"""Draw a chart, as SVG for pages and print or as PNG for documents.

The drawing is a Vega-Lite specification: https://vega.github.io/vega-lite/
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from catalog.charts.chart import Chart, Shape
from catalog.charts.labels import lines_expression, names_expression, width_of, wrapped

_SCALE = 40  # The numbers beside a line's figures.
_LINE = 16
_ROW = 26
_GROUPED_ROW = 18
_KEY = 36  # The coloured square of a legend's entry and the room around it.
_SHARPNESS = 2.0
_TENTH = Decimal("0.1")
_INK = "#1c2420"
_CURRENT = "currentColor"
# Told apart by people who see fewer colours too, and in print by their lightness (Okabe and Ito).
_COLOURS = ("#1f7a4d", "#e69f00", "#56b4e9", "#7a3e9d", "#d55e00", "#4d4d4d", "#b8d8c0")
_KEPT = 512
_FONT = "Noto Sans CJK SC"
Spec = dict[str, Any]


class Room(msgspec.Struct, frozen=True):
    """How much room a drawing has, in pixels: ``field`` for the figures, ``label`` for a name.

    What short names leave of their room the figures have too, so that all drawings are as wide.
    """

    field: int
    label: int
    height: int
    ticks: int


ON_PAPER = Room(field=560, label=160, height=260, ticks=6)
"""On paper and in documents, which scale the drawing to their own width."""
ON_PAGE = Room(field=360, label=160, height=240, ticks=6)
"""On a page: narrow, so that a window of half a screen need not make the letters small."""
ON_PHONE = Room(field=172, label=104, height=190, ticks=4)
"""On a phone, whose whole width is hardly that of a page's figures alone."""


def svg_of(chart: Chart) -> str:
    """Return the drawing as SVG whose ink is the text colour of the page that it stands in."""
    return _svg(_spelled(specification(chart, ink=_CURRENT, room=ON_PAGE)))


def narrow_svg_of(chart: Chart) -> str:
    """Return the drawing for a page on a phone, with letters as large as those around it."""
    return _svg(_spelled(specification(chart, ink=_CURRENT, room=ON_PHONE)))


def printed_svg_of(chart: Chart) -> str:
    """Return the drawing as SVG in dark ink, for paper."""
    return _svg(_spelled(specification(chart)))


def png_of(chart: Chart) -> bytes:
    """Return the drawing as PNG on white, sharp enough for print."""
    spec = specification(chart, ink=_INK) | {"background": "white"}
    return bytes(_renderer().vegalite_to_png(spec, scale=_SHARPNESS))


def specification(chart: Chart, *, ink: str = _INK, room: Room = ON_PAPER) -> Spec:
    """Return the Vega-Lite specification of a chart.

    Labels and series stand in it as their positions, and their names beside them: the renderer
    looks names up in tables of its own, where some words mean something else.
    """
    layers = _line(chart, room) if chart.shape is Shape.TREND else _bars(chart, room, ink=ink)
    if chart.target is not None:
        layers.append(_target(chart, ink=ink))
    is_told_apart = chart.series != ("",)
    labels = {label: at for at, label in enumerate(chart.labels)}
    series = {name: at for at, name in enumerate(chart.series)}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": chart.title,
        "width": _field(chart, room),
        "height": _height(chart, room),
        "background": None,
        "config": _config(ink),
        "data": {
            "values": [
                # A drawing is for the eye; the table beside it has the exact figures.
                {
                    "label": labels[mark.label],
                    "series": series[mark.series],
                    "value": None if mark.value is None else float(mark.value),
                    "said": "" if mark.value is None else _said(mark.value),
                }
                for mark in chart.marks
            ]
        },
        "encoding": {"color": _colour(chart, room) if is_told_apart else {"value": _COLOURS[0]}},
        "layer": layers,
    }


def _spelled(spec: Spec) -> str:
    return msgspec.json.encode(spec).decode()


def _height(chart: Chart, room: Room) -> int:
    if chart.shape is Shape.TREND:
        return room.height
    if chart.shape is Shape.BARS and len(chart.series) > 1:
        return len(chart.labels) * max(_row(chart, room), _GROUPED_ROW * len(chart.series))
    return max(1, len(chart.labels)) * _row(chart, room)


def _said(value: Decimal) -> str:
    """Return a number with one place at most, cut: a bar never says that it reaches a line."""
    return f"{value.quantize(_TENTH, ROUND_DOWN).normalize():f}"


def _field(chart: Chart, room: Room) -> int:
    if chart.shape is Shape.TREND:
        return room.field + room.label - _SCALE
    lines = (line for label in chart.labels for line in wrapped(label, room.label))
    return room.field + room.label - max(map(width_of, lines), default=0)


def _row(chart: Chart, room: Room) -> int:
    """Return the height of a bar's row, high enough for the label of most lines."""
    lines = (len(wrapped(label, room.label)) for label in chart.labels)
    return max(_ROW, _LINE * max(lines, default=1))


def _label_axis(chart: Chart, room: Room) -> Spec:
    """Return the axis that writes each label in its lines, their middle beside its bar."""
    lines = [wrapped(label, room.label) for label in chart.labels]
    known = lines_expression(lines)
    raised = [
        {"test": f"length({known}) == {count}", "value": -_LINE * (count - 1) / 2}
        for count in sorted({len(each) for each in lines} - {1})
    ]
    axis: Spec = {"labelExpr": known, "labelLimit": 0, "labelLineHeight": _LINE}
    return axis | ({"labelOffset": {"condition": raised, "value": 0}} if raised else {})


def _bars(chart: Chart, room: Room, *, ink: str) -> list[Spec]:
    place: Spec = {
        "y": {
            "field": "label",
            "type": "nominal",
            "title": None,
            "sort": None,
            "scale": {"domain": list(range(len(chart.labels)))},
            "axis": _label_axis(chart, room),
        },
        "x": _values(chart, room) | ({"stack": "zero"} if chart.shape is Shape.STACK else {}),
    }
    if chart.shape is Shape.BARS and len(chart.series) > 1:
        place["yOffset"] = {"field": "series", "sort": list(range(len(chart.series)))}
        place["x"]["stack"] = None
    layers: list[Spec] = [{"mark": {"type": "bar"}, "encoding": place}]
    if chart.shape is Shape.BARS:
        said = {"field": "said", "type": "nominal"}
        text = {"text": said, "color": {"value": ink}}
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


def _line(chart: Chart, room: Room) -> list[Spec]:
    place = {
        "x": {
            "field": "label",
            "type": "ordinal",
            "title": None,
            "sort": None,
            "scale": {"domain": list(range(len(chart.labels)))},
            # Of labels that would touch each other every other one is left out.
            "axis": {
                "labelAngle": 0,
                "labelExpr": names_expression(chart.labels),
                "labelOverlap": "parity",
                "labelSeparation": 6,
            },
        },
        "y": _values(chart, room),
    }
    points = {"type": "line", "point": {"size": 50}, "strokeWidth": 2}
    return [{"mark": points, "encoding": place}]


def _values(chart: Chart, room: Room) -> Spec:
    axis: Spec = {"tickCount": room.ticks}
    if chart.shape is Shape.TREND:
        # Upright above its axis: a title on its side is hard to read, in Chinese above all.
        axis |= {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -14}
    scale: Spec = {"zero": True}
    if not any(mark.value for mark in chart.marks):
        # Between nothing and nothing there is no scale, and all would stand in the middle.
        scale["domain"] = [0, 1 if chart.target is None else float(chart.target.value)]
    return {
        "field": "value",
        "type": "quantitative",
        "title": chart.value_name,
        "axis": axis,
        "scale": scale,
    }


def _colour(chart: Chart, room: Room) -> Spec:
    count = len(chart.series)
    return {
        "field": "series",
        "type": "nominal",
        "title": None,
        "sort": list(range(count)),
        "scale": {"domain": list(range(count)), "range": list(_COLOURS[:count])},
        "legend": {
            "orient": "top",
            "labelExpr": names_expression(chart.series),
            "labelLimit": 0,
            "columns": _columns(chart, room),
        },
    }


def _columns(chart: Chart, room: Room) -> int:
    """Return how many entries of the legend fit beside each other."""
    widths = [_KEY + width_of(name) for name in chart.series]
    whole = _field(chart, room)
    return len(widths) if sum(widths) <= whole else max(1, whole // max(widths))


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
        # What is drawn is told in words beside it; marks that speak would say it twice.
        "aria": False,
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
