"""Chinese first, English complete, and the reader's choice is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient

from api.web.i18n import _preferred, english, translate
from tests.web.places import PATHS

WEB = Path(__file__).parents[2] / "api" / "web"
_CHINESE_ON_PURPOSE = re.compile(r'<span lang="zh-Hans">[^<]*</span>')
_GAP = re.compile(r"\{\w+\}")


def _texts() -> set[str]:
    """Every text that the templates and the modules say."""
    found = set()
    for path, method, keyword in (
        *((p, "jinja2.ext:babel_extract", "_") for p in WEB.rglob("templates/**/*.html")),
        *((p, "python", "zh") for p in WEB.glob("*.py")),
    ):
        with path.open("rb") as file:
            found |= {
                str(text) for _, text, _, _ in extract(method, file, keywords={keyword: None})
            }
    return found


def test_every_text_has_its_english() -> None:
    assert _texts() - set(english()) == set()


def test_no_english_is_left_over() -> None:
    with (WEB / "locale" / "en.po").open("rb") as file:
        held = [str(message.id) for message in read_po(file) if message.id]
    assert len(held) == len(set(held))
    assert set(held) - _texts() == set()


@pytest.mark.parametrize("text", sorted(english()))
def test_english_keeps_the_gaps(text: str) -> None:
    assert sorted(_GAP.findall(text)) == sorted(_GAP.findall(english()[text]))


@pytest.mark.parametrize("path", PATHS)
def test_frames_are_wholly_english(pages: TestClient[Litestar], path: str) -> None:
    page = pages.get(path, headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in page
    page = page.replace(">中文<", "><")
    page = _CHINESE_ON_PURPOSE.sub("", page)
    chinese = {text for text in english() if len(text) > 3 and "{" not in text}
    data = {"预拌混凝土", "绿色建材应用比例"}
    assert not [text for text in chinese - data if f">{text}<" in page]


def test_links_remember_the_language(pages: TestClient[Litestar]) -> None:
    assert '<html lang="zh-Hans">' in pages.get("/").text
    answer = pages.get("/products?q=c30&star=2&lang=en")
    assert '<html lang="en">' in answer.text
    assert "lucai_language=en" in answer.headers["set-cookie"]
    assert '<html lang="en">' in pages.get("/rules").text
    assert "set-cookie" not in pages.get("/rules").headers


def test_the_switch_keeps_the_page(pages: TestClient[Litestar]) -> None:
    page = pages.get("/products", params={"q": '"&<', "star": ["1", "2"]}).text
    switch = re.search(r'id="switch" href="([^"]*)"', page)
    assert switch is not None
    target = switch.group(1).replace("&amp;", "&")
    assert target == "/products?q=%22%26%3C&star=1&star=2&lang=en"
    assert pages.get(target).status_code == 200


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("zh-TW,en;q=0.5", "zh"),
        ("fr,en;q=0.5", "en"),
        ("en;q=0.5,zh;q=0.8", "zh"),
        ("en;q=0.05,zh;q=0.4", "zh"),
        ("fr", "zh"),
        ("*", "zh"),
        ("en;q=much", "en"),
    ],
)
def test_follows_the_browser(header: str, language: str) -> None:
    assert _preferred(header) == language


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert _preferred(header) in {"zh", "en"}


def test_what_nobody_translated_stays_chinese() -> None:
    assert translate("没有这句话", "en") == "没有这句话"


def test_numbers_and_days_follow_the_language(pages: TestClient[Litestar]) -> None:
    path = "/certificates?number=CTC-2024-001&on=2025-06-01"
    assert "2025年6月1日" in pages.get(path).text
    assert "Jun 1, 2025" in pages.get(f"{path}&lang=en").text
