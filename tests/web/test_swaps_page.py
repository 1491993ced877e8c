"""The page that says what gets a building to its target, with and without a way there."""

from __future__ import annotations

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from tests.web.places import BUILDING_PATH, PROJECT

SWAPS = f"{BUILDING_PATH}/swaps"


def test_the_result_page_leads_to_it(pages: TestClient[Litestar]) -> None:
    found = re.search(r'href="([^"]*/swaps\?[^"]*)"', pages.get("/results/1").text)
    assert found is not None
    answer = pages.get(found.group(1).replace("&amp;", "&"))
    assert answer.status_code == 200 and "怎样达到" in answer.text


def test_shows_the_swap_its_product_and_why_none_is_too_few(pages: TestClient[Litestar]) -> None:
    page = pages.get(SWAPS, params={"method": "A", "stage": "design", "target": "20"}).text
    assert "换成有有效证书的产品" in page
    assert "未说明的混凝土" in page and re.search(r'href="/products/[^"]+">预拌混凝土</a>', page)
    assert re.search(r"为什么不能更少：最多换 \d+ 行", page)


def test_says_that_nothing_is_needed(pages: TestClient[Litestar]) -> None:
    page = pages.get(SWAPS, params={"method": "B", "target": "10"}).text
    assert "已经达到目标，不需要换" in page and "<tbody>" not in page


def test_says_what_stands_in_the_way(pages: TestClient[Litestar]) -> None:
    page = pages.get(SWAPS, params={"method": "A", "target": "70"}).text
    assert "达不到目标" in page and "挡住其余得分的原因" in page
    assert "这个单体没有用到，仍占分母" in page


def test_says_that_there_is_nothing_to_calculate(pages: TestClient[Litestar]) -> None:
    page = pages.get(SWAPS, params={"method": "C", "target": "70"}).text
    assert "没有可以计算的内容" in page


def test_offers_the_steps_of_the_thresholds(pages: TestClient[Litestar]) -> None:
    page = pages.get(SWAPS).text
    steps = re.findall(r"target=(\d+)&amp;objective=fewest", page)
    assert steps == ["10", "20", "30", "40", "50", "70"]
    assert "/rules/thresholds-2024" in page


def test_is_wholly_english_on_demand(pages: TestClient[Litestar]) -> None:
    page = pages.get(SWAPS, params={"method": "A", "target": "70", "lang": "en"}).text
    assert "Out of reach" in page and "What stands in the way" in page


@pytest.mark.parametrize("target", ["seventy", "-1", "101", "7e1", "NaN", "٧٠"])
def test_refuses_a_target_that_is_no_percentage(pages: TestClient[Litestar], target: str) -> None:
    assert pages.get(SWAPS, params={"target": target}).status_code == 400


def test_a_building_of_another_project_is_not_found(pages: TestClient[Litestar]) -> None:
    assert pages.get(SWAPS.replace(f"/projects/{PROJECT}", "/projects/p-2")).status_code == 404
    assert pages.get(f"/projects/{PROJECT}/buildings/nowhere/swaps").status_code == 404


def test_lines_that_stand_in_the_way_are_told_by_obstacle_and_item(
    pages: TestClient[Litestar],
) -> None:
    page = html.fromstring(pages.get(SWAPS, params={"method": "A", "target": "70"}).text)
    groups = page.findall(".//section[@class='blocks']")
    assert groups
    for group in groups:
        assert group.find("h3") is not None
        for each in group.iterfind("details"):
            assert each.get("open") is None
            said = each.findtext("summary/span") or ""
            assert said.removesuffix(" 行") == str(len(each.findall("ul/li")))
