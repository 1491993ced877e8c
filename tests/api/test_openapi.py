"""The API does what its OpenAPI document says, whatever schemathesis can think of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from litestar import Litestar
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    positive_data_acceptance,
)

from api.app import create_app
from catalog.db import Database
from search.engines.tantivy import TantivyEngine
from tests.conftest import TOKEN

# Litestar 2.25 leaves GET out of Allow where a path has handlers for GET and POST.
NOT_OURS = [allow_header_conformance]

# No schema can say which bytes are a list of ours: most valid bodies are refused, with the reason.
NOT_FOR_FILES = [positive_data_acceptance]

# Only its document is read; the requests go to the app of the fixture, on each database.
documented = create_app(Database("sqlite:///never-opened.db"), TantivyEngine(None))
schema = schemathesis.openapi.from_asgi("/schema/openapi.json", documented)


@schema.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.parametrize("token", [None, TOKEN], ids=["anyone", "operator"])
def test_keeps_its_openapi_promises(
    case: schemathesis.Case[Any], app: Litestar, token: str | None
) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    excluded = NOT_OURS + (NOT_FOR_FILES if case.path.endswith("/imports") else [])
    case.call_and_validate(app=app, headers=headers, excluded_checks=excluded)
