"""On site with a phone: the camera finds the product, and a lost network loses nothing typed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from catalog.permissions import Role
from tests.browser.conftest import PHONE, Opened
from tests.browser.store import BUILDING, LEAVER, PRODUCT, PROJECT
from tests.browsers import seeing

DELIVERIES = f"/projects/{PROJECT}/buildings/{BUILDING}/deliveries"
FRAMES = 30


@pytest.fixture
def phone(browser: Browser, site: str, sessions: Callable[[Role], Any]) -> Iterator[BrowserContext]:
    """An owner's phone, whose network comes and goes."""
    context = a_phone(browser, site, sessions)
    yield context
    context.close()


def a_phone(browser: Browser, site: str, sessions: Callable[[Role], Any]) -> BrowserContext:
    context = browser.new_context(
        base_url=site, locale="zh-CN", viewport={"width": PHONE, "height": 844},
        storage_state=sessions(Role.OWNER), permissions=["camera"],
    )  # fmt: skip
    context.set_default_timeout(15_000)
    return context


def a_film(folder: Path, text: str) -> Path:
    """Return what a camera sees that is held askew before a label with a code."""
    drawn = io.BytesIO()
    segno.make(text).save(drawn, kind="png", scale=10, border=4)
    label = Image.open(drawn).convert("L").rotate(11, expand=True, fillcolor=255)
    scene = Image.new("L", (1280, 720), 120)
    scene.paste(label.resize((420, 420)), (380, 120))
    shot = io.BytesIO()
    scene.save(shot, "JPEG", quality=70)
    film = folder / "label.mjpeg"
    film.write_bytes(shot.getvalue() * FRAMES)
    return film


def filled(page: Page, note: str) -> None:
    page.goto(f"{DELIVERIES}/new?product={PRODUCT}")
    page.fill("#quantity", "12.5")
    page.fill("#unit", "t")
    page.fill("#note_number", note)


def test_the_camera_finds_the_product_of_a_label(
    browser: Browser, site: str, sessions: Callable[[Role], Any], tmp_path: Path
) -> None:
    film = a_film(tmp_path, f"{site}/products/{PRODUCT}")
    kept = sessions(Role.OWNER)
    with seeing(browser, film) as other:
        page = a_phone(other, site, lambda _: kept).new_page()
        page.goto(f"{DELIVERIES}/new")
        page.click("#scan")
        expect(page.locator(".site-chosen")).to_contain_text("抹灰砂浆")
        expect(page).to_have_url(re.compile("code="))


def test_a_page_without_encryption_says_why_it_has_no_camera(
    phone: BrowserContext, site: str
) -> None:
    page = phone.new_page()
    page.goto(f"{DELIVERIES}/new")
    expect(page.locator("#scan")).to_be_visible()
    expect(page.locator("#scan-open")).to_be_hidden()
    # This machine's own name counts as encrypted, so the same page comes by another.
    page.route(
        "http://site.example/**",
        lambda route: route.fulfill(
            response=route.fetch(url=route.request.url.replace("http://site.example", site))
        ),
    )
    page.goto(f"http://site.example{DELIVERIES}/new")
    expect(page.locator("#scan-open")).to_be_visible()
    expect(page.locator("#scan")).to_be_hidden()


def test_what_was_not_sent_stays_in_the_phone_and_is_recorded_once(phone: BrowserContext) -> None:
    page = phone.new_page()
    filled(page, "SH-OFF")
    page.set_input_files("#photo", {"name": "a.png", "mimeType": "image/png", "buffer": a_dot()})
    phone.set_offline(True)
    page.click("#delivery button.big")
    expect(page.locator(".unsent-note")).to_contain_text("没有收到回音")
    page.close()
    phone.set_offline(False)
    page = phone.new_page()
    page.goto(f"{DELIVERIES}/new")
    expect(page.locator("#note_number")).to_have_value("SH-OFF")
    assert page.evaluate("document.getElementById('photo').files.length") == 1
    page.locator(".unsent-note button").first.click()
    expect(page).to_have_url(re.compile("deliveries[?]undo="))
    expect(page.locator(".site-item", has_text="SH-OFF")).to_have_count(1)
    page.goto(f"{DELIVERIES}/new")
    expect(page.locator("#note_number")).to_have_value("")


def test_an_answer_that_is_lost_enters_nothing_twice(phone: BrowserContext) -> None:
    page = phone.new_page()
    filled(page, "SH-LOST")
    page.route("**/deliveries/new", lambda route: (route.fetch(max_redirects=0), route.abort()))
    page.click("#delivery button.big")
    expect(page.locator(".unsent-note")).to_contain_text("没有收到回音")
    page.unroute_all()
    page.locator(".unsent-note button").first.click()
    expect(page.locator(".site-item", has_text="SH-LOST")).to_have_count(1)


def test_the_operator_shuts_an_account_and_opens_it_again(opened: Opened) -> None:
    page = opened("/desk/operator", role=Role.OPERATOR, width=PHONE)
    page.fill("#account-q", LEAVER)
    page.keyboard.press("Enter")
    page.locator("tbody a").first.click()
    for act, state in (("close", "已停用"), ("open", "从未登录")):
        form = page.locator(f'form[action$="/{act}"]')
        page.locator("details", has=form).locator("summary").click()
        form.locator("input[name=reason]").fill("离职")
        form.locator("button").click()
        expect(page.locator("h1 + p")).to_contain_text(state)
    form = page.locator('form[action$="/reset"]')
    page.locator("details", has=form).locator("summary").click()
    form.locator("input[name=reason]").fill("忘了密码")
    form.locator("button").click()
    expect(page.locator("#one-time")).to_have_text(re.compile(r"^[\w-]{20}$"))


def a_dot() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 90, 9)).save(stream, "PNG")
    return stream.getvalue()
