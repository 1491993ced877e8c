"""What each of the users comes for, walked from the door on: wide, on a phone, without scripts."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from catalog.permissions import Role
from tests.accounts import PASSWORD
from tests.browser.conftest import PHONE, WIDE, Opened
from tests.browser.store import BUILDING, PROJECT, login_of

OWN = f"/projects/{PROJECT}/buildings/{BUILDING}"


class Way(NamedTuple):
    """How somebody reads: the language, how wide, and whether scripts run."""

    language: str
    width: int
    script: bool = True

    @property
    def id(self) -> str:
        """The name of its tests."""
        return f"{self.language}-{self.width}{'' if self.script else '-plain'}"


WAYS = [Way("zh", WIDE), Way("en", PHONE), Way("zh", PHONE, script=False)]
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)


def sign_in(opened: Opened, role: Role, way: Way) -> Page:
    """Sign in by the form of the page; return the page of one's desk."""
    page = opened("/sign-in", language=way.language, width=way.width, script=way.script)
    page.fill("input[name=login]", login_of(role))
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile("/desk/"))
    return page


def send(page: Page, form: str) -> None:
    """Send a form by its first button."""
    page.locator(f'form[action*="{form}"] button[type=submit]').first.click()


@every_way
def test_anyone_finds_a_product_and_checks_its_certificate(opened: Opened, way: Way) -> None:
    page = opened("/", language=way.language, width=way.width, script=way.script)
    page.locator('main input[name="q"]').fill("预拌混凝土 C30")
    page.locator('main form[action="/products"] button[type=submit]').first.click()
    page.locator(".hit a", has_text="C30 P6").or_(
        page.locator(".hit h3 a, .hit h2 a")
    ).first.click()
    expect(page.locator("h1")).to_contain_text("预拌混凝土")
    page.locator('main a[href^="/certificates/"]').first.click()
    expect(page.locator("main")).to_contain_text("CTC-2024-001")
    page.goto("/certificates?number=NONE-9")
    expect(page.locator("main")).to_contain_text("NONE-9")


@every_way
def test_an_owner_opens_a_project_and_a_building(opened: Opened, way: Way) -> None:
    page = sign_in(opened, Role.OWNER, way)
    page.locator('main a[href="/desk/projects/new"]').first.click()
    code = f"NEW-{way.id}"
    page.fill("#code", code)
    page.fill("#name", f"示例小学 {way.id}")
    page.locator("#division").select_option("08")
    page.locator("main form[data-guard] button[type=submit]").click()
    expect(page).to_have_url(re.compile("/buildings/new"))
    page.fill("#code", "1#")
    page.fill("#name", "教学楼")
    page.locator("main form[data-guard] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("教学楼")


@every_way
def test_an_owner_records_what_came_to_the_site(opened: Opened, way: Way) -> None:
    page = sign_in(opened, Role.OWNER, way)
    page.locator(f'main a[href="/desk/projects/{PROJECT}"]').first.click()
    page.locator(f'main a[href^="{OWN}/deliveries"]').first.click()
    if not page.url.endswith("/new"):
        page.locator(f'main a[href^="{OWN}/deliveries/new"]').first.click()
    page.fill("#site-q", "预拌混凝土")
    page.locator("form.search-line button[type=submit]").first.click()
    page.locator(".site-found a", has_text="C30 P6").first.click()
    page.fill("#quantity", "12.5")
    page.fill("#unit", "m3")
    page.fill("#note_number", f"SH-{way.id}")
    page.fill("#delivered_on", "2025-06-01")
    page.locator("form.site-form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(f"SH-{way.id}")


@every_way
def test_a_maker_keeps_a_draft_of_a_new_product(opened: Opened, way: Way) -> None:
    page = sign_in(opened, Role.MANUFACTURER, way)
    page.goto("/submissions/new")
    page.fill("#name", f"防水卷材 {way.id}")
    page.locator('button[name="do"][value="save"]').click()
    expect(page.locator(".alert.is-good")).to_be_visible()
    page.goto("/submissions")
    expect(page.locator("main")).to_contain_text(f"防水卷材 {way.id}")


@every_way
@pytest.mark.parametrize("role", [Role.DIVISION_BUREAU, Role.CORPS_BUREAU])
def test_a_bureau_goes_from_its_desk_to_the_lines_behind_a_figure(
    opened: Opened, way: Way, role: Role
) -> None:
    page = sign_in(opened, role, way)
    expect(page.locator("h1")).to_have_count(1)
    page.goto("/desk/bureau/figures")
    page.locator('main a[href^="/divisions/"]').first.click()
    expect(page.locator("main table").first).to_be_visible()


@every_way
def test_the_operator_sees_what_runs_and_what_was_done(opened: Opened, way: Way) -> None:
    page = sign_in(opened, Role.OPERATOR, way)
    page.goto("/audit")
    expect(page.locator("main")).to_contain_text("Tester")
