"""Which product a declaration is about, where nothing is left to guess."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.certificate import Certificate, ProductCertificate
from catalog.models.company import Company
from catalog.models.epd import Epd, EpdVersion, ProductEpd
from catalog.models.product import Product
from catalog.records import EpdRecord
from catalog.repositories import bulk
from catalog.rules.keys import normal_name
from catalog.rules.numbers import normal_number

_LINK = bulk.table_of(ProductEpd)
_CERTIFICATE = bulk.table_of(Certificate)
_COVER = bulk.table_of(ProductCertificate)
_PRODUCT = bulk.table_of(Product)
_SHORTEST_NUMBER = 4

Wanted = dict[tuple[int, int], str]


class LinkReason(StrEnum):
    """Why a link was made without a person; these are the reasons that nobody may type."""

    SAME_NUMBER = "same-number"
    SAME_MAKER_AND_NAME = "same-maker-and-name"


AUTOMATIC = frozenset(reason.value for reason in LinkReason)


@dataclass(slots=True)
class _Said:
    """What the sources say of one declaration that could name a product."""

    numbers: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)  # maker and product, in normal form


def refresh_links(session: Session, *, actor: str, run_id: int | None, now: dt.datetime) -> None:
    """Make the links that are certain now, and close those made so before that no longer are.

    A link is certain where a registration number is that of a certificate of exactly one product,
    or maker and product name are those of exactly one. What a person linked or ended stays so.
    """
    said = _said(session)
    held = [dict(row) for row in session.execute(select(_LINK)).mappings()]
    if not said and not held:
        return
    by_people = {
        (row["product_id"], row["epd_id"])
        for row in held
        if row["ended_by"] or (row["superseded_at"] is None and row["reason"] not in AUTOMATIC)
    }
    linked_by_people = {
        row["epd_id"]
        for row in held
        if row["superseded_at"] is None and row["reason"] not in AUTOMATIC
    }
    wanted = {
        pair: reason
        for pair, reason in _certain(session, said).items()
        if pair not in by_people and pair[1] not in linked_by_people
    }
    ours = {
        (row["product_id"], row["epd_id"]): row
        for row in held
        if row["superseded_at"] is None and row["reason"] in AUTOMATIC
    }
    gone = [row["id"] for pair, row in ours.items() if wanted.get(pair) != row["reason"]]
    bulk.update_by_id(
        session,
        _LINK,
        [{"id": i, "superseded_at": now, "superseded_run_id": run_id} for i in gone],
    )
    bulk.insert_mappings(
        session,
        _LINK,
        [
            {
                "product_id": product_id,
                "epd_id": epd_id,
                "reason": reason,
                "actor": actor,
                "ended_by": None,
                "recorded_at": now,
                "run_id": run_id,
                "superseded_at": None,
                "superseded_run_id": None,
            }
            for (product_id, epd_id), reason in wanted.items()
            if (product_id, epd_id) not in ours or ours[product_id, epd_id]["reason"] != reason
        ],
    )


def _said(session: Session) -> dict[int, _Said]:
    """Return what each listed declaration says of its product."""
    rows = session.execute(
        select(EpdVersion.epd_id, EpdVersion.registration_number, EpdVersion.detail)
        .join(Epd, Epd.id == EpdVersion.epd_id)
        .where(EpdVersion.superseded_at.is_(None), Epd.withdrawn_at.is_(None))
    )
    said: dict[int, _Said] = defaultdict(_Said)
    for epd_id, number, detail in rows:
        one = said[epd_id]
        if number and len(plain := normal_number(number)) >= _SHORTEST_NUMBER:
            one.numbers.add(plain)
        record = msgspec.json.decode(detail, type=EpdRecord)
        maker = record.manufacturer.name if record.manufacturer else None
        if maker:
            one.names |= {(normal_name(maker), normal_name(text.text)) for text in record.names}
    return said


def _certain(session: Session, said: dict[int, _Said]) -> Wanted:
    numbered = _by_number(session, {number for one in said.values() for number in one.numbers})
    named = _by_name(session, {pair for one in said.values() for pair in one.names})
    wanted: Wanted = {}
    for epd_id, one in said.items():
        by_number = _union(numbered[number] for number in one.numbers)
        by_name = _union(named[pair] for pair in one.names)
        found = by_number or by_name
        # A number and a name that speak of different products are for a person to settle.
        if len(found) == 1 and (not by_name or found <= by_name):
            reason = LinkReason.SAME_NUMBER if by_number else LinkReason.SAME_MAKER_AND_NAME
            wanted[next(iter(found)), epd_id] = reason.value
    return wanted


def _union(sets: Iterable[set[int]]) -> set[int]:
    return set().union(*sets)


def _by_number(session: Session, numbers: set[str]) -> dict[str, set[int]]:
    """Return the products that certificates with these numbers cover."""
    found: dict[str, set[int]] = defaultdict(set)
    certificates = {
        row["id"]: row["number_normal"]
        for row in bulk.rows_where_in(session, _CERTIFICATE, "number_normal", numbers)
        if row["withdrawn_at"] is None
    }
    covers = bulk.rows_where_in(session, _COVER, "certificate_id", certificates, current=True)
    products = {row["product_id"] for row in covers}
    listed = {
        row["id"]
        for row in bulk.rows_where_in(session, _PRODUCT, "id", products)
        if row["withdrawn_at"] is None
    }
    for row in covers:
        if row["product_id"] in listed:
            found[certificates[row["certificate_id"]]].add(row["product_id"])
    return found


def _by_name(session: Session, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], set[int]]:
    """Return the products of these makers with these names."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    makers = {maker for maker, _ in pairs}
    if not makers:
        return found
    listed = select(Company.id, Company.name).where(Company.withdrawn_at.is_(None))
    companies = {
        company_id: normal_name(name)
        for company_id, name in session.execute(listed)
        if normal_name(name) in makers
    }
    for row in bulk.rows_where_in(session, _PRODUCT, "company_id", companies):
        pair = companies[row["company_id"]], normal_name(row["name"])
        if row["withdrawn_at"] is None and pair in pairs:
            found[pair].add(row["id"])
    return found
