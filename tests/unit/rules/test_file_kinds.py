"""What a file is by its bytes: whole kinds are known, nasty ones refused, names made plain."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.rules.file_kinds import FileFlaw, FileKind, kind_of, plain_name
from tests.evidence import a_jpeg, a_pdf, a_png, a_webp


def a_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("evil.html", "<script>alert(1)</script>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(a_pdf(), FileKind.PDF, id="pdf"),
        pytest.param(a_pdf() + b"\r\n", FileKind.PDF, id="pdf-with-a-line-more"),
        pytest.param(a_png(), FileKind.PNG, id="png"),
        pytest.param(a_jpeg(), FileKind.JPEG, id="jpeg"),
        pytest.param(a_jpeg(behind=b"SEFH" + bytes(40)), FileKind.JPEG, id="camera"),
        pytest.param(a_webp(), FileKind.WEBP, id="webp"),
    ],
)
def test_knows_a_whole_file_by_its_bytes(data: bytes, kind: FileKind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize(
    ("data", "flaw"),
    [
        pytest.param(b"", FileFlaw.EMPTY, id="empty"),
        pytest.param(a_zip(), FileFlaw.OTHER_KIND, id="zip"),
        pytest.param(b"<html><script>alert(1)</script>", FileFlaw.OTHER_KIND, id="html"),
        pytest.param(b"<svg xmlns='x' onload='a()'/>", FileFlaw.OTHER_KIND, id="svg"),
        pytest.param(b"MZ\x90\0" + bytes(300), FileFlaw.OTHER_KIND, id="exe"),
        pytest.param(b"\x7fELF" + bytes(300), FileFlaw.OTHER_KIND, id="elf"),
        pytest.param(b"#!/bin/sh\nrm -rf /\n", FileFlaw.OTHER_KIND, id="script"),
        pytest.param(b"GIF89a" + bytes(40), FileFlaw.OTHER_KIND, id="gif"),
        pytest.param(b"\xff\xfe<\0s\0v\0g\0", FileFlaw.OTHER_KIND, id="utf-16"),
        pytest.param(b"junk" + a_pdf(), FileFlaw.OTHER_KIND, id="pdf-behind-junk"),
        pytest.param(b"%PDF-1.7\nnothing more", FileFlaw.BROKEN, id="pdf-head-only"),
        pytest.param(a_pdf()[:-20], FileFlaw.BROKEN, id="pdf-cut"),
        pytest.param(a_pdf() + b"x" * 2000, FileFlaw.BROKEN, id="pdf-with-a-tail"),
        pytest.param(a_pdf() + a_zip(), FileFlaw.BROKEN, id="pdf-and-zip"),
        pytest.param(
            a_pdf()
            .replace(b"%PDF-1.4\n", b"%PDF-1.4\n%<html>\n")
            .replace(b"startxref\n", b"startxref\n0"),
            FileFlaw.BROKEN,
            id="pdf-and-html-misplaced",
        ),
        pytest.param(a_png()[:-1], FileFlaw.BROKEN, id="png-cut"),
        pytest.param(a_png() + b"<?php", FileFlaw.BROKEN, id="png-with-a-tail"),
        pytest.param(a_png()[:30] + b"\0" + a_png()[31:], FileFlaw.BROKEN, id="png-altered"),
        pytest.param(a_jpeg()[:12], FileFlaw.BROKEN, id="jpeg-cut"),
        pytest.param(b"\xff\xd8\xff\xd9", FileFlaw.BROKEN, id="jpeg-of-nothing"),
        pytest.param(a_jpeg(behind=a_zip()), FileFlaw.TWO_KINDS, id="jpeg-and-zip"),
        pytest.param(
            a_jpeg(behind=b"<script>alert(1)</script>"), FileFlaw.TWO_KINDS, id="jpeg-and-html"
        ),
        pytest.param(a_jpeg(behind=b"<?php x(); ?>"), FileFlaw.TWO_KINDS, id="jpeg-and-php"),
        pytest.param(a_jpeg(behind=a_pdf()), FileFlaw.TWO_KINDS, id="jpeg-and-pdf"),
        pytest.param(a_webp() + b"more", FileFlaw.BROKEN, id="webp-with-a-tail"),
        pytest.param(b"RIFF\x24\0\0\0WAVE" + bytes(40), FileFlaw.OTHER_KIND, id="sound"),
    ],
)
def test_refuses_what_is_no_evidence(data: bytes, flaw: FileFlaw) -> None:
    assert kind_of(data) is flaw


def test_a_web_page_in_the_head_of_a_pdf_is_seen() -> None:
    start = a_pdf().index(b"xref\n0 5")
    page = b"%<script>alert(1)</script>\n"
    data = a_pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + page)
    data = data.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(page)))
    assert kind_of(data) is FileFlaw.TWO_KINDS


@given(st.binary(max_size=300), st.sampled_from([a_pdf(), a_png(), a_jpeg(), a_webp()]))
def test_any_bytes_get_an_answer(junk: bytes, start: bytes) -> None:
    assert isinstance(kind_of(junk), FileKind | FileFlaw)
    for cut in (4, 12, 20, len(start) - 3):
        assert isinstance(kind_of(start[:cut] + junk), FileKind | FileFlaw)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("证书.pdf", "证书.pdf"),
        ("证书.PDF", "证书.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\证书\\绿建.pdf", "绿建.pdf"),
        ("invoice.pdf.exe", "invoice.pdf.exe.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("nul\0byte.pdf", "nulbyte.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "file.pdf"),
        ("长" * 500 + ".pdf", "长" * 120 + ".pdf"),
    ],
    ids=range(12),
)
def test_makes_names_plain(given_name: str, kept: str) -> None:
    assert plain_name(given_name, FileKind.PDF) == kept


@given(st.text(), st.sampled_from(FileKind))
def test_a_plain_name_stays_plain(name: str, kind: FileKind) -> None:
    kept = plain_name(name, kind)
    assert kept.isprintable() and not set(kept) & set("/\\\0") and len(kept) <= 125
    assert plain_name(kept, kind) == kept
