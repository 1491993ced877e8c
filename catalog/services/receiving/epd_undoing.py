"""What an undo means for declarations: their amounts, those of which nothing is left, and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from catalog.models.epd import Epd, ProductEpd
from catalog.models.product import Product
from catalog.repositories import bulk, epds
from catalog.services.receiving.epd_links import AUTOMATIC
from catalog.services.receiving.receipt import Receipt

_EPD = bulk.table_of(Epd)
_LINK = bulk.table_of(ProductEpd)
_PRODUCT = bulk.table_of(Product)


def copy_amounts(session: Session, copies: Mapping[int, int]) -> None:
    """Give the versions that are known again the amounts of those that they repeat."""
    bulk.insert_mappings(
        session,
        epds.RESULT,
        [
            {
                **{k: v for k, v in row.items() if k != "id"},
                "version_id": copies[row["version_id"]],
            }
            for row in sorted(
                bulk.rows_where_in(session, epds.RESULT, "version_id", copies),
                key=lambda row: row["id"],  # The order of the source.
            )
        ],
    )


def withdraw_empty(receipt: Receipt, ids: Iterable[int]) -> None:
    """Withdraw the declarations of which nobody states anything any more."""
    touched = set(ids)
    rows = bulk.rows_where_in(receipt.session, epds.VERSION, "epd_id", touched, current=True)
    empty = touched - {row["epd_id"] for row in rows}
    bulk.update_by_id(
        receipt.session, _EPD, [{"id": i, "withdrawn_at": receipt.now} for i in sorted(empty)]
    )


def links_by_people(
    session: Session, run_id: int, versions: Iterable[Mapping[str, Any]], products: Iterable[int]
) -> list[str]:
    """Name the links that people made to what would be gone: declarations and products.

    ``versions`` are those that the run brought, ``products`` those that were not there before it.
    """
    brought = {row["epd_id"] for row in versions}
    closed = bulk.rows_where_in(session, epds.VERSION, "superseded_run_id", [run_id])
    held = bulk.rows_where_in(session, epds.VERSION, "epd_id", brought, current=True)
    gone = brought - {row["epd_id"] for row in (*closed, *held) if row["run_id"] != run_id}
    links = {
        row["id"]: row
        for column, ids in (("epd_id", gone), ("product_id", products))
        for row in bulk.rows_where_in(session, _LINK, column, ids, current=True)
        if row["reason"] not in AUTOMATIC
    }
    rows = bulk.rows_where_in(session, _EPD, "id", {row["epd_id"] for row in links.values()})
    epd_keys = {row["id"]: row["key"] for row in rows}
    rows = bulk.rows_where_in(
        session, _PRODUCT, "id", {row["product_id"] for row in links.values()}
    )
    product_keys = {row["id"]: row["key"] for row in rows}
    return sorted(
        f"EPD {epd_keys[row['epd_id']]} – {product_keys[row['product_id']]}"
        for row in links.values()
    )
