"""Decide what lines with some words are, and remember it for the organisation's next file."""

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
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import bulk, matching, reference
from catalog.rules.matching_text import signature
from catalog.services import audit, owning
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
    session: Session,
    wanted: Sequence[NewDecision],
    *,
    actor: Actor,
    now: dt.datetime,
    owner: str | None = None,
) -> list[DecisionView]:
    """Remember what lines with some words are. The same again changes nothing; else it replaces.

    It counts for the lines of the actor's organisation, and for everybody's where the actor answers
    for everybody. What ``owner`` decided otherwise for its own lines then counts no longer.

    Raises:
        PermissionDeniedError: The actor may not import.
        DecisionImpossibleError: Category, place or product are unknown, or do not go together.
    """
    ensure(actor, Action.IMPORT)
    bulk.take_turns(session)
    connection = session.connection()
    categories = {row.key: row.id for row in connection.execute(select(Category.key, Category.id))}
    places = {row[0] for row in reference.places(connection)}
    products = listed_products(session, {new.product for new in wanted if new.product})
    latest = {signature(new.name, new.specification, new.unit): new for new in wanted}
    memory = owning.own_memory(actor)
    if memory is None and owner is not None:
        _overrule(session, owner, latest, actor=actor, now=now)
    held = _kept(connection, latest, memory)
    memory_id = None if memory is None else matching.organisation_id(connection, memory)
    added = []
    for sign, new in latest.items():
        product = products.get(new.product or "")
        _check(new, categories, places, product)
        known = held.get(sign)
        if known is not None and _says(known) == _wants(new):
            continue
        if known is not None:
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
                organisation_id=memory_id,
            )
        )
    session.add_all(added)
    session.flush()
    found = _kept(connection, latest, memory)
    for decision in added:
        sign = decision.signature
        _record(session, actor, sign, now=now, before=held.get(sign), after=found[sign])
    return [found[sign] for sign in latest]


def forget(
    session: Session,
    signatures: Collection[str],
    *,
    actor: Actor,
    now: dt.datetime,
    owner: str | None = None,
) -> None:
    """Let decisions count no longer, so that the next file is asked about again.

    They are those of the actor's organisation. Who answers for everybody takes back what everybody
    shares, and what ``owner`` decided for its own lines.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    memory = owning.own_memory(actor)
    _supersede(session, _kept(session.connection(), signatures, memory), actor=actor, now=now)
    if memory is None and owner is not None:
        held = matching.own_decisions(session.connection(), signatures, owner)
        _supersede(session, held, actor=actor, now=now)


def decisions_now(
    connection: Connection, signatures: Collection[str], *, memory: str | None = None
) -> dict[str, DecisionView]:
    """Return the decisions that count now, by signature: an owner's, then what everybody shares."""
    return matching.decisions(connection, signatures, memory=memory)


def decision_history(
    connection: Connection, *, actor: Actor, limit: int, offset: int
) -> list[DecisionView]:
    """Return all decisions ever made, newest first: the actor's own organisation's, or all of them.

    Raises:
        PermissionDeniedError: The actor may not import.
    """
    ensure(actor, Action.IMPORT)
    return matching.decision_history(
        connection, of=owning.own_memory(actor), limit=limit, offset=offset
    )


def _kept(
    connection: Connection, signatures: Collection[str], memory: str | None
) -> dict[str, DecisionView]:
    """Return what one memory alone holds now, by signature."""
    if memory is None:
        return matching.shared_decisions(connection, signatures)
    return matching.own_decisions(connection, signatures, memory)


def _overrule(
    session: Session,
    owner: str,
    latest: Mapping[str, NewDecision],
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Let what an owner decided otherwise count no longer."""
    held = matching.own_decisions(session.connection(), latest, owner)
    otherwise = {sign: each for sign, each in held.items() if _says(each) != _wants(latest[sign])}
    _supersede(session, otherwise, actor=actor, now=now)


def _supersede(
    session: Session, held: Mapping[str, DecisionView], *, actor: Actor, now: dt.datetime
) -> None:
    matching.supersede(session.connection(), [each.id for each in held.values()], now=now)
    for sign, decision in held.items():
        _record(session, actor, sign, now=now, before=decision, after=None)


def _record(
    session: Session,
    actor: Actor,
    sign: str,
    *,
    now: dt.datetime,
    before: DecisionView | None,
    after: DecisionView | None,
) -> None:
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing="line-decision",
        key=sign,
        now=now,
        before=None if before is None else _said(before),
        after=None if after is None else _said(after),
    )


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


def _wants(new: NewDecision) -> tuple[str | None, str | None, str | None, bool]:
    return new.category, new.place, new.product, new.is_material


def _says(decision: DecisionView) -> tuple[str | None, str | None, str | None, bool]:
    return decision.category, decision.place, decision.product, decision.is_material
