from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search import plan
from search.highlight import Piece, pieces


def test_marks_a_word_however_it_is_written() -> None:
    assert pieces("高級塗料ＡＢ", plan.read("涂料 ab").marks) == (
        Piece("高級", False),
        Piece("塗料ＡＢ", True),
    )


def test_marks_a_synonym() -> None:
    assert Piece("预拌混凝土", True) in pieces("C30预拌混凝土", plan.read("商砼").marks)


@given(st.text(max_size=40), st.lists(st.text(max_size=5), max_size=4))
def test_the_pieces_joined_are_the_text(text: str, marks: list[str]) -> None:
    found = pieces(text, marks)
    assert "".join(piece.text for piece in found) == text
    assert all(left.is_marked != right.is_marked for left, right in pairwise(found))
