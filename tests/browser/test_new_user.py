"""A new user, with no knowledge but the pages: only links that are seen are followed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, Opened
from tests.browser.walker import Walk

# From the front page to the certificate, and as many steps back.
_MOST_CLICKS = 12


@pytest.mark.parametrize(("language", "width"), [("zh", WIDE), ("en", PHONE)])
def test_follows_a_divisions_figure_down_to_the_certificate_and_back(
    opened: Opened, language: str, width: int
) -> None:
    page = opened("/", language=language, width=width)
    walk = Walk(page)
    walk.click(page.locator('main a[href^="/divisions?"]').first)
    walk.click(page.locator("table.figures tbody th a").first)
    division = page.url
    walk.click(page.locator("main table a.open").first)
    result = page.url
    item = page.locator("details.item").filter(has=page.locator(".proof a")).first
    if item.get_attribute("open") is None:
        walk.click(item.locator("summary"))
    line = item.locator("tr[id]").filter(has=page.locator(".proof a")).first
    name = line.get_attribute("id") or ""
    walk.click(line.locator("td a").first)
    expect(page.locator(f"#{name}")).to_be_visible()
    walk.click(page.locator('.crumbs a[href^="/results/"]'))
    expect(page.locator(f"#{name}")).to_be_visible()
    walk.click(page.locator(f"#{name} .proof a").first)
    expect(page).to_have_url(re.compile(r"/certificates/"))
    expect(page.locator("#files-title")).to_be_visible()
    walk.click(page.locator('.crumbs a[href^="/results/"]'))
    assert page.url.split("?")[0] == result and page.url.endswith(f"#{name}")
    expect(page.locator(f"#{name}")).to_be_visible()
    walk.click(page.locator('.crumbs a[href^="/divisions/"]'))
    assert page.url.split("?")[0] == division.split("?")[0]
    assert walk.clicks <= _MOST_CLICKS
