"""An answer that may have to stay open."""

from __future__ import annotations

from enum import StrEnum


class Answer(StrEnum):
    """Whether a demand is met: yes, no, or not to be told from what is known."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


def both(one: Answer, other: Answer) -> Answer:
    """Return whether two demands are met together."""
    if Answer.NO in (one, other):
        return Answer.NO
    return Answer.OPEN if Answer.OPEN in (one, other) else Answer.YES
