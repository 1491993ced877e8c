"""Every page as a browser finds it: whole for who cannot see it, on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from catalog.permissions import Role
from tests.browser.conftest import LOCALES, PHONE, WIDE, watched
from tests.browser.store import BUILDING, PROJECT
from tests.web.places import PATHS

OWN = f"/projects/{PROJECT}/buildings/{BUILDING}"
DESK = f"/desk/projects/{PROJECT}"
SIGNED_IN = {
    Role.OWNER: [
        "/account", "/evidence", OWN, f"{OWN}/matching?need=all", "/imports/new",
        "/desk/projects", "/desk/projects/new", DESK, f"{DESK}/edit", f"{DESK}/bill",
        f"{DESK}/buildings/new", f"{OWN}/deliveries", f"{OWN}/deliveries/new",
        f"{OWN}/quantities", f"{OWN}/tender", f"{OWN}/documents",
    ],
    Role.MANUFACTURER: [
        "/cases", "/cases/new", "/watch", "/notices", "/webhooks", "/desk/company",
        "/desk/company/demand", "/submissions", "/submissions/new",
    ],
    Role.DIVISION_BUREAU: [
        "/cases", "/findings", "/desk/bureau", "/desk/bureau/figures", "/filings",
        "/demonstrations", "/submissions", "/reports",
    ],
    Role.CORPS_BUREAU: [
        "/cases", "/draws", "/panel", "/audit", "/desk/bureau", "/desk/bureau/figures",
        "/reports",
    ],
    Role.OPERATOR: ["/organisations", "/conflicts", "/imports", "/audit", "/desk/operator"],
}  # fmt: skip
# What a phone shows is never wider than the phone; tables scroll in a frame of their own.
_OVERFLOW = """() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return [];
    const out = [...document.querySelectorAll("body *")].filter((e) => {
        const box = e.getBoundingClientRect();
        return box.width && box.right > innerWidth + 1 && !e.closest(".scroll, .table-wrap");
    });
    return [wide, ...out.slice(0, 4).map((e) => e.outerHTML.slice(0, 120))];
}"""
_AXE = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) =>
    found.violations.flatMap((v) => v.nodes.slice(0, 3).map((n) =>
        `${v.id}: ${n.target.join(" ")}: ${n.failureSummary.split("\\n").slice(1, 2)}`)))"""


class Place(NamedTuple):
    """A page, and who reads it."""

    role: Role | None
    path: str

    @property
    def id(self) -> str:
        """The name of its test."""
        return f"{self.role or 'anyone'} {self.path}"


def places() -> list[Place]:
    """Return every page once: of addresses that differ in what is asked, the first."""
    public = {path.partition("?")[0]: Place(None, path) for path in reversed(PATHS)}
    own = [Place(role, path) for role, paths in SIGNED_IN.items() for path in paths]
    return [*public.values(), *own]


class Windows:
    """Two windows for each reader: a wide one in Chinese, and a phone's in English."""

    def __init__(self, browser: Browser, site: str, sessions: Callable[[Role], Any]) -> None:
        self._browser, self._site, self._sessions = browser, site, sessions
        self._pages: dict[tuple[Role | None, str], Page] = {}
        self.wrong: list[str] = []

    def window(self, role: Role | None, language: str) -> Page:
        """Return the window of a reader in a language."""
        if (role, language) not in self._pages:
            context = self._browser.new_context(
                base_url=self._site,
                locale=LOCALES[language],
                viewport={"width": WIDE if language == "zh" else PHONE, "height": 844},
                storage_state=self._sessions(role) if role else None,
                reduced_motion="reduce",
            )
            context.add_cookies([{"name": "lucai_language", "value": language, "url": self._site}])
            self._pages[role, language] = watched(context.new_page(), self.wrong)
        return self._pages[role, language]


@pytest.fixture(scope="module")
def windows(browser: Browser, site: str, sessions: Callable[[Role], Any]) -> Windows:
    return Windows(browser, site, sessions)


@pytest.mark.parametrize("place", places(), ids=lambda place: place.id)
def test_is_whole_for_everybody(windows: Windows, place: Place) -> None:
    """No violation that axe knows, no error of a script or of CSP, nothing wider than a phone."""
    windows.wrong.clear()
    found: list[str] = []
    for language in ("zh", "en"):
        page = windows.window(place.role, language)
        answer = page.goto(place.path)
        assert answer is not None and answer.status == 200, page.url
        if language == "zh":
            page.evaluate(AXE_SCRIPT)
            found += page.evaluate(_AXE)
        else:
            found += page.evaluate(_OVERFLOW)
    assert not found + windows.wrong, "\n".join(found + windows.wrong)
