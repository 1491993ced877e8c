"""Mending slips from the texts of the nearest products; no engine in sight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.corrections import Texts, corrected, nearest_categories
from search.query import Tier

NAMES = (
    "弹性体改性沥青防水卷材",
    "SBS II PY PE 4mm",
    "防水卷材",
    "Waterproof sheet",
    "预拌混凝土",
    "C30 P6",
    "外墙外保温用岩棉板",
    "GB/T 25975",
    "天山绿洲建材有限公司",
)
NUMBERS = ("CTC-2024-000123", "CABR-01（02）-（2025）-CGP-035")
TEXTS = Texts(NAMES, NUMBERS)
CATEGORIES = {
    "coating": ("防水涂料", "Waterproof coating"),
    "concrete": ("预拌混凝土", "Ready-mixed concrete"),
    "insulation": ("保温系统材料", "Thermal-insulation system materials"),
    "taps": ("水嘴", "Taps"),
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("防水卷村", "防水卷材"),
        ("弹性体改性沥清防水卷材", "弹性体改性沥青防水卷材"),
        ("天山绿州建材", "天山绿洲建材"),
        ("SBSS 防水卷材", "SBS 防水卷材"),
        ("watrproof sheet", "Waterproof sheet"),
        ("预拌混疑土 c30", "预拌混凝土 c30"),
        ("CTC-2024-000132", "CTC-2024-000123"),
        ("ctc 2O24 000123", "CTC-2024-000123"),
        ("gb/t 25957", "gb/t 25975"),
    ],
)
def test_mends_a_slip(typed: str, meant: str) -> None:
    assert next(corrected(typed, Tier.RELAXED, TEXTS)) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fangshuijuancai", "防水卷材"),
        ("fang shui juan cai", "防水卷材"),
        ("fangshui juancai", "防水 卷材"),
        ("fsjc", "防水卷材"),
        ("防水卷才", "防水卷材"),
        ("SBS fangshui", "sbs 防水"),
        ("岩绵板 外墙", "岩棉板 外墙"),
    ],
)
def test_writes_what_was_spelt_by_sound(typed: str, meant: str) -> None:
    assert next(corrected(typed, Tier.SOUND, TEXTS)) == meant


def test_keeps_what_is_excluded() -> None:
    assert next(corrected("防水卷村 -王牌", Tier.RELAXED, TEXTS)) == "防水卷材 -王牌"


@pytest.mark.parametrize("tier", Tier)
def test_has_nothing_to_mend_in_what_is_there(tier: Tier) -> None:
    assert list(corrected("防水卷材 SBS", tier, TEXTS)) == []


@given(st.text(max_size=60), st.sampled_from(Tier))
def test_mends_any_text_to_another(typed: str, tier: Tier) -> None:
    found = list(corrected(typed, tier, TEXTS))
    assert typed not in found
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("防水图料", "coating"),
        ("商砼", "concrete"),
        ("concret", "concrete"),
        ("保温材料板", "insulation"),
        ("水龙头", "taps"),
        ("shuizui", "taps"),
    ],
)
def test_names_the_nearest_category(text: str, key: str) -> None:
    assert nearest_categories(text, CATEGORIES)[0] == key


@pytest.mark.parametrize("text", ["", "!?", "钻石"])
def test_names_no_category_that_is_far(text: str) -> None:
    assert nearest_categories(text, CATEGORIES) == ()
