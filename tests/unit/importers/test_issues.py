"""Every issue has its words."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import catalog.services
import importers
from catalog.records import Issue, Kind
from importers.formats import FORMATS
from importers.issues import explain, issue_texts, refusal
from importers.table.columns import layout

ROOMS = [Path(importers.__path__[0]), Path(catalog.services.__path__[0])]
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
# Words with a hyphen in the readers that are no codes: names of lists and of encodings.
OTHER_WORDS = {
    "bill-stages", "epd-version", "inspection-kinds", "inspection-results", "evidence-kinds",
    "kind-names", "notes-sheet", "open-data", "products-and-certificates", "project-kinds",
    "epd-table", "import-worker", "iso8859-1", "project-stages", "tabc-material", "utf-16",
    "utf-16-be", "utf-32-be", "utf-8", "utf-8-sig", "without-remarks",
}  # fmt: skip


def words_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def codes_given(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Issue":
            for keyword in node.keywords:
                if keyword.arg == "code" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)


def test_every_code_of_the_readers_has_texts() -> None:
    reads = {column.reads for columns in layout().kinds.values() for column in columns}
    forms = {form.key for form in FORMATS}
    known = issue_texts().keys() | reads | forms | OTHER_WORDS
    found = {
        word
        for path in ROOMS[0].rglob("*.py")
        for word in words_in(path)
        if CODE.fullmatch(word) and word not in known
    }
    assert not found, f"give these codes texts in importers/lookups/issues.toml: {sorted(found)}"


def test_every_code_of_the_services_has_texts() -> None:
    found = {code for path in ROOMS[1].rglob("*.py") for code in codes_given(path)}
    assert found <= issue_texts().keys()


@pytest.mark.parametrize("code", sorted(issue_texts()))
def test_both_languages_have_the_same_gaps(code: str) -> None:
    text = issue_texts()[code]
    assert gaps(text.reason_zh + text.cure_zh) == gaps(text.reason_en + text.cure_en)


@pytest.mark.parametrize("code", sorted(issue_texts()))
def test_chinese_ends_in_a_chinese_stop_and_english_in_a_point(code: str) -> None:
    text = issue_texts()[code]
    assert text.cure_zh.endswith("。") and text.cure_en.endswith(".")


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_adds_the_nearest_word_to_the_cure() -> None:
    issue = Issue(code="unknown-unit", value="立方", facts={"nearest": "立方米"})
    assert "立方米" in explain(issue, "zh")[1] and "立方米" in explain(issue, "en")[1]


def test_takes_a_fact_in_the_language_of_the_reader() -> None:
    facts = {"columns_zh": "单位", "columns_en": "Unit"}
    error = refusal("duplicate-column", **facts)
    assert "单位" in error.text("zh") and "Unit" in error.text("en")


def test_a_brace_in_a_value_is_only_a_brace() -> None:
    issue = Issue(code="unknown-unit", value="{0}{value}")
    assert "{0}{value}" in explain(issue, "zh")[0]


def test_tables_have_names_for_every_kind() -> None:
    assert set(layout().kind_names) == set(layout().kinds) == set(Kind) - {Kind.REGISTRY, Kind.EPDS}
