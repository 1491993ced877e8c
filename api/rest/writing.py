"""How handlers of the API write: for who shows the token, in a thread, answering 200."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from api.auth import actor_of

Handler = TypeVar("Handler")


def writes(verb: Callable[..., Handler]) -> partial[Handler]:
    """Return the decorator of a verb (``post``, ``put``, ``delete``) for handlers that write."""
    return partial(
        verb,
        status_code=200,
        sync_to_thread=True,
        security=[{"token": []}],
        dependencies=actor_of,
    )
