"""``lucai import``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from catalog.records import Kind, Severity
from catalog.services import catalogue
from catalog.services.receiving.undoing import undo_run
from cli.house import catch_up_index, clock, open_database, operator, settings
from cli.output import language, print_json, print_table, say
from importers.issues import explain
from importers.lookups import Lookups
from importers.reader import Limits, SourceFile
from importers.run import ImportReport, Progress, Request, import_file, recalculate
from importers.table.template import template

if TYPE_CHECKING:
    from catalog.db import Database
    from catalog.views.products import ConflictView

_ROWS_OUT = 3
_KINDS = [kind.value for kind in Kind if kind is not Kind.REGISTRY]
_SHOWN_ISSUES = 20
_SEVERITIES = {Severity.ERROR: "未导入", Severity.WARNING: "提醒"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Default: by content.")
@click.option("--source", help="Who speaks (default: the registry file's name, or “template”).")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Bring nothing in if any row is refused.")
@click.option("--undo", type=click.IntRange(1, 2**53), metavar="RUN", help="Take import RUN back.")
@click.option("--template", "template_kind", type=click.Choice(_KINDS), help="Write a template.")
@click.option("--language", "template_language", type=click.Choice(["zh", "en"]))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Of --template.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options are what a person can ask.
    file: Path | None,
    kind: str | None,
    source: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    undo: int | None,
    template_kind: str | None,
    template_language: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Bring FILE in: products, projects, bill lines, deliveries (CSV, XLSX) or a registry (JSON).

    Rows that cannot be understood stay out, each with its reason and cure; the others come in.
    The same file twice changes nothing. A run that was cut off goes on when its file comes again.
    """
    if template_kind:
        _write_template(Kind(template_kind), template_language or language(), output)
        return
    if undo is not None:
        _undo(undo)
        return
    if file is None:
        raise click.UsageError("Name a FILE, or use --template or --undo.")
    config = settings()
    limits = Limits(max_bytes=config.upload_limit_mb * 2**20)
    request = Request(
        actor=operator(),
        kind=Kind(kind) if kind else None,
        source=source,
        is_dry_run=dry_run,
        is_all_or_nothing=all_or_nothing,
    )
    with open_database(create=True) as database:
        report = _import(database, SourceFile(file.name, file, limits=limits), request)
        if as_json:
            print_json(report)
        else:
            _show(report, is_dry_run=dry_run)
            _show_conflicts(_conflicts(database, report))
        if not dry_run:
            catch_up_index(database)
    if report.refused:
        sys.exit(1 if report.is_refused else _ROWS_OUT)


def _import(database: Database, file: SourceFile, request: Request) -> ImportReport:
    from cli.progress import bar  # noqa: PLC0415  Not for templates.

    with bar("导入", "import", None) as show:

        def progress(step: Progress) -> None:
            show(step.done)

        return import_file(
            database, file, Lookups.from_seed(), request, clock=clock, progress=progress
        )


def _conflicts(database: Database, report: ImportReport) -> list[ConflictView]:
    """Return some of the contradictions that the run met."""
    if report.run_id is None or not report.conflicts:
        return []
    with database.reading() as connection:
        return catalogue.open_conflicts(
            connection, run_id=report.run_id, limit=_SHOWN_ISSUES, offset=0
        )


def _show_conflicts(conflicts: list[ConflictView]) -> None:
    if conflicts:
        zh = language() == "zh"
        print_table(
            "来源不一致，两边都保留" if zh else "Sources differ; both are kept",
            ["证书", "字段", "现有说法", "来源", "另一说法", "来源"]
            if zh
            else ["certificate", "field", "held", "source", "offered", "source"],
            [
                [c.number, c.field, c.held_value, c.held_source, c.offered_value, c.offered_source]
                for c in conflicts
            ],
        )


def _undo(run: int) -> None:
    with open_database() as database:
        with database.transaction() as session:
            undo_run(session, run, actor=operator(), now=clock())
        recalculate(database, operator(), clock=clock)
        catch_up_index(database)
    say(f"已撤销导入 {run}。", f"Import {run} is taken back.")


def _write_template(kind: Kind, tongue: str, output: Path | None) -> None:
    form: Literal["csv", "xlsx"] = "csv" if output and output.suffix == ".csv" else "xlsx"
    path = output or Path(f"lucai-{kind.value}-{tongue}.{form}")
    path.write_bytes(template(kind, tongue, form))
    say(f"模板已写入 {path}", f"Template written to {path}")


def _show(report: ImportReport, *, is_dry_run: bool) -> None:
    tongue = language()
    title = f"{report.kind.value} · {report.source}"
    if report.run_id:
        title += f" · 导入 {report.run_id}" if tongue == "zh" else f" · run {report.run_id}"
        if report.is_resumed:
            title += "（接续上次）" if tongue == "zh" else " (resumed)"
    if is_dry_run:
        title += " · 试运行，未写入" if tongue == "zh" else " · dry run, nothing was written"
    names = ["read", "new", "changed", "same", "refused", "warnings", "conflicts"]
    print_table(
        title,
        names if tongue == "en" else ["读取", "新增", "变更", "未变", "拒收", "提醒", "来源冲突"],
        [
            [
                report.read,
                report.created,
                report.changed,
                report.unchanged,
                report.refused,
                report.warnings,
                report.conflicts,
            ]
        ],
    )
    if not (report.read or report.issues):
        say("文件里没有数据行。", "The file holds no rows.")
    for change in report.changes[:_SHOWN_ISSUES] if is_dry_run else ():
        marks = "; ".join(f"{name}: {old} → {new}" for name, (old, new) in change.fields.items())
        click.echo(f"{'+' if change.is_new else '~'} {change.entity} {change.label} {marks}")
    for issue in report.issues[:_SHOWN_ISSUES]:
        reason, cure = explain(issue, tongue)
        place = ", ".join(
            str(part) for part in (issue.sheet, issue.row, issue.column) if part is not None
        )
        severity = _SEVERITIES[issue.severity] if tongue == "zh" else issue.severity.value
        click.echo(f"[{severity}] {place}: {reason} {cure}", err=True)
    hidden = len(report.issues) - _SHOWN_ISSUES
    if hidden > 0:
        say(
            f"另有 {hidden} 条，见导入记录页或 --json。",
            f"{hidden} more: see the ledger's page, or --json.",
        )
