"""The same delivery note or invoice twice: in another project, or on another line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import polars as pl

from catalog.rules.checks.kinds import FindingKind, Found, Ground, LineOf
from catalog.rules.keys import normal_name
from catalog.rules.numbers import normal_number

MOST_GROUNDS = 200
"""How many lines a finding lists; how many there are in all is among its facts."""

_GOODS = ["name", "specification", "unit", "micro", "day"]


def repeated_notes(deliveries: pl.DataFrame) -> Iterator[Found]:
    """Yield the delivery notes that came twice; returns are no deliveries.

    A supplier's number in two projects is one note too many. Where a supplier is not known, or in
    one project, only goods, quantity and day that are the same as well make it the same note.
    """
    came = _normal(deliveries.filter(pl.col("micro") > 0), "note", normal_number)
    known = came.filter(pl.col("supplier_normal").is_not_null())
    across = known.filter(pl.col("project").n_unique().over("note_normal", "supplier_normal") > 1)
    yield from _found(across, FindingKind.NOTE_TWICE, ["note_normal", "supplier_normal"], "note")
    rest = came.join(across.select("id"), on="id", how="anti")
    yield from _same_goods(rest, FindingKind.NOTE_TWICE, "note")


def repeated_invoices(deliveries: pl.DataFrame, invoices: pl.DataFrame) -> Iterator[Found]:
    """Yield the invoices and contracts that deliveries of two projects refer to.

    One invoice may cover many deliveries of a project. Where a supplier is not known, only goods,
    quantity and day that are the same as well make it the same invoice.
    """
    referring = deliveries.filter(pl.col("micro") > 0).join(invoices, on="id")
    came = _normal(referring, "reference", normal_number)
    known = came.filter(pl.col("supplier_normal").is_not_null())
    pair = ["reference_normal", "supplier_normal"]
    across = known.filter(pl.col("project").n_unique().over(pair) > 1)
    yield from _found(across, FindingKind.INVOICE_TWICE, pair, "reference")
    rest = came.join(across.select("id"), on="id", how="anti")
    same = ["reference_normal", *_GOODS]
    twice = rest.filter(
        (pl.col("project").n_unique().over(same) > 1)
        & pl.col("supplier_normal").is_null().any().over(same)
    )
    yield from _found(twice, FindingKind.INVOICE_TWICE, same, "reference")


def _same_goods(came: pl.DataFrame, kind: FindingKind, named: str) -> Iterator[Found]:
    number = f"{named}_normal"
    inside = ["project", number, "supplier_normal", *_GOODS]
    lines = came.filter(pl.len().over(inside) > 1)
    yield from _found(lines, kind, inside, named)
    rest = came.join(lines.select("id"), on="id", how="anti")
    same = [number, *_GOODS]
    unsure = rest.filter(
        (pl.col("project").n_unique().over(same) > 1)
        & pl.col("supplier_normal").is_null().any().over(same)
    )
    yield from _found(unsure, kind, same, named)


def _normal(frame: pl.DataFrame, named: str, fold: Callable[[str], str]) -> pl.DataFrame:
    """Add the normal forms of a number and of the supplier; an empty one is none."""
    return frame.with_columns(
        _folded(frame[named], fold).alias(f"{named}_normal"),
        _folded(frame["supplier"], normal_name).alias("supplier_normal"),
    ).filter(pl.col(f"{named}_normal").is_not_null())


def _folded(texts: pl.Series, fold: Callable[[str], str]) -> pl.Series:
    """Fold each different text once: there are far fewer than rows."""
    known = {text: fold(text) or None for text in texts.unique().drop_nulls()}
    return texts.replace_strict(known, default=None, return_dtype=pl.String())


def _found(
    frame: pl.DataFrame, kind: FindingKind, identity: list[str], named: str
) -> Iterator[Found]:
    for values, rows in frame.sort("id").group_by(identity, maintain_order=True):
        yield Found(
            kind=kind,
            identity=tuple("" if value is None else str(value) for value in values),
            facts={
                named: str(rows[named][0]),
                "supplier": _first(rows["supplier"]),
                "projects": str(rows["project"].n_unique()),
                "lines": str(rows["id"].n_unique()),
            },
            grounds=delivery_grounds(rows),
            day=dt.date.fromisoformat(str(rows["day"].min())),
            is_synthetic=bool(rows["is_synthetic"].any()),
        )


def delivery_grounds(rows: pl.DataFrame) -> tuple[Ground, ...]:
    """Return the deliveries as what a finding stands on, in order of id."""
    lines = rows.select("id", "division", "project").unique().sort("id").head(MOST_GROUNDS)
    return tuple(
        Ground(LineOf.DELIVERY, number, division, project)
        for number, division, project in lines.iter_rows()
    )


def _first(texts: pl.Series) -> str | None:
    known = texts.drop_nulls()
    return str(known[0]) if len(known) else None
