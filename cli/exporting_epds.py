"""``lucai export --format``: declarations, in the forms in which others read them."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.services import epds
from cli.house import open_database
from cli.output import language, say
from importers.epd.write import Form, write_epds
from importers.issues import explain

_SHOWN = 20


def export_epds(file: Path, words: str, form: Form, *, key: str | None, source: str | None) -> None:
    """Write the declarations that hold the words, or the one with the key, to a file.

    Raises:
        click.UsageError: The file's name ends otherwise than the form's files do.
    """
    with open_database() as database, database.reading() as connection:
        keys = [key] if key else epds.epd_keys(connection, words)
        records = [epds.epd_record(connection, one, source=source) for one in keys]
    if not records:
        raise click.ClickException("没有这样的声明。" if language() == "zh" else "None is found.")
    made = write_epds(records, form, language=language())
    if file.suffix.lower() != f".{made.ending}":
        raise click.UsageError(f"{file.name}: name it .{made.ending}.")
    file.write_bytes(made.content)
    for issue in made.issues[:_SHOWN]:
        click.echo(" ".join(explain(issue, language())), err=True)
    hidden = len(made.issues) - _SHOWN
    if hidden > 0:
        say(f"另有 {hidden} 条。", f"{hidden} more.")
    say(f"已写入 {len(records)} 份声明。", f"{len(records)} declarations written.")
