"""The whole result of a search as a file."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from typing import IO

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Stream

from api.parameters import day_or_today
from api.sending import CSV, XLSX
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.outward import kept_by_none, site_of
from api.web.page import PageRequest
from api.web.searching import Asked
from api.web.stated import in_words, read_stated
from catalog.db import Database
from catalog.services import catalogue
from search.engine import SearchEngine
from search.export import Sheet, csv_pieces, write_workbook
from search.listing import Listing, list_matches, products
from search.query import Facet

_PIECE = 2**16


class ExportFiles(Controller):
    """Take a result list along."""

    path = "/products"

    @get("/export.csv", name="products:csv", sync_to_thread=True)
    def as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
    ) -> Stream:
        """Send what the search in the address finds, row by row."""
        asked = read_stated(request.url.query)
        listing = list_matches(database, search_engine, asked.query())
        sheet = sheet_of(database, asked, listing, request, language_of(request))
        return csv_answer(database, sheet, listing, has_notes=True, kept=kept_by_none(request))

    @get("/export.xlsx", name="products:xlsx", sync_to_thread=True)
    def as_workbook(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
    ) -> Stream:
        """Send what the search in the address finds as a workbook."""
        asked = read_stated(request.url.query)
        listing = list_matches(database, search_engine, asked.query())
        sheet = sheet_of(database, asked, listing, request, language_of(request))
        return workbook_answer(database, sheet, listing, kept=kept_by_none(request))


def sheet_of(
    database: Database, asked: Asked, listing: Listing, request: PageRequest, language: str
) -> Sheet:
    """Return what a file with these products says of itself."""
    on = asked.valid_on or day_or_today(None)
    # No key holds what cannot be printed, and PostgreSQL would not even look for it.
    keys = [key for key in asked.chosen[Facet.COMPANY] if key.isprintable()]
    with database.reading() as connection:
        names = names_of(connection, on=on)
        companies = catalogue.companies_by_keys(connection, keys)
        has_synthetic = catalogue.shows_synthetic(connection)
    return Sheet(
        question=in_words(asked, names, companies, language),
        count=len(listing.ids),
        tier=listing.tier,
        is_degraded=listing.is_degraded,
        has_synthetic=has_synthetic,
        on=on,
        judged_on=asked.judged_on,
        made_at=dt.datetime.now(dt.UTC),
        language=language,
        site=site_of(request),
        divisions=names.divisions,
    )


def csv_answer(
    database: Database, sheet: Sheet, listing: Listing, *, has_notes: bool, kept: dict[str, str]
) -> Stream:
    """Return the products as CSV, each piece sent as soon as it is read."""
    pieces = csv_pieces(sheet, products(database, listing.ids), has_notes=has_notes)
    return Stream(pieces, media_type=CSV, headers=_headers(sheet, "csv") | kept)


def workbook_answer(
    database: Database, sheet: Sheet, listing: Listing, *, kept: dict[str, str]
) -> Stream:
    """Return the products as a workbook; it is written to disk first, then sent and forgotten."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  Closed when it has been sent.
    write_workbook(sheet, products(database, listing.ids), file)
    return Stream(_content(file), media_type=XLSX, headers=_headers(sheet, "xlsx") | kept)


def _content(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece


def _headers(sheet: Sheet, ending: str) -> dict[str, str]:
    name = f"lucai-products-{sheet.made_at:%Y%m%d}.{ending}"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": "zh-Hans" if sheet.language == "zh" else "en",
        "Vary": "Accept-Language, Cookie",
        "X-Total-Count": str(sheet.count),
    }
