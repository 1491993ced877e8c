"""A case on its way between a company and its bureau, and a form that is refused on that way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.permissions import Role
from tests.browser.conftest import LOCALES, PHONE, WIDE, Opened
from tests.evidence import a_png


def steps_of(page: Page, step: str) -> None:
    """Open what a step asks for."""
    form = page.locator(f"details.step:has(input[name=step][value={step}])")
    if form.get_attribute("open") is None:
        form.locator("summary").click()


def send(page: Page, step: str) -> None:
    page.locator(f"details.step:has(input[name=step][value={step}]) button").click()


def test_a_case_is_handed_in_on_a_phone_and_given_back_with_what_is_missing(
    opened: Opened, tmp_path: Path
) -> None:
    maker = opened("/cases", role=Role.MANUFACTURER, language="en", width=PHONE)
    maker.locator('main a[href*="/cases/2"]').first.click()
    case = maker.url
    maker.locator("#certificate").select_option(index=1)
    maker.locator('form[action$="/draft"] button').click()
    lacking = maker.locator("section[aria-labelledby=papers-title] > ul strong")
    for place in range(lacking.count()):
        paper = tmp_path / f"{place}.png"
        paper.write_bytes(a_png(10 + place))
        maker.set_input_files("#paper-file", paper)
        maker.locator('form[action$="/papers"] button').click()
    expect(lacking).to_have_count(0)
    maker.locator('a[href="#acts-title"]').click()
    maker.locator("#pledged").check()
    send(maker, "submit")
    expect(maker.locator(".stepper [aria-current=step]")).to_contain_text("division")

    bureau = opened("/cases", role=Role.DIVISION_BUREAU)
    bureau.goto(case)
    expect(bureau.locator("details.step[open] > summary")).to_have_text("初审通过")
    steps_of(bureau, "return")
    bureau.locator("details.step[open] [name=missing]").last.fill("证书附件缺型号页")
    send(bureau, "return")
    expect(bureau.locator(".stepper [aria-current=step]")).to_contain_text("草稿")

    maker.goto(case)
    expect(maker.locator("#missing-title + ul")).to_contain_text("证书附件缺型号页")


@pytest.mark.parametrize(("language", "width"), [("zh", WIDE), ("en", PHONE)])
def test_a_refused_form_keeps_what_was_typed_and_has_the_focus_where_it_is_wrong(
    browser: Browser,
    site: str,
    sessions: Callable[[Role], Any],
    language: str,
    width: int,
) -> None:
    # A browser without scripts notes the refusal itself as an error, so this page is not watched.
    context = browser.new_context(
        base_url=site,
        locale=LOCALES[language],
        viewport={"width": width, "height": 844},
        java_script_enabled=False,
        storage_state=sessions(Role.CORPS_BUREAU),
    )
    context.add_cookies([{"name": "lucai_language", "value": language, "url": site}])
    page = context.new_page()
    page.goto("/draws/new")
    page.fill("#title", "第三批")
    page.fill("#public_source", "某期号码")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[name=count]").first).to_be_focused()
    expect(page.locator("#count-again")).to_contain_text("99")
    expect(page.locator("#title")).to_have_value("第三批")
    expect(page.locator("#public_source")).to_have_value("某期号码")
    page.locator("[name=count]").first.fill("1")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/draws/\d"))
    expect(page.locator("h1")).to_have_text("第三批")
    context.close()
