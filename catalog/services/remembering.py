"""Remember what takes long to find, until anything is put on record."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import Connection, Engine

from catalog.repositories import audit

_MOST = 50
T = TypeVar("T")


class Remembered(Generic[T]):
    """Answers of a question, each by what was asked, as true as the record is long.

    No change commits without an entry of the record, so what was found since the last entry is
    so still. For what stands on tables that are recorded (``audit.TECHNICAL`` names the others)
    and is asked outside of a transaction that writes. The latest ``most`` are kept. Safe to share
    by threads; an answer is shared too, and nobody changes it.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._held: WeakKeyDictionary[Engine, OrderedDict[Hashable, tuple[int, T]]] = (
            WeakKeyDictionary()
        )
        _EVERYTHING.add(self)

    def forget(self) -> None:
        """Let go of every answer."""
        with self._lock:
            self._held.clear()

    def get(self, connection: Connection, asked: Hashable, find: Callable[[], T]) -> T:
        """Return what is remembered of this question, or find it and remember it."""
        # Read before anything is found: what comes on record meanwhile makes it old, not wrong.
        state = audit.last_number(connection)
        with self._lock:
            held = self._held.setdefault(connection.engine, OrderedDict())
            known = held.get(asked)
            if known is not None and known[0] == state:
                held.move_to_end(asked)
                return known[1]
        answer = find()
        with self._lock:
            held[asked] = state, answer
            held.move_to_end(asked)
            while len(held) > self._most:
                held.popitem(last=False)
        return answer


_EVERYTHING: WeakSet[Remembered[Any]] = WeakSet()


def forget_everything() -> None:
    """Let go of all that is remembered: for whoever wrote something past the record."""
    for remembered in list(_EVERYTHING):
        remembered.forget()
