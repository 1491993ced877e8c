"""Answer a query from the database alone, for when the index cannot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Subquery, and_, not_, or_

from catalog.db import Database
from catalog.repositories import documents, fallback, narrowing
from catalog.repositories.adopted import is_adopted_on, standings_on
from catalog.repositories.fallback import Found
from catalog.repositories.narrowing import Condition
from search import plan as plans
from search.highlight import hit, marker
from search.plan import AnyOf, Code, Phrase, Plan, Unit, Word
from search.projection import product_document
from search.query import Facet, FacetCount, SearchPage, SearchQuery, Sort, Tier
from search.sounds import name_rank

if TYPE_CHECKING:
    from opencc import OpenCC

_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def search(database: Database, query: SearchQuery) -> SearchPage:
    """Answer a query as typed; each word counts wherever it is contained, however it is cut.

    Total and counts are exact, for this meaning. By relevance, products come first whose names
    hold every word.
    """
    plan = plans.read(query.words)
    start = max(query.offset, 0)
    with database.reading() as connection:
        ordered = _ordered(connection, query, plan)
        ids = [product.id for product in ordered[start : start + max(query.limit, 0)]]
        by_id = {p.id: product_document(p) for p in documents.by_ids(connection, ids)}
        counted = _facets(connection, query, plan)
    marks = marker(plan, Tier.EXACT)
    return SearchPage(
        hits=tuple(hit(by_id[i], marks) for i in ids if i in by_id),
        total=len(ordered),
        facets=counted,
        tier=Tier.EXACT,
        has_exact_counts=True,
    )


def matches(database: Database, query: SearchQuery) -> tuple[int, ...]:
    """Return the ids of all hits in the order of ``search``."""
    with database.reading() as connection:
        ordered = _ordered(connection, query, plans.read(query.words))
    return tuple(product.id for product in ordered)


def _ordered(connection: Connection, query: SearchQuery, plan: Plan) -> list[Found]:
    named = and_(*(_unit(unit, fallback.named_so) for unit in plan.units)) if plan.units else None
    products = fallback.found(connection, _conditions(query, plan), named=named)
    return sorted(products, key=_rank(connection, query.sort))


def _rank(connection: Connection, sort: Sort) -> Callable[[Found], tuple[Any, str]]:
    match sort:
        case Sort.RELEVANCE:
            return lambda product: (not product.is_named_so, product.key)
        case Sort.NAME:
            return lambda product: (name_rank(product.name), product.key)
        case Sort.STAR:
            stars = fallback.stars(connection)
            return lambda product: (-stars.get(product.id, 0), product.key)
        case Sort.EXPIRY:
            days: Mapping[int, dt.date | None] = fallback.last_valid_days(connection)
            return lambda product: (_never_last(days.get(product.id)), product.key)
        case Sort.NEWEST:
            return lambda product: (-product.recorded_at.date().toordinal(), product.key)


def _never_last(day: dt.date | None) -> tuple[bool, int]:
    return day is None, day.toordinal() if day else 0


def _conditions(query: SearchQuery, plan: Plan, *, without: Facet | None = None) -> list[Condition]:
    conditions = [_unit(unit, fallback.has_text, fallback.has_code) for unit in plan.units]
    for group in plan.excluded:
        conditions.append(
            not_(and_(*(_unit(unit, fallback.has_text, fallback.has_code) for unit in group)))
        )
    for facet in Facet:
        chosen = query.chosen(facet)
        if chosen and facet is not without:
            values = _values(facet, query)
            conditions.append(narrowing.has_value(values, [_storable(key) for key in chosen]))
    if query.valid_on is not None:
        conditions.append(narrowing.is_valid_on(query.valid_on))
    if query.adopted_on is not None:
        conditions.append(is_adopted_on(query.adopted_on))
    return conditions


def _unit(
    unit: Unit,
    has_text: Callable[[Sequence[str]], Condition],
    has_code: Callable[[str], Condition] | None = None,
) -> Condition:
    match unit:
        case Word() | Phrase():
            return has_text(_spellings(unit.text))
        case Code():
            whole = and_(*(has_text(_spellings(word)) for word in unit.words))
            return or_(whole, has_code(_storable(unit.squeezed))) if has_code else whole
        case AnyOf():
            return or_(
                *(
                    and_(*(_unit(u, has_text, has_code) for u in parts))
                    for parts in unit.alternatives
                )
            )


def _spellings(text: str) -> list[str]:
    """Return how a text in normal form may stand in the database; case makes no difference."""
    text = _storable(text)
    wide = text.translate(_FULL_WIDTH)
    return list(dict.fromkeys((text, _traditional().convert(text), wide, wide.upper())))


def _storable(text: str) -> str:
    """Return a text without what no database keeps."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


@cache
def _traditional() -> OpenCC:
    # Late, because it takes time that whoever has an index should not wait for.
    from opencc import OpenCC  # noqa: PLC0415

    return OpenCC("s2t")


def _facets(
    connection: Connection, query: SearchQuery, plan: Plan
) -> dict[Facet, tuple[FacetCount, ...]]:
    counts: dict[str, dict[str, int]] = {facet.value: {} for facet in query.facets}
    counted = [facet for facet in query.facets if facet is not Facet.ADOPTION or query.adoption_on]
    free = {facet.value: _values(facet, query) for facet in counted if not query.chosen(facet)}
    counts |= fallback.counts(connection, free, _conditions(query, plan))
    for facet in counted:
        if facet.value not in free:
            others = _conditions(query, plan, without=facet)
            counts |= fallback.counts(connection, {facet.value: _values(facet, query)}, others)
    return {facet: _listed(counts[facet.value], query, facet) for facet in query.facets}


def _values(facet: Facet, query: SearchQuery) -> Subquery:
    """Return the products with the values of a facet that they have, of adoption on the day."""
    if facet is Facet.ADOPTION and query.adoption_on is not None:
        return standings_on(query.adoption_on)
    return narrowing.VALUES[facet.value]


def _listed(counts: Mapping[str, int], query: SearchQuery, facet: Facet) -> tuple[FacetCount, ...]:
    """Return the largest counts, and after them those chosen that are not among them."""
    largest = sorted(counts.items(), key=lambda value: (-value[1], value[0]))
    listed = dict(largest[: max(query.facet_limit, 0)])
    chosen = {key: counts.get(key, 0) for key in sorted(query.chosen(facet) - listed.keys())}
    return tuple(FacetCount(key, count) for key, count in {**listed, **chosen}.items())
