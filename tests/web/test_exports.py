"""A result list is taken along whole, in order, and harmless to spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from openpyxl import load_workbook

from catalog.db import Database
from catalog.errors import SearchUnavailableError
from catalog.forms.lists import as_text
from search.query import SearchPage, SearchQuery
from tests.apps import create_app
from tests.web.conftest import HOSTILE
from tests.web.places import PRODUCT

ENGLISH = {"Accept-Language": "en"}


class Away:
    """An engine that cannot be reached."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Fail as an engine does that is away."""
        raise SearchUnavailableError

    def matches(self, query: SearchQuery) -> tuple[int, ...]:
        """Fail as well."""
        raise SearchUnavailableError

    def close(self) -> None:
        """Have nothing to release."""


def rows_of(text: bytes) -> list[list[str]]:
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def table_of(rows: list[list[str]]) -> list[dict[str, str]]:
    """Return what stands below the empty row under the notes."""
    start = rows.index([]) + 1
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def book_of(pages: TestClient[Litestar], path: str) -> tuple[list[str], list[list[object]]]:
    answer = pages.get(path)
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    notes = [str(row[0]) for row in book.worksheets[0].iter_rows(values_only=True)]
    return notes, [list(row) for row in book.worksheets[1].iter_rows(values_only=True)]


class TestCSV:
    def test_holds_every_hit_in_order_beyond_the_page(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/products/export.csv?q=岩棉板&sort=newest&page=2")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment; filename=" in answer.headers["content-disposition"]
        table = table_of(rows_of(answer.content))
        listed = pages.get(
            "/api/v1/search", params={"q": "岩棉板", "sort": "newest", "limit": 100}
        ).json()["page"]
        assert [row["产品编号"] for row in table] == [
            hit["document"]["key"] for hit in listed["hits"]
        ]
        assert len(table) == listed["total"] == 30

    def test_says_what_it_is(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/products/export.csv?q=岩棉板&category=insulation&valid_on=2025-06-01")
        notes = [row[0] for row in rows_of(answer.content) if len(row) == 1]
        assert "查询：“岩棉板”；产品类别：保温系统材料；2025-06-01 有效" in notes
        assert any(note.startswith("产品数：0") for note in notes)
        assert any("演示数据" in note for note in notes)

    def test_speaks_the_readers_language(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/products/export.csv?q=CTC-2024-001", headers=ENGLISH)
        row = table_of(rows_of(answer.content))[0]
        assert row["Category"] == "Ready-mixed concrete" and row["Demo data"] == "no"
        assert answer.headers["content-language"] == "en"

    def test_judges_certificates_on_the_chosen_day(self, pages: TestClient[Litestar]) -> None:
        path = "/products/export.csv?q=CTC-2024-001&valid_on=2025-06-01"
        row = table_of(rows_of(pages.get(path).content))[0]
        assert row["2025-06-01 有效"] == "是" and row["2025-06-01 证书状态"] == "有效"
        assert row["有效期"] == "2024-01-01 – 2028-12-31"
        assert row["链接"].endswith(f"/products/{PRODUCT}")

    def test_leaves_empty_what_is_not_known(self, pages: TestClient[Litestar]) -> None:
        row = table_of(rows_of(pages.get("/products/export.csv?q=岩棉板").content))[0]
        assert row["星级"] == "" and row["品牌"] == "" and row["证书编号"] == ""

    def test_marks_synthetic_rows(self, pages: TestClient[Litestar]) -> None:
        rows = table_of(rows_of(pages.get("/products/export.csv?q=砂浆").content))
        assert {row["产品"]: row["演示数据"] for row in rows}["示例砂浆（演示）"] == "是"

    def test_of_nothing_has_a_header(self, pages: TestClient[Litestar]) -> None:
        assert table_of(rows_of(pages.get("/products/export.csv?q=qqzzxx").content)) == []

    def test_refuses_what_the_search_page_refuses(self, pages: TestClient[Litestar]) -> None:
        for bad in ("star=4", "valid_on=soon", "sort=price", "q=" + "x" * 201):
            for ending in ("csv", "xlsx"):
                answer = pages.get(f"/products/export.{ending}?{bad}")
                assert answer.status_code == 400 and 'role="alert"' in answer.text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "123456789012345", "0012", "1e9",
     "3-5", "2026/1/2"],
)  # fmt: skip
def test_quotes_what_a_spreadsheet_would_rewrite(text: str) -> None:
    assert as_text(text) == f"'{text}"


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not str(as_text(text)).lstrip().startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize("text", ["岩棉板", "C30 P6", "CTC-2024-001", "GB/T 1-2", "600×600", ""])
def test_leaves_other_texts_alone(text: str) -> None:
    assert as_text(text) == text


class TestWorkbook:
    def test_begins_with_what_it_is(self, pages: TestClient[Litestar]) -> None:
        notes, table = book_of(pages, "/products/export.xlsx?q=岩棉板")
        assert any(note.startswith("产品数：30") for note in notes)
        assert len(table) == 31 and table[0][0] == "产品"

    def test_holds_texts_as_texts(self, pages: TestClient[Litestar]) -> None:
        _, table = book_of(pages, "/products/export.xlsx?division=08")
        row = dict(zip(table[0], table[1], strict=True))
        assert row["产品"] == HOSTILE and row["型号规格"] == HOSTILE
        assert row["星级"] == 2

    def test_of_nothing_opens(self, pages: TestClient[Litestar]) -> None:
        _, table = book_of(pages, "/products/export.xlsx?q=qqzzxx")
        assert len(table) == 1


class TestOverTheAPI:
    def test_csv_begins_with_its_header(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/api/v1/search/export.csv", params={"q": "岩棉板"})
        rows = rows_of(answer.content)
        assert rows[0][0] == "Product" and len(rows) == 31
        assert answer.headers["x-total-count"] == "30"

    def test_notes_are_had_for_the_asking(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/api/v1/search/export.csv", params={"q": "岩棉板", "notes": True})
        assert len(table_of(rows_of(answer.content))) == 30

    def test_workbook(self, pages: TestClient[Litestar]) -> None:
        _, table = book_of(pages, "/api/v1/search/export.xlsx?star=2&star=3")
        assert len(table) == 4

    def test_takes_any_key(self, pages: TestClient[Litestar]) -> None:
        for key in ("%00", "%0A=1", "%F0%9F%98%80", "%FF"):
            path = f"/api/v1/search/export.xlsx?company={key}&body={key}"
            _, table = book_of(pages, path)
            assert len(table) == 1

    def test_refuses_with_a_problem(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/api/v1/search/export.csv?valid_on=soon")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_database_lists_what_it_finds_while_the_index_is_away(
    filled_url: str, pages: TestClient[Litestar]
) -> None:
    app = create_app(Database(filled_url), Away())  # type: ignore[arg-type]  # It only fails.
    with TestClient(app) as away:
        rows = rows_of(away.get("/products/export.csv?q=岩棉板").content)
    assert len(table_of(rows)) == 30
    assert any("搜索引擎暂不可用" in row[0] for row in rows if len(row) == 1)
