"""Answers that take long: worked out once for all who ask, and given up when nobody does."""

from __future__ import annotations

from threading import Event

import pytest

from api.answers import Answers, Waiting
from catalog.errors import NothingToPublishError
from catalog.services.jobs import CancelledError, Step, Tell

LONG_S = 60


def test_all_who_ask_the_same_share_one_answer() -> None:
    answers, go_on, made = Answers(0.0), Event(), []

    def make(tell: Tell) -> str:
        tell(Step(name="figures", done=1, total=2))
        made.append(1)
        go_on.wait(LONG_S)
        return "42"

    first = answers.ask("what", make)
    assert isinstance(first, Waiting)
    while first.step is None:
        first = answers.ask("what", make)
    assert (first.step.done, first.step.total) == (1, 2)
    go_on.set()
    while isinstance(found := answers.ask("what", make), Waiting):
        pass
    assert (found, len(made)) == ("42", 1)


def test_refuses_as_the_work_did_and_tries_again_for_the_next() -> None:
    answers, tries = Answers(LONG_S), []

    def make(_: Tell) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise NothingToPublishError(year=2026)
        return "42"

    with pytest.raises(NothingToPublishError):
        answers.ask("what", make)
    assert answers.ask("what", make) == "42"


def test_gives_up_what_nobody_asks_for_any_more() -> None:
    answers, ended = Answers(0.0, given_up_s=0.05), Event()

    def make(tell: Tell) -> None:
        try:
            while True:
                tell(Step(name="figures"))
        except CancelledError:
            ended.set()
            raise

    assert isinstance(answers.ask("what", make), Waiting)
    assert ended.wait(LONG_S)
    assert Answers(LONG_S).ask("what", lambda _: "42") == "42"
