"""Rank products by their score: what is sure counts first, then what may still be."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection

from catalog.errors import RulePackNotFoundError
from catalog.repositories import products, score
from catalog.rules.pack_score import ScorePack
from catalog.rules.packs import named
from catalog.rules.score.policy import OWN, Policy, laid_over
from catalog.rules.score.scoring import possible, ranked, scored
from catalog.services.scoring import Asked, as_points, ensure_site, pack_of
from catalog.views.score import RankedProduct, Ranking


def score_frame(
    connection: Connection, pack: ScorePack, asked: Asked, category: str | None
) -> pl.LazyFrame:
    """Return the scored frame of every listed product, of a category or of all.

    Raises:
        ProjectNotFoundError: The site is no project.
    """
    ensure_site(connection, asked.site)
    ids = score.listed_ids(connection, category)
    reader = score.Reader(connection, asked.known_at)
    frame, evidence = reader.products(ids, site=asked.site), reader.evidence(ids)
    return scored(pack, frame.lazy(), evidence.lazy(), on=asked.on, has_site=asked.site is not None)


def ranking(
    connection: Connection,
    asked: Asked,
    *,
    category: str | None,
    limit: int,
    offset: int,
    policy: tuple[int, Policy] | None = None,
) -> Ranking:
    """Return a window on the products in order of score; a policy is its version and content.

    Raises:
        ProjectNotFoundError: The site is no project.
        RulePackNotFoundError: No such pack is published, or none is in force on the day.
    """
    pack = pack_of(connection, asked)
    has_site = asked.site is not None
    frame, prefix, fallen = score_frame(connection, pack, asked, category), "", 0
    weights = None
    if policy is not None:
        prefix, weights = OWN, policy[1].weights
        laid = laid_over(policy[1], pack, frame, has_site=has_site).collect()
        fallen = int(laid["falls_out"].sum())
        frame = laid.lazy().filter(~pl.col("falls_out"))
    ordered = ranked(frame, prefix).collect()
    return Ranking(
        pack=named(pack),
        policy=None if policy is None else policy[0],
        on=asked.on,
        category=category,
        site=asked.site,
        possible=as_points(possible(pack, has_site=has_site, weights=weights)),
        total=ordered.height,
        fallen=fallen,
        limit=limit,
        offset=offset,
        items=_shown(connection, ordered.slice(offset, limit), prefix),
    )


def ranking_if_any(
    connection: Connection, asked: Asked, *, category: str | None, limit: int, offset: int
) -> Ranking | None:
    """Return a window on the ranking, None on a day when no pack is in force.

    Raises:
        ProjectNotFoundError: The site is no project.
    """
    try:
        return ranking(connection, asked, category=category, limit=limit, offset=offset)
    except RulePackNotFoundError:
        return None


def _shown(connection: Connection, rows: pl.DataFrame, prefix: str) -> list[RankedProduct]:
    views = products.by_keys(connection, rows["key"])
    shown = ((views[row["key"]], row) for row in rows.iter_rows(named=True) if row["key"] in views)
    return [
        RankedProduct(
            place=row["place"],
            product=view.key,
            name=view.name,
            model=view.model,
            company=view.company,
            company_name=view.company_name,
            is_synthetic=view.is_synthetic,
            points=as_points(row[f"{prefix}points"]),
            missing=as_points(row[f"{prefix}missing"]),
            lowest=as_points(row[f"{prefix}lowest"]),
            highest=as_points(row[f"{prefix}highest"]),
            fails_a_gate=row["has_failed"],
        )
        for view, row in shown
    ]
