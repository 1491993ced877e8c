"""Who calls the writing half of the API: the operator, who shows the right token."""

from __future__ import annotations

import hmac
from typing import Any

from litestar import Request
from litestar.di import Provide
from litestar.exceptions import NotAuthorizedException

from catalog.permissions import Actor, Role


def _actor(request: Request[Any, Any, Any]) -> Actor:
    """Return the actor that the Authorization header proves.

    Raises:
        NotAuthorizedException: It shows no token, or not the operator's.
    """
    expected = request.app.state.api_token
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    # Compared in constant time: the time of an answer shall not tell how much was right.
    if (
        scheme.lower() != "bearer"
        or not expected
        or not hmac.compare_digest(shown.strip().encode(), expected.encode())
    ):
        raise NotAuthorizedException(
            "Send the operator's token (LUCAI_API_TOKEN) as: Authorization: Bearer …",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return Actor(name="api:operator", role=Role.OPERATOR)


actor_of = {"actor": Provide(_actor, sync_to_thread=False)}
