"""Every page as a browser finds it: whole for who cannot see it, on a phone, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from litestar.response import Template
from playwright.sync_api import Browser, FilePayload, Page, Response

from catalog.db import Database
from catalog.permissions import Role
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app
from tests.browser.conftest import LOCALES, PHONE, WIDE, watched
from tests.browser.store import BUILDING, DIVISION, PROJECT
from tests.browser.things import REPORT_YEAR
from tests.web.places import PATHS

OWN = f"/projects/{PROJECT}/buildings/{BUILDING}"
REPORT = f"/reports/{REPORT_YEAR}/{DIVISION}"
DESK = f"/desk/projects/{PROJECT}"
SIGNED_IN = {
    Role.OWNER: [
        "/account", "/account/password", "/organisation", "/evidence", OWN,
        f"{OWN}/matching?need=all", "/imports/new",
        "/desk/projects", "/desk/projects/new", DESK, f"{DESK}/edit", f"{DESK}/bill",
        f"{DESK}/buildings/new", f"{OWN}/deliveries", f"{OWN}/deliveries/new",
        f"{OWN}/quantities", f"{OWN}/tender", f"{OWN}/documents",
    ],
    Role.MANUFACTURER: [
        "/cases", "/cases/new", "/watch", "/notices", "/webhooks", "/desk/company",
        "/desk/company/demand", "/submissions", "/submissions/new", "/notices/choices",
    ],
    Role.DIVISION_BUREAU: [
        "/cases", "/findings", "/desk/bureau", "/desk/bureau/figures", "/filings",
        "/demonstrations", "/submissions", "/submissions/handed-in", "/reports", REPORT,
        f"{REPORT}/rebuilt", f"{REPORT}/restated",
    ],
    Role.CORPS_BUREAU: [
        "/cases", "/draws", "/draws/new", "/panel", "/audit", "/audit/1", "/desk/bureau",
        "/desk/bureau/figures", "/reports", f"/reports/{REPORT_YEAR}/xpcc",
        f"/reports/{REPORT_YEAR}/xpcc/writing", "/score/policy",
    ],
    Role.CERTIFICATION_BODY: ["/desk/certification-body"],
    Role.OPERATOR: [
        "/organisations", "/conflicts", "/imports", "/audit", "/desk/operator",
        "/desk/operator/accounts", "/desk/operator/tokens",
    ],
}  # fmt: skip
# What has a key of its own is found by the first link that leads to it: who reads it, from where.
LED_TO = {
    "/editions/{}": (None, "/editions"),
    "/editions/{}/rebuilt": (None, "/editions/{}"),
    "/editions/{}/since/{}": (None, "/editions/{}"),
    "/epds": (None, "/epds"),
    "/epds/{}": (None, "/epds"),
    "/epds/{}/products": (Role.OPERATOR, "/epds/{}"),
    "/published-figures/{}": (None, "/published-figures"),
    "/published-figures/{}/rebuilt": (None, "/published-figures/{}"),
    "/published-figures/{}/restated": (None, "/published-figures/{}"),
    f"{REPORT}/checks/{{}}": (Role.DIVISION_BUREAU, REPORT),
    "/draws/{}": (None, "/draws"),
    "/cases/{}": (Role.MANUFACTURER, "/cases"),
    "/findings/{}": (Role.CORPS_BUREAU, "/findings"),
    "/conflicts/{}": (Role.OPERATOR, "/conflicts"),
    "/conflicts/{}/figures": (Role.OPERATOR, "/conflicts/{}"),
    "/desk/operator/accounts/{}": (Role.OPERATOR, "/desk/operator/accounts"),
    "/organisations/{}": (Role.OPERATOR, "/organisations?state=proved"),
    f"{OWN}/deliveries/{{}}/edit": (Role.OWNER, f"{OWN}/deliveries"),
    f"{DESK}/buildings/{{}}/edit": (Role.OWNER, DESK),
}
# The pages that no test here opens, and why not.
NOT_OPENED = {
    "/desk": "leads on to the desk of the one who asks",
    "/products/suggestions": "a part of a page, put into it by htmx",
    "/evidence/{key}": "test_draw_and_edition_pages hands files in; none is in this store",
    "/cases/{key}/objections/{objection}": "to open it is put on record: a case's journey has it",
    "/imports/files/{sha256}": "an import goes through it, below",
    "/imports/files/{sha256}/columns": "an import goes through it, below",
    "/jobs/{job_id}": "work that takes long goes through it; its own test looks at it",
    "/imports/jobs/{job_id}": "an import goes through it, below",
    "/editions/outlook/{job_id}": "who publishes goes through it, below",
    "/imports/{run_id}/undo": "an import goes through it, below",
    "/imports/{run_id}/refused": "a file; a page only where its rows are gone",
    "/webhooks/{key}": "a webhook asks its receiver first; test_webhooks has one",
}
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
    """A page, and who reads it; ``{}`` stands for a key that the store makes."""

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
    led = [Place(role, path) for path, (role, _) in LED_TO.items()]
    return [*public.values(), *own, *led]


def _pattern(path: str) -> re.Pattern[str]:
    """Return what the addresses of a page look like."""
    return re.compile(re.sub(r"\\\{.*?\}", "[^/?#]+", re.escape(path)))


def _opened(page: Page, path: str) -> Response | None:
    """Go to a page, by way of the pages that lead to it where its address has a key."""
    if "{}" not in path:
        return page.goto(path)
    _opened(page, LED_TO[path][1])
    addresses = page.eval_on_selector_all("main a", "all => all.map(a => a.pathname + a.search)")
    found = [each for each in addresses if _pattern(path).fullmatch(each.partition("?")[0])]
    assert found, f"{page.url} leads to no {path}"
    return page.goto(found[0])


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


def test_every_page_is_opened_here_or_says_why_not() -> None:
    """A page that is new is walked, in both languages and on a phone, or has its reason."""
    app = create_app(Database("sqlite:///never-opened.db"), TantivyEngine(None))
    paths = [place.path.partition("?")[0] for place in places()]
    lost = set()
    fixed = {route.path_format for route in app.routes}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            answer = handler.parsed_fn_signature.return_type
            kinds = [kind.annotation for kind in answer.inner_types] or [answer.annotation]
            shows = Template in kinds and "GET" in handler.http_methods
            pattern = _pattern(route.path_format)
            # A page of its own, such as that of a new thing, is none of those that have a key.
            own = [path for path in paths if path == route.path_format or path not in fixed]
            if shows and not any(pattern.fullmatch(path) for path in own):
                lost.add(route.path_format)
    assert lost == set(NOT_OPENED)


@pytest.mark.parametrize("place", places(), ids=lambda place: place.id)
def test_is_whole_for_everybody(windows: Windows, place: Place) -> None:
    """No violation that axe knows, no error of a script or of CSP, nothing wider than a phone."""
    windows.wrong.clear()
    found: list[str] = []
    for language in ("zh", "en"):
        page = windows.window(place.role, language)
        answer = _opened(page, place.path)
        assert answer is not None and answer.status == 200, page.url
        if language == "zh":
            page.evaluate(AXE_SCRIPT)
            found += page.evaluate(_AXE)
        else:
            found += page.evaluate(_OVERFLOW)
    assert not found + windows.wrong, "\n".join(map(str, found + windows.wrong))


def _faults(page: Page, path: str) -> list[str]:
    """Wait for a page, and return what is wrong with it on a wide screen and on a phone's."""
    page.wait_for_url(_pattern(path))
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_AXE)
    page.set_viewport_size({"width": PHONE, "height": 844})
    found += page.evaluate(_OVERFLOW)
    page.set_viewport_size({"width": WIDE, "height": 844})
    return [f"{path} {fault}" for fault in found]


def test_who_publishes_sees_first_what_it_would_be(windows: Windows) -> None:
    windows.wrong.clear()
    page = windows.window(Role.CORPS_BUREAU, "zh")
    page.goto("/editions")
    page.click("form[action='/editions/outlook'] button[type=submit]")
    found = _faults(page, "/editions/outlook/{}")
    assert page.locator("form[action='/editions'] button[type=submit]").is_visible()
    assert not found + windows.wrong, "\n".join(map(str, found + windows.wrong))


def test_an_import_is_whole_from_the_file_to_undoing_it(windows: Windows) -> None:
    windows.wrong.clear()
    page = windows.window(Role.OPERATOR, "zh")
    found: list[str] = []

    def look(path: str) -> None:
        found.extend(_faults(page, path))

    rows = "产品名称,类别,生产企业\n试样板,保温系统材料,示例企业\n门,不存在的类别,示例企业\n"
    page.goto("/imports/new")
    file: FilePayload = {"name": "产品.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.set_input_files("main input[type=file]", file)
    page.click("main form button[type=submit]")
    look("/imports/files/{}/columns")
    page.fill("form.answers input[name=sender]", "示例企业")
    page.click("form.answers button[type=submit]")
    look("/imports/files/{}")
    page.click("button[value=try]")
    look("/imports/jobs/{}")
    page.click("form[action$='/import'] button")
    look("/imports/{}")
    page.click("main a[href$='/undo']")
    look("/imports/{}/undo")
    page.click("main form button[type=submit]")  # What other tests count is as it was.
    page.wait_for_url(_pattern("/imports/{}"))
    assert not found + windows.wrong, "\n".join(map(str, found + windows.wrong))
