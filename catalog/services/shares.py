"""Add up the lines of a snapshot, in this process or on a cluster.

The definition is ``rules.ratio.shares``; an engine only opens the files and carries it out.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from catalog.rules.exact import cut
from catalog.rules.ratio.shares import green_shares
from catalog.services.snapshots import read_snapshot, snapshot_files
from catalog.views.shares import PARTS, Share

if TYPE_CHECKING:
    import daft

_APART = {"category", "unit"}
_CENT, _MILLIONTH = 2, 6
# Neither reports to its makers what is calculated here, and a command prints its answer only.
_QUIET = {
    "DAFT_ANALYTICS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
}


class Engine(StrEnum):
    """What adds the lines up: Polars here, or Daft here or on the machines of a Ray cluster."""

    POLARS = "polars"
    DAFT = "daft"


def shares_of_snapshot(
    folder: str,
    *,
    by: Sequence[str] = ("division", "year"),
    division: str | None = None,
    year: int | None = None,
    engine: Engine = Engine.POLARS,
    address: str | None = None,
) -> list[Share]:
    """Return the green share of each group, the same digits on either engine.

    Only the files of the division and the year asked for are opened. ``address`` is that of a Ray
    cluster; each of its machines must see the folder by the same name.

    Raises:
        FileNotFoundError: The folder has no file of that division and year.
        ModuleNotFoundError: Daft was asked for and is not installed.
    """
    files = snapshot_files(folder, division=division, year=year)
    facts = read_snapshot(files) if engine is Engine.POLARS else _on_daft(files, address)
    found = green_shares(facts, by=by).collect(engine="streaming")
    return [_share(row, by) for row in found.iter_rows(named=True)]


def _on_daft(files: str, address: str | None) -> daft.DataFrame:
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import daft  # noqa: PLC0415  An optional extra, and slow to load.

    if address is not None:
        import ray  # noqa: PLC0415  As above.

        ray.init(address, log_to_driver=False, logging_level=logging.WARNING)
        daft.set_runner_ray(noop_if_initialized=True)
    return daft.read_parquet(files)


def _share(row: dict[str, Any], by: Sequence[str]) -> Share:
    ratio = row["share_micro_percent"]
    is_apart = set(by) >= _APART
    return Share(
        **{part: row.get(part) for part in PARTS},
        lines=row["lines"],
        lines_unstated=row["lines_unstated"],
        lines_without_amount=row["lines_without_amount"],
        green_amount=_scaled(row["green_amount_fen"], _CENT),
        amount=_scaled(row["amount_fen"], _CENT),
        ratio_by_amount=None if ratio is None else _scaled(ratio, _MILLIONTH),
        green_quantity=_scaled(row["green_quantity_micro"], _MILLIONTH) if is_apart else None,
        quantity=_scaled(row["quantity_micro"], _MILLIONTH) if is_apart else None,
    )


def _scaled(whole: int, places: int) -> Decimal:
    return cut(Fraction(whole, 10**places), places)
