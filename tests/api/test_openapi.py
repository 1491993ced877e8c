"""The API does what its OpenAPI document says, whatever schemathesis can think of."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from litestar import Litestar
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    negative_data_rejection,
    positive_data_acceptance,
)

from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.apps import create_app
from tests.conftest import TOKEN

# Litestar 2.25 leaves GET out of Allow where a path has handlers for GET and POST.
NOT_OURS = [allow_header_conformance]

# No schema can say which bytes are a list of ours, or a PDF or picture: most valid bodies are
# refused, with the reason.
NOT_FOR_FILES = [positive_data_acceptance]

# A token is always shown to these: a request whose fault was to show none has it no longer.
NOT_FOR_SHOWN_TOKENS = [negative_data_rejection]

# In an address there is no null: company=null is a word, and as good as any other.
NOT_FOR_NULL = [negative_data_rejection]

AS_OPERATOR = {"Authorization": f"Bearer {TOKEN}"}

# Only its document is read; the requests go to the app of the fixture, on each database.
documented = create_app(Database("sqlite:///never-opened.db"), TantivyEngine(None))
schema = schemathesis.openapi.from_asgi("/schema/openapi.json", documented)


def excluded_for(case: schemathesis.Case[Any]) -> list[Any]:
    """Return the checks that do not apply to an operation, each for the reason above."""
    if case.path.endswith("/imports") or (case.path, case.method) == ("/api/v1/evidence", "POST"):
        return NOT_OURS + NOT_FOR_FILES
    says_null = any(value in (None, "null") for value in (case.query or {}).values())
    return NOT_OURS + (NOT_FOR_NULL if says_null or "/search" in case.path else [])


def excluded_with_token(case: schemathesis.Case[Any]) -> list[Any]:
    """Return the checks that do not apply to an operation where a token is shown to it."""
    headers = case.meta.components.get(ParameterLocation.HEADER) if case.meta else None
    was_without = headers is not None and headers.mode.is_negative
    return excluded_for(case) + (NOT_FOR_SHOWN_TOKENS if was_without else [])


def asked(*, times: int) -> settings:
    """Return how an operation is tried: so often, and always with the same."""
    return settings(
        max_examples=times,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


@schema.parametrize()
@asked(times=10)
def test_keeps_its_openapi_promises(case: schemathesis.Case[Any], app: Litestar) -> None:
    """Each case is asked as the operator and as anyone: to think it up takes longer than to ask."""
    case.call_and_validate(app=app, headers=AS_OPERATOR, excluded_checks=excluded_with_token(case))
    if app.state.database.is_embedded:  # Who may come in is asked before the database is.
        case.call_and_validate(app=app, excluded_checks=excluded_for(case))


@pytest.fixture(scope="module")
def sqlite_app(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    path = tmp_path_factory.mktemp("stateful") / "lucai.db"
    shutil.copy(sqlite_template, path)
    return create_app(Database(f"sqlite:///{path}"), TantivyEngine(None), api_token=TOKEN)


def test_keeps_its_promises_from_one_request_to_the_next(sqlite_app: Litestar) -> None:
    """The stateful phase: what one answer names is asked for by the next request."""
    linked = schemathesis.openapi.from_asgi("/schema/openapi.json", sqlite_app)

    class Workflow(linked.as_state_machine()):  # type: ignore[misc]  # Made while running.
        def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {TOKEN}"}}

        def validate_response(
            self, response: schemathesis.Response, case: schemathesis.Case[Any], **_: Any
        ) -> None:
            case.validate_response(response, excluded_checks=excluded_for(case))

    run_state_machine_as_test(
        Workflow,
        settings=settings(
            max_examples=10,
            stateful_step_count=6,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
