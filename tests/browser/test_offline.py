"""Signed records are checked in a real browser: by link, by text, from disk, without a network."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from litestar.testing import TestClient
from playwright.sync_api import Browser, Page, expect

from catalog.db import Database
from catalog.rules.signing import unpadded
from catalog.rules.terms import CertificateState
from catalog.services import signing
from catalog.signing_keys import SigningKeys
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app
from tests.builders import OPERATOR, a_certificate, a_product, bring, day
from tests.web.places import CERTIFICATE


class Saved(NamedTuple):
    """The page on disk, a record, and a record of a certificate that was revoked since."""

    page: Path
    record: str
    revoked: str


@pytest.fixture(scope="module")
def saved(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Saved:
    folder = tmp_path_factory.mktemp("offline")
    shutil.copy(sqlite_template, folder / "lucai.db")
    database = Database(f"sqlite:///{folder / 'lucai.db'}")
    keys = SigningKeys(folder)
    bring(database, [a_product(certificate=a_certificate())])
    with database.transaction() as session:
        signing.make_key(session, keys, actor=OPERATOR, now=dt.datetime.now(dt.UTC))
    with TestClient(create_app(database, TantivyEngine(None), data_dir=folder)) as client:
        record = client.get(f"/certificates/{CERTIFICATE}/record.json").text
        content = client.get("/verify-offline/lucai-verify.zip").content
        zipfile.ZipFile(io.BytesIO(content)).extractall(folder / "good")
        bring(database, [
            a_product(certificate=a_certificate(
                state=CertificateState.REVOKED, state_on=day("2026-01-01"))),
        ])  # fmt: skip
        content = client.get("/verify-offline/lucai-verify.zip").content
        zipfile.ZipFile(io.BytesIO(content)).extractall(folder / "later")
    return Saved(
        folder / "good/lucai-verify/lucai-verify.html",
        record,
        str(folder / "later/lucai-verify/lucai-verify.html"),
    )


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A window without a network; whatever goes wrong in a script fails the test."""
    context = browser.new_context(locale="zh-CN", offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert not wrong


def checked(page: Page, address: str, record: str | None = None) -> str | None:
    """Open the page from disk, check a pasted record, and return the answer."""
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("html[data-ready=yes]")).to_be_attached()
    if record is not None:
        page.locator("#record").fill(record)
        page.locator("#check button").click()
        expect(page.locator("#result h2")).to_be_visible()
    return page.locator("#result").get_attribute("data-answer")


def test_checks_a_pasted_record_from_disk(page: Page, saved: Saved) -> None:
    assert checked(page, saved.page.as_uri(), saved.record) == "good"
    expect(page.locator("#result")).to_contain_text("CTC-2024-001")


def test_checks_the_link_of_a_code(page: Page, saved: Saved) -> None:
    address = f"{saved.page.as_uri()}#{unpadded(saved.record.encode())}"
    assert checked(page, address) == "good"


def test_refuses_what_was_altered(page: Page, saved: Saved) -> None:
    altered = saved.record.replace("CTC-2024-001", "CTC-2024-002")
    assert checked(page, saved.page.as_uri(), altered) == "altered"
    assert checked(page, saved.page.as_uri(), saved.record[:-3]) == "not-signed"


def test_says_that_it_was_revoked_since(page: Page, saved: Saved) -> None:
    assert checked(page, Path(saved.revoked).as_uri(), saved.record) == "stopped"
    expect(page.locator("[data-remark=revoked-since]")).to_be_visible()


def test_an_older_browser_checks_with_the_script_beside(page: Page, saved: Saved) -> None:
    page.add_init_script("delete Object.getPrototypeOf(crypto).subtle")
    assert checked(page, saved.page.as_uri(), saved.record) == "good"
    altered = saved.record.replace("CTC-2024-001", "CTC-2024-002")
    assert checked(page, saved.page.as_uri(), altered) == "altered"
