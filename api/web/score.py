"""The pages of the score: products in its order, and what each point of one product stands on."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter, SkipValidation, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KEY, KeyInPath, day_or_today
from api.turns import Turns
from api.web import asked as asking
from api.web.asked import PageNumber, Short, plain
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging
from api.web.signed_in import actor_of, reader_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import catalogue, inspections, policies, ranking, scoring
from catalog.services.inspections import Finding
from catalog.services.scoring import Asked

_LARGEST_FORM = 2**16
# An empty field of a form arrives as an empty text.
OptionalKey = Annotated[str, QueryParameter(max_length=80, pattern=rf"^$|{KEY}")]


class FindingForm(msgspec.Struct, forbid_unknown_fields=True):
    """What an inspection found."""

    on: str = ""
    outcome: str = ""
    source: str = ""
    note: str = ""
    authority: str = ""
    certificate: str = ""


class ScorePages(Controller):
    """Read the ranking and the score of one product, and record what the score stands on."""

    path = "/"
    request_max_body_size = _LARGEST_FORM

    @get("/score", name="score:index", dependencies=reader_of)
    async def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        actor: NamedDependency[Actor],
        category: OptionalKey = "",
        site: OptionalKey = "",
        on: Short = "",
        own: Annotated[bool, QueryParameter()] = False,
        page_number: PageNumber = 1,
    ) -> Template:
        """Show products in order of score, and the pack that makes it."""
        asked = Asked(on=day_or_today(asking.day(on)), site=site or None)
        show = partial(
            _ranking, request, database, actor, asked, category or None, own, page_number
        )
        return await turns.take(show)

    @get("/products/{key:str}/score", name="score:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        on: Short = "",
        site: OptionalKey = "",
    ) -> Template:
        """Show every point of a product with its reason, and the score under each version."""
        asked = Asked(on=day_or_today(asking.day(on)), site=site or None)
        with database.reading() as connection:
            product = catalogue.get_product(connection, key)
            return page(
                request,
                "score/show.html",
                product=product,
                score=scoring.score_if_any(connection, key, asked),
                versions=scoring.scores_by_version(connection, key, asked),
                visits=inspections.visits_of_product(connection, key),
                checks=inspections.checks_of_product(connection, key),
                certificates=catalogue.certificates_of_product(connection, product, on=asked.on),
                whose=inspections.whose_product(connection, key),
                asked=asked,
                today=day_or_today(None),
                shows_synthetic=product.is_synthetic,
            )

    @post("/products/{key:str}/spot-checks", name="score:check", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def check(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[FindingForm],
    ) -> Redirect:
        """Put a spot check on record."""
        with database.transaction() as session:
            inspections.record_check(
                session,
                key,
                _finding(data),
                authority=plain(data.authority)[:200],
                actor=actor,
                now=now(),
            )
        return _back(key)

    @post("/products/{key:str}/surveillance-visits", name="score:visit", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def visit(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[FindingForm],
    ) -> Redirect:
        """Put a surveillance visit for one of the product's certificates on record."""
        with database.transaction() as session:
            inspections.record_visit(
                session, plain(data.certificate)[:80], _finding(data), actor=actor, now=now()
            )
        return _back(key)


def _ranking(
    request: PageRequest,
    database: Database,
    actor: Actor,
    asked: Asked,
    category: str | None,
    own: bool,
    number: int,
) -> Template:
    offset = (number - 1) * PAGE_SIZE
    with database.reading() as connection:
        policy = policies.standing_policy(connection, actor)
        found = None
        if own:
            found = policies.own_ranking(
                connection, actor, asked, category=category, limit=PAGE_SIZE, offset=offset
            )
        found = found or ranking.ranking_if_any(
            connection, asked, category=category, limit=PAGE_SIZE, offset=offset
        )
        return page(
            request,
            "score/index.html",
            found=found,
            pack=scoring.pack_named(connection, found.pack) if found else None,
            asked=asked,
            category=category,
            categories=catalogue.categories(connection),
            has_policy=policy is not None,
            paging=Paging(number, PAGE_SIZE, found.total if found else 0),
            names=names_of(connection, on=asked.on),
            shows_synthetic=found is not None and any(r.is_synthetic for r in found.items),
        )


def _finding(data: FindingForm) -> Finding:
    on = asking.day(data.on)
    if on is None or data.outcome not in ("passed", "failed"):
        field = "on" if on is None else "outcome"
        raise ValidationException(extra=[{"key": field, "message": "not understood"}])
    note = plain(data.note)[:2000]
    return Finding(
        on=on,
        is_passed=data.outcome == "passed",
        source=plain(data.source)[:200],
        note=note or None,
    )


def _back(key: str) -> Redirect:
    """Return to the page, so that to load it again repeats nothing."""
    return Redirect(f"/products/{key}/score", status_code=303)
