"""The pages of editions: publish one, read and search it, compare it with an earlier one."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter, QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Stream, Template

from api.edition_files import (
    difference_csv,
    edition_csv,
    edition_pdf,
    edition_workbook,
)
from api.long_ways import foresee_edition_at_length, publish_edition_at_length
from api.long_work import OpenWork
from api.moment import now
from api.parameters import day_or_today
from api.rest.editions import edition_json
from api.turns import Turns
from api.web.asked import PageNumber, Text, plain
from api.web.filled_in import read_form
from api.web.i18n import language_of
from api.web.long_work import JobInPath, to_work
from api.web.page import PageRequest, page
from api.web.paging import Paging, offset
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.forms.edition_form import volumes
from catalog.permissions import Action, Actor
from catalog.rules.terms import EditionKind
from catalog.services import edition_comparing, editions
from catalog.services.editions import LONGEST_NOTE, NewEdition
from catalog.views.editions import EditionDifference, EditionOutlook, EditionRebuilt

EDITION = r"^(catalogue|adoptions)-\d{4}-\d{1,6}$"
EditionInPath = Annotated[str, PathParameter(pattern=EDITION)]
Volume = Annotated[int, QueryParameter(ge=1, le=10**6)]
OpenTurns = NamedDependency[SkipValidation[Turns]]
PAGE_SIZE = 50
_LARGEST_FORM = 2**16
_HOME = "/editions"


class EditionForm(msgspec.Struct, forbid_unknown_fields=True):
    """Which list to publish, as of which day."""

    kind: str = ""
    as_of: str = ""
    note: str = ""


class CorrectionForm(msgspec.Struct, forbid_unknown_fields=True):
    """What was found wrong in an edition."""

    text: str = ""


class EditionPages(Controller):
    """Publish and read editions."""

    path = _HOME
    request_max_body_size = _LARGEST_FORM

    @get(name="editions:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        kind: Annotated[EditionKind | None, QueryParameter()] = None,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show every edition, the latest first, and the form to publish one."""
        with database.reading() as connection:
            found = editions.browse_editions(
                connection, kind=kind, limit=PAGE_SIZE, offset=offset(page_number, PAGE_SIZE)
            )
        return page(
            request,
            "editions/index.html",
            editions=found.items,
            kind=kind,
            kinds=list(EditionKind),
            paging=Paging(page_number, PAGE_SIZE, found.total),
            today=day_or_today(None),
            longest=LONGEST_NOTE,
            shows_synthetic=any(each.is_synthetic for each in found.items),
        )

    @post(name="editions:publish", dependencies=who_may(Action.PUBLISH_EDITIONS),
          sync_to_thread=True)  # fmt: skip
    def publish(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        long_work: OpenWork,
        actor: NamedDependency[Actor],
        data: URLEncodedBody[EditionForm],
    ) -> Redirect:
        """Freeze a list as of a day."""
        new = _asked(request, data)
        return to_work(publish_edition_at_length(long_work, database, new, actor=actor, back=_HOME))

    @post("/outlook", name="editions:look-ahead", dependencies=who_may(Action.PUBLISH_EDITIONS),
          sync_to_thread=True)  # fmt: skip
    def look_ahead(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        long_work: OpenWork,
        actor: NamedDependency[Actor],
        data: URLEncodedBody[EditionForm],
    ) -> Redirect:
        """Find out what publishing a list would freeze; nothing is published."""
        new = _asked(request, data)
        return to_work(foresee_edition_at_length(long_work, database, new, actor=actor, back=_HOME))

    @get("/outlook/{job_id:str}", name="editions:outlook",
         dependencies=who_may(Action.PUBLISH_EDITIONS), sync_to_thread=True)  # fmt: skip
    def outlook(
        self,
        request: PageRequest,
        long_work: OpenWork,
        actor: NamedDependency[Actor],
        job_id: JobInPath,
    ) -> Template:
        """Show what publishing would freeze, against the last edition, with the button for it."""
        found = long_work.jobs.found(long_work.find(job_id, actor), EditionOutlook)
        if found is None:
            raise NotFoundException
        return page(
            request,
            "editions/outlook.html",
            found=found,
            shows_synthetic=found.is_synthetic,
        )

    @get("/{key:str}", name="editions:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: EditionInPath,
        q: Text = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show an edition, or those of its entries that hold the words."""
        return _shown(request, database, key, words=q, number=page_number)

    @post("/{key:str}/corrections", name="editions:annotate",
          dependencies=who_may(Action.PUBLISH_EDITIONS), sync_to_thread=True)  # fmt: skip
    def annotate(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: EditionInPath,
        data: URLEncodedBody[CorrectionForm],
    ) -> Redirect:
        """Publish a correction beside an edition."""
        filled = read_form(data, request)
        text = filled.text("text", longest=LONGEST_NOTE, is_needed=True)
        filled.ensure_clear()
        with database.transaction() as session:
            editions.annotate(session, key, text=text, actor=actor, now=now())
        return Redirect(f"{_HOME}/{key}", status_code=303)

    @get("/{key:str}/rebuilt", name="editions:rebuilt")
    async def rebuilt(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
    ) -> Template:
        """Make an edition again from what was known then, and say whether it is equal."""
        found = await turns.take(partial(_rebuilt, database, key))
        return await turns.take(partial(_shown, request, database, key, rebuilt=found))

    @get("/{key:str}/since/{older:str}", name="editions:difference")
    async def difference(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
        older: EditionInPath,
    ) -> Template:
        """Show what an edition adds to an earlier one, lacks of it, and states otherwise."""
        found = await turns.take(partial(_difference, database, older, key))
        return page(
            request,
            "editions/difference.html",
            found=found,
            shows_synthetic=found.older.is_synthetic or found.newer.is_synthetic,
        )

    @get("/{key:str}/since/{older:str}/difference.csv", name="editions:difference-csv")
    async def difference_as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
        older: EditionInPath,
    ) -> Stream:
        """Send a difference as CSV."""
        found = await turns.take(partial(_difference, database, older, key))
        return difference_csv(found, language_of(request))

    @get("/{key:str}/edition.json", name="editions:json")
    async def as_json(
        self, database: NamedDependency[Database], turns: OpenTurns, key: EditionInPath
    ) -> Stream:
        """Send the very bytes whose SHA-256 is the edition's hash."""
        return await turns.take(partial(edition_json, database, key, name=f"{key}.json"))

    @get("/{key:str}/edition.csv", name="editions:csv")
    async def as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
    ) -> Stream:
        """Send the entries as CSV."""
        return await turns.take(partial(edition_csv, database, key, language_of(request)))

    @get("/{key:str}/edition.xlsx", name="editions:xlsx")
    async def as_workbook(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
    ) -> Stream:
        """Send the edition as a workbook."""
        return await turns.take(partial(edition_workbook, database, key, language_of(request)))

    @get("/{key:str}/edition.pdf", name="editions:pdf")
    async def as_pdf(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: OpenTurns,
        key: EditionInPath,
        volume: Volume = 1,
    ) -> Response[bytes]:
        """Send a volume of the edition as PDF pages; few editions have more than one."""
        language = language_of(request)
        return await turns.take(partial(edition_pdf, database, key, language, volume=volume))


def _asked(request: PageRequest, form: EditionForm) -> NewEdition:
    filled = read_form(form, request)
    kind = filled.choice("kind", set(EditionKind), is_needed=True)
    as_of = filled.day("as_of") or day_or_today(None)
    note = filled.text("note", longest=LONGEST_NOTE) or None
    filled.ensure_clear()
    return NewEdition(kind=EditionKind(kind), as_of=as_of, note=note)


def _shown(
    request: PageRequest,
    database: Database,
    key: str,
    *,
    words: str = "",
    number: int = 1,
    rebuilt: EditionRebuilt | None = None,
) -> Template:
    asked = plain(words)
    with database.reading() as connection:
        sheet = editions.get_edition(
            connection, key, words=asked, limit=PAGE_SIZE, offset=offset(number, PAGE_SIZE)
        )
    return page(
        request,
        "editions/show.html",
        sheet=sheet,
        edition=sheet.edition,
        head=sheet.head,
        volumes=volumes(sheet.edition.entries),
        rebuilt=rebuilt,
        q=asked,
        paging=Paging(number, PAGE_SIZE, sheet.total),
        longest=LONGEST_NOTE,
        shows_synthetic=sheet.edition.is_synthetic,
    )


def _rebuilt(database: Database, key: str) -> EditionRebuilt:
    with database.reading() as connection:
        return edition_comparing.rebuild(connection, key)


def _difference(database: Database, older: str, newer: str) -> EditionDifference:
    with database.reading() as connection:
        return edition_comparing.difference(connection, older, newer)
