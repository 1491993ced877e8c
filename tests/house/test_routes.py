"""Every route of the API says how it can fail; each failure says its cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app

# They ask, and change nothing: what they ask is too long for an address.
ASKING = {"post /api/v1/verifications"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, verb and description of every operation."""
    app = create_app(Database("sqlite:///never-opened.db"), TantivyEngine(None))
    for path, item in app.openapi_schema.to_schema()["paths"].items():
        for verb, operation in item.items():
            yield path, verb, operation


def test_routes_declare_their_problems() -> None:
    lost = {}
    for path, verb, operation in operations():
        needed = {"400"} if operation.get("parameters") else set()
        if "{" in path:
            needed.add("404")
        if verb == "post" and f"{verb} {path}" not in ASKING:
            needed |= {"401", "403"}
        if missing := needed - set(operation["responses"]):
            lost[f"{verb} {path}"] = sorted(missing)
    assert not lost, "Name them in responses=problem_responses(…)."


def test_operations_are_named_verb_noun_and_once() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) > 20 and len(set(names)) == len(names)
    verbs = {name.split("_")[0] for name in names}
    assert verbs <= {
        "get", "list", "find", "search", "calculate", "import", "undo", "link", "unlink",
        "prove", "refuse", "decide", "reopen", "add", "end", "send", "take", "open", "choose",
        "withdraw", "publish",
        "preview", "set", "record", "verify", "check",
        "keep", "announce", "reveal", "void", "correct",
    }  # fmt: skip


def test_what_writes_asks_for_a_token() -> None:
    open_doors = [
        f"{verb} {path}"
        for path, verb, operation in operations()
        if verb != "get"
        and operation.get("security") != [{"token": []}]
        and f"{verb} {path}" not in ASKING
    ]
    assert not open_doors, "Give it security= and dependencies=actor_of."
