"""The pages of draws: announce one, reveal it, and show how anyone can repeat it."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import day_or_today
from api.reading import read
from api.web.asked import PageNumber, plain, several
from api.web.filled_in import read_form
from api.web.i18n import zh
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.permissions import Action, Actor
from catalog.rules.draw import Seats
from catalog.sealing import Sealer
from catalog.services import drawing, panel
from catalog.services.drawing import NewDraw

DrawInPath = Annotated[str, PathParameter(pattern=r"^\d{4}-\d{4,8}$")]
OpenSealer = NamedDependency[SkipValidation[Sealer]]
SEED_BYTES = 32
_LARGEST_FORM = 2**16
_LONGEST_LIST = 20_000
_HOME = "/draws"
_SEPARATORS = re.compile(r"[\r\n;；]+")
_MOST_SEATS = 99
_LONGEST_REASON = 2000
_NO_SEATS = zh("至少在一个专业填写抽取人数，最多 99 人")
_NO_HASH = zh("SHA-256 由 64 个十六进制字符组成")


class DrawForm(msgspec.Struct, forbid_unknown_fields=True):
    """What experts are drawn for; each ``field`` has its number in the same place of ``count``."""

    title: str = ""
    field: str | list[str] = ""
    count: str | list[str] = ""
    cases: str = ""
    parties: str = ""
    public_source: str = ""
    commitment: str = ""


class RevealForm(msgspec.Struct, forbid_unknown_fields=True):
    """The public number that was announced, and the seed if the announcer kept it."""

    public_value: str = ""
    seed: str = ""


class VoidForm(msgspec.Struct, forbid_unknown_fields=True):
    """Why a draw does not count."""

    reason: str = ""


class DrawPages(Controller):
    """Draw experts in public."""

    path = _HOME
    request_max_body_size = _LARGEST_FORM

    @read(name="draws:index")
    def index(
        self, request: PageRequest, database: NamedDependency[Database], page_number: PageNumber = 1
    ) -> Template:
        """Show every draw, the latest first."""
        with database.reading() as connection:
            found = drawing.browse_draws(connection, limit=PAGE_SIZE, offset=offset(page_number))
        return page(
            request,
            "draws/index.html",
            draws=found.items,
            paging=Paging(page_number, PAGE_SIZE, found.total),
        )

    @get("/new", name="draws:new", dependencies=who_may(Action.DRAW_EXPERTS), sync_to_thread=True)
    def new(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Ask what experts are to be drawn for."""
        with database.reading() as connection:
            today = day_or_today(None)
            return page(
                request,
                "draws/new.html",
                fields=panel.fields(connection),
                most=_MOST_SEATS,
                names=names_of(connection, on=today),
            )

    @post(name="draws:announce", dependencies=who_may(Action.DRAW_EXPERTS), sync_to_thread=True)
    def announce(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        sealer: OpenSealer,
        actor: NamedDependency[Actor],
        data: URLEncodedBody[DrawForm],
    ) -> Redirect:
        """Publish that experts will be drawn."""
        filled = read_form(data, request)
        commitment = filled.text("commitment").lower()
        if commitment and not re.fullmatch(r"[0-9a-f]{64}", commitment):
            filled.refuse("commitment", _NO_HASH)
        seats = _seats(several(data.field), several(data.count))
        if not seats:
            filled.refuse("count", _NO_SEATS)
        new = NewDraw(
            title=filled.text("title", is_needed=True),
            seats=seats or (),
            cases=_lines(data.cases),
            parties=_lines(data.parties),
            public_source=filled.text("public_source") or None,
            commitment=commitment or None,
        )
        filled.ensure_clear()
        seed = secrets.token_hex(SEED_BYTES)
        with database.transaction() as session:
            view = drawing.announce(session, sealer, new, seed=seed, actor=actor, now=now())
        return Redirect(f"{_HOME}/{view.head.key}", status_code=303)

    @read("/{key:str}", name="draws:show")
    def show(
        self, request: PageRequest, database: NamedDependency[Database], key: DrawInPath
    ) -> Template:
        """Show all that is published of a draw, and how to repeat it."""
        with database.reading() as connection:
            view = drawing.get_draw(connection, key)
            return page(
                request,
                "draws/show.html",
                head=view.head,
                record=view.record,
                flaws=view.flaws,
                members={member.key: member for member in view.record.panel},
                drawn={each.expert for each in view.record.drawn},
                names=names_of(connection, on=day_or_today(None)),
            )

    @post("/{key:str}/reveal", name="draws:reveal", dependencies=who_may(Action.DRAW_EXPERTS),
          sync_to_thread=True)  # fmt: skip
    def reveal(
        self,
        database: NamedDependency[Database],
        sealer: OpenSealer,
        actor: NamedDependency[Actor],
        key: DrawInPath,
        data: URLEncodedBody[RevealForm],
    ) -> Redirect:
        """Open the seed and draw."""
        with database.transaction() as session:
            drawing.reveal(
                session,
                sealer,
                key,
                seed=plain(data.seed) or None,
                public_value=plain(data.public_value)[:200] or None,
                actor=actor,
                now=now(),
            )
        return Redirect(f"{_HOME}/{key}", status_code=303)

    @post("/{key:str}/void", name="draws:void", dependencies=who_may(Action.DRAW_EXPERTS),
          sync_to_thread=True)  # fmt: skip
    def void(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: DrawInPath,
        data: URLEncodedBody[VoidForm],
    ) -> Redirect:
        """Say that a draw does not count, and why."""
        filled = read_form(data, request)
        reason = filled.text("reason", longest=_LONGEST_REASON, is_needed=True)
        filled.ensure_clear()
        with database.transaction() as session:
            drawing.void(session, key, reason=reason, actor=actor, now=now())
        return Redirect(f"{_HOME}/{key}", status_code=303)


def _lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that say something."""
    said = (plain(line) for line in _SEPARATORS.split(text[:_LONGEST_LIST]))
    return tuple(line[:200] for line in said if line)


def _seats(fields: list[str], counts: list[str]) -> tuple[Seats, ...] | None:
    """Return how many are asked of each field; None where a number is none, or all are empty."""
    found = []
    for field, count in zip(fields, map(plain, counts), strict=False):
        if not (count or "0").isascii() or not (count or "0").isdigit():
            return None
        if count and 0 < int(count) <= _MOST_SEATS:
            found.append(Seats(plain(field), int(count)))
        elif count and int(count):
            return None
    return tuple(found) or None
