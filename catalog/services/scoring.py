"""Score products, and say why: a ranking for readers, which no decision on a case may ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import Connection

from catalog.errors import ProductNotFoundError, RulePackNotFoundError
from catalog.repositories import products, projects, reference, score
from catalog.rules.pack_score import PLACES, Criterion, ScorePack
from catalog.rules.packs import named, pack_in_force, version_order
from catalog.rules.score.frames import STATEMENTS
from catalog.rules.score.scoring import (
    gate_column,
    points_column,
    possible,
    scored,
)
from catalog.services.remembering import Remembered
from catalog.views.products import ProductView
from catalog.views.score import (
    Answer,
    CriterionScore,
    GateAnswer,
    ProductScore,
)

_SCORES: Remembered[ProductScore | None] = Remembered(most=2_000)
# To make a plan for one row quicker would take longer than to follow it.
_AS_WRITTEN = pl.QueryOptFlags.none()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which score is asked for: on a day, as known now or at a moment, to a site or to none.

    ``pack`` is ``key@version``, a key alone is its newest version; by default it is the one in
    force on the day.
    """

    on: dt.date
    known_at: dt.datetime | None = None
    site: str | None = None
    pack: str | None = None


def score_packs(connection: Connection) -> list[ScorePack]:
    """Return every score pack that was ever published, the earliest first."""
    return score.score_packs(connection)


def pack_of(connection: Connection, asked: Asked) -> ScorePack:
    """Return the pack to score by.

    Raises:
        RulePackNotFoundError: No such pack is published, or none is in force on the day.
    """
    packs = score.score_packs(connection, known_at=asked.known_at)
    known = ", ".join(sorted(map(named, packs)))
    if asked.pack is not None:
        chosen = [pack for pack in packs if asked.pack in (named(pack), pack.key)]
        if not chosen:
            raise RulePackNotFoundError(key=asked.pack, known=known)
        return max(chosen, key=lambda pack: version_order(pack.version))
    place = next(iter(reference.jurisdictions(connection)), "CN")
    found = pack_in_force(packs, kind="score", place=place, on=asked.on)
    if not isinstance(found, ScorePack):
        raise RulePackNotFoundError(key="score", known=known)
    return found


def pack_named(connection: Connection, name: str) -> ScorePack:
    """Return the pack that is called ``key@version``.

    Raises:
        RulePackNotFoundError: No such pack is published.
    """
    return pack_of(connection, Asked(on=dt.date.min, pack=name))


def score_if_any(connection: Connection, key: str, asked: Asked) -> ProductScore | None:
    """Return a product's score with every reason, None on a day when no pack is in force.

    Raises:
        ProductNotFoundError: There is no such product, or there was none at the moment.
        ProjectNotFoundError: The site is no project.
    """

    def find() -> ProductScore | None:
        try:
            return score_of_product(connection, key, asked)
        except RulePackNotFoundError:
            return None

    # Every page of the product tells it, and nothing it stands on changes off the record.
    return _SCORES.get(connection, (key, asked), find)


def score_of_product(connection: Connection, key: str, asked: Asked) -> ProductScore:
    """Return a product's score with every reason.

    Raises:
        ProductNotFoundError: There is no such product, or there was none at the moment.
        ProjectNotFoundError: The site is no project.
        RulePackNotFoundError: No such pack is published, or none is in force on the day.
    """
    pack = pack_of(connection, asked)
    (found,) = _scores(connection, key, asked, [pack])
    return found


def scores_of_products(
    connection: Connection, keys: Sequence[str], asked: Asked
) -> list[ProductScore]:
    """Return the scores of several products with every reason, those that there are.

    Raises:
        ProjectNotFoundError: The site is no project.
        RulePackNotFoundError: No such pack is published, or none is in force on the day.
    """
    pack = pack_of(connection, asked)
    ensure_site(connection, asked.site)
    known = products.by_keys(connection, keys)
    ids = {score.product_id(connection, key): key for key in known}
    numbers = [number for number in ids if number is not None]
    reader = score.Reader(connection, asked.known_at)
    frame = reader.products(numbers, site=asked.site)
    if frame.is_empty():
        return []
    plan = scored(
        pack,
        frame.lazy(),
        reader.evidence(numbers).lazy(),
        on=asked.on,
        has_site=asked.site is not None,
    )
    stated = {row["product"]: row for row in frame.iter_rows(named=True)}
    found = []
    for row in plan.collect(optimizations=_AS_WRITTEN).iter_rows(named=True):
        number = row["product"]
        not_stated = [each for each in STATEMENTS if not stated[number][f"has_{each}"]]
        found.append(_explained(known[ids[number]], pack, row, asked, not_stated))
    return found


def scores_by_version(connection: Connection, key: str, asked: Asked) -> list[ProductScore]:
    """Return a product's score under every pack that was published, the earliest first.

    Raises:
        ProductNotFoundError: There is no such product, or there was none at the moment.
        ProjectNotFoundError: The site is no project.
    """
    packs = score.score_packs(connection, known_at=asked.known_at)
    return _scores(connection, key, asked, packs)


def _scores(
    connection: Connection, key: str, asked: Asked, packs: list[ScorePack]
) -> list[ProductScore]:
    product = products.get_by_key(connection, key)
    ensure_site(connection, asked.site)
    number = score.product_id(connection, key)
    ids = [] if number is None else [number]
    reader = score.Reader(connection, asked.known_at)
    frame = reader.products(ids, site=asked.site)
    if frame.is_empty():
        raise ProductNotFoundError(key=key)
    evidence = reader.evidence(ids)
    stated = frame.row(0, named=True)
    not_stated = [each for each in STATEMENTS if not stated[f"has_{each}"]]
    found = []
    for pack in packs:
        plan = scored(
            pack, frame.lazy(), evidence.lazy(), on=asked.on, has_site=asked.site is not None
        )
        row = plan.collect(optimizations=_AS_WRITTEN).row(0, named=True)
        found.append(_explained(product, pack, row, asked, not_stated))
    return found


def _explained(
    product: ProductView,
    pack: ScorePack,
    row: dict[str, Any],
    asked: Asked,
    not_stated: list[str],
) -> ProductScore:
    has_site = asked.site is not None
    return ProductScore(
        product=product.key,
        name=product.name,
        is_synthetic=product.is_synthetic,
        pack=named(pack),
        pack_zh=pack.name_zh,
        pack_en=pack.name_en,
        on=asked.on,
        known_at=asked.known_at,
        site=asked.site,
        points=as_points(row["points"]),
        missing=as_points(row["missing"]),
        possible=as_points(possible(pack, has_site=has_site)),
        lowest=as_points(row["lowest"]),
        highest=as_points(row["highest"]),
        gates=[
            GateAnswer(
                key=gate.key,
                name_zh=gate.name_zh,
                name_en=gate.name_en,
                answer=_answer(row[gate_column(gate.key)]),
                clause=gate.clause,
            )
            for gate in pack.gates
        ],
        criteria=[_criterion(c, row) for c in pack.criteria_for(has_site=has_site)],
        not_stated=not_stated,
    )


def _criterion(criterion: Criterion, row: dict[str, Any]) -> CriterionScore:
    value, earned = row[criterion.fact.value], row[points_column(criterion.key)]
    points = None if earned is None else as_points(earned)
    return CriterionScore(
        key=criterion.key,
        name_zh=criterion.name_zh,
        name_en=criterion.name_en,
        fact=criterion.fact,
        value=None if value is None else str(value),
        points=points,
        most=criterion.most,
        gain=criterion.most - (points or Decimal(0)),
        raise_zh=criterion.raise_zh,
        raise_en=criterion.raise_en,
        clause=criterion.clause,
    )


def _answer(is_passed: bool | None) -> Answer:
    if is_passed is None:
        return "unknown"
    return "passed" if is_passed else "failed"


def as_points(hundredths: int) -> Decimal:
    """Return the points of so many hundredths, without trailing zeros."""
    whole, rest = divmod(hundredths, 10**PLACES)
    return Decimal(whole) if rest == 0 else Decimal(hundredths).scaleb(-PLACES).normalize()


def ensure_site(connection: Connection, site: str | None) -> None:
    """Let a site pass that is a project, or none.

    Raises:
        ProjectNotFoundError: There is no such project.
    """
    if site is not None:
        projects.get_by_key(connection, site)
