"""Tell the counter of interest that somebody asked for products, and nothing of who asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.interest import InterestCounter
from api.web.browser import who_asks
from api.web.page import PageRequest
from catalog.permissions import Role
from catalog.rules.terms import InterestKind

_ROBOTS = re.compile(
    r"bot\b|spider|crawl|slurp|preview|monitor|curl|wget|python|httpx|go-http|java/|headless",
    re.IGNORECASE,
)
# Makers look at their own goods and at their rivals': that is no demand.
_NO_DEMAND = frozenset({Role.MANUFACTURER, Role.CERTIFICATION_BODY, Role.OPERATOR})


def note_interest(request: PageRequest, products: Iterable[str], kind: InterestKind) -> None:
    """Count that somebody asked for products: no robot, no browser that only guesses ahead.

    Nothing of who asked is kept, nor looked at, but for the role: a maker's look is no demand.
    """
    counter: InterestCounter | None = request.app.state.get("interest")
    headers = request.headers
    if (
        counter is None
        or who_asks(request).role in _NO_DEMAND
        or "prefetch" in headers.get("sec-purpose", headers.get("purpose", ""))
        or _ROBOTS.search(headers.get("user-agent", "bot"))
    ):
        return
    counter.note(products, kind)
