"""A ratio opens down to its lines, and what does not count says why."""

from __future__ import annotations

import re
from html import unescape

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.places import BUILDING_PATH, PROJECT


@pytest.fixture(scope="module")
def completion_b(pages: TestClient[Litestar]) -> str:
    """The path of the example building's result by method B at completion."""
    page = pages.get(f"/projects/{PROJECT}").text
    table = page[page.index("<caption>方法 B") :]
    row = next(r for r in table.split("<tr ") if "竣工阶段" in r)
    found = re.search(r"/results/\d+", row)
    assert found is not None
    return found.group()


def test_shows_the_fraction_and_its_lines(pages: TestClient[Litestar], completion_b: str) -> None:
    page = pages.get(completion_b).text
    assert "绿色 90 ÷ 总量 100 m³" in page and ">90%<" in page
    assert "清单 100，进场 100" in page
    assert re.search(rf'href="{BUILDING_PATH}\?line=(delivery-\d+)&amp;result=\d+#\1"', page)
    assert re.search(rf'href="{BUILDING_PATH}\?line=(bill-line-\d+)&amp;result=\d+#\1"', page)


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
    assert "/rules/ratio-b-2021?version=2021.2" in page


def test_every_anchor_leads_to_a_row(pages: TestClient[Litestar], completion_b: str) -> None:
    anchors = set(re.findall(r'#((?:delivery|bill-line)-\d+)"', pages.get(completion_b).text))
    building = pages.get(BUILDING_PATH).text
    assert anchors
    assert all(f'id="{anchor}"' in building for anchor in anchors)


def test_leads_to_the_certificate_that_proves_a_line_and_back(
    pages: TestClient[Litestar], completion_b: str
) -> None:
    page = pages.get(completion_b).text
    found = re.search(r'href="(/certificates/[^"]+)">证书 CTC-2024-001</a>', page)
    assert found is not None and "自 <time" in page and "进场验收记录" in page
    certificate = pages.get(unescape(found[1]))
    assert certificate.status_code == 200 and "有效" in certificate.text
    back = re.search(r'href="([^"]+)">回到核算结果</a>', certificate.text)
    assert back is not None
    path, _, anchor = back[1].partition("#")
    assert path == f"{completion_b}?line={anchor}" and f' id="{anchor}">' in page


def test_says_what_of_a_proof_was_not_checked(
    pages: TestClient[Litestar], completion_b: str
) -> None:
    page = pages.get(completion_b).text
    assert "适用范围没有核对" in page and "生产厂没有核对" in page


@pytest.mark.parametrize("result", ["0", "x", "1'", "99999999999999999999"])
def test_a_certificate_leads_back_to_nothing_else(
    pages: TestClient[Litestar], completion_b: str, result: str
) -> None:
    page = pages.get(completion_b).text
    found = re.search(r'href="(/certificates/[^?"]+)', page)
    assert found is not None
    asked = {"result": result, "line": "javascript:1"}
    assert "回到核算结果" not in pages.get(found[1], params=asked).text


def test_unknown_greenness_is_counted_and_named(pages: TestClient[Litestar]) -> None:
    page = pages.get(f"/projects/{PROJECT}").text
    row = next(r for r in page.split("<tr ") if "设计阶段" in r)
    found = re.search(r"/results/\d+", row)
    assert found is not None
    assert "有 1 行是否绿色未知" in pages.get(found.group()).text


def test_says_between_what_and_what_it_lies(pages: TestClient[Litestar], completion_b: str) -> None:
    page = pages.get(completion_b).text
    section = page[page.index('class="outlook"') :]
    section = section[: section.index("</section>")]
    assert "有 2 行还有未知之处" in section
    assert "属于哪一类" in section and "折合分项单位的数量" in section
    assert "尚不能确定" in section
    english = pages.get(f"{completion_b}?lang=en").text
    assert "2 lines leave something unknown" in english
