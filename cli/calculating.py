"""Calculate what is out of date, with all that this machine has, and show how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalog.services.workers import how_many
from cli.house import clock, operator
from cli.progress import bar
from importers.calculating import recalculate

if TYPE_CHECKING:
    from catalog.db import Database


def calculate_outdated(database: Database) -> int:
    """Calculate every building whose results are out of date; return how many there were."""
    with bar("核算", "ratios", None) as show:
        return recalculate(
            database, operator(), clock=clock, processes=how_many(),
            progress=lambda step: show(step.done, step.total),
        )  # fmt: skip
