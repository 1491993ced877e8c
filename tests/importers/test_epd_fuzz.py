"""Declarations with damage done to them: only records, issues, or a refusal ever come out."""

from __future__ import annotations

from contextlib import suppress

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import ImportRefusedError
from importers import epd
from importers.issues import explain
from importers.reader import SourceFile
from tests.importers.epd_files import (
    FLOW_ID,
    PROCESS_ID,
    Reader,
    a_flow,
    a_material,
    a_process,
    a_row,
    a_soda,
    a_table,
    a_zip,
    an_ilcd_zip,
    an_openepd,
    read,
    text_of,
)

PIECES = [
    b"\x00", b"\xff", b'"', b",", b";", b"\n", b"\r", b"\xef\xbb\xbf", b"[", b"{", b"}", b"]",
    b"null", b"<a/>", b"&amp;", b"&#0;", b"&x;", b"<!DOCTYPE a>", b"<!--", b"]]>", b"-1e999",
    b"9" * 90, b"\\ud800", b"\\u0000", b"NaN", b"A1-A3", b"epd:", b' epd:module="', b"xmlns:epd=",
    "\u202e".encode(), b"1.5.5", b"2024-13-45", b"true", b"PK\x03\x04", b"UUID;Modul", b"{}",
]  # fmt: skip
FILES: dict[str, tuple[Reader, bytes]] = {
    "xml": (epd.read_ilcd_xml, a_process().encode()),
    "zip": (epd.read_ilcd_zip, an_ilcd_zip()),
    "openepd": (epd.read_openepd, text_of(an_openepd(), an_openepd(id="ec300002"))),
    "bundle": (
        epd.read_openepd_bundle,
        a_zip({"manifest": "{}", "toc": "", "epd/1.json": text_of(an_openepd())}),
    ),
    "soda": (epd.read_soda, text_of(a_soda())),
    "table": (epd.read_oekobaudat, a_table(a_row(), a_row("D", "-1"), a_row("C3", flow=("",) * 3))),
}
RECOGNISERS = [getattr(epd, name) for name in epd.__all__ if name.startswith("is_")]
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def damaged(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut out, repeat or replace a few stretches."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        end = start + draw(st.sampled_from([0, 1, 4, 30, 4000]))
        content = content[:start] + piece + content[end:]
    return content


def check(reader: Reader, content: bytes) -> None:
    for recognises in RECOGNISERS:
        assert recognises(SourceFile("fuzz", content)) in (True, False)
    with suppress(ImportRefusedError):
        records, issues = read(reader, content)
        for issue in issues:
            assert all(explain(issue, "zh")) and all(explain(issue, "en"))
            msgspec.json.encode(issue)
        for record in records:
            msgspec.json.encode(record)
            assert record.identifier and record.names
            assert msgspec.json.decode(record.document) is not None


@pytest.mark.parametrize("form", FILES)
@given(data=st.data())
@QUICK
def test_never_crashes_on_damage(form: str, data: st.DataObject) -> None:
    reader, content = FILES[form]
    check(reader, data.draw(damaged(content)))


@pytest.mark.parametrize("part", ["process", "flow"])
@given(data=st.data())
@QUICK
def test_never_crashes_on_damage_inside_an_archive(part: str, data: st.DataObject) -> None:
    flow = a_flow(properties=a_material(Grammage="7.7")).encode()
    texts = {"process": a_process().encode(), "flow": flow}
    texts[part] = data.draw(damaged(texts[part]))
    entries = {
        f"processes/{PROCESS_ID}.xml": texts["process"],
        f"flows/{FLOW_ID}.xml": texts["flow"],
    }
    check(epd.read_ilcd_zip, a_zip(entries))


@given(
    content=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("A1"),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [*an_openepd(), *a_soda(), "gwp", "A1", "mean", "unit", "qty", "name"]
                )
                | st.text(max_size=3),
                inner,
                max_size=4,
            )
        ),
        max_leaves=15,
    )
)
@QUICK
def test_never_crashes_on_json_of_any_shape(content: object) -> None:
    text = text_of(content)
    check(epd.read_openepd, text)
    check(epd.read_soda, text)
