"""The moment of a request."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """Return the moment, in UTC."""
    return dt.datetime.now(dt.UTC)
