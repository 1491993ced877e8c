"""What is known of products on a day: one row each, in words and whole numbers, null if unknown."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

import polars as pl

from catalog.rules.pack_score import Fact, ScorePack
from catalog.rules.score.frames import STATEMENTS, Kind

_KIND = pl.col("kind")
_FIRST = pl.col("first")


def facts_on(
    pack: ScorePack, products: pl.LazyFrame, evidence: pl.LazyFrame, *, on: dt.date
) -> pl.LazyFrame:
    """Return the products with each fact (``pack_score.Fact``) of them on the day.

    Evidence that begins later than the day is not there yet.
    """
    last, said, known = _plan(pack, on)
    found = (
        evidence.filter(pl.coalesce("since", "first").le(on).fill_null(value=True))
        .with_columns(last=last)
        .with_columns(*said)
        .group_by("product")
        .agg(*_SUMS)
    )
    return (
        products.join(found, on="product", how="left", maintain_order="left")
        .with_columns(*known)
        .drop(*_TEMPORARY, *(f"has_{statement}" for statement in STATEMENTS))
    )


# To build the expressions costs as much as to score one product by them.
@lru_cache(maxsize=64)
def _plan(pack: ScorePack, on: dt.date) -> tuple[pl.Expr, tuple[pl.Expr, ...], tuple[pl.Expr, ...]]:
    """Return the last day of a row, what each row says, and the facts that follow from all."""
    due = pl.lit(on).dt.offset_by(f"-{pack.surveillance_months.count}mo")
    stated = pl.sum_horizontal(pl.col(f"has_{each}").cast(pl.Int64) for each in STATEMENTS)
    facts = {
        Fact.PROVEN: _proven(),
        Fact.STAR: _star(),
        Fact.DAYS_LEFT: _days_left(on),
        Fact.PROOF: _proof(),
        Fact.DECLARATION: _declaration(),
        Fact.SURVEILLANCE: _surveillance(due),
        Fact.CHECKS: _checks(),
        Fact.USES: pl.when(pl.col("used") > 0).then(pl.col("used").cast(pl.Int64)),
        Fact.STATED: stated,
    }
    known = tuple(known.alias(fact.value) for fact, known in facts.items())
    return _last_day(pack.report_years.count), tuple(_said_by_each(pack, on)), known


def _last_day(report_years: int) -> pl.Expr:
    """Return the last day of each row; a report counts so many years from its day of issue."""
    years = _FIRST.dt.offset_by(f"{report_years}y")
    # Years that begin on a leap day end on 28 February where there is none.
    is_cut = years.dt.day() != _FIRST.dt.day()
    end = pl.when(is_cut).then(years).otherwise(years.dt.offset_by("-1d"))
    return pl.when(_KIND.eq(Kind.REPORT.value)).then(end).otherwise(pl.col("last"))


def _said_by_each(pack: ScorePack, on: dt.date) -> list[pl.Expr]:
    """Return what each row of evidence says of its product, null or false where nothing."""
    is_certificate, is_report = _KIND.eq(Kind.CERTIFICATE.value), _KIND.eq(Kind.REPORT.value)
    holds = ((on >= _FIRST) & (on <= pl.col("last"))).fill_null(value=False)
    certified = is_certificate & holds
    is_epd = _KIND.eq(Kind.EPD.value)
    is_over = is_epd & (on > pl.col("latest")).fill_null(value=False)
    counted = pl.lit(on).dt.offset_by(f"-{pack.check_years.count}y")
    is_check = (_KIND.eq(Kind.CHECK.value)) & (counted < _FIRST)
    is_visit = _KIND.eq(Kind.VISIT.value)
    # The later day is the greater number and, on one day, the failure is.
    outcome = _FIRST.to_physical() * 2 + pl.col("is_good").not_().cast(pl.Int32)
    return [
        (is_certificate | is_report).alias("is_paper"),
        is_certificate.alias("is_certificate"),
        (is_certificate & pl.col("is_good").is_null()).alias("is_unknown"),
        certified.alias("is_certified"),
        (is_report & holds).alias("is_reported"),
        pl.when(certified).then(pl.col("star")).alias("valid_star"),
        pl.when((is_certificate | is_report) & holds).then(pl.col("last")).alias("valid_to"),
        pl.when(certified).then(pl.col("since")).alias("certified_since"),
        (is_epd & holds).alias("is_declared"),
        (is_epd & ~holds & ~is_over).alias("is_unsure"),
        is_over.alias("is_over"),
        pl.when(is_visit).then(outcome).alias("visit"),
        pl.when(is_check).then(outcome).alias("check"),
        (is_check & pl.col("is_good").not_()).alias("has_failed"),
        (_KIND.eq(Kind.USE.value)).alias("used"),
    ]


_ANY = ("is_paper", "is_certificate", "is_unknown", "is_certified", "is_reported",
        "is_declared", "is_unsure", "is_over", "has_failed")  # fmt: skip
_LARGEST = ("valid_star", "valid_to", "certified_since", "visit", "check")
_TEMPORARY = (*_ANY, *_LARGEST, "used")
_SUMS = (
    *(pl.col(name).max() for name in (*_ANY, *_LARGEST)),
    pl.col("used").sum(),
)


def _is(name: str) -> pl.Expr:
    return pl.col(name).fill_null(value=False)


def _word(word: str) -> pl.Expr:
    return pl.lit(word, dtype=pl.String)


def _proven() -> pl.Expr:
    """Return whether a certificate or a report holds; unknown where no paper says."""
    return (
        pl.when(_is("is_certified") | _is("is_reported"))
        .then(_word("yes"))
        .when(_is("is_paper") & ~_is("is_unknown"))
        .then(_word("no"))
    )


def _star() -> pl.Expr:
    """Return the highest star in force, 0 where certificates are known and none holds."""
    return (
        pl.when(_is("is_certified"))
        .then(pl.col("valid_star"))
        .when(_is("is_certificate") & ~_is("is_unknown"))
        .then(0)
    )


def _days_left(on: dt.date) -> pl.Expr:
    """Return the days that the longest paper still holds after the day."""
    left = (pl.col("valid_to") - on).dt.total_days()
    return pl.when(_proven() == "yes").then(left).when(_proven() == "no").then(0)


def _proof() -> pl.Expr:
    """Return the strongest proof in force; a product that nothing proves is a mere claim."""
    return (
        pl.when(_is("is_certified"))
        .then(_word("certificate"))
        .when(_is("is_unknown"))
        .then(None)
        .when(_is("is_reported"))
        .then(_word("test-report"))
        .otherwise(_word("claim"))
    )


def _declaration() -> pl.Expr:
    return (
        pl.when(_is("is_declared"))
        .then(_word("in-force"))
        .when(_is("is_unsure"))
        .then(_word("unsure"))
        .when(_is("is_over"))
        .then(_word("expired"))
    )


def _surveillance(due: pl.Expr) -> pl.Expr:
    """Return whether surveillance is on time; ``due`` is the last day that is still in time.

    An old certificate without any visit on record says nothing: the visits may be known elsewhere.
    """
    visited = pl.col("visit") // 2
    day = due.to_physical()
    is_young = (pl.col("certified_since").to_physical() >= day).fill_null(value=False)
    return (
        pl.when(~_is("is_certified"))
        .then(None)
        .when(pl.col("visit") % 2 == 1)
        .then(_word("failed"))
        .when(is_young | (visited >= day).fill_null(value=False))
        .then(_word("on-time"))
        .when(pl.col("visit").is_not_null())
        .then(_word("overdue"))
    )


def _checks() -> pl.Expr:
    return (
        pl.when(pl.col("check") % 2 == 1)
        .then(_word("failed"))
        .when(pl.col("check").is_not_null() & pl.col("has_failed"))
        .then(_word("mended"))
        .when(pl.col("check").is_not_null())
        .then(_word("passed"))
    )
