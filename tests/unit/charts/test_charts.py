"""A chart says the same in its table and in its drawing, whatever the words in it are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from catalog.charts.chart import Chart, Mark, Shape, Target
from catalog.charts.drawing import narrow_svg_of, png_of, svg_of

PHONE_ROOM = 334
"""What a page leaves for a chart on a phone of 390 pixels."""
SVG = "{http://www.w3.org/2000/svg}"
ONE = (Mark("第八师石河子市", Decimal("61.25")), Mark("第十一师", None), Mark("第一师", Decimal(0)))
TWO = tuple(
    Mark(str(year), Decimal(value) if value else None, series)
    for series, values in (("兵团", (40, 44, 51)), ("第八师", (38, None, 57)))
    for year, value in zip((2024, 2025, 2026), values, strict=True)
)


def chart(marks: tuple[Mark, ...], shape: Shape = Shape.BARS, **more: object) -> Chart:
    return Chart(
        shape=shape,
        title="应用比例",
        label_name="师市",
        value_name="应用比例（%）",
        marks=marks,
        unknown="未知",
        **more,  # type: ignore[arg-type]  # Only a target.
    )


def texts(svg: str) -> list[str]:
    root = etree.fromstring(svg.encode())
    return ["".join(map(str, node.itertext())) for node in root.iter(f"{SVG}text")]


def drawn(svg: str, mark: str) -> list[str]:
    """Return the strokes of each mark of a kind."""
    root = etree.fromstring(svg.encode())
    groups = [node for node in root.iter(f"{SVG}g") if f"mark-{mark} role-mark" in _class(node)]
    return [path.get("d", "") for group in groups for path in group.iter(f"{SVG}path")]


def _class(node: etree._Element) -> str:
    return node.get("class") or ""


def bars(svg: str) -> int:
    return len(drawn(svg, "rect"))


def test_the_table_has_every_figure_exactly() -> None:
    assert chart(ONE).heading == ("师市", "应用比例（%）")
    assert chart(ONE).table() == [
        ("第八师石河子市", Decimal("61.25")), ("第十一师", None), ("第一师", Decimal(0))
    ]  # fmt: skip


def test_series_stand_beside_each_other_in_the_table() -> None:
    told = chart(TWO, Shape.TREND)
    assert told.heading == ("师市", "兵团", "第八师")
    assert told.table()[1] == ("2025", Decimal(44), None)


def test_what_is_unknown_is_said_and_not_drawn_as_zero() -> None:
    svg = svg_of(chart(ONE))
    assert {"第八师石河子市", "第十一师", "未知", "61.2", "0"} <= set(texts(svg))
    assert bars(svg) == 2
    assert "未知" not in texts(svg_of(chart(ONE[:1])))


def test_a_line_breaks_where_a_year_is_unknown() -> None:
    whole = tuple(mark for mark in TWO if mark.series == "兵团")
    broken = tuple(mark for mark in TWO if mark.series == "第八师")

    def strokes(marks: tuple[Mark, ...]) -> str:
        return "".join(drawn(svg_of(chart(marks, Shape.TREND)), "line"))

    assert strokes(whole).count("M") == 1
    assert strokes(broken).count("M") == 2


@pytest.mark.parametrize("shape", [Shape.BARS, Shape.STACK], ids=str)
@pytest.mark.parametrize(
    "label",
    [
        "Heating, ventilation, solar and lighting equipment of every kind",
        "给水排水与水处理设备以及其他没有列入名录的各种产品",
        "GB/T50378-2019GB/T50378-2019GB/T50378-2019GB/T50378-2019",
    ],
    ids=["words", "signs", "one-word"],
)  # fmt: skip
def test_a_long_label_is_written_out_in_lines(label: str, shape: Shape) -> None:
    marks = (Mark(label, Decimal(3), "有效"), Mark("其他", Decimal(4), "有效"))
    said = texts(svg_of(chart(marks, shape)))
    assert not [text for text in said if "…" in text]
    assert label.replace(" ", "") in "".join(said).replace(" ", "")


@pytest.mark.parametrize("shape", Shape, ids=str)
@pytest.mark.parametrize("name", ["constructor", "__proto__"])
def test_a_word_of_the_renderers_own_language_is_a_name_like_any_other(
    name: str, shape: Shape
) -> None:
    as_label = (Mark(name, Decimal(1)), Mark("第一师", Decimal(2)))
    as_series = (Mark("2025", Decimal(1), name), Mark("2025", Decimal(2), "兵团"))
    for marks in (as_label, as_series):
        assert name in texts(svg_of(chart(marks, shape)))


@pytest.mark.parametrize("shape", Shape, ids=str)
def test_the_narrow_drawing_fits_a_phone_and_leaves_out_no_figure(shape: Shape) -> None:
    names = ("第八师石河子市", "第四师可克达拉市", "Thirteenth Division, Xinxing City")
    marks = tuple(
        Mark(name, Decimal("99.5"), year) for name in names for year in ("2025", "2026（进行中）")
    )
    root = etree.fromstring(narrow_svg_of(chart(marks, shape)).encode())
    assert float(root.get("width", "")) <= PHONE_ROOM
    said = texts(narrow_svg_of(chart(marks, Shape.BARS)))
    assert said.count("99.5") == len(marks)
    assert "ThirteenthDivision,XinxingCity" in "".join(said).replace(" ", "")


def test_a_target_is_named_once() -> None:
    target = Target("目标 50 %", Decimal(50))
    assert texts(svg_of(chart(ONE, target=target))).count("目标 50 %") == 1
    assert texts(svg_of(chart(TWO, Shape.TREND, target=target))).count("目标 50 %") == 1


@pytest.mark.parametrize("shape", Shape, ids=str)
def test_a_drawing_brings_no_style_or_script(shape: Shape) -> None:
    svg = svg_of(chart(TWO, shape))
    root = etree.fromstring(svg.encode())
    assert not [n for n in root.iter() if n.tag in (f"{SVG}style", f"{SVG}script")]
    assert not [n for n in root.iter() if n.get("style") or n.get("href")]
    assert {"兵团", "第八师"} <= set(texts(svg))


def test_a_picture_for_documents_is_a_png() -> None:
    assert png_of(chart(ONE)).startswith(b"\x89PNG\r\n")


def test_where_all_is_zero_the_figures_stand_at_the_axis() -> None:
    root = etree.fromstring(svg_of(chart((Mark("第一师", Decimal(0)),))).encode())
    places = [
        node.get("transform", "") for node in root.iter(f"{SVG}text") if node.text in ("0", "0.0")
    ]
    assert {place.partition(",")[0] for place in places} <= {"translate(0", "translate(4"}


def test_an_empty_chart_can_be_drawn() -> None:
    assert svg_of(chart(())).startswith("<svg")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp")),
            min_size=1,
            max_size=12,
        ),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_any_words_make_a_drawing_that_can_be_read(labels: list[str]) -> None:
    marks = tuple(Mark(label, Decimal(position)) for position, label in enumerate(labels))
    said = "".join(texts(svg_of(chart(marks)))).replace(" ", "")
    assert [label for label in labels if "".join(label.split()) not in said] == []


def test_a_bar_never_says_that_it_reaches_a_line_that_it_does_not() -> None:
    chart = Chart(
        shape=Shape.BARS,
        title="比例",
        label_name="师市",
        value_name="%",
        marks=(Mark("甲", Decimal("69.9996")), Mark("乙", Decimal("660"))),
        unknown="未知",
    )
    svg = svg_of(chart)
    assert ">69.9<" in svg and ">660<" in svg and ">70.0<" not in svg
