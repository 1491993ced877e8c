"""The pages of demonstration projects and bases."""

from __future__ import annotations

import datetime as dt

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.web import asked as asking
from api.web.asked import Short, plain
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.signed_in import actor_of, reader_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.rules.annual_report.terms import DemonstrationKind
from catalog.services import demonstrations
from catalog.services.demonstrations import LONGEST_NAME, LONGEST_REASON, NewDemonstration

_LARGEST_FORM = 2**16


class DemonstrationForm(msgspec.Struct, forbid_unknown_fields=True):
    """What is named an example, in which document."""

    kind: DemonstrationKind
    document: str = ""
    named_on: str = ""
    project: str = ""
    company: str = ""
    name: str = ""
    division: str = ""


class WithdrawalForm(msgspec.Struct, forbid_unknown_fields=True):
    """From when on something is no example any more, and why."""

    on: str = ""
    reason: str = ""


class DemonstrationPages(Controller):
    """Read the examples; the Corps' bureau names and withdraws them."""

    path = "/demonstrations"
    request_max_body_size = _LARGEST_FORM
    dependencies = reader_of

    @get(name="demonstrations:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        division: Short = "",
        year: Short = "",
    ) -> Template:
        """Show demonstration projects and bases, the latest named first."""
        place, chosen = plain(division), asking.year(year)
        with database.reading() as connection:
            every = demonstrations.every_demonstration(connection)
            names = names_of(connection, on=day_or_today(None))
        found = [
            each
            for each in every
            if place in ("", each.division) and chosen in (None, each.named_on.year)
        ]
        return page(
            request,
            "reports/demonstrations.html",
            found=found,
            years=sorted({each.named_on.year for each in every}, reverse=True),
            year=chosen,
            division=place if place in names.divisions else "",
            kinds=list(DemonstrationKind),
            today=day_or_today(None),
            longest=LONGEST_NAME,
            longest_reason=LONGEST_REASON,
            names=names,
            shows_synthetic=any(each.is_synthetic for each in found),
        )

    @post(name="demonstrations:name", sync_to_thread=True, dependencies=actor_of)
    def name(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[DemonstrationForm],
    ) -> Redirect:
        """Name a project or a base an example."""
        new = NewDemonstration(
            kind=data.kind,
            document=plain(data.document),
            named_on=_day(data.named_on, "named_on"),
            project=plain(data.project) or None,
            company=plain(data.company) or None,
            name=plain(data.name) or None,
            division=plain(data.division) or None,
        )
        with database.transaction() as session:
            demonstrations.name_demonstration(session, new, actor=actor, now=now())
        return Redirect("/demonstrations", status_code=303)

    @post("/{key:str}/withdraw", name="demonstrations:withdraw", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def withdraw(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[WithdrawalForm],
    ) -> Redirect:
        """Withdraw an example."""
        with database.transaction() as session:
            demonstrations.withdraw_demonstration(
                session,
                key,
                on=_day(data.on, "on"),
                reason=plain(data.reason),
                actor=actor,
                now=now(),
            )
        return Redirect("/demonstrations", status_code=303)


def _day(text: str, name: str) -> dt.date:
    found = asking.day(text, name=name)
    if found is None:
        raise ValidationException(extra=[{"key": name, "message": "not understood"}])
    return found
