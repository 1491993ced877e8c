"""The pages that verify certificates."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import Short, Text
from api.web.page import PageRequest, page
from api.web.signed_in import reader_of
from api.web.timeline import timeline
from api.web.ways_back import line_named, result_named
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import catalogue, evidence


class CertificatePages(Controller):
    """Verify and read certificates."""

    path = "/certificates"

    @read(name="certificates:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        number: Text = "",
        on: Short = "",
    ) -> Template:
        """Show what is known of the certificates that bear a number."""
        wanted = asking.plain(number)
        chosen = day_or_today(asking.day(on))
        with database.reading() as connection:
            found = (
                catalogue.certificates_by_number(connection, wanted, on=chosen) if wanted else []
            )
        return page(
            request,
            "certificates/index.html",
            number=wanted,
            on=chosen,
            certificates=[(paper, timeline(paper)) for paper in found],
            shows_synthetic=any(paper.is_synthetic for paper in found),
        )

    @read("/{key:str}", name="certificates:show", dependencies=reader_of)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        on: Short = "",
        result: Short = "",
        line: Short = "",
    ) -> Template:
        """Show one certificate on a day, its files, and the way back to the line it proves."""
        chosen = day_or_today(asking.day(on))
        with database.reading() as connection:
            paper = catalogue.get_certificate(connection, key, on=chosen)
            files = evidence.of_certificate(connection, key, actor=actor)
        return page(
            request,
            "certificates/show.html",
            certificate=paper,
            files=files,
            result=result_named(result),
            line=line_named(line),
            bar=timeline(paper),
            on=chosen,
            shows_synthetic=paper.is_synthetic
            or any(product.is_synthetic for product in paper.products),
        )
