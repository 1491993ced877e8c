"""Valid files with damage done to them: only records, issues, or a refusal ever come out."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import ImportRefusedError
from catalog.records import Issue
from importers.issues import explain
from importers.lookups import Lookups
from importers.reader import Limits, SourceFile, read
from tests.importers.conftest import DATA
from tests.importers.workbooks import a_bill, a_bill_row, repacked

PLAIN_FILES = [(DATA / name).read_bytes() for name in ("products_zh.csv", "registry.json")]
WORKBOOK = a_bill([a_bill_row(number) for number in range(5)])
LIMITS = Limits(max_cells=100_000)
PIECES = [
    b"\x00", b"\xff", b'"', b",", b"\n", b"\xef\xbb\xbf", b"[", b"{", b"}", b"<f/>", b't="e"',
    b'r="XFD1048576"', b"</row>", b"<v>", b"-", b"9" * 40, b"&#0;", "\u202e".encode(), b"1904",
    b"\\ud800", b"<c r='xfd1048576'>", b'<c r="XFC9"/><c><v>1</v></c>', b"<row/>", b"<!--",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut out, repeat or replace a few stretches."""
    for _ in range(draw(st.integers(1, 4))):
        places = sorted(draw(st.lists(st.integers(0, len(content)), min_size=2, max_size=2)))
        for start, stop in pairwise(places):
            piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
            end = min(stop, start + draw(st.sampled_from([0, 1, 4, 4000])))
            content = content[:start] + piece + content[end:]
    return content


def check(content: bytes, lookups: Lookups) -> None:
    with suppress(ImportRefusedError):
        for entry in read(SourceFile("fuzz", content, limits=LIMITS), lookups):
            if isinstance(entry, Issue):
                assert all(explain(entry, "zh")) and all(explain(entry, "en"))


@pytest.mark.parametrize("content", PLAIN_FILES, ids=["csv", "json"])
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_never_crashes_on_damaged_text(
    content: bytes, lookups: Lookups, data: st.DataObject
) -> None:
    check(data.draw(damaged(content)), lookups)


@given(data=st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_never_crashes_on_a_damaged_archive(lookups: Lookups, data: st.DataObject) -> None:
    check(data.draw(damaged(WORKBOOK)), lookups)


@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"],
)
@given(data=st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_never_crashes_on_damage_inside_an_archive(
    part: str, lookups: Lookups, data: st.DataObject
) -> None:
    def change(name: str, content: bytes) -> bytes:
        return data.draw(damaged(content)) if name == part else content

    check(repacked(WORKBOOK, change), lookups)


def test_an_archive_that_lies_about_its_size_is_refused(lookups: Lookups) -> None:
    content = bytearray(WORKBOOK)
    place = content.rfind(b"xl/sharedStrings.xml") - 46 + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ImportRefusedError):
        list(read(SourceFile("lie.xlsx", bytes(content)), lookups))
