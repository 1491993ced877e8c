"""Chinese first, English complete, and the reader's choice is kept."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from litestar.testing import TestClient
from markupsafe import Markup

from api.web.i18n import _preferred, english, translate
from api.web.languages import marked
from tests.web.places import PATHS

WEB = Path(__file__).parents[2] / "api" / "web"
_CHINESE_ON_PURPOSE = re.compile(r'<span lang="zh-Hans">[^<]*</span>')
_TEMPLATE_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"?')  # Of a macro that gives attributes alone.
_WORDS = re.compile(r"[\u3400-\u9fff]+|[A-Za-z][A-Za-z]{2,}")
_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "path", "rect", "wbr"}
# Names that are the same in both languages, and the note on synthetic data, which is in both.
_NAMES = {
    "PDF", "XLSX", "CSV", "DOCX", "JSON", "Atom", "OpenAPI", "GWP", "CTC", "DOCTYPE",
    "演示数据", "本页含程序生成的示例", "非真实证书",
}  # fmt: skip
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


class _BareText(HTMLParser):
    """Collects what a template says by itself: neither data, nor code, nor of a stated language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            said = dict(attrs)
            is_code = tag in {"code", "kbd", "pre"} or said.get("class") == "code"
            self._open.append(is_code or "lang" in said)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open[1:]):
            self.said.extend(_WORDS.findall(_ATTRIBUTE.sub(" ", data)))


@pytest.mark.parametrize(
    "path", sorted(p.relative_to(WEB / "templates").as_posix() for p in WEB.rglob("*.html"))
)
def test_templates_say_nothing_in_one_language_only(path: str) -> None:
    page = _BareText()
    source = (WEB / "templates" / path).read_text("utf-8")
    page.feed(f"<main>{_TEMPLATE_CODE.sub(' ', source)}</main>")
    assert set(page.said) - _NAMES == set()


def test_no_english_is_left_over() -> None:
    with (WEB / "locale" / "en.po").open("rb") as file:
        found = [message.id for message in read_po(file) if message.id]
    held = [each if isinstance(each, str) else each[0] for each in found]
    assert len(held) == len(set(held))
    assert set(held) - _texts() == set()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"n": 1}, "1 product"),
        ({"n": Markup('<data value="1">1</data>')}, '<data value="1">1</data> product'),
        ({"n": "0"}, "0 products"),
        ({"n": 21}, "21 products"),
    ],
    ids=["one", "shortened", "none", "many"],
)
def test_counts_one_thing_as_one(facts: dict[str, object], said: str) -> None:
    assert translate("{n} 个产品", "en", facts).format(**facts) == said
    assert translate("{n} 个产品", "zh", facts) == "{n} 个产品"


def test_what_is_counted_is_the_number_and_not_another_gap() -> None:
    text = "失效清单：{day}，共 {count} 项。"
    assert "1 entry" in translate(text, "en", {"day": "5", "count": 1}).format(day="5", count=1)
    assert "entries" in translate(text, "en", {"day": "1", "count": 5})


def test_english_keeps_the_gaps() -> None:
    assert not [
        text
        for text, said in english().items()
        if sorted(_GAP.findall(text)) != sorted(_GAP.findall(said))
    ]


# What a page says in English does not hang on the kind of the database.
@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", PATHS)
def test_frames_are_wholly_english(pages: TestClient[Litestar], path: str) -> None:
    page = pages.get(path, headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in page
    spoken = _Spoken()
    spoken.feed(page)
    assert spoken.unmarked == []
    page = page.replace(">中文<", "><")
    page = _CHINESE_ON_PURPOSE.sub("", page)
    chinese = {text for text in english() if len(text) > 3 and "{" not in text}
    data = {"预拌混凝土", "绿色建材应用比例"}
    assert not [text for text in chinese - data if f">{text}<" in page]


class _Spoken(HTMLParser):
    """Collects the Chinese that no tag around it says is Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.unmarked: list[str] = []
        self._languages: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            around = self._languages[-1] if self._languages else None
            is_code = tag in {"code", "kbd", "pre", "script", "style"}
            self._languages.append("code" if is_code else dict(attrs).get("lang", around))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._languages:
            self._languages.pop()

    def handle_data(self, data: str) -> None:
        if self._languages and self._languages[-1] == "en":
            self.unmarked.extend(re.findall(r"[\u3400-\u9fff]+", data))


@pytest.mark.parametrize(
    ("language", "written", "shown"),
    [
        ("en", "<td>张三</td>", '<td lang="zh-Hans">张三</td>'),
        ("en", '<a href="/x">砂浆 M10</a>', '<a href="/x" lang="zh-Hans">砂浆 M10</a>'),
        ("en", "<p>To <b>x</b> 张三 now<br>李四</p>",
         '<p>To <b>x</b> <span lang="zh-Hans">张三</span> now<br>'
         '<span lang="zh-Hans">李四</span></p>'),
        ("en", "<a>Search for “岩棉 50mm 板” in “C30”</a>",
         '<a>Search for “<span lang="zh-Hans">岩棉</span> 50mm '
         '<span lang="zh-Hans">板</span>” in “C30”</a>'),
        ("en", "<textarea>seen by 张三</textarea>",
         '<textarea lang="zh-Hans">seen by 张三</textarea>'),
        ("en", "<br>张三</br>", '<br lang="zh-Hans">张三</br>'),
        ("en", "<option value=1>兵团</option>", '<option value=1 lang="zh-Hans">兵团</option>'),
        ("en", '<p lang="zh-Hant">張三</p>', '<p lang="zh-Hant">張三</p>'),
        ("en", "<pre>张三</pre><script>张三</script>", "<pre>张三</pre><script>张三</script>"),
        ("en", '<img alt="张三"> M10', '<img alt="张三"> M10'),
        ("zh", "<h1>Clay roof tiles</h1>", '<h1 lang="en">Clay roof tiles</h1>'),
        ("zh", "<td>DM M10 6Low-E+12A+6 a@b.cn GB/T 25181</td>",
         "<td>DM M10 6Low-E+12A+6 a@b.cn GB/T 25181</td>"),
        ("zh", "<td>示例 clay roof tiles</td>", "<td>示例 clay roof tiles</td>"),
        ("zh", "<td>Ziegel für das Dach</td>", "<td>Ziegel für das Dach</td>"),
    ],
)  # fmt: skip
def test_marks_what_is_written_in_the_other_language(
    language: str, written: str, shown: str
) -> None:
    assert marked(written, language) == shown


@given(st.text(alphabet='<>/ab="张 三p&;!-'), st.sampled_from(["zh", "en"]))
def test_marking_changes_nothing_else(page: str, language: str) -> None:
    other = {"zh": "en", "en": "zh-Hans"}[language]
    bare = marked(page, language).replace(f' lang="{other}"', "")
    assert bare.replace("<span>", "").replace("</span>", "") == page.replace("<span>", "").replace(
        "</span>", ""
    )


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
