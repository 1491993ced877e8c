"""The search page in a real browser: results and suggestions while one types, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Opened, watched

_SEARCHES = re.compile(r"/products\?")


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """The search page, in Chinese; whatever goes wrong in a script fails the test."""
    context = browser.new_context(base_url=site, locale="zh-CN")
    page = context.new_page()
    wrong: list[str] = []
    watched(page, wrong)
    page.goto("/products")
    yield page
    context.close()
    assert not wrong


def _searches(page: Page) -> list[str]:
    """Return a list that grows with each search that a script asks for."""
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if _SEARCHES.search(r.url) else None)
    return asked


def test_results_come_while_one_types(page: Page) -> None:
    asked = _searches(page)
    page.locator("#q").press_sequentially("岩棉板 TR7", delay=20)
    expect(page.locator("#found-title")).to_have_text("找到 1 个产品")
    expect(page).to_have_url(re.compile("/products\\?q=" + quote("岩棉板") + r"\+TR7$"))
    expect(page.locator("#announcement")).to_have_text("找到 1 个产品")
    assert len(asked) == 1
    expect(page.locator("#q")).to_be_focused()


def test_one_step_back_is_one_search_back(page: Page, site: str) -> None:
    box = page.locator("#q")
    for words, total in (("岩棉", 30), ("岩棉板 TR7", 1)):
        box.fill(words)
        expect(page.locator("#found-title")).to_have_text(f"找到 {total} 个产品")
    page.locator("#facet-group").get_by_role("checkbox").first.check()
    expect(page).to_have_url(re.compile("group="))
    page.go_back()
    expect(box).to_have_value("岩棉板 TR7")
    expect(page.locator("#found-title")).to_have_text("找到 1 个产品")
    page.go_back()
    expect(page).to_have_url(f"{site}/products")
    expect(box).to_have_value("")


def test_asks_nothing_while_characters_are_composed(page: Page) -> None:
    asked = _searches(page)
    page.locator("#q").focus()
    keyboard = page.context.new_cdp_session(page)
    for typed in ("y", "yan", "yan m", "yan mian"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)},
        )
    page.wait_for_timeout(600)
    assert not asked and page.locator("#suggestions").is_hidden()
    keyboard.send("Input.insertText", {"text": "岩棉"})
    expect(page.locator("#found-title")).to_have_text("找到 30 个产品")
    assert len(asked) == 1


def test_a_suggestion_is_chosen_by_keyboard(page: Page) -> None:
    box = page.get_by_role("combobox", name="搜索产品")
    box.press_sequentially("岩")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-1")
    box.press("ArrowUp")
    expect(box).to_have_value("岩")
    box.press("ArrowDown")
    words = options.first.get_attribute("data-words")
    assert words
    box.press("Enter")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value(words)
    expect(page).to_have_url(re.compile("q=" + re.escape(quote(words)[:9])))
    expect(page.locator(".hit mark").first).to_be_visible()


def test_escape_leaves_what_was_typed(page: Page) -> None:
    box = page.locator("#q")
    box.press_sequentially("岩")
    expect(page.locator("#suggestions li").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Escape")
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(box).to_have_value("岩")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))


def test_a_suggestion_is_chosen_by_a_click(page: Page) -> None:
    page.locator("#q").press_sequentially("岩")
    first = page.locator("#suggestions li").first
    words = first.get_attribute("data-words")
    assert words
    first.click()
    expect(page.locator("#q")).to_have_value(words)
    expect(page.locator("#suggestions")).to_be_hidden()


def test_a_slash_leads_to_the_search_box(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.locator("#q")).to_have_value("a/b")


def test_facets_stay_as_they_were_opened(page: Page) -> None:
    company = page.locator("#facet-company")
    company.locator("summary").first.click()
    page.locator("#facet-star summary").click()
    page.locator("#q").fill("岩棉")
    expect(page.locator("#found-title")).to_have_text("找到 30 个产品")
    expect(company).to_have_attribute("open", "")
    page.locator("#sort").select_option("name")
    expect(page).to_have_url(re.compile("sort=name"))
    expect(company).to_have_attribute("open", "")


def test_picking_a_product_to_compare_is_no_search(page: Page) -> None:
    asked = _searches(page)
    pick = page.locator(".hit input[name=key]").first
    pick.check()
    page.wait_for_timeout(300)
    assert not asked
    expect(pick).to_be_checked()


def test_works_without_a_script(opened: Opened) -> None:
    page = opened("/products", script=False)
    page.locator("#q").fill("岩棉板 TR7")
    page.get_by_role("button", name="搜索").click()
    expect(page.locator("#found-title")).to_have_text("找到 1 个产品")
    page.locator("#facet-group").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="应用筛选").click()
    expect(page.locator(".chips")).to_contain_text("全部清除")
