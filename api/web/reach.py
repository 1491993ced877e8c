"""The page of what hangs on a certificate."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.web import asked as asking
from api.web.asked import Short
from api.web.names import names_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.services import catalogue, reach, results


class ReachPages(Controller):
    """Read what a certificate's end reaches."""

    path = "/certificates"

    @get("/{key:str}/reach", name="certificates:reach", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        on: Short = "",
    ) -> Template:
        """Show the lines, figures and people that a certificate's end reaches."""
        today = day_or_today(None)
        with database.reading() as connection:
            found = reach.reach_of(connection, key, on=asking.day(on), today=today)
            paper = catalogue.get_certificate(connection, key, on=today)
            return page(
                request,
                "reach/show.html",
                found=found,
                units=results.basis(connection).units,
                names=names_of(connection, on=today),
                shows_synthetic=paper.is_synthetic
                or any(product.is_synthetic for product in paper.products),
            )
