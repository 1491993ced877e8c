"""Answers that take long to work out: begun by the first who asks, kept, and ended with the last.

Whoever asks waits a little; then a page tells how far it is and asks again. What nobody asks for
any more is given up. Each process keeps its own: nothing here has to outlive it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import Any

import msgspec
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from catalog.services.jobs import CancelledError, Step, Tell

_GIVEN_UP_S = 15.0
_MOST = 32


class Waiting(msgspec.Struct, frozen=True):
    """An answer is not there yet: how far it is, and for how many seconds it has been asked for."""

    step: Step | None
    seconds: int


class _Working:
    """An answer being worked out, or one that is kept."""

    def __init__(self, given_up_s: float) -> None:
        self.began = self.asked = time.monotonic()
        self._given_up_s = given_up_s
        self.step: Step | None = None
        self.is_done = Event()
        self.found: Any = None
        self.error: BaseException | None = None

    def tell(self, step: Step) -> None:
        self.step = step
        self.stop_if_unasked()

    def stop_if_unasked(self) -> None:
        if time.monotonic() - self.asked > self._given_up_s:
            raise CancelledError


class Answers:
    """Works out one answer at a time, and keeps the last ones by what was asked of which state."""

    def __init__(self, patience_s: float, *, given_up_s: float = _GIVEN_UP_S) -> None:
        self._patience_s, self._given_up_s = patience_s, given_up_s
        self._asked: OrderedDict[Hashable, _Working] = OrderedDict()
        self._lock = Lock()
        self._turn = BoundedSemaphore(1)

    def ask(self, question: Hashable, make: Callable[[Tell], Any]) -> Any:  # noqa: ANN401  What it makes.
        """Return what ``make`` returned for the question, or how far it is.

        The question names the state of the store that is asked: another state is another question.
        ``make`` is called in a thread of its own, and raises what the caller shall raise.
        """
        with self._lock:
            working = self._asked.get(question)
            if working is None:
                working = self._asked[question] = _Working(self._given_up_s)
                work = (working, question, make)
                Thread(target=self._work, args=work, name="answer", daemon=True).start()
                while len(self._asked) > _MOST:
                    self._asked.popitem(last=False)
            working.asked = time.monotonic()
            self._asked.move_to_end(question)
        if not working.is_done.wait(self._patience_s):
            return Waiting(working.step, int(time.monotonic() - working.began))
        if working.error is not None:
            raise working.error
        return working.found

    def _work(self, working: _Working, question: Hashable, make: Callable[[Tell], Any]) -> None:
        try:
            while not self._turn.acquire(timeout=1):
                working.stop_if_unasked()
            try:
                working.found = make(working.tell)
            finally:
                self._turn.release()
        except Exception as error:  # noqa: BLE001  Whoever asks raises it.
            working.error = error
            with self._lock:
                # Who asks again has it worked out again.
                if self._asked.get(question) is working:
                    del self._asked[question]
        working.is_done.set()


OpenAnswers = NamedDependency[SkipValidation[Answers]]
