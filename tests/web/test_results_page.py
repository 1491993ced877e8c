"""A ratio opens down to its lines, and what does not count says why."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.places import BUILDING_PATH, PROJECT


@pytest.fixture(scope="module")
def completion_b(pages: TestClient[Litestar]) -> str:
    """The path of the example building's result by method B at completion."""
    page = pages.get(f"/projects/{PROJECT}").text
    table = page[page.index("<caption>方法 B") :]
    row = next(r for r in table.split("<tr>") if "竣工阶段" in r)
    found = re.search(r"/results/\d+", row)
    assert found is not None
    return found.group()


def test_shows_the_fraction_and_its_lines(pages: TestClient[Litestar], completion_b: str) -> None:
    page = pages.get(completion_b).text
    assert "绿色 90 ÷ 总量 100 m³" in page and ">90%<" in page
    assert "清单 100，进场 100" in page
    assert re.search(rf'href="{BUILDING_PATH}#delivery-\d+"', page)
    assert re.search(rf'href="{BUILDING_PATH}#bill-line-\d+"', page)


def test_says_why_a_delivery_is_not_green(pages: TestClient[Litestar], completion_b: str) -> None:
    assert "没有指明产品，不能证明是绿色建材" in pages.get(completion_b).text


def test_says_why_a_line_does_not_count(pages: TestClient[Litestar], completion_b: str) -> None:
    chinese = pages.get(completion_b).text
    assert "没有指明产品类别" in chinese
    assert "无法换算为“预拌砂浆”所用的单位（m³）" in chinese
    english = pages.get(f"{completion_b}?lang=en").text
    assert "does not convert to those of “Ready-mixed mortar” (m³)" in english


def test_names_what_is_missing_to_each_tier(pages: TestClient[Litestar], completion_b: str) -> None:
    page = pages.get(completion_b).text
    assert page.count("已达到") + page.count("个百分点") == 3
    assert "/rules/thresholds-2024?version=2024.1" in page
    assert "/rules/ratio-b-2021?version=2021.1" in page


def test_every_anchor_leads_to_a_row(pages: TestClient[Litestar], completion_b: str) -> None:
    anchors = set(re.findall(r'#((?:delivery|bill-line)-\d+)"', pages.get(completion_b).text))
    building = pages.get(BUILDING_PATH).text
    assert anchors
    assert all(f'id="{anchor}"' in building for anchor in anchors)


def test_unknown_greenness_is_counted_and_named(pages: TestClient[Litestar]) -> None:
    page = pages.get(f"/projects/{PROJECT}").text
    row = next(r for r in page.split("<tr>") if "设计阶段" in r)
    found = re.search(r"/results/\d+", row)
    assert found is not None
    assert "有 1 行是否绿色未知" in pages.get(found.group()).text
