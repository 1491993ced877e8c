"""Programs that ask the API for an organisation, each with a token of its own."""

from __future__ import annotations

import dataclasses
import secrets
from typing import Any

from litestar import Litestar
from litestar.testing import TestClient

from catalog.permissions import Actor, Rank
from tests.accounts import a_token, an_account


class As:
    """An organisation that asks the API with a token that may do all that tokens may."""

    def __init__(self, client: TestClient[Litestar], actor: Actor) -> None:
        self._client = client
        database = client.app.state.database
        login = f"{secrets.token_hex(6)}@example.org"
        account = an_account(database, login, organisation=actor.organisation)
        member = dataclasses.replace(actor, account=account, rank=Rank.ADMINISTRATOR)
        secret = a_token(database, member)
        self._headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str) -> Any:
        return self._client.get(path, headers=self._headers)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._client.post(path, json=body, headers=self._headers)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._client.put(path, json=body, headers=self._headers)

    def keep(self, name: str, content: bytes) -> str:
        """Hand a file in as evidence; return its key."""
        file = {"file": (name, content, "application/pdf")}
        answer = self._client.post("/api/v1/evidence", files=file, headers=self._headers)
        return str(answer.json()["key"])
