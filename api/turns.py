"""Searches take turns: no more at once than the machine has processors."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

T = TypeVar("T")


class Turns:
    """Runs searches in threads, first come first served.

    More at once would not be sooner: each keeps a processor busy, and the thread that keeps the
    index in step would wait behind all of them.
    """

    def __init__(self, at_once: int | None = None) -> None:
        self._limiter = CapacityLimiter(at_once or os.cpu_count() or 1)

    async def take(self, work: Callable[[], T]) -> T:
        """Wait for a turn, do the work in a thread, return what it returns."""
        return await to_thread.run_sync(work, limiter=self._limiter)
