"""Count the whole catalogue once for many readers."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from threading import Lock, Thread

import msgspec

from catalog.db import Database
from catalog.services import changes, statistics
from catalog.views.statistics import AdoptionCount, DeclaredCategory, MonthCount, PublishedRatio
from search.engine import SearchEngine
from search.query import Facet, SearchQuery
from search.service import index_backlog, search_products

COUNTED = (Facet.GROUP, Facet.CATEGORY, Facet.STAR, Facet.DIVISION, Facet.BODY)
"""By what products are counted; the counts are those of the search that each leads to."""
_MOST_VALUES = 1_000
_QUICK_S = 0.1


class ProductCount(msgspec.Struct, frozen=True):
    """How many products there are, have a valid certificate on the day, and are adopted on it."""

    key: str
    products: int
    certified: int
    adopted: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What the catalogue held at a moment; ``on`` is the day as of which states are told.

    ``is_complete`` is false while the search index has yet to learn of changes.
    """

    on: dt.date
    made_at: dt.datetime
    is_complete: bool
    total: ProductCount
    products: Mapping[Facet, list[ProductCount]]
    months: list[MonthCount]
    adoptions: list[AdoptionCount]
    declared: list[DeclaredCategory]
    published: list[PublishedRatio]


class Counter:
    """Keeps the last count; counts anew when anything public changed since.

    A small catalogue is counted while the reader waits. Of a large one the reader gets the last
    count, which says of when it is, while another thread makes the next.
    """

    def __init__(
        self,
        database: Database,
        engine: SearchEngine,
        *,
        now: Callable[[], dt.datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._engine = engine
        self._now = now
        self._clock = clock
        self._counting = Lock()
        self._held: tuple[tuple[int, int, dt.date], Counted] | None = None
        self._took_s = 0.0

    def counted(self, on: dt.date) -> Counted:
        """Return the counts as of a day."""
        state = self._state(on)
        held = self._held
        if held is not None and held[0] == state:
            return held[1]
        if held is not None and held[1].on == on and self._took_s > _QUICK_S:
            if self._counting.acquire(blocking=False):
                Thread(target=self._count_and_release, args=(on,), daemon=True).start()
            return held[1]
        return self.fresh(on)

    def fresh(self, on: dt.date) -> Counted:
        """Return the counts as of a day, however long it takes to count what changed."""
        state = self._state(on)
        with self._counting:
            held = self._held
            if held is not None and held[0] == state:
                return held[1]
            return self._count(on)

    def _count_and_release(self, on: dt.date) -> None:
        try:
            self._count(on)
        finally:
            self._counting.release()

    def _state(self, on: dt.date) -> tuple[int, int, dt.date]:
        with self._database.reading() as connection:
            return changes.last_change(connection), index_backlog(self._database), on

    def _count(self, on: dt.date) -> Counted:
        began = self._clock()
        state = self._state(on)
        found, is_degraded = self._products(on)
        with self._database.reading() as connection:
            counted = Counted(
                on=on,
                made_at=self._now(),
                is_complete=not is_degraded and state[1] == 0,
                total=found[None][0],
                products={facet: found[facet] for facet in COUNTED},
                months=statistics.certificates_by_month(connection),
                adoptions=statistics.adoptions_by_month(connection, on=on),
                declared=statistics.declared_by_category(connection),
                published=statistics.published_ratios(connection),
            )
        self._held = state, counted
        self._took_s = self._clock() - began
        return counted

    def _products(self, on: dt.date) -> tuple[dict[Facet | None, list[ProductCount]], bool]:
        every = SearchQuery(limit=1, facets=COUNTED, facet_limit=_MOST_VALUES)
        answers = [
            search_products(self._database, self._engine, query)
            for query in (
                every,
                msgspec.structs.replace(every, valid_on=on),
                msgspec.structs.replace(every, adopted_on=on),
            )
        ]
        totals = [answer.page.total for answer in answers]
        found: dict[Facet | None, list[ProductCount]] = {None: [ProductCount("", *totals)]}
        for facet in COUNTED:
            counts = [
                {each.key: each.count for each in answer.page.facets.get(facet, ())}
                for answer in answers
            ]
            found[facet] = [
                ProductCount(key, *(count.get(key, 0) for count in counts)) for key in counts[0]
            ]
        return found, any(answer.is_degraded for answer in answers)
