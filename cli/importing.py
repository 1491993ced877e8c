"""``lucai import``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from catalog.records import Issue, Kind, Severity
from catalog.rules.terms import BillStage
from catalog.services import catalogue, ledger
from cli.house import catch_up_index, clock, open_database, operator, settings
from cli.output import language, print_json, print_table, say
from importers.issues import explain
from importers.keeping import FILES, FileStore
from importers.lookups import Lookups
from importers.reader import Limits, Placement, SourceFile
from importers.refused import form_of_refused, write_refused
from importers.run import ImportReport, Progress, Request, import_file
from importers.table.template import template

if TYPE_CHECKING:
    from catalog.db import Database
    from catalog.views.products import ConflictView

_ROWS_OUT = 3
_KINDS = [kind.value for kind in Kind if kind not in (Kind.REGISTRY, Kind.EPDS)]
_SHOWN_ISSUES = 20
_SEVERITIES = {Severity.ERROR: "未导入", Severity.WARNING: "提醒"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Default: by content.")
@click.option("--source", help="Who speaks (default: the registry file's name, or “template”).")
@click.option("--project", help="Code of the project, for a file that does not name it.")
@click.option("--building", help="Code of the building, for a file that does not name it.")
@click.option("--stage", type=click.Choice(list(BillStage)), help="Of a bill that does not say.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Bring nothing in if any row is refused.")
@click.option(
    "--refused-to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rows that stay out there, in FILE's own form, with reason and cure.",
)
@click.option("--template", "template_kind", type=click.Choice(_KINDS), help="Write a template.")
@click.option("--language", "asked_language", type=click.Choice(["zh", "en"]))
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Of --template.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options are what a person can ask.
    file: Path | None,
    kind: str | None,
    source: str | None,
    project: str | None,
    building: str | None,
    stage: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    refused_to: Path | None,
    template_kind: str | None,
    asked_language: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Bring FILE in; what it is is recognised by its content.

    Rows that cannot be understood stay out, each with its reason and cure; the others come in.
    The same file twice changes nothing. A run that was cut off goes on when its file comes again.
    """
    if template_kind:
        _write_template(Kind(template_kind), asked_language or language(), output)
        return
    if file is None:
        raise click.UsageError("Name a FILE, or use --template.")
    if bool(project) != bool(building):
        raise click.UsageError("--project and --building go together.")
    placement = (
        Placement(project=project, building=building, stage=BillStage(stage) if stage else None)
        if project and building
        else None
    )
    request = Request(
        actor=operator(),
        kind=Kind(kind) if kind else None,
        source=source,
        placement=placement,
        is_dry_run=dry_run,
        is_all_or_nothing=all_or_nothing,
    )
    config = settings()
    limits = Limits(max_bytes=config.upload_limit_mb * 2**20)
    handed_in = SourceFile(file.name, file, limits=limits)
    with open_database(create=True) as database:
        if not dry_run:
            _keep(handed_in, config.data_dir / FILES)
        report = _import(database, handed_in, request)
        if as_json:
            print_json(report)
        else:
            _show(report, is_dry_run=dry_run)
            _show_conflicts(_conflicts(database, report))
        if refused_to and report.refused:
            issues = _issues(database, report)
            _write_refused(handed_in, issues, report, placement, refused_to, asked_language)
        if not dry_run:
            catch_up_index(database)
    if report.refused:
        sys.exit(1 if report.is_refused else _ROWS_OUT)


def _keep(file: SourceFile, folder: Path) -> None:
    """Keep the file as it came, so that its refused rows can be given back later too."""
    with file.open() as stream:
        FileStore(folder, limits=file.limits).keep(stream, name=file.name)


def _import(database: Database, file: SourceFile, request: Request) -> ImportReport:
    from cli.progress import bar  # noqa: PLC0415  Not for templates.

    with bar("导入", "import", None) as show:

        def progress(step: Progress) -> None:
            show(step.done, step.total)

        return import_file(
            database, file, Lookups.from_seed(), request, clock=clock, progress=progress
        )


def _issues(database: Database, report: ImportReport) -> list[Issue]:
    if report.run_id is None:
        return report.issues
    with database.reading() as connection:
        return list(ledger.all_issues_of_run(connection, report.run_id))


def _write_refused(
    file: SourceFile,
    issues: list[Issue],
    report: ImportReport,
    placement: Placement | None,
    path: Path,
    tongue: str | None,
) -> None:
    """Write the rows that stayed out.

    Raises:
        click.ClickException: In this form rows cannot be given back.
    """
    if form_of_refused(file) is None:
        raise click.ClickException("Rows of such a file cannot be given back; see the list above.")
    with path.open("wb") as target:
        write_refused(
            file,
            Lookups.from_seed(),
            issues,
            target,
            kind=report.kind,
            placement=placement,
            language=tongue or language(),
        )
    say(
        f"未导入的行已写入 {path}；改好后可直接再次导入。",
        f"The rows that stayed out are in {path}; mend them and import that file as it is.",
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
