"""Queries for adoptions: what standings are judged from, for many products at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.adoption import Adoption, AdoptionStatus, Case
from catalog.models.base import UTCDateTime
from catalog.models.certificate import Certificate
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.repositories import proofs
from catalog.repositories.clocks import Clocked, clocked
from catalog.rules.proof import Paper
from catalog.rules.standing import DecidedState, Entry
from catalog.views.adoptions import DecidedView
from catalog.views.proofs import AdoptionName

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_NOW: Select[*tuple[Any, ...]] = (
    select(
        Adoption.product_id,
        Adoption.id,
        Adoption.route,
        Adoption.adopted_on,
        Adoption.valid_to,
        Adoption.certificate_id,
    )
    .where(Adoption.product_id.in_(_IDS))
    .order_by(Adoption.product_id, Adoption.adopted_on, Adoption.id)
)
_ADOPTIONS = Clocked(
    now=_NOW,
    then=_NOW.where(Adoption.recorded_at <= bindparam("known_at", type_=UTCDateTime())),
)
_DECIDED: Clocked = clocked(
    select(AdoptionStatus.adoption_id, AdoptionStatus.state, AdoptionStatus.from_on)
    .where(AdoptionStatus.adoption_id.in_(_IDS))
    .order_by(AdoptionStatus.adoption_id, AdoptionStatus.from_on, AdoptionStatus.id),
    AdoptionStatus,
)
_TOLD: Select[*tuple[Any, ...]] = (
    select(
        AdoptionStatus.adoption_id,
        AdoptionStatus.state,
        AdoptionStatus.from_on,
        AdoptionStatus.ground,
        AdoptionStatus.reason,
    )
    .where(AdoptionStatus.adoption_id.in_(_IDS), AdoptionStatus.superseded_at.is_(None))
    .order_by(AdoptionStatus.adoption_id, AdoptionStatus.from_on, AdoptionStatus.id)
)
_HEADS: Select[*tuple[Any, ...]] = (
    select(
        Adoption.id,
        Adoption.key,
        Case.number.label("case_number"),
        Division.key.label("division"),
        Certificate.key.label("certificate"),
        Certificate.number.label("certificate_number"),
        Adoption.report_issued_on,
        Adoption.is_synthetic,
    )
    .join(Case, Case.id == Adoption.case_id)
    .join(Division, Division.id == Adoption.division_id)
    .outerjoin(Certificate, Certificate.id == Adoption.certificate_id)
    .where(Adoption.id.in_(_IDS))
)
_NAMES: Select[*tuple[Any, ...]] = (
    select(Adoption.id, Case.number, Product.key)
    .join(Case, Case.id == Adoption.case_id)
    .join(Product, Product.id == Adoption.product_id)
    .where(Adoption.id.in_(_IDS))
)
_PRODUCT: Select[*tuple[Any, ...]] = select(Product.id).where(
    Product.key == bindparam("key"), Product.withdrawn_at.is_(None)
)
_IDS_OF: Select[*tuple[Any, ...]] = select(Product.key, Product.id).where(Product.key.in_(_IDS))
_ANY: Select[*tuple[Any, ...]] = select(Adoption.id).limit(1)


def entries(
    connection: Connection, product_ids: Iterable[int], *, known_at: dt.datetime | None = None
) -> dict[int, tuple[Entry, ...]]:
    """Return each product's adoptions, as known now or at a moment; without any it is absent."""
    rows = list(_in_parts(connection, _ADOPTIONS, sorted(set(product_ids)), known_at))
    states: dict[int, list[DecidedState]] = defaultdict(list)
    for number, state, from_on in _in_parts(
        connection, _DECIDED, sorted(row[1] for row in rows), known_at
    ):
        states[number].append((state, from_on))
    papers = _papers(connection, {row[5] for row in rows if row[5] is not None}, known_at)
    found: dict[int, list[Entry]] = defaultdict(list)
    for product_id, number, route, adopted_on, valid_to, certificate_id in rows:
        paper = papers.get(certificate_id) if certificate_id is not None else None
        found[product_id].append(
            Entry(
                id=number,
                route=route,
                adopted_on=adopted_on,
                valid_to=valid_to,
                decided=tuple(states[number]),
                certificate_id=certificate_id,
                windows=paper.windows if paper else (),
                states=paper.states if paper else (),
            )
        )
    return {product_id: tuple(each) for product_id, each in found.items()}


def is_any(connection: Connection) -> bool:
    """Tell whether the adoption database holds anything at all."""
    return connection.scalar(_ANY) is not None


def product_id(connection: Connection, key: str) -> int | None:
    """Return the id of a listed product, None if there is none of this key."""
    found: int | None = connection.scalar(_PRODUCT, {"key": key})
    return found


def product_ids(connection: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of products by key."""
    rows = connection.execute(_IDS_OF, {"ids": sorted(set(keys))})
    return {row[0]: row[1] for row in rows}


def heads(connection: Connection, adoption_ids: Iterable[int]) -> dict[int, Any]:
    """Return what names an adoption and its papers, by id."""
    rows = connection.execute(_HEADS, {"ids": sorted(set(adoption_ids))})
    return {row.id: row for row in rows}


def names(connection: Connection, adoption_ids: Iterable[int]) -> dict[int, AdoptionName]:
    """Return what a reader knows adoptions by, by id."""
    rows = connection.execute(_NAMES, {"ids": sorted(set(adoption_ids))})
    return {row[0]: AdoptionName(*row[1:]) for row in rows}


def decided(connection: Connection, adoption_ids: Iterable[int]) -> dict[int, list[DecidedView]]:
    """Return what was decided of each adoption, in order of day, with grounds and reasons."""
    found: dict[int, list[DecidedView]] = defaultdict(list)
    for row in connection.execute(_TOLD, {"ids": sorted(set(adoption_ids))}):
        found[row[0]].append(DecidedView(*row[1:]))
    return found


def _papers(
    connection: Connection, ids: set[int], known_at: dt.datetime | None
) -> dict[int, Paper]:
    wanted = sorted(ids)
    found: dict[int, Paper] = {}
    for start in range(0, len(wanted), _CHUNK):
        found.update(
            proofs.papers_of(connection, wanted[start : start + _CHUNK], known_at=known_at)
        )
    return found


def _in_parts(
    connection: Connection, query: Clocked, ids: Sequence[int], known_at: dt.datetime | None
) -> Iterator[Any]:
    for start in range(0, len(ids), _CHUNK):
        yield from query.run(connection, {"ids": ids[start : start + _CHUNK]}, known_at)
