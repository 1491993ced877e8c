"""``lucai restore``."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.db import Database
from catalog.errors import BackupRefusedError
from catalog.services.backups.restoring import restore_backup
from catalog.services.migrating import migrate
from cli.house import operator, settings
from cli.output import language, say


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def command(backup: Path) -> None:
    """Put BACKUP back into an empty data folder and an empty database.

    Name them by LUCAI_DATA_DIR and LUCAI_DATABASE_URL. Nothing that is there is overwritten. The
    tables are brought to this program's version; the search index is built when the server starts.
    """
    chosen = settings()
    try:
        held = restore_backup(backup, chosen.url, chosen.data_dir, actor=operator())
    except BackupRefusedError as error:
        raise click.ClickException(error.text(language())) from error
    database = Database(chosen.url)
    migrate(database)
    database.close()
    say(
        f"已恢复 {held.made_at:%Y-%m-%d %H:%M} UTC 的备份（{len(held.members)} 个文件）。",
        f"Restored the backup of {held.made_at:%Y-%m-%d %H:%M} UTC ({len(held.members)} files).",
    )
