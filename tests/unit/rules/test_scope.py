"""A scope takes in what it names, leaves out what lies beside it, and guesses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.scope import covers

INSIDE = [
    ("C20–C50", "C30 P6"),
    ("C20-C50", "C30P6 泵送"),
    ("Ｃ２０～Ｃ５０", "C50"),
    ("C20至C50", "c20 C20"),
    ("M5~M20", "M10"),
    ("1.5mm-3.0mm", "2.0mm"),
    ("1.5-3.0mm", "3 mm"),
    ("MU10、MU15", "MU15 240×115×90"),
    ("C30及以上", "C40"),
    ("≤100mm", "90mm"),
    ("≥100mm", "100mm"),
    ("600×600mm、800×800mm", "600*600mm"),
    ("A2.5～A5.0，B05～B07", "A5.0 B06"),
    ("双跑楼梯，层高 2.8～3.0m", "双跑 层高2.9m C30"),
    ("250～4000m³/h", "300m3/h"),
    ("RF23D*9600**", "RF23D19600AB"),
    ("ZX-?200", "闸阀 ZX-A200"),
    ("60～75 系列", "断桥铝合金平开窗 75系列 5+12A+5Low-E K=1.5"),
]
OUTSIDE = [
    ("C20–C50", "C60"),
    ("C20-C50", "C15 泵送"),
    ("C20–C50", "C10/C15"),
    ("M5～M20", "Ｍ２５"),
    ("1.5mm-3.0mm", "4 mm"),
    ("MU10、MU15", "MU20"),
    ("C30以上", "C25"),
    ("C30及以下", "C35"),
    ("≤100mm", "120mm"),
    ("600×600mm、800×800mm", "300*300mm"),
    ("A2.5～A5.0，B05～B07", "A3.5 B08"),
    ("60mm 桁架钢筋叠合底板，C30～C35", "60mm 桁架钢筋叠合底板 C40"),
    ("厚 80～150mm", "厚200mm 岩棉板"),
    ("3～7 层", "8层"),
    ("RF23D*9600**", "RF25D19600AB"),
    ("60*60", "70*70"),
    ("150～190 系列", "隐框 140系列 6Low-E+12A+6"),
]
UNTOLD = [
    ("C20–C50", "泵送"),
    ("C20–C50", "C20/C60"),
    ("C20–C50", "c30"),
    ("dn20～dn63", "DN25"),
    ("300～600mm 方板", "0.8mm 600×600"),
    ("厚 80～150mm", "200mm"),
    ("1.5mm-3.0mm", "4cm"),
    ("H300～H700", "H400×200 Q355B"),
    ("DBS1-67", "DBS1-68"),
    ("20LM～25HM", "PU 25LM L型"),
    ("5～8mm", "5+12A+12mm"),
    ("单组分、双组分", "单组分"),
    ("吸水率 >10%", "吸水率 8%"),
    ("RF23D*9600**", "防火门 1200×2100"),
    ("", "C30"),
]


@pytest.mark.parametrize(("scope", "specification"), INSIDE)
def test_takes_in_what_it_names(scope: str, specification: str) -> None:
    assert covers(scope, specification) is True


@pytest.mark.parametrize(("scope", "specification"), OUTSIDE)
def test_leaves_out_what_lies_beside_it(scope: str, specification: str) -> None:
    assert covers(scope, specification) is False


@pytest.mark.parametrize(("scope", "specification"), UNTOLD)
def test_does_not_judge_what_cannot_be_compared(scope: str, specification: str) -> None:
    assert covers(scope, specification) is None


@given(
    low=st.integers(1, 60), width=st.integers(0, 40), grade=st.integers(1, 120),
    sign=st.sampled_from(["–", "~", "～", "-", "至"]), letters=st.sampled_from(["C", "MU", "DN"]),
)  # fmt: skip
def test_a_range_holds_its_ends_and_what_lies_between(
    low: int, width: int, grade: int, sign: str, letters: str
) -> None:
    scope = f"{letters}{low}{sign}{letters}{low + width}"
    assert covers(scope, f"{letters}{grade}") is (low <= grade <= low + width)


@given(scope=st.text(max_size=40), specification=st.text(max_size=40))
def test_any_text_has_an_answer(scope: str, specification: str) -> None:
    assert covers(scope, specification) in (True, False, None)
