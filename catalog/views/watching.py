"""What a reader sees of a watch-list: what runs out or waits, and whose it is."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.standing import Standing
from catalog.rules.terms import CaseState
from catalog.rules.watching import WatchKind


class WatchedProduct(msgspec.Struct, frozen=True):
    """A product that hangs on it, and what the product is in the adoption database on the day."""

    key: str
    name: str
    company: str
    company_name: str
    division: str | None
    standing: Standing
    is_synthetic: bool


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a watch-list.

    ``thing`` says what ``key`` and ``name`` are of: certificate, adoption, case, filing or
    submission. ``due_on`` is the day that matters: the last day of validity, by which a visit or a
    decision is due, on which a submission was judged, or the first day on which the product was
    adopted no more; null where it is unknown. ``days_left`` is negative behind it. ``step`` is the
    number of days within which something expires, or the version of a submission.
    ``visited_on`` is the last surveillance visit known; ``divisions`` are those in whose adoption
    database it stands.
    """

    kind: WatchKind
    thing: str
    key: str
    name: str
    due_on: dt.date | None
    days_left: int | None
    step: int | None = None
    visited_on: dt.date | None = None
    body: str | None = None
    state: CaseState | None = None
    organisation: str | None = None
    divisions: list[str] = []
    products: list[WatchedProduct] = []

    @property
    def occasion(self) -> str:
        """What tells one time of saying it from the next."""
        day = self.due_on.isoformat() if self.due_on else "unknown"
        return f"{day}/{self.step}" if self.step is not None else day


class WatchPage(msgspec.Struct, frozen=True):
    """A window on a watch-list, the most pressing day first, and how many there are of each kind.

    ``pack`` names the rule pack whose days were used; ``counts`` are of the whole list.
    """

    items: list[Watched]
    counts: dict[WatchKind, int]
    pack: str | None
    on: dt.date
    limit: int
    offset: int
    total: int
