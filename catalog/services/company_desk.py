"""A company's desk: its products, its certificates with their clocks, and what raises the score."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from catalog.errors import RulePackNotFoundError
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import adoptions, certificates, company_desk, products, watched
from catalog.rules import standing
from catalog.rules import watching as rules
from catalog.rules.pack_watch import WatchPack
from catalog.rules.packs import named
from catalog.rules.validity import Validity, validity_on
from catalog.services import organisations, scoring, watching
from catalog.services.scoring import Asked
from catalog.views.company_desk import CompanyDesk, Gain, OwnCertificate, OwnProduct
from catalog.views.score import ProductScore

MOST_PRODUCTS = 200
MOST_CERTIFICATES = 500
_STATED = ("brand", "model", "scope", "description")
_BEST_FIRST = {validity: rank for rank, validity in enumerate(Validity)}


def desk_of(connection: Connection, *, actor: Actor, on: dt.date) -> CompanyDesk:
    """Return the desk of the company that the actor acts for.

    Raises:
        PermissionDeniedError: The actor acts for no company that was proved.
    """
    ensure(actor, Action.SEE_SUBMISSIONS, Thing(organisation=actor.organisation))
    own = organisations.get_organisation(connection, actor.organisation or "", actor=actor)
    pack = watching.pack_of(connection, on)
    company = company_desk.company_id(connection, own.key)
    if company is None or own.company is None:
        return CompanyDesk(
            company=None,
            missing=[],
            products=[],
            products_total=0,
            certificates=[],
            gains=[],
            pack=named(pack) if pack else None,
            score_pack=None,
        )
    known = products.get_company(connection, own.company)
    rows, total = company_desk.products(connection, company, limit=MOST_PRODUCTS)
    scores = _scores(connection, [row.key for row in rows], on)
    return CompanyDesk(
        company=own.company,
        missing=[
            name for name in ("credit_code", "division", "address") if not getattr(known, name)
        ],
        products=_products(connection, rows, on),
        products_total=total,
        certificates=sorted(
            _certificates(connection, company, pack, on),
            key=lambda each: (each.ends_on or dt.date.max, each.number, each.key),
        ),
        gains=_gains(scores),
        pack=named(pack) if pack else None,
        score_pack=scores[0].pack if scores else None,
    )


def _products(connection: Connection, rows: Sequence[Any], on: dt.date) -> list[OwnProduct]:
    ids = [row.id for row in rows]
    covering = certificates.covering(connection, ids)
    timelines = certificates.timelines(connection, set().union(*covering.values(), set()))
    entries = adoptions.entries(connection, ids)
    found = []
    for row in rows:
        papers = covering.get(row.id, [])
        validities = [validity_on(*timelines[number], on) for number in papers]
        found.append(
            OwnProduct(
                key=row.key,
                name=row.name,
                model=row.model,
                category=row.category,
                certificates=len(papers),
                validity=min(validities, key=_BEST_FIRST.__getitem__, default=None),
                standing=standing.found_on(entries.get(row.id, ()), on).standing,
                case=row.case,
                case_state=row.case_state,
                missing=[name for name in _STATED if not getattr(row, name)],
                is_synthetic=row.is_synthetic,
            )
        )
    return found


def _certificates(
    connection: Connection, company: int, pack: WatchPack | None, on: dt.date
) -> list[OwnCertificate]:
    rows = company_desk.certificates(connection, company, limit=MOST_CERTIFICATES)
    ids = [row.id for row in rows]
    timelines = certificates.timelines(connection, ids)
    visits = watched.last_visits(connection, ids)
    found = []
    for row in rows:
        windows, states = timelines[row.id]
        validity = validity_on(windows, states, on)
        ends = rules.ends_on(windows, states, on) if validity is Validity.VALID else None
        visited = visits.get(row.id)
        visit = pack and rules.surveillance(pack, windows, states, visited_on=visited, on=on)
        left = (ends - on).days if ends else None
        found.append(
            OwnCertificate(
                key=row.key,
                number=row.number,
                body=row.body,
                validity=validity,
                ends_on=ends,
                days_left=left,
                renew_from=ends - dt.timedelta(days=pack.renewal_days) if ends and pack else None,
                is_renewal_open=bool(
                    pack and left is not None and rules.is_renewal_open(pack, left)
                ),
                visit=visit[0] if visit else None,
                visit_by=visit[1] if visit else None,
                visited_on=visited,
                products=row.products,
            )
        )
    return found


def _scores(connection: Connection, keys: Sequence[str], on: dt.date) -> list[ProductScore]:
    try:
        return scoring.scores_of_products(connection, keys, Asked(on=on))
    except RulePackNotFoundError:
        return []


def _gains(scores: Sequence[ProductScore]) -> list[Gain]:
    """Return what each criterion could still add, the one that could add most in all first."""
    could: dict[str, list[Any]] = defaultdict(list)
    for score in scores:
        for criterion in score.criteria:
            if criterion.gain > 0:
                could[criterion.key].append(criterion)
    found = [
        Gain(
            key=key,
            name_zh=criteria[0].name_zh,
            name_en=criteria[0].name_en,
            raise_zh=criteria[0].raise_zh,
            raise_en=criteria[0].raise_en,
            most=max(each.gain for each in criteria),
            products=len(criteria),
            unknown=sum(each.points is None for each in criteria),
        )
        for key, criteria in could.items()
    ]
    sums = {key: sum((c.gain for c in cs), Decimal(0)) for key, cs in could.items()}
    return sorted(found, key=lambda gain: (-sums[gain.key], gain.key))
