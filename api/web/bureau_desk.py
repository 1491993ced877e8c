"""The desk of a bureau: what waits, with its clocks, and the figures to be steered by."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import PathParameter, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.form_files import chart_answer
from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.sending import CSV
from api.web import asked as asking
from api.web.asked import Short, plain
from api.web.bureau_charts import charts_of
from api.web.i18n import language_of
from api.web.names import Names, names_of
from api.web.page import PageRequest, address, page
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import DivisionNotFoundError
from catalog.permissions import Action, Actor, Thing, may
from catalog.rules.annual_report.terms import CORPS
from catalog.services import bureau_desk, bureau_figures, catalogue, targets
from catalog.services.bureau_figures import BureauFigures
from catalog.services.report_making import METHOD
from catalog.services.targets import LONGEST_DOCUMENT, LONGEST_REASON, NewTarget

METHODS = ("B", "A", "C")
Method = Annotated[Literal["A", "B", "C"], QueryParameter()]
ChartName = Annotated[str, PathParameter(pattern="^(trend|divisions|kinds|categories)$")]
_LARGEST_FORM = 2**16


class TargetForm(msgspec.Struct, forbid_unknown_fields=True):
    """A ratio to be reached, and the document it is in."""

    division: str = ""
    year: str = ""
    method: Literal["A", "B", "C"] = "B"
    percent: str = ""
    document: str = ""


class ReasonForm(msgspec.Struct, forbid_unknown_fields=True):
    """Why a target is taken back."""

    reason: str = ""


class BureauDeskPages(Controller):
    """Work the queues of a bureau and read its figures; only bureaus."""

    path = "/desk/bureau"
    request_max_body_size = _LARGEST_FORM
    dependencies = who_may(Action.SEE_REPORTS)

    @get(name="bureau:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Show what waits, what is most pressing first."""
        with database.reading() as connection:
            desk = bureau_desk.desk(connection, actor, now=now())
            names = names_of(connection, on=desk.on)
            shows_synthetic = catalogue.shows_synthetic(connection)
        return page(
            request,
            "desks/bureau.html",
            desk=desk,
            names=names,
            section="desk",
            shows_synthetic=shows_synthetic,
        )

    @get("/figures", name="bureau:figures", sync_to_thread=True)
    def figures(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        division: Short = "",
        year: Short = "",
        method: Method = METHOD,
    ) -> Template:
        """Show the figures of a year of reports."""
        found, names = _figures(database, actor, division, year, method)
        with database.reading() as connection:
            shows_synthetic = catalogue.shows_synthetic(connection)
        place = found.division
        return page(
            request,
            "desks/bureau_figures.html",
            found=found,
            charts=charts_of(found, names, language_of(request)),
            here="/desk/bureau/figures",
            asked={"division": division or None, "year": found.year, "method": method},
            sees_all=may(actor, Action.SEE_REPORTS, Thing()),
            keeps_targets=may(actor, Action.KEEP_TARGETS, Thing(division=place)),
            methods=METHODS,
            longest=LONGEST_DOCUMENT,
            longest_reason=LONGEST_REASON,
            names=names,
            section="desk",
            shows_synthetic=shows_synthetic,
        )

    @get("/figures/{chart:str}/list.csv", name="bureau:chart", sync_to_thread=True)
    def chart(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        chart: ChartName,
        division: Short = "",
        year: Short = "",
        method: Method = METHOD,
    ) -> Response[bytes]:
        """Send the figures of a chart."""
        found, names = _figures(database, actor, division, year, method)
        drawn = charts_of(found, names, language_of(request)).get(chart)
        if drawn is None:
            # There is a chart only once there is something to draw.
            return Response(b"", media_type=CSV)
        return chart_answer(drawn, f"lucai-{chart}-{found.division or CORPS}-{found.year}")

    @post("/targets", name="bureau:set-target", sync_to_thread=True)
    def set_target(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[TargetForm],
    ) -> Redirect:
        """Set a target, with the document it is in."""
        year = asking.year(data.year)
        if not year:
            raise ValidationException(extra=[{"key": "year", "message": "not understood"}])
        place = plain(data.division) or None
        new = NewTarget(
            division=place,
            year=year,
            method=data.method,
            percent=_percent(data.percent),
            document=plain(data.document),
        )
        with database.transaction() as session:
            targets.set_target(session, new, actor=actor, now=now())
        to = address("/desk/bureau/figures", division=place, year=year, method=data.method)
        return Redirect(to, status_code=303)

    @post("/targets/{key:str}/withdraw", name="bureau:withdraw-target", sync_to_thread=True)
    def withdraw_target(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Take a target back."""
        with database.transaction() as session:
            targets.withdraw_target(session, key, reason=plain(data.reason), actor=actor, now=now())
        return Redirect("/desk/bureau/figures", status_code=303)


def _figures(
    database: Database, actor: Actor, division: str, year: str, method: str
) -> tuple[BureauFigures, Names]:
    """Return the figures that were asked for: a division's bureau sees those of its own."""
    chosen = asking.year(year)
    with database.reading() as connection:
        names = names_of(connection, on=day_or_today(None))
        place = plain(division) or actor.division
        if place is not None and place not in names.divisions:
            raise DivisionNotFoundError(key=place)
        found = bureau_figures.figures(
            connection,
            actor,
            division=place,
            year=chosen or None,
            method=method,
            now=now(),
        )
    return found, names


def _percent(text: str) -> Decimal:
    try:
        found = Decimal(plain(text).rstrip("%％"))
    except InvalidOperation:
        raise ValidationException(extra=[{"key": "percent", "message": "not understood"}]) from None
    if not found.is_finite():
        raise ValidationException(extra=[{"key": "percent", "message": "not understood"}])
    return found
