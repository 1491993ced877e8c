"""More came than was billed, or than may be made in a year."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import polars as pl

from catalog.rules.checks.kinds import FindingKind, Found, Ground, LineOf
from catalog.rules.checks.twice import MOST_GROUNDS, delivery_grounds
from catalog.rules.exact import plain
from catalog.rules.pack_checks import ChecksPack
from catalog.rules.units import UnitTable

_MICRO = 1_000_000
PackOf = Callable[[int | None], ChecksPack | None]
"""Returns the pack that a division goes by, None where none is in force."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """How much of what a certificate covers is made a year, as somebody states it."""

    certificate: int
    number: str
    per_year: Decimal
    unit: str
    source: str


def over_billed(
    deliveries: pl.DataFrame,
    billed: pl.DataFrame,
    *,
    units: UnitTable,
    categories: Mapping[int, str],
    pack_of: PackOf,
) -> Iterator[Found]:
    """Yield where more of a category came to a building than its settled bill has.

    Returns are taken off. Only a category that the bill has, in units that can be added up, is
    judged: what is not billed, or billed in units of two kinds, says nothing.
    """
    keys = ["building", "category"]
    lines = deliveries.filter(pl.col("category").is_not_null()).join(
        billed.select(keys).unique(), on=keys, how="semi"
    )
    came = _sums(lines, keys)
    over = {}
    for group, stated in _sums(billed, keys).items():
        bill = _total(stated, units)
        total = _total(came.get(group, {}), units, dimension=bill[0]) if bill else None
        if bill is not None and total is not None and total[1] > bill[1]:
            over[group] = bill, total
    rows_of, bill_of = _rows_of(lines, keys, over), _rows_of(billed, keys, over)
    for group, (bill, total) in over.items():
        building, category = group
        rows = rows_of[group]
        pack = pack_of(rows["division"][0])
        if pack is None or total[1] <= bill[1] * (1 + Fraction(pack.over_billed)):
            continue
        of_bill = bill_of[group].sort("id").head(MOST_GROUNDS)
        division, project = rows["division"][0], rows["project"][0]
        yield Found(
            kind=FindingKind.OVER_BILLED,
            identity=(str(building), categories[category]),
            facts={
                "category": categories[category],
                "unit": units.base_of(bill[0]).key,
                "billed": plain(bill[1]),
                "delivered": plain(total[1]),
                "tolerance": str(pack.over_billed),
                "pack": f"{pack.key}@{pack.version}",
                "lines": str(len(rows)),
            },
            grounds=(
                *delivery_grounds(rows),
                *(Ground(LineOf.BILL_LINE, i, division, project) for i in of_bill["id"]),
            ),
            day=dt.date.fromisoformat(str(rows["day"].max())),
            is_synthetic=bool(rows["is_synthetic"].any()),
        )


def over_output(
    deliveries: pl.DataFrame,
    outputs: Iterable[Output],
    *,
    covering: Mapping[int, list[int]],
    units: UnitTable,
    pack_of: PackOf,
) -> Iterator[Found]:
    """Yield the years in which more came under a certificate than its stated output.

    A delivery that names no certificate counts where only this one covers its product. Of a
    certificate whose output nobody states, nothing is said.
    """
    stated: dict[int, list[Output]] = defaultdict(list)
    for output in outputs:
        stated[output.certificate].append(output)
    only = {product: papers[0] for product, papers in covering.items() if len(papers) == 1}
    lines = deliveries.with_columns(
        pl.col("certificate").fill_null(
            pl.col("product").replace_strict(only, default=None, return_dtype=pl.Int64())
        ),
        pl.col("day").str.slice(0, 4).alias("year"),
    ).filter(pl.col("certificate").is_in(list(stated)))
    pack = pack_of(None)
    if pack is None:
        return
    over = {}
    for group, sums in _sums(lines, ["certificate", "year"]).items():
        for output in stated[group[0]]:
            unit = units.find(output.unit)
            total = _total(sums, units, dimension=unit.dimension) if unit else None
            if unit is None or total is None:
                continue
            most = Fraction(output.per_year) * unit.factor
            if total[1] > most * (1 + Fraction(pack.over_output)):
                over[group, unit.dimension] = output, most, total[1]
    rows_of = _rows_of(lines, ["certificate", "year"], [group for group, _ in over])
    for (group, dimension), (output, most, total_made) in over.items():
        rows, (certificate, year) = rows_of[group], group
        yield Found(
            kind=FindingKind.OVER_OUTPUT,
            identity=(str(certificate), str(year), dimension),
            facts={
                "certificate": output.number,
                "year": str(year),
                "unit": units.base_of(dimension).key,
                "output": plain(most),
                "delivered": plain(total_made),
                "tolerance": str(pack.over_output),
                "source": output.source,
                "pack": f"{pack.key}@{pack.version}",
                "lines": str(len(rows)),
            },
            grounds=delivery_grounds(rows),
            day=dt.date.fromisoformat(str(rows["day"].max())),
            is_synthetic=bool(rows["is_synthetic"].any()),
        )


def _sums(lines: pl.DataFrame, keys: list[str]) -> dict[tuple[Any, ...], dict[str, int]]:
    """Return, for each group, the millionths by unit."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    summed = lines.group_by([*keys, "unit"]).agg(pl.col("micro").sum()).sort([*keys, "unit"])
    for *group, unit, micro in summed.iter_rows():
        found[tuple(group)][unit] = micro
    return found


def _rows_of(
    lines: pl.DataFrame, keys: list[str], groups: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], pl.DataFrame]:
    """Return the lines of some groups, all of them in one pass."""
    wanted = pl.DataFrame(
        list(set(groups)), schema={key: lines.schema[key] for key in keys}, orient="row"
    )
    found = lines.join(wanted, on=keys, how="semi")
    return dict(found.partition_by(keys, as_dict=True, maintain_order=True))


def _total(
    sums: Mapping[str, int], units: UnitTable, *, dimension: str | None = None
) -> tuple[str, Fraction] | None:
    """Return the sum in base units; of one dimension, or None where there are two or none.

    With a dimension, what is measured otherwise is left out: it could only add to the sum.
    """
    found: dict[str, Fraction] = defaultdict(Fraction)
    for name, micro in sums.items():
        unit = units.find(name)
        if unit is None and dimension is None:
            return None
        if unit is not None and dimension in (None, unit.dimension):
            found[unit.dimension] += Fraction(micro, _MICRO) * unit.factor
    return next(iter(found.items())) if len(found) == 1 else None
