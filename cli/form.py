"""``lucai form``."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.services.forms import form_of_result
from cli.house import open_database
from cli.output import language, say

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("result", type=click.IntRange(min=1))
@click.option("--pdf", type=_FILE, help="Write the pages here.")
@click.option("--xlsx", type=_FILE, help="Write the workbook here.")
def command(result: int, pdf: Path | None, xlsx: Path | None) -> None:
    """Write the official form of RESULT (its number), to be printed and signed.

    The number stands in `lucai ratio --project CODE`. In an English terminal the Chinese form has
    English glosses.
    """
    if pdf is None and xlsx is None:
        raise click.UsageError("Give --pdf or --xlsx, or both.")
    with open_database() as database, database.reading() as connection:
        form = form_of_result(connection, result, "zh" if language() == "zh" else "en")
    for file, write in ((pdf, pdf_of), (xlsx, workbook_of)):
        if file is not None:
            file.write_bytes(write(form))
            say(f"已写入 {file}。", f"{file} written.")
