"""``lucai reindex``."""

from __future__ import annotations

from uuid import uuid4

import click

from catalog.services import catalogue
from cli.house import open_database, open_engine
from cli.output import say
from cli.progress import bar
from search.sync import LeaseHeldError, lease, rebuild
from search.worker import catch_up


@click.command()
def command() -> None:
    """Build the search index anew beside the one in use, then put it in its place."""
    with open_database() as database, open_engine() as engine:
        with database.reading() as connection:
            total = catalogue.count_products(connection)
        try:
            with (
                lease(database, f"reindex-{uuid4().hex}") as prolong,
                bar("索引", "index", total) as show,
            ):
                done = rebuild(database, engine, prolong=prolong, progress=show)
        except LeaseHeldError as error:
            raise click.ClickException(
                "Another process is writing the index. Try again in a minute."
            ) from error
        done += catch_up(database, engine)
        say(f"已重建索引：{done} 个产品。", f"The index is rebuilt: {done} products.")
