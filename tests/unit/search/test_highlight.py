from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import plan
from search.highlight import Marker, marker
from search.query import Piece, Tier


def marked(text: str, words: str, tier: Tier = Tier.EXACT) -> list[str]:
    pieces = marker(plan.read(words), tier).pieces(text)
    return [piece.text for piece in pieces if piece.is_marked]


def test_marks_a_word_however_it_is_written() -> None:
    assert marker(plan.read("涂料 ab"), Tier.EXACT).pieces("高級塗料ＡＢ") == (
        Piece("高級", False),
        Piece("塗料ＡＢ", True),
    )


@pytest.mark.parametrize(
    ("text", "words", "tier", "expected"),
    [
        ("C30预拌混凝土", "商砼", Tier.EXACT, ["预拌混凝土"]),
        ("CABR-01（02）-（2025）-CGP-035", "2025cgp", Tier.EXACT, ["2025）-CGP"]),
        ("防水透气膜卷材", '"防水卷材"', Tier.EXACT, []),
        ("防水涂料", "tuliao", Tier.SOUND, ["涂料"]),
        ("防水涂料", "fstl", Tier.SOUND, ["防水涂料"]),
        ("防水涂料", "fangshuitul", Tier.SOUND, ["防水涂料"]),
        ("防水涂料", "tuliao", Tier.EXACT, []),
        ("高分子防水卷材", "防水卷村", Tier.RELAXED, ["防水卷"]),
        ("防水涂料", "-涂料", Tier.EXACT, []),
    ],
)
def test_marks_what_was_found(text: str, words: str, tier: Tier, expected: list[str]) -> None:
    assert marked(text, words, tier) == expected


@given(st.text(max_size=40), st.lists(st.text(max_size=5), max_size=4), st.text(max_size=8))
def test_the_pieces_joined_are_the_text(text: str, marks: list[str], code: str) -> None:
    found = Marker(tuple(marks), (code,), ()).pieces(text)
    assert "".join(piece.text for piece in found) == text
    assert all(left.is_marked != right.is_marked for left, right in pairwise(found))
