"""``lucai report``."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.forms.docx import document_of
from catalog.forms.form import Language
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.permissions import ANYONE
from catalog.rules.annual_report.terms import CORPS
from catalog.services import filings, report_reading
from catalog.services.report_content import reporting_pack
from catalog.services.report_forms import form_of_report
from cli.house import clock, open_database
from cli.output import language, print_json, print_table, say

_WRITERS = {".pdf": pdf_of, ".docx": document_of, ".xlsx": workbook_of}
_OF_REPORTS = {
    "zh": ["年份", "范围", "稿次", "状态", "指纹"],
    "en": ["year", "scope", "revision", "state", "SHA-256"],
}
_OF_FILINGS = {
    "zh": ["事项", "年份", "师市", "期限", "报送", "情况", "逾期天数"],
    "en": ["duty", "year", "division", "due", "handed in", "standing", "days late"],
}


@click.group()
def command() -> None:
    """List public annual reports, write one to a file, check one, or list what was handed in.

    Reports are written, frozen and signed by bureaus at the pages: whoever runs the machine
    reports nothing.
    """


@command.command("list")
@click.option("--year", type=click.IntRange(1900, 2199))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_reports(year: int | None, *, as_json: bool) -> None:
    """List the reports that are public."""
    with open_database() as database, database.reading() as connection:
        found = report_reading.browse_reports(connection, ANYONE, year=year)
    if as_json:
        print_json(found)
        return
    rows = [
        [each.year, each.division or CORPS, each.revision, each.state, each.content_hash]
        for each in found
    ]
    print_table("", _OF_REPORTS["zh" if language() == "zh" else "en"], rows)


@command.command("write")
@click.argument("year", type=click.IntRange(1900, 2199))
@click.argument("scope")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def write(year: int, scope: str, file: Path) -> None:
    """Write the report of YEAR and SCOPE (08, or xpcc) to FILE: .pdf, .docx, .xlsx or .json."""
    with open_database() as database, database.reading() as connection:
        if file.suffix == ".json":
            content = report_reading.report_bytes(connection, ANYONE, year=year, scope=scope)
        elif file.suffix in _WRITERS:
            view = report_reading.get_report(
                connection, ANYONE, year=year, scope=scope, now=clock()
            )
            known: Language = "zh" if language() == "zh" else "en"
            form = form_of_report(connection, view.head, view.content, known)
            content = _WRITERS[file.suffix](form)
        else:
            raise click.UsageError("FILE must end in .pdf, .docx, .xlsx or .json")
    file.write_bytes(content)
    say(f"已写入 {file}", f"Written to {file}")


@command.command("check")
@click.argument("year", type=click.IntRange(1900, 2199))
@click.argument("scope")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(year: int, scope: str, *, as_json: bool) -> None:
    """Make a frozen report again from what was known then; end with 1 if it differs."""
    with open_database() as database, database.reading() as connection:
        found = report_reading.rebuild(connection, ANYONE, year=year, scope=scope)
    if as_json:
        print_json(found)
    elif found.is_same:
        say(f"一致：{found.content_hash}", f"The same: {found.content_hash}")
    else:
        say(f"不同之处：{found.path}", f"It differs at {found.path}")
    if not found.is_same:
        raise SystemExit(1)


@command.command("filings")
@click.option("--year", type=click.IntRange(1900, 2199))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_filings(year: int | None, *, as_json: bool) -> None:
    """List what divisions had to hand in, and how late they were."""
    moment = clock()
    with open_database() as database, database.reading() as connection:
        pack, _ = reporting_pack(connection, moment.date())
        found = [
            row
            for row in filings.register(connection, pack, now=moment)
            if year in (None, row.year)
        ]
    if as_json:
        print_json(found)
        return
    rows = [
        [row.duty, row.year, division, row.due_on, standing.filed_on, standing.punctuality,
         standing.late_days]
        for row in found
        for division, standing in row.standings.items()
    ]  # fmt: skip
    print_table("", _OF_FILINGS["zh" if language() == "zh" else "en"], rows)
