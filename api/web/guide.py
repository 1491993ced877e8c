"""The guide to the API: examples in three languages, each with a real answer of this very site."""

from __future__ import annotations

import re

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.asking_itself import OwnAnswer, ask
from api.parameters import day_or_today
from api.web.examples import WRITING, ApiExample, api_examples
from api.web.i18n import language_of
from api.web.outward import kept_by_none, site_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.services import catalogue
from catalog.services.changes import MOST_CHANGES

_MOST_LINES = 40
_TRIED = 20
_PLAIN_NUMBER = re.compile(r"[\w()（）./-]{1,80}")
_NUMBER = "CTC-2024-001"
_MEGABYTE = 2**20


class Shown(msgspec.Struct, frozen=True):
    """An example with its answer, cut to some lines."""

    example: ApiExample
    programs: dict[str, str]
    status: int
    answer: str
    is_cut: bool


class GuidePages(Controller):
    """Read how other programs use the site."""

    path = "/api-guide"

    @get(name="api-guide:show")
    async def show(self, request: PageRequest, database: NamedDependency[Database]) -> Template:
        """Show the guide; the examples are about a product of this store."""
        site = site_of(request)
        examples = api_examples(*_about(database))
        shown = []
        for example in examples:
            answer = await ask(
                request.app, example.path, example.body, language=language_of(request)
            )
            shown.append(_shown(example, site, answer))
        return page(
            request,
            "guide/show.html",
            headers=kept_by_none(request),
            examples=shown,
            writing=WRITING,
            site=site,
            most_changes=MOST_CHANGES,
            upload_mb=request.app.state.upload_limit // _MEGABYTE,
            shows_synthetic=_shows_synthetic(database),
        )


def _about(database: Database) -> tuple[str | None, str]:
    """Return a product of the store, and a certificate number that can be quoted anywhere."""
    with database.reading() as connection:
        products = catalogue.browse_products(connection, limit=_TRIED, offset=0).items
        for product in products:
            papers = catalogue.certificates_of_product(connection, product, on=day_or_today(None))
            for paper in papers:
                if _PLAIN_NUMBER.fullmatch(paper.number):
                    return product.key, paper.number
    return (products[0].key if products else None), _NUMBER


def _shows_synthetic(database: Database) -> bool:
    with database.reading() as connection:
        return catalogue.shows_synthetic(connection)


def _shown(example: ApiExample, site: str, answer: OwnAnswer) -> Shown:
    lines = msgspec.json.format(answer.content, indent=2).decode().splitlines()
    return Shown(
        example,
        dict(example.programs(site)),
        answer.status,
        "\n".join(lines[:_MOST_LINES]),
        len(lines) > _MOST_LINES,
    )
