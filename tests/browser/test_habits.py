"""What every page does for the hand: keys, drafts, menus, copying, filters that stay."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from catalog.permissions import Role
from tests.browser.conftest import PHONE, Opened

DRAFT_MS = 1000  # More than the pause after which a draft is kept.


def test_keys_open_their_sheet_find_the_search_and_go_places(opened: Opened) -> None:
    page = opened("/projects")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="每个页面")
    expect(sheet.get_by_role("link", name="师市比例")).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("gd?")
    expect(page.get_by_role("searchbox")).to_have_value("gd?")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url(re.compile("/divisions$"))


def test_a_draft_comes_back_until_it_is_thrown_away(opened: Opened) -> None:
    page = opened("/draws/new", role=Role.CORPS_BUREAU)
    page.fill("#parties", "示例公司")
    page.wait_for_timeout(DRAFT_MS)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#parties")).to_have_value("示例公司")
    page.get_by_role("button", name="不要这份草稿").click()
    expect(page.locator("#parties")).to_have_value("")
    page.reload()
    expect(page.locator(".draft-note")).to_have_count(0)


def test_drafts_end_with_the_session(opened: Opened) -> None:
    page = opened("/account", role=Role.MANUFACTURER)
    page.evaluate("localStorage.setItem('draft:someone:else', '{}')")
    # To sign out for good would end the session of the other tests.
    page.evaluate("document.querySelector('form[data-forgets]').dispatchEvent(new Event('submit'))")
    assert page.evaluate("localStorage.length") == 0


def test_a_form_is_sent_once_however_often_it_is_pressed(opened: Opened) -> None:
    page = opened("/display?back=/keyboard")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.evaluate("for (const _ of [1, 2, 3]) document.querySelector('form.sheet button').click()")
    expect(page.get_by_role("heading", level=1)).to_have_text("键盘快捷键")
    assert len(sent) == 1


def test_a_list_keeps_the_last_filter_of_the_visit(opened: Opened) -> None:
    page = opened("/projects?division=08")
    page.goto("/rules")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="项目").click()
    page.wait_for_url(re.compile(r"/projects\?division=08$"))
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="项目").click()
    page.wait_for_url(re.compile(r"/projects$"))


def test_codes_are_copied_by_a_button(opened: Opened) -> None:
    page = opened("/design")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="复制 CTC-2024-001").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("window.copied") == "CTC-2024-001"


def test_menu_and_colours_need_no_script(opened: Opened) -> None:
    page = opened("/rules", width=PHONE, script=False)
    expect(page.locator("nav.sections")).to_be_hidden()
    page.locator("details.phone-menu summary").click()
    page.locator(".phone-menu").get_by_role("link", name="项目").click()
    page.wait_for_url(re.compile("/projects$"))
    page.get_by_role("button", name="深色").click()
    page.wait_for_url(re.compile("/projects$"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
