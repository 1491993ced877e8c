"""``lucai snapshot``."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.services.snapshots import write_snapshot
from cli.house import open_database
from cli.output import say
from cli.progress import bar


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> None:
    """Write the deliveries to FOLDER as Parquet files by division and year."""
    try:
        with (
            open_database() as database,
            database.reading() as connection,
            bar("快照", "snapshot", None) as show,
        ):
            rows = write_snapshot(connection, folder, progress=show)
    except FileExistsError as error:
        raise click.ClickException(f"{folder} is not empty: name a new folder.") from error
    say(f"已写入 {rows} 行。", f"{rows} rows written.")
