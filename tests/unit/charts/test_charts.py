"""A chart says the same in its table and in its drawing, whatever the words in it are."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from catalog.charts.chart import Chart, Mark, Shape, Target
from catalog.charts.drawing import png_of, specification, svg_of

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


def bars(svg: str) -> int:
    root = etree.fromstring(svg.encode())
    return sum(1 for node in root.iter(f"{SVG}path") if node.get("aria-roledescription") == "bar")


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
    drawn = svg_of(chart(ONE))
    assert {"第八师石河子市", "第十一师", "未知", "61.3", "0"} <= set(texts(drawn))
    assert bars(drawn) == 2
    assert "未知" not in texts(svg_of(chart(ONE[:1])))


def test_a_line_breaks_where_a_year_is_unknown() -> None:
    whole = tuple(mark for mark in TWO if mark.series == "兵团")
    broken = tuple(mark for mark in TWO if mark.series == "第八师")

    def strokes(marks: tuple[Mark, ...]) -> list[str]:
        root = etree.fromstring(svg_of(chart(marks, Shape.TREND)).encode())
        return [
            node.get("d", "")
            for node in root.iter(f"{SVG}path")
            if node.get("aria-roledescription") == "line mark"
        ]

    assert "".join(strokes(whole)).count("M") == 1
    assert "".join(strokes(broken)).count("M") == 2


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


def test_a_target_is_named_once() -> None:
    target = Target("目标 50 %", Decimal(50))
    assert texts(svg_of(chart(ONE, target=target))).count("目标 50 %") == 1
    assert texts(svg_of(chart(TWO, Shape.TREND, target=target))).count("目标 50 %") == 1


@pytest.mark.parametrize("shape", Shape, ids=str)
def test_a_drawing_brings_no_style_or_script(shape: Shape) -> None:
    drawn = svg_of(chart(TWO, shape))
    root = etree.fromstring(drawn.encode())
    assert not [n for n in root.iter() if n.tag in (f"{SVG}style", f"{SVG}script")]
    assert not [n for n in root.iter() if n.get("style") or n.get("href")]
    assert {"兵团", "第八师"} <= set(texts(drawn))


def test_a_picture_for_documents_is_a_png() -> None:
    assert png_of(chart(ONE)).startswith(b"\x89PNG\r\n")


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
    etree.fromstring(svg_of(chart(marks)).encode())
    assert specification(chart(marks))["layer"][0]["encoding"]["y"]["scale"]["domain"] == labels
