"""Every page as a reader sees it: it is there, says what it is, and leads on."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.web.conftest import HOSTILE
from tests.web.places import (
    BUILDING_PATH,
    CERTIFICATE,
    COMPANY,
    MORTAR,
    PATHS,
    PRODUCT,
    PROJECT,
)

WEB = Path(__file__).parents[2] / "api" / "web"
BANNER = "非真实证书"
_LINK = re.compile(r'(?:href|src|action)="([^"]*)"')
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="session")
def answered(pages: TestClient[Litestar]) -> Callable[[str], int]:
    """Return the status of a link; most pages lead to the same ones, and each is asked once."""
    return cache(lambda link: pages.get(link).status_code)


@pytest.mark.parametrize("path", PATHS)
def test_is_whole_and_leads_on(
    pages: TestClient[Litestar], answered: Callable[[str], int], path: str
) -> None:
    answer = pages.get(path)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.text.count("<h1") == 1
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", answer.text)
    assert all(tag == "<script src=" for tag in re.findall(r"<script[ >]\w*=?", answer.text))
    ids = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(ids) == len(set(ids))
    for link in set(_LINK.findall(answer.text)):
        if link.startswith("/"):
            assert answered(link.replace("&amp;", "&").partition("#")[0]) == 200, link


def test_every_template_is_used() -> None:
    folder = WEB / "templates"
    sources = [p.read_text(encoding="utf-8") for p in (*WEB.glob("*.py"), *folder.rglob("*.html"))]
    for template in folder.rglob("*.html"):
        name = template.relative_to(folder).as_posix()
        assert any(f'"{name}"' in source for source in sources), f"nobody uses {name}"


class TestHome:
    def test_counts_and_searches(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/").text
        assert "<strong>33</strong>" in page and "<strong>3</strong>" in page
        assert '<form class="search-line big" action="/products" method="get"' in page
        assert 'class="chain"' in page


class TestProduct:
    def test_shows_certificates_conflicts_and_uses(self, pages: TestClient[Litestar]) -> None:
        page = pages.get(f"/products/{PRODUCT}?on=2025-06-01").text
        assert "CTC-2024-001" in page and 'class="badge is-valid"' in page
        assert "不同来源的说法不一致" in page and "registry" in page
        assert BUILDING_PATH in page and f"/companies/{COMPANY}" in page

    def test_judges_validity_on_the_chosen_day(self, pages: TestClient[Litestar]) -> None:
        before = pages.get(f"/products/{PRODUCT}?on=2023-12-31").text
        after = pages.get(f"/products/{PRODUCT}?on=2029-01-01").text
        assert "is-not-yet" in before and "is-expired" in after

    def test_takes_an_empty_day_for_today(self, pages: TestClient[Litestar]) -> None:
        assert pages.get(f"/products/{PRODUCT}?on=").status_code == 200


class TestCertificates:
    def test_finds_a_number_however_it_is_written(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/certificates", params={"number": "ｃｔｃ－2024 - 001"}).text
        assert f"/certificates/{CERTIFICATE}" in page and f"/products/{PRODUCT}" in page

    def test_says_what_an_unknown_number_means(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/certificates?number=NONE-9").text
        assert "不说明证书不存在" in page and "/products?q=NONE-9" in page

    def test_draws_the_suspension(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/certificates", params={"number": "<b>X</b>-1", "on": "2026-01-01"}).text
        assert '<rect class="is-suspended"' in page and "<b>X" not in page


class TestSyntheticBanner:
    @pytest.mark.parametrize(
        "path",
        ["/", "/products", f"/products/{MORTAR}", "/certificates?number=YS-1", "/projects",
         "/projects/ys-1", "/divisions", "/divisions/03", "/imports"],
    )  # fmt: skip
    def test_stands_where_synthetic_rows_are(self, pages: TestClient[Litestar], path: str) -> None:
        assert BANNER in pages.get(path).text

    @pytest.mark.parametrize(
        "path", [f"/products/{PRODUCT}", f"/certificates/{CERTIFICATE}", f"/projects/{PROJECT}",
                 BUILDING_PATH, "/divisions/08", "/rules", "/products?q=CTC-2024-001"],
    )  # fmt: skip
    def test_is_absent_elsewhere(self, pages: TestClient[Litestar], path: str) -> None:
        assert BANNER not in pages.get(path).text


class TestProjects:
    def test_narrows_by_words_and_division(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/projects", params={"q": "中学", "division": "08"}).text
        assert f"/projects/{PROJECT}" in page and "/projects/ys-1" not in page
        assert '<option value="08" selected>' in page

    def test_says_when_nothing_fits(self, pages: TestClient[Litestar]) -> None:
        assert "没有符合条件的项目" in pages.get("/projects?q=zzz").text

    def test_keeps_the_methods_apart(self, pages: TestClient[Litestar]) -> None:
        page = pages.get(f"/projects/{PROJECT}").text
        tables = re.findall(r"<caption>(方法 [AB])", page)
        assert tables == ["方法 A", "方法 B"]

    def test_tells_that_a_figure_awaits_calculation(self, pages: TestClient[Litestar]) -> None:
        assert "等待重新核算" in pages.get("/projects/p-2").text
        assert "等待重新核算" not in pages.get(f"/projects/{PROJECT}").text

    def test_shows_lines_with_evidence_and_anchors(self, pages: TestClient[Litestar]) -> None:
        page = pages.get(BUILDING_PATH).text
        assert re.search(r'<tr [^>]*id="bill-line-\d+">', page)
        assert re.search(r'<tr [^>]*id="delivery-\d+">', page)
        assert "YS-9" in page and "退货" in page and f"/products/{PRODUCT}" in page

    def test_knows_no_building_of_another_project(self, pages: TestClient[Litestar]) -> None:
        other = BUILDING_PATH.replace(f"/projects/{PROJECT}/", "/projects/ys-1/")
        assert pages.get(other).status_code == 404


class TestDivisions:
    def test_shows_one_method_and_one_stage(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/divisions?method=A&stage=completion").text
        found = set(re.findall(r'"/divisions/08\?([^"]*)"', page))
        assert found == {"stage=completion&amp;year=2025&amp;method=A"}

    def test_opens_a_division_down_to_results(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/divisions/08?method=B&stage=completion&year=2025").text
        found = set(re.findall(r'href="(/results/\d+)"', page))
        assert found
        assert all("方法 B" in pages.get(path).text for path in found)

    def test_refuses_a_method_that_is_none(self, pages: TestClient[Litestar]) -> None:
        assert pages.get("/divisions?method=Z").status_code == 400

    def test_knows_no_division_99(self, pages: TestClient[Litestar]) -> None:
        assert pages.get("/divisions/99").status_code == 404


class TestImports:
    def test_explains_issues(self, pages: TestClient[Litestar]) -> None:
        ledger = pages.get("/imports").text
        newest = max(int(n) for n in re.findall(r'href="/imports/(\d+)"', ledger))
        chinese = pages.get(f"/imports/{newest}").text
        assert "请检查导出或上传是否完成" in chinese and "第 4 行" in chinese
        english = pages.get(f"/imports/{newest}?lang=en").text
        assert "Check that the export or upload was finished." in english


class TestRules:
    def test_shows_shares_points_and_sources(self, pages: TestClient[Litestar]) -> None:
        page = pages.get("/rules/ratio-a-2019").text
        assert "预拌混凝土" in page and "80%" in page and "内插" in page
        assert "GB/T 50378-2019 第7.2.18条条文说明" in page

    def test_knows_no_other_version(self, pages: TestClient[Litestar]) -> None:
        answer = pages.get("/rules/ratio-a-2019?version=1999")
        assert answer.status_code == 404 and "ratio-a-2019" in answer.text


class TestStaticFiles:
    def test_live_long_at_an_address_with_their_content(self, pages: TestClient[Litestar]) -> None:
        found = re.search(r'href="(/static/lucai\.css\?v=[0-9a-f]{12})"', pages.get("/").text)
        assert found is not None
        answer = pages.get(found.group(1))
        assert answer.headers["content-type"].startswith("text/css")
        assert "immutable" in answer.headers["cache-control"]

    def test_are_404_where_there_is_none(self, pages: TestClient[Litestar]) -> None:
        assert pages.get("/static/nothing.css").status_code == 404


def test_hostile_names_stay_text(pages: TestClient[Litestar]) -> None:
    for path in ("/products?division=08", "/projects", "/projects/p-2", "/imports", BUILDING_PATH):
        page = pages.get(path).text
        assert HOSTILE not in page and "<script>" not in page
        assert "&lt;script&gt;" in page, path


def test_a_product_shows_its_test_reports_and_declared_factors(pages: TestClient[Litestar]) -> None:
    page = pages.get(f"/products/{PRODUCT}").text
    assert "JC-1" in page and "2,350 kg/m³" in page
    assert "<script>alert" not in page


def test_a_building_shows_a_month_as_a_month_and_where_goods_came_from(
    pages: TestClient[Litestar],
) -> None:
    page = pages.get(BUILDING_PATH).text
    assert '<time datetime="2025-03">2025年3月</time>' in page
    assert "运输距离 35.5 km" in page and "<script>alert" not in page
