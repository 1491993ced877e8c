"""``lucai import``."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Kind
from catalog.rules.terms import BillStage
from catalog.services import ledger
from catalog.services.workers import how_many
from cli.house import catch_up_index, clock, open_database, operator, settings
from cli.import_report import conflicts_of, show_conflicts, show_report
from cli.output import language, print_json, say
from importers.keeping import FILES, FileStore
from importers.lookups import Lookups
from importers.mapping import propose as propose_mapping
from importers.mapping import propose_for
from importers.reader import Limits, Placement, SourceFile, recognise
from importers.refused import form_of_refused, write_refused
from importers.report import Answers
from importers.run import ImportReport, Progress, Request, import_file
from importers.table.mapping import mapping_from_json, mapping_to_json
from importers.table.template import template

if TYPE_CHECKING:
    from catalog.db import Database

_ROWS_OUT = 3
_KINDS = [kind.value for kind in Kind if kind not in (Kind.REGISTRY, Kind.EPDS)]


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--kind", type=click.Choice([k.value for k in Kind]), help="Default: by content.")
@click.option("--source", help="Who speaks (default: the registry file's name, or “template”).")
@click.option("--project", help="Code of the project, for a file that does not name it.")
@click.option("--building", help="Code of the building, for a file that does not name it.")
@click.option(
    "--stage", type=click.Choice([s.value for s in BillStage]), help="Of a bill that does not say."
)
@click.option("--note-number", help="Of a delivery list that does not say it.")
@click.option("--delivered-on", type=click.DateTime(["%Y-%m-%d"]), help="As --note-number.")
@click.option("--of-materials", is_flag=True, help="Take a bill's list of resources.")
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What the columns are of a table that is not ours (JSON; see --propose).",
)
@click.option(
    "--propose",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write there what the columns might be, to look over and use as --mapping.",
)
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
    note_number: str | None,
    delivered_on: dt.datetime | None,
    of_materials: bool,
    mapping_file: Path | None,
    propose: Path | None,
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
        Placement(
            project=project,
            building=building,
            stage=BillStage(stage) if stage else None,
            note_number=note_number,
            delivered_on=delivered_on.date() if delivered_on else None,
            of_materials=of_materials,
        )
        if project and building
        else None
    )
    config = settings()
    limits = Limits(max_bytes=config.upload_limit_mb * 2**20)
    handed_in = SourceFile(file.name, file, limits=limits)
    if propose:
        _propose(handed_in, Kind(kind) if kind else None, propose)
        return
    request = Request(
        actor=operator(),
        kind=Kind(kind) if kind else None,
        source=source,
        placement=placement,
        mapping=mapping_from_json(mapping_file.read_bytes()) if mapping_file else None,
        is_dry_run=dry_run,
        is_all_or_nothing=all_or_nothing,
        processes=how_many(),
    )
    with open_database(create=True) as database:
        if not dry_run:
            _keep(handed_in, config.data_dir / FILES)
        request = _with_remembered_mapping(database, handed_in, request)
        report = _import(database, handed_in, request)
        if as_json:
            print_json(report)
        else:
            show_report(report, is_dry_run=dry_run)
            show_conflicts(conflicts_of(database, report))
        if refused_to and report.refused:
            issues = _issues(database, report)
            answers = Answers(placement=placement, mapping=request.mapping)
            _write_refused(handed_in, issues, report, answers, refused_to, asked_language)
        if not dry_run:
            catch_up_index(database)
    if report.refused:
        sys.exit(1 if report.is_refused else _ROWS_OUT)


def _keep(file: SourceFile, folder: Path) -> None:
    """Keep the file as it came, so that its refused rows can be given back later too."""
    with file.open() as stream:
        FileStore(folder, limits=file.limits).keep(stream, name=file.name)


def _propose(file: SourceFile, kind: Kind | None, path: Path) -> None:
    """Write what the columns might be, and say how sure that is."""
    proposal = propose_mapping(file, Lookups.from_seed(), kind=kind)
    path.write_text(mapping_to_json(proposal.mapping()), encoding="utf-8")
    tongue = language()
    for choice in proposal.choices:
        reasons = " ".join(reason.text(tongue) for reason in choice.reasons)
        click.echo(f"{choice.field} ← {choice.column.header} ({choice.confidence:.0%}) {reasons}")
    missing, left = ", ".join(proposal.missing) or "—", ", ".join(proposal.left) or "—"
    say(
        f"还缺：{missing}。没有用到的列：{left}。核对 {path} 后用 --mapping 导入。",
        f"Missing: {missing}. Not used: {left}. Look {path} over, then import with --mapping.",
    )


def _with_remembered_mapping(database: Database, file: SourceFile, request: Request) -> Request:
    """Return the request with what was confirmed for the sender's columns, if they need that."""
    if request.mapping or not request.source:
        return request
    try:
        recognise(file)
    except ImportRefusedError:
        with database.reading() as connection, suppress(ImportRefusedError):
            proposal = propose_for(
                connection,
                file,
                Lookups.from_seed(),
                sender=request.source,
                actor=request.actor,
                kind=request.kind,
            )
            if proposal.confirmed:
                click.echo(proposal.confirmed.reason.text(language()), err=True)
                return replace(request, mapping=proposal.confirmed.mapping)
    return request


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
    answers: Answers,
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
            answers=answers,
            language=tongue or language(),
        )
    say(
        f"未导入的行已写入 {path}；改好后可直接再次导入。",
        f"The rows that stayed out are in {path}; mend them and import that file as it is.",
    )


def _write_template(kind: Kind, tongue: str, output: Path | None) -> None:
    form: Literal["csv", "xlsx"] = "csv" if output and output.suffix == ".csv" else "xlsx"
    path = output or Path(f"lucai-{kind.value}-{tongue}.{form}")
    path.write_bytes(template(kind, tongue, form))
    say(f"模板已写入 {path}", f"Template written to {path}")
