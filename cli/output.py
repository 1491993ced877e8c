"""How commands speak: facts on standard output, progress and notes on standard error."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click
import msgspec
from rich.console import Console
from rich.table import Table


def language() -> str:
    """Return the language of the terminal: zh if its locale is Chinese, else en."""
    for name in ("LUCAI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def say(zh: str, en: str) -> None:
    """Note something for the person at the terminal."""
    click.echo(zh if language() == "zh" else en, err=True)


def print_json(value: object) -> None:
    """Print one JSON document."""
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; numbers stand on the right."""
    table = Table(title=title, title_justify="left")
    for position, name in enumerate(columns):
        is_number = bool(rows) and all(_is_number(row[position]) for row in rows)
        table.add_column(name, justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*("—" if cell is None else str(cell) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)


def _is_number(cell: object) -> bool:
    text = str(cell).replace(",", "").replace("%", "").strip()
    return cell is None or text.replace(".", "", 1).replace("-", "", 1).isdigit()
