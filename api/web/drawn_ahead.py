"""Draw the charts of the pages that open with many, before a reader waits for them.

A chart takes a tenth of a second to draw, and the renderer itself a second to load. What is drawn
is kept by what it says (``catalog.charts.drawing``), so nothing drawn ahead can be out of date.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from api.counting import Counter
from api.moment import now
from api.parameters import day_or_today
from api.web.bureau_charts import charts_of
from api.web.i18n import LANGUAGES
from api.web.names import names_of
from api.web.statistics import tables_of
from catalog.charts.chart import Chart
from catalog.charts.drawing import narrow_svg_of, svg_of
from catalog.db import Database
from catalog.permissions import Actor, Role
from catalog.services import bureau_figures, changes
from catalog.services.report_making import METHOD

_CORPS = Actor(name="lucai", role=Role.CORPS_BUREAU)
_LOOK_S = 30


def draw_ahead(database: Database, counter: Counter) -> None:
    """Draw the statistics and the Corps' dashboard in every language."""
    for chart in (*_of_statistics(database, counter), *_of_dashboard(database)):
        svg_of(chart)
        narrow_svg_of(chart)


def keep_drawn(
    database: Database,
    counter: Counter,
    *,
    wait: Callable[[float], object] = time.sleep,
    looks: int | None = None,
) -> None:
    """Draw anew whenever something changed and nothing did since the last look.

    While a file is taken in, what is drawn now would be of no use in a moment. It goes on for so
    many ``looks``, or until ``wait`` says to stop by returning what is true.
    """
    drawn = seen = _state(database)
    while looks is None or looks > 0:
        if wait(_LOOK_S):
            return
        state = _state(database)
        if state == seen and state != drawn:
            draw_ahead(database, counter)
            drawn = state
        seen = state
        looks = None if looks is None else looks - 1


def _of_statistics(database: Database, counter: Counter) -> Iterator[Chart]:
    counter.fresh(day_or_today(None))
    for language in LANGUAGES:
        _, tables = tables_of(database, counter, METHOD, language)
        yield from (table.chart for table in tables if table.chart is not None)


def _of_dashboard(database: Database) -> Iterator[Chart]:
    with database.reading() as connection:
        found = bureau_figures.figures(
            connection, _CORPS, division=None, year=None, method=METHOD, now=now()
        )
        names = names_of(connection, on=day_or_today(None))
    for language in LANGUAGES:
        yield from charts_of(found, names, language).values()


def _state(database: Database) -> int:
    with database.reading() as connection:
        return changes.last_change(connection)
