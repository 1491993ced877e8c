"""Whatever services put on record has its words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from api.web.audit_words import AUDIT_VALUES, AUDIT_WORDS
from api.web.i18n import english
from api.web.words import WORDS
from catalog.permissions import Action
from catalog.services.inspections import Finding
from catalog.views.owner import BuildingDraft, DeliveryDraft, ProjectDraft
from catalog.views.published import Scope
from catalog.views.submissions import SubmissionDraft

SERVICES = Path(__file__).parents[2] / "catalog" / "services"
# What is put on record as it is, all its fields.
WHOLE = (
    BuildingDraft.__struct_fields__,
    DeliveryDraft.__struct_fields__,
    ProjectDraft.__struct_fields__,
    Scope.__struct_fields__,
    SubmissionDraft.__struct_fields__,
    Finding._fields,
)


@cache
def _given() -> list[tuple[ast.Module, ast.keyword]]:
    """Everything that is handed over by name in the services, with the module it stands in."""
    found = []
    for path in sorted(SERVICES.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        found += [(tree, given) for call in calls for given in call.keywords]
    return found


def _text(said: ast.expr | None) -> Iterator[str]:
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        yield said.value


def _fields(tree: ast.Module, said: ast.expr | None, deep: int = 4) -> Iterator[str]:
    """Yield the names that a state on record has, as far as the source spells them."""
    spelt: list[ast.expr | None] = []
    if isinstance(said, ast.Dict):
        spelt = said.keys
    elif isinstance(said, ast.DictComp) and isinstance(said.generators[0].iter, ast.Tuple):
        spelt = [*said.generators[0].iter.elts]
    for key in spelt:
        yield from _text(key)
    for part in _parts(tree, said) if deep else ():
        yield from _fields(tree, part, deep - 1)


def _parts(tree: ast.Module, said: ast.expr | None) -> list[ast.expr] | list[ast.expr | None]:
    """Return what a value can be made of, through names and the functions of the module."""
    match said:
        case ast.Dict(values=values) | ast.BoolOp(values=values):
            return values
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            return [one, other]
        case ast.Call(func=ast.Name(id=name)):
            made = [
                node
                for node in ast.walk(tree)
                if isinstance(node, ast.FunctionDef) and node.name == name
            ]
            return [
                end.value for one in made for end in ast.walk(one) if isinstance(end, ast.Return)
            ]
        case ast.Name(id=name):
            return [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign)
                and any(isinstance(to, ast.Name) and to.id == name for to in node.targets)
            ]
    return []


def test_every_action_and_thing_on_record_has_its_words() -> None:
    things = {text for _, given in _given() if given.arg == "thing" for text in _text(given.value)}
    assert len(things) > 25
    assert things - AUDIT_WORDS["audit-thing"].keys() == set()
    assert {action.value for action in Action} - AUDIT_WORDS["audit-action"].keys() == set()


def test_every_field_on_record_has_its_words() -> None:
    fields = {
        field
        for tree, given in _given()
        if given.arg in ("before", "after")
        for field in _fields(tree, given.value)
    }
    assert {"must_change", "evidence_added", "percent"} <= fields
    fields |= {name for whole in WHOLE for name in whole}
    assert fields - AUDIT_WORDS["audit-field"].keys() == set()


@pytest.mark.parametrize("kind", sorted({*AUDIT_WORDS, *AUDIT_VALUES.values()}))
def test_the_words_of_the_record_are_in_both_languages(kind: str) -> None:
    assert set(WORDS[kind].values()) - english().keys() == set()
