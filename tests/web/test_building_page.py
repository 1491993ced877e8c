"""The page of a building with more lines than anybody reads at once."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.web.buildings import LINES_AT_ONCE
from catalog.db import Database
from catalog.rules.terms import BillStage
from catalog.services import projects
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app
from tests.builders import a_bill_line, a_delivery, a_project, bring, evidence
from tests.web.places import BUILDING, BUILDING_PATH

LINES = LINES_AT_ONCE + 20
DELIVERIES = 7


@pytest.fixture
def filled(database: Database) -> Database:
    """A building of more bill lines than a window holds, and of few deliveries."""
    bring(database, [a_project()])
    lines = [
        a_bill_line(str(n), name="岩棉板" if n == LINES else "预拌混凝土", row=n + 1)
        for n in range(1, LINES + 1)
    ]
    bring(database, lines)
    came = [
        a_delivery(str(n), row=n + 1, evidence=[evidence(f"YS-{n}")])
        for n in range(1, DELIVERIES + 1)
    ]
    bring(database, came)
    return database


@pytest.fixture
def site(filled: Database) -> Iterator[TestClient[Litestar]]:
    with TestClient(create_app(filled, TantivyEngine(None))) as client:
        yield client


def _numbers(page: str) -> list[str]:
    return re.findall(r'<tr[^>]* id="bill-line-\d+"[^>]*><t[dh][^>]*>(\d+)', page)


def test_windows_of_a_bill_are_in_order_and_miss_nothing(filled: Database) -> None:
    seen = []
    with filled.reading() as connection:
        for offset in range(0, LINES, 50):
            window = projects.bill_window(
                connection, BUILDING, BillStage.SETTLEMENT, limit=50, offset=offset
            )
            assert window.total == LINES
            seen += [int(line.line_number) for line in window.items]
        assert seen == list(range(1, LINES + 1))
        came = projects.delivery_window(connection, BUILDING, limit=5, offset=5)
    assert [line.line_number for line in came.items] == ["6", "7"] and came.total == DELIVERIES
    assert [line.evidence[0].reference for line in came.items] == ["YS-6", "YS-7"]


def test_a_long_bill_is_read_page_by_page_and_whole_to_be_printed(
    site: TestClient[Litestar],
) -> None:
    answer = site.get(BUILDING_PATH)
    first = answer.text
    assert _numbers(first) == [str(n) for n in range(1, LINES_AT_ONCE + 1)]
    assert f"{BUILDING_PATH}?part=settlement&amp;page=2#settlement" in first
    second = site.get(f"{BUILDING_PATH}?part=settlement&page=2").text
    assert _numbers(second) == [str(n) for n in range(LINES_AT_ONCE + 1, LINES + 1)]
    assert second.count(' id="delivery-') == DELIVERIES
    whole = site.get(f"{BUILDING_PATH}?whole=1&lang=en")
    assert len(_numbers(whole.text)) == LINES
    said = {**answer.headers, "content-language": "en"}
    ours = said.keys() - {"content-length", "server-timing"}
    assert {name: whole.headers[name] for name in ours} == {name: said[name] for name in ours}
    assert "en" in whole.headers["set-cookie"]


@pytest.mark.parametrize(
    "asked", ["part=settlement&page=10000", "part=none&page=3", "q=" + "岩" * 200]
)
def test_what_is_asked_for_in_vain_shows_what_there_is(
    site: TestClient[Litestar], asked: str
) -> None:
    page = site.get(f"{BUILDING_PATH}?{asked}")
    assert page.status_code == 200
    last = [str(n) for n in range(LINES_AT_ONCE + 1, LINES + 1)]
    first = [str(n) for n in range(1, LINES_AT_ONCE + 1)]
    assert _numbers(page.text) == (last if "10000" in asked else [] if "q=" in asked else first)


@pytest.mark.parametrize("asked", ["page=10001", "page=0", "whole=x", "line=" + "x" * 21])
def test_what_cannot_be_understood_is_answered_in_words(
    site: TestClient[Litestar], asked: str
) -> None:
    answer = site.get(f"{BUILDING_PATH}?{asked}")
    assert answer.status_code == 400 and "<h1" in answer.text


def test_a_link_to_a_line_finds_its_window(site: TestClient[Litestar], filled: Database) -> None:
    with filled.reading() as connection:
        last = projects.bill_lines_of_building(connection, BUILDING)[-1]
        name = f"bill-line-{last.id}"
        assert projects.place_of_line(connection, BUILDING, name) == (
            BillStage.SETTLEMENT, LINES - 1,
        )  # fmt: skip
        assert projects.place_of_line(connection, BUILDING, "delivery-0") is None
    assert f' id="{name}">' not in site.get(BUILDING_PATH).text
    assert f' id="{name}">' in site.get(f"{BUILDING_PATH}?line={name}").text
    assert site.get(f"{BUILDING_PATH}?line=delivery-0").status_code == 200


def test_lines_are_found_by_their_words(site: TestClient[Litestar]) -> None:
    page = site.get(f"{BUILDING_PATH}?q=岩棉").text
    assert _numbers(page) == [str(LINES)] and ' id="delivery-' not in page
    assert "没有含“岩棉”的行" in page
    assert not _numbers(site.get(f"{BUILDING_PATH}?q=%25").text)
