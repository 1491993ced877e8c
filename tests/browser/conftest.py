"""One browser and one served store for the tests of a process, and pages that notice what is wrong.

Where no browser can be had these tests are skipped on a laptop and fail in CI.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from catalog.db import Database
from catalog.permissions import Role
from tests.accounts import PASSWORD
from tests.browser.store import fill, login_of
from tests.browsers import BrowserMissingError, chromium

# A machine that does much else needs a minute to start a server, and seconds for a page. Nothing
# here waits longer than it has to.
PATIENCE_S = 240
PAGE_PATIENCE_MS = 30_000
WIDE, PHONE = 1280, 390
LOCALES = {"zh": "zh-CN", "en": "en-US"}
_HTMX = Path(__file__).parents[2] / "api/web/static/vendor/htmx.min.js"

Opened = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser; each test opens windows of its own in it."""
    if not _HTMX.is_file() and not os.environ.get("CI"):
        pytest.skip("htmx was not fetched")
    try:
        with chromium() as started:
            expect.set_options(timeout=PAGE_PATIENCE_MS)
            yield started
    except BrowserMissingError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@contextmanager
def served(folder: Path, *, path: str, says: str) -> Iterator[str]:
    """Serve the store in a folder until the end; yield the address once a path says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = folder / "server.log"
    with told.open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "serve", "--port", str(port)],
            env={**os.environ, "LUCAI_DATA_DIR": str(folder), "LUCAI_DATABASE_URL": ""},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(server, f"{address}{path}", says, told)
        yield address
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def _wait_for(server: subprocess.Popen[bytes], address: str, text: str, told: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(address) as answer:  # noqa: S310  Our own address.
                if text in answer.read().decode():
                    return
        except URLError:
            pass
        time.sleep(0.1)
    pytest.fail(f"{address} never said {text}; the server: {told.read_text('utf-8')[-2000:]}")


@pytest.fixture(scope="session")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with a little of everything, and a person of every role."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(sqlite_template, folder / "lucai.db")
    database = Database(f"sqlite:///{folder / 'lucai.db'}")
    fill(database)
    database.close()
    with served(folder, path="/products/suggestions?q=%E5%B2%A9%E6%A3%89", says="option") as at:
        yield at


# Who leaves a page gives up what it was asking for; what fails is told as htmx:sendError.
_GIVEN_UP = ("htmx:sendAbort", "htmx:afterRequest")


def watched(page: Page, wrong: list[str]) -> Page:
    """Have a page put whatever goes wrong in it into a list: scripts, files, what CSP forbids."""

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(_GIVEN_UP):
            wrong.append(said.text)

    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", heard)
    return page


@pytest.fixture(scope="session")
def sessions(browser: Browser, site: str) -> Callable[[Role], Any]:
    """Sign a person of a role in, once; return what their browser keeps."""

    @cache
    def signed_in(role: Role) -> Any:
        context = browser.new_context(base_url=site, locale="zh-CN")
        page = context.new_page()
        page.goto("/sign-in?back=/account")
        page.fill("input[name=login]", login_of(role))
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/account")
        kept = context.storage_state()
        context.close()
        return kept

    return signed_in


@pytest.fixture
def opened(browser: Browser, site: str, sessions: Callable[[Role], Any]) -> Iterator[Opened]:
    """Open a page: whose, in which language, how wide, with scripts or without.

    Whatever goes wrong in a page that was opened fails the test.
    """
    wrong: list[str] = []
    contexts = []

    def open_page(
        path: str,
        *,
        role: Role | None = None,
        language: str = "zh",
        width: int = WIDE,
        script: bool = True,
    ) -> Page:
        context = browser.new_context(
            base_url=site,
            locale=LOCALES[language],
            viewport={"width": width, "height": 844},
            java_script_enabled=script,
            storage_state=sessions(role) if role else None,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PAGE_PATIENCE_MS)
        contexts.append(context)
        context.add_cookies([{"name": "lucai_language", "value": language, "url": site}])
        page = watched(context.new_page(), wrong)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong
