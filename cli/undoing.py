"""``lucai undo``."""

from __future__ import annotations

import click

from catalog.services.applying import undo_import
from cli.calculating import calculate_outdated
from cli.house import catch_up_index, clock, open_database, operator
from cli.output import say


@click.command()
@click.argument("run", type=click.IntRange(1, 2**53))
def command(run: int) -> None:
    """Take import RUN back; what it replaced is known again. Nothing is ever deleted.

    Refused while later work stands on it; that work is named.
    """
    with open_database() as database:
        with database.transaction() as session:
            undo_import(session, run, actor=operator(), now=clock())
        calculate_outdated(database)
        catch_up_index(database)
    say(f"已撤销导入 {run}。", f"Import {run} is taken back.")
