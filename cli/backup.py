"""``lucai backup``."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.errors import BackupRefusedError
from catalog.services.backups import manifest
from catalog.services.backups.writing import write_backup
from cli.house import clock, open_database, operator, settings
from cli.output import language, print_json, print_table, say
from cli.progress import bar


@click.command()
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="Folder to write to; by default the one of the settings.")  # fmt: skip
@click.option("--without-keys", is_flag=True,
              help="Leave the secret key and the signing keys out.")  # fmt: skip
@click.option("--list", "lists", is_flag=True, help="List the backups and write none.")
@click.option("--verify", "checked", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Compare a backup with its hashes and write none.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    folder: Path | None,
    checked: Path | None,
    *,
    without_keys: bool,
    lists: bool,
    as_json: bool,
) -> None:
    """Write database, evidence and keys into one archive while the server runs.

    Keep it where only you can read it: it holds the keys. Run it daily by the scheduler of the
    machine. Exits with 1 if the backup is not whole.
    """
    chosen = settings()
    where = folder or chosen.backups
    if lists:
        _list(where, as_json=as_json)
        return
    try:
        if checked is not None:
            path, held = checked, manifest.verify(checked)
        else:
            with open_database() as database, bar("备份", "backup", None) as show:
                path = write_backup(
                    database,
                    chosen.data_dir,
                    where,
                    with_keys=not without_keys,
                    actor=operator(),
                    now=clock(),
                    progress=show,
                )
            held = manifest.manifest_of(path)
    except BackupRefusedError as error:
        raise click.ClickException(error.text(language())) from error
    if as_json:
        print_json({"path": str(path), "manifest": held})
        return
    number, size = len(held.members), path.stat().st_size
    say(
        f"备份完好：{path}（{number} 个文件，{size} 字节）。",
        f"The backup is whole: {path} ({number} files, {size} bytes).",
    )
    click.echo(path)


def _list(folder: Path, *, as_json: bool) -> None:
    found = manifest.listed(folder)
    if as_json:
        print_json({"backups": found})
        return
    zh = language() == "zh"
    print_table(
        f"备份（{folder}）" if zh else f"Backups ({folder})",
        ["文件", "时间", "字节", "文件数", "含密钥"]
        if zh
        else ["name", "made at", "bytes", "files", "has keys"],
        [
            [
                each.name,
                f"{each.made_at:%Y-%m-%d %H:%M} UTC" if each.made_at else each.trouble,
                each.size,
                each.files,
                "✓" if each.has_keys else None,
            ]
            for each in found
        ],
    )
