"""Decide what lines with some words are, and remember it for the next file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from catalog.errors import DecisionImpossibleError
from catalog.models.deciding import LineDecision
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.permissions import Action, Actor, Reach, Thing, ensure, reach_of
from catalog.repositories import bulk, matching, reference
from catalog.rules.matching_text import signature
from catalog.services import audit
from catalog.views.matching import DecisionView


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What lines with these words are.

    No category means that the catalogues do not list them or, where ``is_material`` is false,
    that they are labour, plant, a service or a sum.
    """

    name: str
    specification: str | None
    unit: str
    category: str | None = None
    place: str | None = None
    product: str | None = None
    is_material: bool = True


def decide(
    session: Session, wanted: Sequence[NewDecision], *, actor: Actor, now: dt.datetime
) -> list[DecisionView]:
    """Remember what lines with some words are. The same again changes nothing; else it replaces.

    Raises:
        PermissionDeniedError: The actor may not import, or not replace what others decided.
        DecisionImpossibleError: Category, place or product are unknown, or do not go together.
    """
    ensure(actor, Action.IMPORT)
    bulk.take_turns(session)
    connection = session.connection()
    categories = {row.key: row.id for row in connection.execute(select(Category.key, Category.id))}
    places = {row[0] for row in reference.places(connection)}
    products = listed_products(session, {new.product for new in wanted if new.product})
    latest = {signature(new.name, new.specification, new.unit): new for new in wanted}
    held = matching.decisions(connection, latest)
    added = []
    for sign, new in latest.items():
        product = products.get(new.product or "")
        _check(new, categories, places, product)
        known = held.get(sign)
        if known is not None and _says(known) == (
            new.category, new.place, new.product, new.is_material
        ):  # fmt: skip
            continue
        if known is not None:
            _ensure_own(actor, known)
            matching.supersede(connection, [known.id], now=now)
        added.append(
            LineDecision(
                signature=sign,
                name=new.name,
                specification=new.specification,
                unit=new.unit,
                category_id=categories[new.category] if new.category else None,
                place=new.place,
                product_id=product["id"] if product else None,
                is_material=new.is_material,
                actor=actor.name,
                decided_at=now,
            )
        )
    session.add_all(added)
    session.flush()
    found = matching.decisions(connection, latest)
    for decision in added:
        earlier = held.get(decision.signature)
        audit.record(
            session,
            actor,
            action=Action.IMPORT,
            thing="line-decision",
            key=decision.signature,
            now=now,
            before=None if earlier is None else _said(earlier),
            after=_said(found[decision.signature]),
        )
    return [found[sign] for sign in latest]


def forget(
    session: Session, signatures: Collection[str], *, actor: Actor, now: dt.datetime
) -> None:
    """Let decisions count no longer, so that the next file is asked about again.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    connection = session.connection()
    held = matching.decisions(connection, signatures)
    for decision in held.values():
        _ensure_own(actor, decision)
    matching.supersede(connection, [decision.id for decision in held.values()], now=now)
    for sign, decision in held.items():
        audit.record(
            session,
            actor,
            action=Action.IMPORT,
            thing="line-decision",
            key=sign,
            now=now,
            before=_said(decision),
        )


def _ensure_own(actor: Actor, decision: DecisionView) -> None:
    """Let those pass who may replace a decision, which counts for everybody's lines.

    Raises:
        PermissionDeniedError: The actor answers for its own things alone, and others decided it.
    """
    if reach_of(actor, Action.IMPORT) is not Reach.ALL and decision.actor != actor.name:
        ensure(actor, Action.IMPORT, Thing())


def decisions_now(connection: Connection, signatures: Collection[str]) -> dict[str, DecisionView]:
    """Return the decisions that count now, by signature."""
    return matching.decisions(connection, signatures)


def decision_history(connection: Connection, *, limit: int, offset: int) -> list[DecisionView]:
    """Return all decisions ever made, newest first."""
    return matching.decision_history(connection, limit=limit, offset=offset)


def listed_products(session: Session, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the rows of those products that the catalogue lists, by key."""
    rows = bulk.rows_where_in(session, bulk.table_of(Product), "key", keys)
    return {row["key"]: row for row in rows if row["withdrawn_at"] is None}


def _check(
    new: NewDecision,
    categories: Mapping[str, int],
    places: Collection[str],
    product: Mapping[str, Any] | None,
) -> None:
    problems = (
        (
            new.category is not None and new.category not in categories,
            f"没有类别“{new.category}”",
            f"there is no category “{new.category}”",
        ),
        (
            new.place is not None and new.place not in places,
            f"没有使用部位“{new.place}”",
            f"there is no place “{new.place}”",
        ),
        (
            new.product is not None and product is None,
            f"没有产品“{new.product}”",
            f"there is no product “{new.product}”",
        ),
        (
            new.category is None and (new.product is not None or new.place is not None),
            "未列入类别的行不能有产品或部位",
            "a line without a category has no product and no place",
        ),
        (
            not new.is_material and new.category is not None,
            "非材料不属任何类别",
            "what is no material has no category",
        ),
        (
            product is not None
            and new.category is not None
            and product["category_id"] != categories.get(new.category),
            "产品不属于所选类别",
            "the product is of another category",
        ),
    )
    for is_wrong, zh, en in problems:
        if is_wrong:
            raise DecisionImpossibleError(reason_zh=zh, reason_en=en)


def _said(decision: DecisionView) -> dict[str, object]:
    names = ("name", "specification", "unit", "category", "place", "product", "is_material")
    return {name: getattr(decision, name) for name in names}


def _says(decision: DecisionView) -> tuple[str | None, str | None, str | None, bool]:
    return decision.category, decision.place, decision.product, decision.is_material
