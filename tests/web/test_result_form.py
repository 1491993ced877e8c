"""A result's form opens as a page, prints as a PDF, and is taken along as a workbook."""

from __future__ import annotations

import io
import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.web.conftest import HOSTILE
from tests.web.places import BUILDING_PATH, PROJECT
from tests.web.test_results_page import completion_b

__all__ = ["completion_b"]
ENGLISH = {"Accept-Language": "en"}


def test_a_result_leads_to_its_form_and_back(
    pages: TestClient[Litestar], completion_b: str
) -> None:
    assert f'href="{completion_b}/form"' in pages.get(completion_b).text
    page = pages.get(f"{completion_b}/form").text
    for path in (completion_b, f"{completion_b}/form.pdf", f"{completion_b}/form.xlsx",
                 f"/projects/{PROJECT}", BUILDING_PATH):  # fmt: skip
        assert f'href="{path}"' in page


def test_the_page_shows_the_form(pages: TestClient[Litestar], completion_b: str) -> None:
    page = pages.get(f"{completion_b}/form").text
    assert "绿色建材应用比例核算表" in page and "附录 C（竣工阶段）" in page
    assert '<td class="n">90.00%</td>' in page
    for text in ("CTC-2024-001 ★★", "核算人（签字）：", "监理单位意见", "未用到", "□", "√"):
        assert text in page
    assert 'class="gloss"' not in page


def test_the_english_page_glosses_the_chinese_form(
    pages: TestClient[Litestar], completion_b: str
) -> None:
    page = pages.get(f"{completion_b}/form", headers=ENGLISH).text
    assert '<span lang="zh-Hans">绿色建材应用比例核算表</span>' in page
    assert '<span class="gloss">Green material application ratio: account</span>' in page


def test_what_people_wrote_is_text_everywhere(
    pages: TestClient[Litestar], completion_b: str
) -> None:
    page = pages.get(f"{completion_b}/form").text
    assert HOSTILE not in page and "&lt;script&gt;alert(" in page
    book = load_workbook(io.BytesIO(pages.get(f"{completion_b}/form.xlsx").content))
    cells = [cell.value for sheet in book for row in sheet for cell in row]
    assert HOSTILE in cells
    content = pages.get(f"{completion_b}/form.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "".join(HOSTILE.split()) in "".join(text.split())


@pytest.mark.parametrize("door", ["", "/api/v1"])
def test_files_say_what_they_are(pages: TestClient[Litestar], completion_b: str, door: str) -> None:
    number = completion_b.rpartition("/")[2]
    pdf = pages.get(f"{door}{completion_b}/form.pdf")
    assert pdf.headers["content-type"] == "application/pdf" and pdf.content[:5] == b"%PDF-"
    assert pdf.headers["content-disposition"] == f'inline; filename="lucai-form-{number}.pdf"'
    assert pdf.headers["vary"] == "Accept-Language, Cookie"
    book = pages.get(f"{door}{completion_b}/form.xlsx")
    assert book.headers["content-type"].endswith("spreadsheetml.sheet")
    assert book.headers["content-disposition"].startswith("attachment")
    assert load_workbook(io.BytesIO(book.content)).sheetnames[0] == "核算表"


def test_both_doors_give_the_same_file(pages: TestClient[Litestar], completion_b: str) -> None:
    for language in ("zh", "en"):
        headers = {"Accept-Language": language}
        for ending in ("pdf", "xlsx"):
            path = f"{completion_b}/form.{ending}"
            page, api = (pages.get(f"{door}{path}", headers=headers) for door in ("", "/api/v1"))
            assert page.content == api.content


def test_demo_data_says_so_on_the_paper(pages: TestClient[Litestar]) -> None:
    page = pages.get("/projects/" + re.findall(r'/projects/([^"/?]+)"', pages.get(
        "/projects?q=演示").text)[0]).text  # fmt: skip
    found = re.search(r"/results/\d+", page)
    assert found is not None
    content = pages.get(f"{found.group()}/form.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "演示数据：本表含程序生成的示例" in text


@pytest.mark.parametrize("path", ["form", "form.pdf", "form.xlsx"])
def test_an_unknown_result_is_not_found(pages: TestClient[Litestar], path: str) -> None:
    assert pages.get(f"/results/999999/{path}").status_code == 404
    if path != "form":
        assert pages.get(f"/api/v1/results/999999/{path}").status_code == 404
