"""``lucai dump``."""

from __future__ import annotations

import click

from cli.house import clock, open_database, settings
from cli.output import print_json, say
from cli.progress import bar
from importers.dump.folder import FOLDER
from importers.dump.write import make_dump


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the manifest as one JSON document.")
def command(*, as_json: bool) -> None:
    """Write everything public to the data folder, for /open-data: tables, openEPD, ILCD.

    Run it once a day. The files of a dump are of one moment; the last few dumps are kept
    (LUCAI_KEEP_DUMPS).
    """
    chosen = settings()
    with open_database() as database, bar("公开数据", "open data", None) as show:
        dump = make_dump(
            database,
            chosen.data_dir / FOLDER,
            keep=chosen.keep_dumps,
            now=clock(),
            progress=show,
        )
    if as_json:
        print_json(dump)
        return
    size = sum(file.size for file in dump.files)
    place = chosen.data_dir / FOLDER / dump.key
    say(
        f"已写入 {len(dump.files)} 个文件（{size:,} 字节）：{place}",
        f"{len(dump.files)} files written ({size:,} bytes): {place}",
    )
