"""The keys of the page that says what lines are, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from catalog.permissions import Role
from tests.browser.conftest import Opened
from tests.browser.store import BUILDING, PROJECT

PAGE = f"/projects/{PROJECT}/buildings/{BUILDING}/matching?need=proposed"


@pytest.fixture
def page(opened: Opened) -> Page:
    """The page, as the operator reads it."""
    return opened(PAGE, role=Role.OPERATOR, language="en")


def test_keys_move_accept_and_undo(page: Page) -> None:
    wordings = page.locator(".wording")
    expect(wordings).to_have_count(3)
    for key, at in (("j", 0), ("j", 1), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(wordings.nth(at)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"run=\d+#wording-2$"))
    expect(wordings).to_have_count(2)
    expect(page.locator("#wording-2")).to_be_focused()
    expect(page.locator(".done")).to_contain_text("Lines changed: 1")
    page.keyboard.press("u")
    page.wait_for_url(re.compile("undone=1"))
    expect(wordings).to_have_count(3)


def test_keys_choose_and_leave_typing_alone(page: Page) -> None:
    first = page.locator(".wording").first
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(first.locator("input[name=choice]").nth(1)).to_be_checked()
    typed = first.locator("input[name=other]")
    typed.press_sequentially("jk1u?")
    expect(typed).to_have_value("jk1u?")
    expect(first.locator("input[name=choice][value=other]")).to_be_checked()
    first.locator("input[name=choice]").first.check()
    expect(typed).to_have_value("")


def test_the_help_opens_and_closes(page: Page) -> None:
    keys = page.locator("#keys")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
