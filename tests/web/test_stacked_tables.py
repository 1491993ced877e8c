"""A table of cards says in each cell what its column is, and stays a table for those who listen."""

from __future__ import annotations

import pytest
from jinja2 import Environment, TemplateSyntaxError
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from api.web.stacked_tables import StackedTables

TEMPLATES = Environment(autoescape=True, extensions=[StackedTables])
FRAME = '<div class="scroll cards"><table>{}</table></div>'
HEAD = (
    '<thead><tr><th scope="col">{{ "日期" }}</th><th scope="col">名称</th>'
    '{% if priced %}<th scope="col">单价</th>{% endif %}'
    '<th scope="col"><span class="unseen">图示</span></th></tr></thead>'
)


def cells(body: str, **said: object) -> list[tuple[str | None, str | None]]:
    """Return each body cell's role and label."""
    template = TEMPLATES.from_string(FRAME.format(HEAD + body))
    table = html.fromstring(template.render(**said))
    return [(cell.get("role"), cell.get("data-label")) for cell in table.iterfind(".//tbody/tr/*")]


def test_each_cell_but_the_rows_name_bears_its_heading() -> None:
    body = (
        '<tbody><tr><td>5月</td><th scope="row">岩棉板</th>'
        "{% if priced %}<td>{{ 3 > 2 }}</td>{% endif %}<td>▮</td></tr></tbody>"
    )
    whole = [("cell", "日期"), ("rowheader", None), ("cell", "单价"), ("cell", None)]
    assert cells(body, priced=True) == whole
    assert cells(body, priced=False) == [whole[0], whole[1], whole[3]]


def test_a_row_of_another_kind_keeps_the_labels_of_its_template() -> None:
    body = '<tbody><tr><td colspan="3">无</td><td data-label="备注">—</td></tr></tbody>'
    assert cells(body, priced=False) == [("cell", None), ("cell", "备注")]


def test_refuses_a_table_of_cards_without_headings() -> None:
    with pytest.raises(TemplateSyntaxError, match="needs headings"):
        TEMPLATES.from_string(FRAME.format("<tbody><tr><td>1</td></tr></tbody>"))


def test_a_page_says_its_headings_in_the_readers_language(pages: TestClient[Litestar]) -> None:
    for language, label in (("zh", "状态"), ("en", "State")):
        page = html.fromstring(pages.get(f"/design?lang={language}").text)
        cell = page.find(".//div[@class='scroll cards']//td[@role='cell']")
        assert cell is not None and cell.get("data-label") == label
