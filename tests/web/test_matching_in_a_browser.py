"""The keys of the page that says what lines are, in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.db import Database
from tests.accounts import PASSWORD, an_account, an_organisation
from tests.builders import a_bill_line, a_building, a_project, bring
from tests.web.places import BUILDING_PATH
from tests.web.test_search_in_a_browser import BROWSER, PATIENCE_S, _wait_for

from playwright.sync_api import Page, expect, sync_playwright  # isort: skip

PAGE = f"{BUILDING_PATH}/matching?need=proposed"

LOGIN = "ada@example.org"


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a building whose lines are proposed."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "lucai.db")
    database = Database(f"sqlite:///{folder / 'lucai.db'}")
    an_account(database, LOGIN, organisation=an_organisation(database), language="en")
    bring(database, [a_project(building=a_building())])
    names = ("商砼 C30", "砌块墙 A3.5", "岩棉板 TR10")
    bring(
        database,
        [a_bill_line(str(n), name=name, category=None) for n, name in enumerate(names, start=1)],
    )
    database.close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve", "--port", str(port)],
        env={
            **os.environ,
            "LUCAI_DATA_DIR": str(folder),
            "LUCAI_DATABASE_URL": "",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/projects", "<h1")
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.fixture
def page(site: str) -> Iterator[Page]:
    """The page, signed in; whatever goes wrong in a script fails the test."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        context = chromium.new_context(base_url=site, locale="en-US")
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.goto("/sign-in?back=/imports")
        page.fill("input[name=login]", LOGIN)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/imports")  # As a pattern, it would fit the sign-in page too.
        page.goto(PAGE)
        yield page
        chromium.close()
    assert not wrong


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
