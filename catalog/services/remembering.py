"""Remember what takes long to find, until a table that it was found in is written to."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from catalog import written
from catalog.repositories.written import times_written

_MOST = 50
T = TypeVar("T")


class _Known(NamedTuple, Generic[T]):
    """An answer, and the tables that it was found in: how often each had been written to."""

    stands_on: Counter[str]
    answer: T


class Remembered(Generic[T]):
    """Answers of a question, each by what was asked, true until what they stand on changes.

    What tables an answer stands on is what was read while it was found; each transaction that
    writes counts the tables that it wrote to as it commits (``catalog.written``). So nobody has to
    say what an answer depends on, and it is right in every process, as long as it is found by the
    connection that is handed in. All else that it depends on, a day or who asks, is part of the
    question. A transaction that has written is told what it
    finds, and nothing is kept of that. The latest ``most`` are kept. Safe to share by threads; an
    answer is shared too, and nobody changes it.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._held: WeakKeyDictionary[Engine, OrderedDict[Hashable, _Known[T]]] = (
            WeakKeyDictionary()
        )

    def get(self, connection: Connection, asked: Hashable, find: Callable[[], T]) -> T:
        """Return what is remembered of this question, or find it and remember it."""
        if written.is_writing(connection):
            return find()
        # Read before anything is found: what is written meanwhile makes it old, not wrong.
        times = times_written(connection)
        with self._lock:
            held = self._held.setdefault(connection.engine, OrderedDict())
            known = held.get(asked)
            if known is not None and all(times[t] == n for t, n in known.stands_on.items()):
                held.move_to_end(asked)
                # What is found just now with the help of this stands on the same.
                written.note_reads(connection, known.stands_on)
                return known.answer
        with written.noting_reads(connection) as read:
            answer = find()
        with self._lock:
            held[asked] = _Known(Counter({table: times[table] for table in read}), answer)
            held.move_to_end(asked)
            while len(held) > self._most:
                held.popitem(last=False)
        return answer
