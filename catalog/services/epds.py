"""Read environmental product declarations, and say which products they are about."""

from __future__ import annotations

import datetime as dt
from itertools import combinations
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from catalog.errors import EpdNotFoundError, ProductNotFoundError
from catalog.models.epd import Epd, ProductEpd
from catalog.models.product import Product
from catalog.permissions import Action, Actor, ensure, office_of
from catalog.records import EpdRecord, EpdResultRecord
from catalog.repositories import bulk, epds
from catalog.services import audit
from catalog.services.declared_dates import holds_on, stated_date
from catalog.services.differences import differences
from catalog.services.receiving.epd_links import AUTOMATIC
from catalog.views.epds import (
    EpdDifference,
    EpdEdition,
    EpdLinkView,
    EpdPage,
    EpdRow,
    EpdStatement,
    EpdView,
    ProductEpdView,
)
from catalog.views.products import ProductView

LONGEST_REASON = 200
GWP, CRADLE_TO_GATE = "gwp", "A1-A3"
_OF_RECORD = [
    name for name in EpdStatement.__struct_fields__ if name in EpdRecord.__struct_fields__
]


def browse_epds(
    connection: Connection, words: str, *, on: dt.date, limit: int, offset: int
) -> EpdPage:
    """Return one page of the declarations that hold every word, in order of name."""
    rows, total = epds.page_by_name(connection, words.split(), limit=limit, offset=offset)
    return EpdPage(_listed(connection, rows, on), limit, offset, total)


def epd_keys(connection: Connection, words: str) -> list[str]:
    """Return the keys of all declarations that hold every word, in order of name."""
    return epds.keys_by_name(connection, words.split())


def get_epd(connection: Connection, key: str, *, on: dt.date) -> EpdView:
    """Return a declaration with all that is known of it, and whether it holds on a day.

    Raises:
        EpdNotFoundError: There is none.
    """
    rows = epds.statements_of(connection, key)
    results = epds.results_of(connection, [row["id"] for row in rows])
    records = [epds.record_of(row, results[row["id"]]) for row in rows]
    links = [_link(row) for row in epds.links_of(connection, key)]
    standing = [link for link in links if link.ended_at is None]
    ended = {link.product: link for link in links if link.ended_by is not None}
    return EpdView(
        key=key,
        identifier=records[0].identifier,
        standing_on=on,
        statements=[_statement(row, record, on) for row, record in zip(rows, records, strict=True)],
        editions=[EpdEdition(*row) for row in epds.editions_of(connection, key)],
        differences=_differences(rows, records),
        products=standing,
        ended_products=[
            link for product, link in ended.items() if product not in {s.product for s in standing}
        ],
    )


def epds_of_product(
    connection: Connection, product: ProductView, *, on: dt.date
) -> list[ProductEpdView]:
    """Return the declarations about a product."""
    found = epds.of_product(connection, product.key)
    if not found:
        return []
    rows = epds.rows_of(connection, [row[0] for row in found])
    return [
        ProductEpdView(
            epd=epd, reason=reason, actor=office_of(actor), is_automatic=reason in AUTOMATIC
        )
        for epd, (_, reason, actor) in zip(_listed(connection, rows, on), found, strict=True)
    ]


def epd_record(connection: Connection, key: str, *, source: str | None = None) -> EpdRecord:
    """Return what one source states of a declaration, whole; by default the one that spoke last.

    Raises:
        EpdNotFoundError: There is no such declaration, or that source does not state it.
    """
    rows = [
        row
        for row in epds.statements_of(connection, key)
        if source is None or row["source"] == source
    ]
    if not rows:
        raise EpdNotFoundError(key=f"{key} ({source})")
    row = max(rows, key=lambda one: one["id"])
    results = epds.results_of(connection, [row["id"]])
    document = epds.document_of(connection, row["id"])
    return epds.record_of(row, results[row["id"]], document=document)


def link_product(
    session: Session, key: str, product: str, *, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Say that a declaration is about a product; to say so again changes nothing.

    Raises:
        PermissionDeniedError: The actor may not link declarations.
        EpdNotFoundError: There is no such declaration.
        ProductNotFoundError: There is no such product.
    """
    ensure(actor, Action.LINK_EPDS)
    epd_id, product_id = _ids(session, key, product)
    if _standing(session, epd_id, product_id) is not None:
        return
    session.add(
        ProductEpd(
            product_id=product_id,
            epd_id=epd_id,
            # A person may give any reason but those by which links are made without one.
            reason="" if reason in AUTOMATIC else reason[:LONGEST_REASON],
            actor=actor.name,
            recorded_at=now,
        )
    )
    session.flush()
    audit.record(
        session,
        actor,
        action=Action.LINK_EPDS,
        thing="declaration",
        key=key,
        now=now,
        reason=reason,
        after={"product": product},
    )


def unlink_product(
    session: Session, key: str, product: str, *, actor: Actor, now: dt.datetime
) -> None:
    """Say that a declaration is not about a product; no import will link the two again.

    Raises:
        PermissionDeniedError: The actor may not link declarations.
        EpdNotFoundError: There is no such declaration.
        ProductNotFoundError: There is no such product.
    """
    ensure(actor, Action.LINK_EPDS)
    link = _standing(session, *_ids(session, key, product))
    if link is not None:
        link.superseded_at = now
        link.ended_by = actor.name
        session.flush()
        audit.record(
            session,
            actor,
            action=Action.LINK_EPDS,
            thing="declaration",
            key=key,
            now=now,
            before={"product": product},
        )


def _ids(session: Session, key: str, product: str) -> tuple[int, int]:
    bulk.take_turns(session)
    epd_id = session.scalar(select(Epd.id).where(Epd.key == key, Epd.withdrawn_at.is_(None)))
    if epd_id is None:
        raise EpdNotFoundError(key=key)
    product_id = session.scalar(
        select(Product.id).where(Product.key == product, Product.withdrawn_at.is_(None))
    )
    if product_id is None:
        raise ProductNotFoundError(key=product)
    return epd_id, product_id


def _standing(session: Session, epd_id: int, product_id: int) -> ProductEpd | None:
    return session.scalars(
        select(ProductEpd).where(
            ProductEpd.epd_id == epd_id,
            ProductEpd.product_id == product_id,
            ProductEpd.superseded_at.is_(None),
        )
    ).one_or_none()


def _listed(connection: Connection, rows: list[epds.Row], on: dt.date) -> list[EpdRow]:
    gwp = epds.amounts_of(
        connection, [row["id"] for row in rows], indicator=GWP, module=CRADLE_TO_GATE
    )
    return [_row(row, gwp.get(row["id"], []), on) for row in rows]


def _row(row: epds.Row, gwp: list[EpdResultRecord], on: dt.date) -> EpdRow:
    issued = stated_date(row["issued_on"], row["issued_precision"])
    until = stated_date(row["valid_until"], row["valid_precision"])
    return EpdRow(
        key=row["key"],
        name=row["name"],
        manufacturer=row["manufacturer"],
        operator=row["operator"],
        registration_number=row["registration_number"],
        location=row["location"],
        declared_quantity=row["declared_quantity"],
        declared_unit=row["declared_unit"],
        valid_until=until,
        standing=holds_on(issued, until, row["recorded_at"], on),
        source=row["source"],
        is_synthetic=row["is_synthetic"],
        gwp=gwp,
    )


def _statement(row: epds.Row, record: EpdRecord, on: dt.date) -> EpdStatement:
    return EpdStatement(
        source=row["source"],
        recorded_at=row["recorded_at"],
        run=row["run_id"],
        standing=holds_on(record.issued_on, record.valid_until, row["recorded_at"], on),
        is_synthetic=row["is_synthetic"],
        **{name: getattr(record, name) for name in _OF_RECORD},
    )


def _differences(rows: list[epds.Row], records: list[EpdRecord]) -> list[EpdDifference]:
    return [
        difference
        for (row, record), (other_row, other) in combinations(zip(rows, records, strict=True), 2)
        for difference in differences(
            record, other, source=row["source"], other_source=other_row["source"]
        )
    ]


def _link(row: tuple[Any, ...]) -> EpdLinkView:
    product, name, model, company, reason, actor, recorded_at, ended_at, ended_by = row
    return EpdLinkView(
        product=product,
        product_name=name,
        product_model=model,
        company_name=company,
        reason=reason,
        actor=office_of(actor),
        is_automatic=reason in AUTOMATIC,
        recorded_at=recorded_at,
        ended_at=ended_at,
        ended_by=None if ended_by is None else office_of(ended_by),
    )
