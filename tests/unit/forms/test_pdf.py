"""A form's pages hold what it says, as text, whatever people have written into it."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from catalog.forms.pdf import pdf_of
from tests.unit.forms.some_forms import HOSTILE, NAMES, a_form


def text_of(content: bytes) -> str:
    """The text of all pages, without what only breaks its lines."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_holds_what_the_form_says() -> None:
    found = text_of(pdf_of(a_form(number=Decimal("12345678.9"))))
    for text in ("绿色建材应用比例核算表", "预拌混凝土", "12,345,678.9", "79.99%", "51.0",
                 "核算人（签字）：", "SHA-256abc", "1/1", "√", "□"):  # fmt: skip
        assert text in found


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_takes_every_name_as_text(number: int) -> None:
    name = HOSTILE[number]
    found = text_of(pdf_of(a_form([name])))
    if name.isascii():
        assert found.count("".join(name.split())) == 3
    assert "核算人" in found


@given(st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_takes_any_text(name: str) -> None:
    assert pdf_of(a_form([name])).startswith(b"%PDF-")


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_breaks_long_names_inside_their_cell(number: int) -> None:
    name = NAMES[number]
    content = pdf_of(a_form([name]))
    assert text_of(content).count(name[0]) >= 3 * len(name)
    pages = PdfReader(io.BytesIO(content)).pages
    assert max(len(line) for page in pages for line in page.extract_text().splitlines()) < 300


def test_the_same_form_makes_the_same_bytes() -> None:
    assert pdf_of(a_form()) == pdf_of(a_form())
    assert pdf_of(a_form()) != pdf_of(a_form(["预拌砂浆"]))


def test_glosses_stand_under_the_chinese() -> None:
    found = text_of(pdf_of(a_form(gloss="Class of material")))
    assert "材料类别Classofmaterial" in found


def test_several_are_written_at_once() -> None:
    forms = [a_form([f"名称{n % 3}"]) for n in range(9)]
    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(pdf_of, forms))) == 3
