"""The design system holds: colours can be read in both themes, and scripts stay small."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.web.preferences import COOKIE
from tests.web.places import PATHS

STATIC = Path(__file__).parents[2] / "api" / "web" / "static"
CSS = (STATIC / "lucai.css").read_text("utf-8")
READABLE, SEEN = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11.
MOST_SCRIPT_BYTES = 150_000
_TOKEN = re.compile(r"--([a-z-]+): (#[0-9a-f]{6})")
GROUNDS = ("ground", "paper", "raised", "soft")
WRITTEN = [
    *((ink, ground) for ink in ("ink", "quiet", "link") for ground in GROUNDS),
    *((kind, f"{kind}-soft") for kind in ("good", "fair", "bad", "info", "none")),
    *((kind, ground) for kind in ("good", "fair", "bad") for ground in ("paper", "ground")),
    ("brand-ink", "brand"),
    ("mark-ink", "mark"),
    ("synthetic-ink", "synthetic"),
    ("link", "good-soft"),
]
DRAWN = [(mark, ground) for mark in ("brand", "edge", "link") for ground in ("ground", "paper")]


def _tokens(selector: str) -> dict[str, str]:
    """Return the colours of the first block with this selector."""
    block = CSS[CSS.index(f"{selector} {{") :]
    return dict(_TOKEN.findall(block[: block.index("}")]))


THEMES = {
    "light": _tokens(':root, [data-theme="light"]'),
    "dark": _tokens(':root:not([data-theme="light"])'),
}


def _brightness(colour: str) -> float:
    """Return the relative luminance that WCAG defines."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_brightness(one), _brightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_in_every_theme(theme: str) -> None:
    colours = THEMES[theme]
    weak = {
        (ink, ground): round(_contrast(colours[ink], colours[ground]), 2)
        for ink, ground in WRITTEN
        if _contrast(colours[ink], colours[ground]) < READABLE
    }
    assert not weak


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_bars_can_be_seen_in_every_theme(theme: str) -> None:
    colours = THEMES[theme]
    assert not [pair for pair in DRAWN if _contrast(*(colours[name] for name in pair)) < SEEN]


def test_dark_is_the_same_by_choice_and_by_machine() -> None:
    assert THEMES["dark"] == _tokens('\n[data-theme="dark"]')
    assert THEMES["dark"].keys() == THEMES["light"].keys()


def test_every_token_that_is_used_is_there() -> None:
    defined = set(re.findall(r"(--[a-z0-9-]+):", CSS))
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", CSS)) <= defined


def test_all_scripts_together_are_small() -> None:
    files = [*STATIC.glob("*.js"), *STATIC.glob("vendor/*.js")]
    assert {"frame.js", "forms.js", "keys.js"} <= {file.name for file in files}
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= MOST_SCRIPT_BYTES


class _Attributes(HTMLParser):
    """Collects what attributes say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said.extend(value for _, value in attrs if value)


class TestDisplay:
    def test_keeps_what_is_chosen_and_leads_back(self, pages: TestClient[Litestar]) -> None:
        answer = pages.post(
            "/display",
            data={"theme": "dark", "numbers": "short", "back": "/projects"},
            follow_redirects=False,
        )
        assert answer.headers["location"] == "/projects"
        assert pages.cookies[COOKIE] == "dark.short.words"
        assert '<html lang="zh-Hans" data-theme="dark">' in pages.get("/projects").text
        pages.post("/display", data={"days": "digits"})
        assert pages.cookies[COOKIE] == "dark.short.digits"

    def test_leads_back_to_no_other_site(self, pages: TestClient[Litestar]) -> None:
        data = {"theme": "dark", "back": "https://elsewhere.example/"}
        answer = pages.post("/display", data=data, follow_redirects=False)
        assert answer.headers["location"] == "/"

    @pytest.mark.parametrize("data", [{"theme": "pink"}, {"days": ""}, {"colour": "dark"}])
    def test_refuses_what_is_no_choice(
        self, pages: TestClient[Litestar], data: dict[str, str]
    ) -> None:
        assert pages.post("/display", data=data).status_code == 400

    @pytest.mark.parametrize("cookie", ["", "x", "dark.short", "dark.short.words.more", "dark..’"])
    def test_any_cookie_gives_a_page(self, pages: TestClient[Litestar], cookie: str) -> None:
        headers = {b"Cookie": f"{COOKIE}={cookie}".encode()}
        assert '<html lang="zh-Hans">' in pages.get("/display", headers=headers).text

    def test_short_numbers_keep_their_digits(self, pages: TestClient[Litestar]) -> None:
        pages.cookies.set(COOKIE, "system.short.digits")
        page = pages.get("/display").text
        assert '<data value="44787993" title="44,787,993">4,478.8万</data>' in page
        english = pages.get("/display?lang=en").text
        assert '<data value="44787993" title="44,787,993">44.79 million</data>' in english

    @pytest.mark.parametrize("path", PATHS)
    def test_no_attribute_holds_markup(self, pages: TestClient[Litestar], path: str) -> None:
        pages.cookies.set(COOKIE, "system.short.digits")
        said = _Attributes()
        said.feed(pages.get(path).text)
        assert not [text for text in said.said if "<data" in text or "<time" in text]

    def test_every_key_of_the_sheet_has_its_link(self, pages: TestClient[Litestar]) -> None:
        sheet = pages.get("/keyboard").text
        letters = re.findall(r"<kbd>g</kbd> <kbd>(\w)</kbd></dt><dd><a href=\"([^\"]*)\"", sheet)
        front = pages.get("/").text

        keys = {(key, href) for href, key in re.findall(r'href="([^"]*)" data-key="(\w)"', front)}
        # Whoever has not signed in has no desk and no notices.
        assert {pair for pair in letters if pair[0] not in "wn"} == keys
