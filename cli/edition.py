"""``lucai edition``: list editions, write one to a file, check and compare them.

Only the Corps bureau publishes one, at the pages or the API.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from catalog.forms.edition_form import edition_form, edition_rows, edition_sheet, volumes
from catalog.forms.form import Language
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import write_workbook
from catalog.services import edition_comparing, editions
from cli.house import open_database
from cli.output import language, print_json, print_table, say

_FILE = click.Path(path_type=Path, dir_okay=False)
_MOST = 100


@click.group()
def command() -> None:
    """Editions of the catalogue and of the adoption list."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_editions(as_json: bool) -> None:
    """List the editions, the latest first."""
    with open_database() as database, database.reading() as connection:
        found = editions.browse_editions(connection, kind=None, limit=_MOST, offset=0)
    if as_json:
        print_json(found)
        return
    zh = language() == "zh"
    print_table(
        "名录与采信名单" if zh else "Editions",
        ["版本", "截止日期", "项数", "发布时间", "发布人", "指纹"]
        if zh
        else ["edition", "as of", "entries", "published", "by", "hash"],
        [
            [each.key, each.as_of, each.entries, f"{each.published_at:%Y-%m-%d %H:%M}",
             each.published_by, each.content_hash[:16]]
            for each in found.items
        ],
    )  # fmt: skip


@command.command("write")
@click.argument("edition")
@click.option("--json", "as_json", type=_FILE, help="Write the very bytes that are hashed here.")
@click.option("--pdf", type=_FILE, help="Write the pages here; a long list in volumes.")
@click.option("--xlsx", type=_FILE, help="Write the workbook here.")
def write(edition: str, as_json: Path | None, pdf: Path | None, xlsx: Path | None) -> None:
    """Write EDITION to files."""
    if not (as_json or pdf or xlsx):
        raise click.UsageError("Give --json, --pdf or --xlsx.")
    tongue: Language = "zh" if language() == "zh" else "en"
    with open_database() as database, database.reading() as connection:
        notes = editions.notes_of(connection, edition)
        if as_json:
            with as_json.open("wb") as file:
                file.writelines(editions.edition_pieces(connection, edition))
            _tell(as_json)
        if xlsx:
            view, head, read = editions.read_entries(connection, edition)
            with xlsx.open("wb") as file:
                rows = edition_rows(view, head, read, tongue)
                write_workbook(edition_sheet(view, notes, tongue), rows, file)
            _tell(xlsx)
        if pdf:
            view, head, entries = editions.all_entries(connection, edition)
            count = volumes(len(entries))
            for number in range(1, count + 1):
                form = edition_form(view, head, entries, notes, tongue, volume=number)
                path = pdf if count == 1 else pdf.with_stem(f"{pdf.stem}-{number}")
                path.write_bytes(pdf_of(form))
                _tell(path)


def _tell(file: Path) -> None:
    say(f"已写入 {file}。", f"{file} written.")


@command.command("check")
@click.argument("edition")
def check(edition: str) -> None:
    """Make EDITION again from what was known then; leave with 1 where its hash differs."""
    with open_database() as database, database.reading() as connection:
        found = edition_comparing.rebuild(connection, edition)
    if found.is_same:
        say("重新生成，指纹相同。", "Made again from what was known then: the same hash.")
        return
    say(
        f"不同：发布 {found.published_hash}，现存 {found.kept_hash}，重算 {found.rebuilt_hash}",
        f"They differ: published {found.published_hash}, kept {found.kept_hash}, "
        f"made again {found.rebuilt_hash}",
    )
    sys.exit(1)


@command.command("compare")
@click.argument("older")
@click.argument("newer")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(older: str, newer: str, as_json: bool) -> None:
    """Say what the edition NEWER adds to OLDER, lacks of it, and states otherwise."""
    with open_database() as database, database.reading() as connection:
        found = edition_comparing.difference(connection, older, newer)
    if as_json:
        print_json(found)
        return
    say(
        f"新增 {len(found.added)}，移出 {len(found.removed)}，更改 {len(found.changed)}，"
        f"未变 {found.unchanged}。",
        f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed, "
        f"{found.unchanged} unchanged.",
    )
    zh = language() == "zh"
    rows: list[list[object]] = [
        ["移出" if zh else "removed", each.entry.name, each.entry.company_name,
         " ".join(part for part in (each.standing, each.ground) if part)]
        for each in found.removed
    ]  # fmt: skip
    rows += [
        ["新增" if zh else "added", each.name, each.company_name, None] for each in found.added
    ]
    rows += [
        ["更改" if zh else "changed", change.entry.name, change.entry.company_name,
         "; ".join(f"{each.field}: {each.before} → {each.after}" for each in change.fields)]
        for change in found.changed
    ]  # fmt: skip
    if rows:
        print_table(
            f"{older} → {newer}",
            ["变化", "产品", "企业", "说明"] if zh else ["change", "product", "company", "why"],
            rows,
        )
