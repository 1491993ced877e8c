import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("塗料", "涂料"),
        ("100㎡", "100m2"),
        ("100 m²", "100m2"),
        ("100 平方米", "100m2"),
        ("12 立方公尺", "12m3"),
        ("厚3毫米", "厚3mm"),
        ("3 mm", "3mm"),
        ("3.0 mm", "3mm"),
        ("600×600", "600x600"),
        ("600 * 600", "600x600"),
        ("600mm x 600mm", "600mm x 600mm"),
        ("GB—T", "gb-t"),
        ("10.05", "10.05"),
        ("1.0.2", "1.0.2"),
        ("C30 A类", "c30 a类"),
    ],
)
def test_brings_spellings_to_one_form(written: str, normal: str) -> None:
    assert analysis.normalise(written) == normal


@given(st.text(max_size=60))
def test_takes_any_text(text: str) -> None:
    for terms in (analysis.text_terms(text), analysis.code_terms(text)):
        assert all(term.strip() == term and term for term in terms.split())
    analysis.number_terms(text)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20))
def test_cutting_a_run_loses_and_adds_nothing(run: str) -> None:
    assert "".join(analysis.cut(run)) == run


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=3, max_size=20))
def test_every_part_of_a_chinese_text_has_its_grams_in_the_index(text: str) -> None:
    normal = analysis.normalise(text)
    terms = set(analysis.text_terms(text).split())
    assert set(analysis.grams(normal[1:])) <= terms
    assert set(normal) <= terms


@given(st.text(max_size=30), st.data())
def test_a_part_of_a_text_is_found_in_its_sequence(text: str, data: st.DataObject) -> None:
    runs = analysis.runs(analysis.normalise(text))
    chinese = [run for run, is_chinese in runs if is_chinese]
    if not chinese:
        return
    run = data.draw(st.sampled_from(chinese))
    start = data.draw(st.integers(0, len(run) - 1))
    part = run[start : data.draw(st.integers(start + 1, len(run)))]
    terms, is_open = analysis.part_of_sequence(part)
    sequence = analysis.sequence(text).split()
    places = range(len(sequence))
    assert any(
        all(
            at + place < len(sequence)
            and (sequence[at + place].startswith(term) if is_open else sequence[at + place] == term)
            for place, term in terms
        )
        for at in places
    )


def test_what_only_stands_apart_is_no_part() -> None:
    terms, _ = analysis.part_of_sequence("防水涂料")
    assert [term for _, term in terms] == ["防水", "涂料"]
    assert analysis.sequence("防水、涂料").split() == ["防水", "水", "涂料", "料"]
    assert analysis.part_of_sequence("料 c30 板") == ([(0, "料"), (1, "c30"), (2, "板")], True)


def test_cuts_a_number_into_every_four_in_a_row() -> None:
    assert analysis.number_grams("CGP13-20").split() == ["cgp1", "gp13", "p132", "1320"]
    assert analysis.number_grams("A-1") == "a1"
    assert analysis.serial("YSBT〔2025〕LC第0008735号") == "8735"


def test_glues_characters_that_no_dictionary_knows() -> None:
    assert analysis.cut("汉华霄建材") == ["汉华霄", "建材"]


def test_finds_a_certificate_number_from_each_of_its_parts() -> None:
    terms = analysis.number_terms("CABR-01(02)-（2025）-CGP-035").split()
    for part in ("cabr0102", "2025cgp", "cgp035", "35"):
        assert any(term.startswith(part) for term in terms)


def test_finds_long_digits_from_within() -> None:
    assert "1233" in analysis.number_terms("CGP1320210001233").split()


def test_squeezes_a_standard_across_its_spaces() -> None:
    assert "gbt234552018" in analysis.code_terms("GB/T 23455-2018").split()


def test_does_not_confuse_a_decimal_with_a_longer_number() -> None:
    assert analysis.squeezed("3.5mm") == "3.5mm" != analysis.squeezed("35mm")


def test_importing_it_loads_no_dictionary() -> None:
    program = "import sys, search.analysis; print({'opencc', 'rjieba', 'msgspec'} & {*sys.modules})"
    answer = subprocess.run(  # Our own interpreter and our own words.
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert answer.stdout.strip() == "set()"
