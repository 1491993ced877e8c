"""The pages of environmental product declarations, and their files."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import PageNumber, Short, Text
from api.web.epd_table import results_table, shown_amount
from api.web.i18n import language_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from catalog.db import Database
from catalog.records import EpdRecord
from catalog.services import epds
from catalog.views.epds import EpdStatement, EpdView
from importers.epd.exported import Exported
from importers.epd.write import Form, write_epds
from importers.issues import explain

FormInPath = Annotated[Form, PathParameter()]
Source = Annotated[str, QueryParameter(max_length=200)]


class EpdPages(Controller):
    """Find, read and take along declarations."""

    path = "/epds"

    @read(name="epds:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        q: Text = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the declarations that hold the words."""
        words = asking.plain(q)
        today = day_or_today(None)
        with database.reading() as connection:
            found = epds.browse_epds(
                connection, words, on=today, limit=PAGE_SIZE, offset=offset(page_number)
            )
        return page(
            request,
            "epds/index.html",
            q=words,
            found=found,
            on=today,
            paging=Paging(page_number, PAGE_SIZE, found.total),
            amount=shown_amount,
            shows_synthetic=any(row.is_synthetic for row in found.items),
        )

    @read("/{key:str}", name="epds:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        on: Short = "",
        source: Source = "",
        scenario: Text = "",
    ) -> Template:
        """Show one declaration as a source states it, under one scenario."""
        chosen = day_or_today(asking.day(on))
        with database.reading() as connection:
            epd = epds.get_epd(connection, key, on=chosen)
            stated = statement_of(epd, source)
            record = epds.epd_record(connection, key, source=stated.source)
        language = language_of(request)
        return page(
            request,
            "epds/show.html",
            epd=epd,
            stated=stated,
            on=chosen,
            title=in_language(stated, language),
            table=results_table(stated, scenario or None),
            amount=shown_amount,
            remarks={
                form.value: _remarks(record, form, language) for form in (Form.OPENEPD, Form.ILCD)
            },
            shows_synthetic=epd.is_synthetic,
        )

    @get("/{key:str}/{form:str}", name="epds:file", sync_to_thread=True)
    def file(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        form: FormInPath,
        source: Source = "",
    ) -> Response[bytes]:
        """Send what a source states of a declaration as a file."""
        with database.reading() as connection:
            record = epds.epd_record(connection, key, source=source or None)
        return file_answer(write_epds([record], form, language=language_of(request)), key)


def file_answer(file: Exported, name: str) -> Response[bytes]:
    """Return a file to be kept under a name."""
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{file.ending}"',
            "Vary": "Accept-Language, Cookie",
        },
    )


def statement_of(epd: EpdView, source: str) -> EpdStatement:
    """Return what the source states or, if it is not named here, the one that spoke last."""
    named = [stated for stated in epd.statements if stated.source == source]
    return named[0] if named else max(epd.statements, key=lambda stated: stated.recorded_at)


def in_language(stated: EpdStatement, language: str) -> str:
    """Return the name in the reader's language or, failing that, in English or the first."""
    names = {text.language: text.text for text in reversed(stated.names)}
    return names.get(language) or names.get("en") or stated.names[0].text


def _remarks(record: EpdRecord, form: Form, language: str) -> list[str]:
    """Return what a file of this form would not hold as it stands here."""
    issues = write_epds([record], form, language=language).issues
    return list(dict.fromkeys(explain(issue, language)[0] for issue in issues))
