"""Charts are drawn before a reader waits for them, and again once what they show has changed."""

from __future__ import annotations

from litestar import Litestar
from litestar.testing import TestClient

from api.web.drawn_ahead import draw_ahead, keep_drawn
from catalog.charts import drawing
from tests.builders import a_certificate, a_product, bring, day


def drawn() -> int:
    """Return how many charts were drawn so far in this process."""
    return drawing._svg.cache_info().misses


def test_a_reader_waits_for_no_chart_that_was_drawn_ahead(shared_app: Litestar) -> None:
    drawing._svg.cache_clear()  # Of the same charts on another database nothing is left to draw.
    database, counter = shared_app.state["database"], shared_app.state["counter"]
    bring(database, [a_product(certificate=a_certificate())])
    with TestClient(shared_app) as site:
        draw_ahead(database, counter)
        before = drawn()
        for language in ("zh", "en"):
            assert "<svg" in site.get(f"/statistics?lang={language}").text
        assert drawn() == before

        def change(looks: list[float]) -> None:
            if not looks:
                paper = a_certificate("CTC-2031-9", valid_to=day("2031-05-31"))
                bring(database, [a_product("岩棉板", paper, category="insulation")])

        waits: list[float] = []

        def wait(seconds: float) -> None:
            change(waits)
            waits.append(seconds)

        # What changed before the first look is drawn at the second: by then it has settled.
        keep_drawn(database, counter, wait=wait, looks=2)
        after = drawn()
        assert after > before
        keep_drawn(database, counter, wait=waits.append, looks=2)
        assert drawn() == after
