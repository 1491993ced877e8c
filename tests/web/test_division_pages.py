"""A figure opens down to its lines, by method or by category, under every choice of the page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from litestar import Litestar
from litestar.testing import TestClient


def links(page: str, pattern: str) -> list[str]:
    return [unescape(found) for found in re.findall(rf'href="({pattern}[^"]*)"', page)]


def test_a_category_opens_to_its_lines_and_they_to_their_building(
    pages: TestClient[Litestar],
) -> None:
    usage = pages.get("/divisions/usage?basis=report&division=08").text
    (path,) = [p for p in links(usage, "/divisions/usage/lines") if "ready-mixed-concrete" in p]
    assert "basis=report" in path and "division=08" in path
    lines = pages.get(path).text
    building = links(lines, "/projects/[^/]+/buildings/")[0]
    assert pages.get(building).status_code == 200
    assert links(lines, "/divisions/usage?")


def test_a_ratio_shows_what_was_divided(pages: TestClient[Litestar]) -> None:
    assert re.search(r"[\d,.]+ / [\d,.]+ m²", pages.get("/divisions").text)
    assert re.search(r"[\d,.]+ / [\d,.]+ 元", pages.get("/divisions/usage").text)


@pytest.mark.parametrize("path", ["/divisions", "/divisions/08", "/divisions/usage"])
def test_every_choice_keeps_the_others(pages: TestClient[Litestar], path: str) -> None:
    page = pages.get(f"{path}?stage=completion&basis=report&kind=none").text
    choices = [p for p in links(page, path.replace("?", "")) if "stage=design" in p]
    assert choices and all("basis=report" in p and "kind=none" in p for p in choices)
    for choice in choices:
        assert pages.get(choice).status_code == 200


def test_says_that_kinds_overlap_where_one_is_chosen(pages: TestClient[Litestar]) -> None:
    assert "各类别的数字有重叠" in pages.get("/divisions?kind=green").text
    assert "各类别的数字有重叠" not in pages.get("/divisions").text


@pytest.mark.parametrize(
    "query", ["kind=purple", "basis=moon", "year=12", "division=%00", "method=Z"]
)
def test_refuses_what_cannot_be_asked(pages: TestClient[Litestar], query: str) -> None:
    for path in ("/divisions/08", "/divisions/usage", "/divisions/usage/lines"):
        status = pages.get(f"{path}?{query}").status_code
        assert status in (200, 400), path
        if path == "/divisions/usage" and "method" not in query:
            assert status == 400
