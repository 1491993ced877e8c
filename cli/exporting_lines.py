"""``lucai export --project``: a project's lines, in our own tables, which can be imported again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from catalog.records import Kind, Record
from catalog.services import projects
from cli.house import open_database
from cli.output import language, say
from importers.table.template import Format
from importers.table.write import write_table

LINE_KINDS = (Kind.BILL_LINES, Kind.DELIVERIES)


def export_lines(file: Path, kind: Kind, *, project: str) -> None:
    """Write what a project's bills and delivery notes state to a CSV or a workbook."""
    fmt: Format = "csv" if file.suffix.lower() == ".csv" else "xlsx"
    records: Sequence[Record]
    with open_database() as database, database.reading() as connection:
        if kind is Kind.BILL_LINES:
            records = projects.bill_line_records(connection, project)
        else:
            records = projects.delivery_records(connection, project)
    file.write_bytes(write_table(kind, records, language(), fmt))
    say(f"已写入 {len(records)} 行。", f"{len(records)} rows written.")
