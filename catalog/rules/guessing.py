"""How long somebody who guesses passwords must wait, so that no victim is locked out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec


class GuessLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How many wrong guesses one may make within ``window``.

    ``per_login`` counts what browsers guess at one login that it never signed in from;
    ``per_whence`` what one address, or one known browser, guesses at all logins together.
    """

    window: dt.timedelta
    per_login: int
    per_whence: int


def wait_before_guessing(
    limits: GuessLimits,
    *,
    at_login: Sequence[dt.datetime],
    from_whence: Sequence[dt.datetime],
    is_known: bool,
    now: dt.datetime,
) -> dt.timedelta | None:
    """Return how long to wait before the next guess, None where it may be made now.

    ``at_login`` and ``from_whence`` are the moments of wrong guesses in rising order. A browser
    that the account was signed in from before (``is_known``) does not wait for what strangers
    guessed at it: nobody can lock another out, only slow down other strangers.
    """
    waits = [_wait(from_whence, limits.per_whence, limits.window, now)]
    if not is_known:
        waits.append(_wait(at_login, limits.per_login, limits.window, now))
    longest = max(waits)
    return longest if longest > dt.timedelta() else None


def _wait(
    guesses: Sequence[dt.datetime], limit: int, window: dt.timedelta, now: dt.datetime
) -> dt.timedelta:
    recent = [moment for moment in guesses if moment > now - window]
    if len(recent) < limit:
        return dt.timedelta()
    # As soon as this one is forgotten, one fewer than the limit are left.
    return recent[-limit] + window - now
