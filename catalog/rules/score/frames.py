"""The frames that a score is made from: products, and the evidence on each."""

from __future__ import annotations

from enum import StrEnum

import polars as pl


class Kind(StrEnum):
    """What a row of evidence is."""

    CERTIFICATE = "certificate"
    REPORT = "report"
    EPD = "epd"
    VISIT = "visit"
    CHECK = "check"
    USE = "use"


STATEMENTS = ("brand", "model", "scope", "description", "declared", "credit_code")
"""What may be stated of a product; the fact ``stated`` counts how many of these are."""

PRODUCTS_SCHEMA = pl.Schema(
    {
        "product": pl.Int64(),
        "key": pl.String(),
        "category": pl.String(),
        "company": pl.String(),
        "distance_km": pl.Int64(),
        **{f"has_{statement}": pl.Boolean() for statement in STATEMENTS},
    }
)
"""One row for each product; ``distance_km`` is to the site that is named, null if not known."""

EVIDENCE_SCHEMA = pl.Schema(
    {
        "product": pl.Int64(),
        "kind": pl.Enum([kind.value for kind in Kind]),
        "since": pl.Date(),
        "first": pl.Date(),
        "last": pl.Date(),
        "latest": pl.Date(),
        "star": pl.Int64(),
        "is_good": pl.Boolean(),
    }
)
"""One row for each piece of evidence, or each stretch of days in which it says the same.

- certificate: valid from ``first`` to ``last`` with ``star``; both null if it never is.
  ``since`` is its very first day. ``is_good`` is null where nobody knows when it is valid.
- report: ``first`` is the day it was issued.
- epd: holds for certain from ``first`` to ``last``, at the latest to ``latest``; null, not stated.
- visit, check: ``first`` is the day, ``is_good`` whether it was passed.
- use: one for each project; ``first`` is the day on which its first delivery was accepted.
"""
