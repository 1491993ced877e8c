"""Make ready at the start what the first readers would wait for."""

from __future__ import annotations

import gc
import logging
from functools import partial
from threading import Event, Thread

from litestar import Litestar

from api.web import drawn_ahead
from api.web.templating import environment
from search import service

_LOG = logging.getLogger("lucai.warming")
# A page makes thousands of values and few cycles, and most of what the process holds stays: to
# look through all of it every few pages would make the readers of those wait.
_GARBAGE = (50_000, 20, 100)
_PATIENCE_S = 10


def warm(app: Litestar) -> None:
    """Start making things ready, while the first requests are answered already."""
    app.state["cooling"] = Event()
    app.state["warming"] = Thread(target=_all, args=[app], name="warm-up", daemon=True)
    app.state["warming"].start()


def cool(app: Litestar) -> None:
    """Stop making things ready; the store is closed next."""
    app.state["cooling"].set()
    app.state["warming"].join(timeout=_PATIENCE_S)


def _all(app: Litestar) -> None:
    for work in (words, templates, partial(charts, app), settle, partial(later_charts, app)):
        if app.state["cooling"].is_set():
            return
        try:
            work()
        except Exception:  # noqa: BLE001  A server that is not warm still serves.
            _LOG.exception("%s failed", work)


def words() -> None:
    """Read what searches need to know of words and sounds."""
    service.warm_up()


def templates() -> None:
    """Compile every template."""
    found = environment()
    for name in found.list_templates(extensions=["html"]):
        found.get_template(name)


def charts(app: Litestar) -> None:
    """Draw the charts of the statistics and of the Corps' dashboard."""
    drawn_ahead.draw_ahead(app.state["database"], app.state["counter"])


def later_charts(app: Litestar) -> None:
    """Go on drawing them after what changes."""
    state = app.state
    drawn_ahead.keep_drawn(state["database"], state["counter"], wait=state["cooling"].wait)


def settle() -> None:
    """Look for garbage less often, and never among what is there now."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
