"""``lucai migrate``."""

from __future__ import annotations

import click

from cli.house import open_database
from cli.output import say


@click.command()
def command() -> None:
    """Create the database or bring it to this program's version, with its reference lists."""
    with open_database(create=True):
        say("数据库已是最新版本。", "The database is up to date.")
