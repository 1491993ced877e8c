"""Published figures and a certificate's reach as a reader walks through them, without a script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.rules.terms import CertificateState
from search.engines.tantivy import TantivyEngine
from tests.accounts import sign_out, signed_in
from tests.apps import create_app
from tests.builders import (
    NOW,
    a_bill_line,
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    recalculated,
)
from tests.conftest import TOKEN
from tests.web.places import BUILDING_PATH, CERTIFICATE

LONG_AGO = NOW - dt.timedelta(days=3)


@pytest.fixture
def site(database: Database, search_engine: TantivyEngine) -> Iterator[TestClient[Litestar]]:
    """A browser of the operator's on a building with green concrete."""
    bring(database, [a_product(certificate=a_certificate())], now=LONG_AGO)
    bring(database, [a_project(owner="示例教育局")], now=LONG_AGO)
    bring(database, [a_bill_line()], now=LONG_AGO)
    came = a_delivery("1", quantity=Decimal(100), product=by_number())
    bring(database, [came], now=LONG_AGO)
    recalculated(database, now=LONG_AGO)
    with TestClient(create_app(database, search_engine, api_token=TOKEN)) as client:
        signed_in(client)
        yield client


def publish(site: TestClient[Litestar], **form: str) -> str:
    """Publish the year 2025 of division 08, and return the figure's address."""
    known = {"year": "2025", "division": "08", "note": "年报"} | form
    answer = site.post("/published-figures", data=known, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def revoke(database: Database) -> None:
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day("2025-01-01"))
    bring(database, [a_product(certificate=paper)], now=dt.datetime.now(dt.UTC))
    recalculated(database, now=dt.datetime.now(dt.UTC))


def links(text: str) -> set[str]:
    return {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', text)}


def test_a_figure_can_be_walked_down_to_the_certificate_and_back(
    site: TestClient[Litestar],
) -> None:
    place = publish(site)
    page = site.get(place).text
    result = next(link for link in links(page) if link.startswith("/results/"))
    trace = site.get(result).text
    assert place in links(trace)
    assert "/divisions/08?method=B&stage=completion&year=2025" in links(trace)
    paper = next(link for link in links(trace) if link.startswith("/certificates/"))
    shown = site.get(paper).text
    assert any(link.startswith(result.split("?")[0]) for link in links(shown))
    reach = f"/certificates/{CERTIFICATE}/reach"
    assert reach in links(shown)
    assert site.get(reach).status_code == 200
    line = next(link for link in links(trace) if link.startswith(f"{BUILDING_PATH}?line=delivery"))
    assert f'id="{line.split("#")[1]}"' in site.get(line.split("#")[0]).text


def test_the_list_names_what_was_published(site: TestClient[Litestar]) -> None:
    assert "还没有公布过数字" in site.get("/published-figures").text
    place = publish(site)
    publish(site, division="")
    assert place in links(site.get("/published-figures").text)
    assert publish(site) == place
    only = site.get("/published-figures?division=08").text
    assert len([link for link in links(only) if link.startswith("/published-figures/")]) == 1


def test_a_published_figure_shows_its_parts_in_both_languages(site: TestClient[Litestar]) -> None:
    place = publish(site)
    chinese = site.get(place).text
    english = site.get(place, headers={"Accept-Language": "en"}).text
    assert "依据的结果" in chinese and "450 / 1,000 m²" in chinese
    assert "The results behind it" in english and "年报" in english
    assert place.removeprefix("/published-figures/") in chinese


def test_a_figure_made_again_is_said_to_be_the_same(
    site: TestClient[Litestar], database: Database
) -> None:
    place = publish(site)
    revoke(database)
    assert "逐字节相同" in site.get(f"{place}/rebuilt").text


def test_a_restatement_explains_a_backdated_revocation(
    site: TestClient[Litestar], database: Database
) -> None:
    place = publish(site)
    assert "公布之后没有变化" in site.get(f"{place}/restated").text
    revoke(database)
    page = site.get(f"{place}/restated").text
    assert "证明改变了" in page and "进场时证书已被撤销" in page
    assert f"/certificates/{CERTIFICATE}" in links(page)
    assert any(link.startswith("/imports/") for link in links(page))
    assert '<data value="45">' in site.get(place).text


def test_a_past_result_shows_the_lines_it_counted(
    site: TestClient[Litestar], database: Database
) -> None:
    place = publish(site)
    result = next(link for link in links(site.get(place).text) if link.startswith("/results/"))
    corrected = a_delivery("1", quantity=Decimal(7), product=by_number(), name="更正后的混凝土")
    bring(database, [corrected], now=dt.datetime.now(dt.UTC))
    recalculated(database, now=dt.datetime.now(dt.UTC))
    page = site.get(result).text
    assert "这一行后来被更正" in page and "预拌混凝土 C30" in page
    assert "更正后的混凝土" not in page


def test_the_division_pages_show_what_was_known_on_a_day(
    site: TestClient[Litestar], database: Database
) -> None:
    revoke(database)
    for path in ("/divisions?", "/divisions/08?year=2025&"):
        assert '<data value="45">' not in site.get(path).text
        then = site.get(f"{path}known_at=2026-06-01").text
        assert '<data value="45">' in then and "当天结束时所知的数字" in then
        assert '<data value="45">' not in site.get(f"{path}known_at=2020-01-01").text
    assert site.get("/divisions?known_at=soon").status_code == 400


def test_the_reach_of_a_certificate_names_figures_lines_and_people(
    site: TestClient[Litestar],
) -> None:
    place = publish(site)
    page = site.get(f"/certificates/{CERTIFICATE}/reach?on=2025-01-01").text
    assert "示例教育局" in page and "绿洲混凝土有限公司" in page
    assert f"{place}/restated" in links(page)
    assert any(link.startswith(f"{BUILDING_PATH}?line=delivery-") for link in links(page))
    assert site.get("/certificates/none/reach").status_code == 404


def test_only_the_operator_publishes(site: TestClient[Litestar]) -> None:
    sign_out(site)
    answer = site.post("/published-figures", data={"year": "2025"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/sign-in?")
    assert "公布数字需要有此权限的账号" in site.get("/published-figures").text


@pytest.mark.parametrize("year", ["", "none", "soon", "0"])
def test_refuses_to_publish_a_year_that_is_none(site: TestClient[Litestar], year: str) -> None:
    answer = site.post("/published-figures", data={"year": year}, follow_redirects=False)
    assert answer.status_code == 400


def test_says_why_there_is_nothing_to_publish(site: TestClient[Litestar]) -> None:
    answer = site.post("/published-figures", data={"year": "1999"})
    assert answer.status_code == 409
    assert "1999" in answer.text


def test_a_hash_that_was_never_published_is_not_found(site: TestClient[Litestar]) -> None:
    for path in ("", "/rebuilt", "/restated"):
        assert site.get(f"/published-figures/{'0' * 64}{path}").status_code == 404
