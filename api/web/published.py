"""The pages of published figures: publish, read, make again, compare with now."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import PathParameter, QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.answers import OpenAnswers
from api.long_ways import publish_figures_at_length
from api.long_work import OpenWork
from api.moment import now
from api.parameters import KEY, day_or_today
from api.reading import read
from api.turns import Turns
from api.web import asked as asking
from api.web.asked import PageNumber, Short
from api.web.divisions import METHODS
from api.web.i18n import zh
from api.web.long_work import to_work
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of
from api.web.waiting import answered
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.periods import Basis
from catalog.rules.terms import Stage
from catalog.services import catalogue, publishing, restating
from catalog.services.jobs import Tell
from catalog.services.publishing import LONGEST_NOTE, NewPublication
from catalog.services.report_drafts import state_of
from catalog.views.published import PublishedView, Rebuilt
from catalog.views.restating import Restatement

HashInPath = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]
OfKey = Annotated[str, QueryParameter(pattern=rf"{KEY}|^$", max_length=80)]
_LARGEST_FORM = 2**16
_SECTION = "divisions"


class PublicationForm(msgspec.Struct, forbid_unknown_fields=True):
    """What to publish; an empty division is the Corps."""

    year: str = ""
    division: str = ""
    basis: Basis = Basis.CALENDAR
    stage: Stage = Stage.COMPLETION
    method: Literal["A", "B", "C"] = "B"
    note: str = ""


class PublishedPages(Controller):
    """Publish figures and read what was published."""

    path = "/published-figures"
    request_max_body_size = _LARGEST_FORM

    @read(name="published:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        division: OfKey = "",
        year: Short = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show what was published, the latest first, and the form to publish more."""
        with database.reading() as connection:
            found = publishing.browse_published(
                connection, division=division or None, limit=PAGE_SIZE, offset=offset(page_number)
            )
            return page(
                request,
                "published/index.html",
                division=division,
                year=asking.year(year) or day_or_today(None).year,
                figures=found.items,
                paging=Paging(page_number, PAGE_SIZE, found.total),
                methods=METHODS,
                longest=LONGEST_NOTE,
                section=_SECTION,
                names=names_of(connection, on=day_or_today(None)),
                shows_synthetic=bool(found.items) and catalogue.shows_synthetic(connection),
            )

    @post(name="published:publish", sync_to_thread=True, dependencies=actor_of)
    def publish(
        self,
        long_work: OpenWork,
        actor: NamedDependency[Actor],
        data: URLEncodedBody[PublicationForm],
    ) -> Redirect:
        """Freeze figures as they are known now, and show them."""
        year = asking.year(data.year)
        if not year:
            raise ValidationException(extra=[{"key": "year", "message": "not understood"}])
        new = NewPublication(
            year=year,
            division=asking.plain(data.division) or None,
            basis=data.basis,
            stage=data.stage,
            method=data.method,
            note=asking.plain(data.note)[:LONGEST_NOTE] or None,
        )
        return to_work(
            publish_figures_at_length(long_work, new, actor=actor, back="/published-figures")
        )

    @read("/{hash:str}", name="published:show")
    def show(
        self, request: PageRequest, database: NamedDependency[Database], hash: HashInPath
    ) -> Template:
        """Show a published figure, with the results, rules and papers that it stands on."""
        with database.reading() as connection:
            view = publishing.get_published(connection, hash)
        return _shown(request, database, view, None)

    @get("/{hash:str}/rebuilt", name="published:rebuilt")
    async def rebuilt(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        answers: OpenAnswers,
        turns: NamedDependency[SkipValidation[Turns]],
        hash: HashInPath,
    ) -> Template:
        """Make a published figure again from what was known then, and say whether it is equal."""

        def make(tell: Tell) -> tuple[PublishedView, Rebuilt]:
            with database.reading() as connection:
                view = publishing.get_published(connection, hash)
                return view, publishing.rebuild(connection, hash, tell=tell)

        title, back = zh("重新核算并比对"), f"/published-figures/{hash}"
        question = partial(_question, database, "rebuilt", hash)
        found = await answered(request, answers, question, make, title=title, back=back)
        if isinstance(found, Template):
            return found
        return await turns.take(partial(_shown, request, database, *found))

    @get("/{hash:str}/restated", name="published:restated")
    async def restated(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        answers: OpenAnswers,
        turns: NamedDependency[SkipValidation[Turns]],
        hash: HashInPath,
    ) -> Template:
        """Show what a published figure is now, which lines changed since, and why."""

        def make(_: Tell) -> Restatement:
            with database.reading() as connection:
                return restating.restate(connection, hash)

        title, back = zh("与现在比较"), f"/published-figures/{hash}"
        question = partial(_question, database, "restated", hash)
        found = await answered(request, answers, question, make, title=title, back=back)
        if isinstance(found, Template):
            return found
        return await turns.take(partial(_compared, request, database, found))


def _question(database: Database, asked: str, content_hash: str) -> tuple[object, ...]:
    """Return what names an answer about a published figure."""
    with database.reading() as connection:
        return asked, content_hash, state_of(connection, now=now())


def _compared(request: PageRequest, database: Database, found: Restatement) -> Template:
    with database.reading() as connection:
        return page(
            request,
            "published/restated.html",
            found=found,
            section=_SECTION,
            names=names_of(connection, on=day_or_today(None)),
            shows_synthetic=catalogue.shows_synthetic(connection),
        )


def _shown(
    request: PageRequest, database: Database, view: PublishedView, rebuilt: Rebuilt | None
) -> Template:
    with database.reading() as connection:
        return page(
            request,
            "published/show.html",
            head=view.head,
            content=view.content,
            rebuilt=rebuilt,
            buildings=publishing.names_behind(connection, view.content),
            section=_SECTION,
            names=names_of(connection, on=day_or_today(None)),
            shows_synthetic=catalogue.shows_synthetic(connection),
        )
