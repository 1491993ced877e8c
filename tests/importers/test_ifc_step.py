"""STEP files: their statements, values and texts, and what is wrong with them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importers.ifc.step import Reference, StepError, Typed, Word, parsed, read_step
from importers.ifc.text import decoded

NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9
)
VALUES = st.recursive(
    st.one_of(
        st.none(), NUMBERS, st.integers(1, 10**9).map(Reference), st.text("ab ';(#)/*", max_size=8)
    ),
    lambda inner: st.lists(inner, max_size=4).map(tuple),
    max_leaves=12,
)


def written(value: object) -> str:
    match value:
        case None:
            return "$"
        case Reference():
            return f"#{int(value)}"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case tuple():
            return "(" + ", ".join(written(each) for each in value) + ")"
        case _:
            return f"{value:f}"


@given(st.lists(VALUES, max_size=5).map(tuple))
def test_reads_the_values_that_were_written(values: tuple[object, ...]) -> None:
    assert parsed(written(values).encode()) == values
    file = read_step(f"#1=IFCWALL{written(values)};END-ISO-10303-21;".encode(), lambda _: True)
    assert file.instances[1].values == values
    assert file.broken == [] and file.cut_off is None


def test_reads_types_words_and_derived_values() -> None:
    assert parsed(b"(*,.METRE.,IFCLENGTHMEASURE(1.E-3))") == (
        None, Word("METRE"), Typed("IFCLENGTHMEASURE", (Decimal("0.001"),))
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [b"", b"(", b")", b"(1", b"(1,)", b"(,1)", b"(1 2)", b"1", b"()()", b"(1)x", b"(IFCX)", b"('a)",
     b"(" * 40 + b")" * 40, b"(1E999999999)", b"(#" + b"9" * 30 + b")"],
)  # fmt: skip
def test_refuses_what_is_no_list_of_values(text: bytes) -> None:
    with pytest.raises(StepError):
        parsed(text)


def test_knows_the_row_of_each_statement_past_comments_and_texts() -> None:
    content = b"""ISO-10303-21;
/* #7=IFCWALL('no'); */
#1=IFCWALL('a;
b');  #2=IFCSLAB('/*');
#3=IFCSLAB(
);
END-ISO-10303-21;
"""
    file = read_step(content, lambda _: True)
    assert [(each.number, each.row) for each in file.instances.values()] == [(1, 3), (2, 4), (3, 5)]
    assert file.instances[2].text(0) == "/*"


def test_tells_of_broken_doubled_and_missing_statements() -> None:
    content = b"#1=IFCWALL('a');\n#2=IFCWALL(;\n#1=IFCWALL('b');\nnonsense here;\n#3=IFCWALL('"
    file = read_step(content, lambda _: True)
    assert (file.broken, file.twice, file.cut_off) == ([2, 4], [3], 4)
    assert file.instances[1].text(0) == "a"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (rb"Basic Wall:\X2\5E3889C4\X0\ - 200mm", "Basic Wall:常规 - 200mm"),
        (rb"\X4\0001F3E0\X0\ ", "🏠 "),
        (rb"T\X\FCr", "Tür"),
        (rb"T\S\|r", "Tür"),
        (rb"\PB\\S\1", "ą"),
        (rb"C:\\Temp", "C:\\Temp"),
        ("墙".encode(), "墙"),
        ("墙体".encode("gb18030"), "墙体"),
        (rb"\X2\D800\X0\ ", "\ufffd "),
    ],
)
def test_resolves_the_marks_of_a_text(content: bytes, text: str) -> None:
    assert decoded(content) == text


@given(st.binary(max_size=60))
def test_every_text_can_be_read(content: bytes) -> None:
    assert isinstance(decoded(content), str)
