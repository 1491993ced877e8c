"""Print a table of a measurement and keep it with the day, the machine and the commit."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def show(name: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print the rows and write them to ``results/``."""
    table = Table(title=name, title_justify="left")
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position == 0 else "right")
    for row in rows:
        table.add_row(*(_shown(cell) for cell in row))
    Console(width=130).print(table)
    RESULTS.mkdir(exist_ok=True)
    today = dt.datetime.now(dt.UTC).date()
    note = {
        "name": name,
        "day": today.isoformat(),
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "commit": _commit(),
        "columns": list(columns),
        "rows": [[_shown(cell) for cell in row] for row in rows],
    }
    slug = name.split(":", maxsplit=1)[0].replace(" ", "-").lower()
    path = RESULTS / f"{today}-{slug}.json"
    path.write_text(json.dumps(note, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.3g}" if abs(cell) < 100 else f"{cell:,.0f}"
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()
