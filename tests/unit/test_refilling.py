"""A form of a page is filled in again; the rest of the page, and secrets, stay as they are."""

from __future__ import annotations

from html import escape, unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from api.web.refilling import announced, asks_for, refilled

BEFORE = "<!doctype html>\n<main id=m>\n<p>前 &amp; <svg viewBox='0 0 1 1'><path d=''/></svg></p>\n"
FORM = """<details class="a"><summary>折叠</summary>
<form method="post" action="/draws"><input type="hidden" name="version" value="3">
<input name="title" value="旧" aria-describedby="hint"><input type="password" name="secret">
<textarea name="why" rows="2">
旧的 &lt;理由&gt;</textarea><input type="file" name="file">
<select name="kind"><option value="a" selected>甲</option><option>乙</option></select>
<input type="checkbox" name="field" value="1" checked><input type="checkbox" name="field" value="2">
<button name="do" value="save">存</button></form></details>"""
AFTER = "\n<form method=post action='/other'><input name='title' value='别的'></form></main>"
PAGE = f"{BEFORE}{FORM}{AFTER}"
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"))


class _Values(HTMLParser):
    """Collects what the fields of a page say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") != "checkbox":
            self.said.setdefault(found.get("name") or "", found.get("value") or "")


def again(wrong: dict[str, str] | None = None, **typed: list[str]) -> str:
    page = refilled(PAGE, "/draws", typed, wrong or {}, "<p>why</p>")
    assert page is not None
    return page


@given(title=texts, why=texts)
def test_fills_in_what_was_typed_and_leaves_the_rest_to_the_letter(title: str, why: str) -> None:
    page = again(title=[title], why=[why], secret=["x"], version=["2"])
    assert page.startswith(BEFORE) and page.endswith(AFTER)
    said = _Values(page).said
    assert said["title"] == title and said["version"] == "3" and said["secret"] == ""
    inside = page.partition('rows="2">\n')[2].partition("</textarea>")[0]
    assert unescape(inside) == why and escape(why) == inside


def test_opens_what_is_folded_and_chooses_as_it_was_chosen() -> None:
    page = again(kind=["乙"], field=["2"])
    assert '<details class="a" open>' in page and "<p>why</p><form" in page
    assert '<option value="a">' in page and "<option selected>乙" in page
    assert 'value="1">' in page and 'value="2" checked>' in page
    assert '<option value="a" selected>' in again(field=[]), "What was not sent stays."
    assert 'value="1" checked' not in again(), "A box that was not ticked sends nothing."


def test_tells_beside_a_field_what_is_wrong_and_the_first_has_the_focus() -> None:
    page = again({"title": "<太长>", "why": "请填写", "field": "?"}, title=["新"])
    assert '<span class="wrong" id="title-again">&lt;太长&gt;</span><input name="title"' in page
    assert 'aria-describedby="title-again hint"' in page
    assert page.count('aria-invalid="true"') == 2 and page.count("autofocus") == 1
    assert asks_for(PAGE, "/draws", {"why"}) and not asks_for(PAGE, "/draws", {"field", "do"})


def test_a_page_without_the_form_says_so_and_is_announced_on() -> None:
    assert refilled(PAGE, "/none", {}, {}, "") is None
    assert announced(PAGE, "<b>!</b>").startswith("<!doctype html>\n<main id=m><b>!</b>\n<p>前")


def test_of_forms_for_the_same_place_the_one_that_was_sent_is_filled_in() -> None:
    forms = "".join(
        f'<form method="post" action="/step"><input type="hidden" name="step" value="{step}">'
        f'<input name="reason" id="{step}"></form>'
        for step in ("return", "refuse")
    )
    page = refilled(forms, "/step", {"step": ["refuse"], "reason": ["不符"]}, {}, "")
    assert page is not None and 'id="refuse" value="不符"' in page and page.count("不符") == 1
