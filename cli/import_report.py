"""What an import did, said at the terminal."""

from __future__ import annotations

import click

from catalog.db import Database
from catalog.records import Severity
from catalog.services import conflicts
from catalog.views.conflicts import ConflictRow
from cli.output import language, print_table, say
from importers.issues import explain
from importers.report import ImportReport

_SHOWN_ISSUES = 20
_SEVERITIES = {Severity.ERROR: "未导入", Severity.WARNING: "提醒"}


def show_report(report: ImportReport, *, is_dry_run: bool) -> None:
    """Print the counts, the first changes of a dry run, and the first issues."""
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


def conflicts_of(database: Database, report: ImportReport) -> list[ConflictRow]:
    """Return some of the contradictions that the run met."""
    if report.run_id is None or not report.conflicts:
        return []
    with database.reading() as connection:
        return conflicts.browse_conflicts(
            connection, run=report.run_id, limit=_SHOWN_ISSUES, offset=0
        ).items


def show_conflicts(found: list[ConflictRow]) -> None:
    """Print where sources contradict each other."""
    if found:
        zh = language() == "zh"
        print_table(
            "来源不一致，两边都保留" if zh else "Sources differ; both are kept",
            ["对象", "字段", "现有说法", "来源", "另一说法", "来源"]
            if zh
            else ["subject", "field", "held", "source", "offered", "source"],
            [
                [c.title, c.field, c.held_value, c.held_source, c.offered_value, c.offered_source]
                for c in found
            ],
        )
