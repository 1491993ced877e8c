"""``lucai conflicts``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from catalog.rules.terms import ConflictSubject, Decision
from catalog.services import conflicts
from catalog.services.consequences import figures_by_decision
from catalog.views.conflicts import ConflictRow, ConflictStanding
from cli.calculating import calculate_outdated
from cli.house import catch_up_index, clock, open_database, operator
from cli.output import language, print_json, print_table, say

_NAMES = {
    "zh": ["编号", "对象", "字段", "现有说法", "来源", "另一说法", "来源", "裁定"],
    "en": ["conflict", "subject", "field", "held", "source", "offered", "source", "decision"],
}
_REOPEN = "reopen"
_ACTS = [*(side.value for side in Decision), _REOPEN]


@click.command()
@click.argument("conflict", type=click.IntRange(1, 2**53), required=False)
@click.option("--decide", "decision", type=click.Choice(_ACTS),
              help="Which side of CONFLICT counts; reopen takes a decision back.")  # fmt: skip
@click.option("--reason", default="", help="Why; it stays on record.")
@click.option("--figures", "shows_figures", is_flag=True,
              help="Which ratios each decision of CONFLICT would change.")  # fmt: skip
@click.option("--all", "shows_all", is_flag=True, help="List what is decided or ended too.")
@click.option("--subject", type=click.Choice([subject.value for subject in ConflictSubject]),
              help="Only conflicts about this.")  # fmt: skip
@click.option("--field", help="Only this field, such as star or valid_to.")
@click.option("--source", help="Only what this source says.")
@click.option("--number", help="Only what has this in its number or name; or a declaration's key.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options of a command are what they are.
    conflict: int | None,
    decision: str | None,
    reason: str,
    *,
    shows_figures: bool,
    shows_all: bool,
    subject: str | None,
    field: str | None,
    source: str | None,
    number: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List where sources contradict each other; or decide CONFLICT."""
    if decision is not None:
        if conflict is None or not reason.strip():
            raise click.UsageError("--decide needs CONFLICT and --reason.")
        _decide(conflict, decision, reason)
        return
    if shows_figures:
        if conflict is None:
            raise click.UsageError("--figures needs CONFLICT.")
        _show_figures(conflict, as_json=as_json)
        return
    with open_database() as database, database.reading() as connection:
        rows: Sequence[ConflictRow]
        if conflict is not None:
            rows = [conflicts.get_conflict(connection, conflict, on=clock().date())]
        else:
            rows = conflicts.browse_conflicts(
                connection,
                limit=limit,
                offset=0,
                standing=None if shows_all else ConflictStanding.OPEN,
                subject=ConflictSubject(subject) if subject else None,
                field=field,
                source=source,
                words=number,
            ).items
    if as_json:
        print_json(rows)
        return
    chinese = language() == "zh"
    print_table(
        "来源不一致" if chinese else "Conflicts between sources",
        _NAMES["zh" if chinese else "en"],
        [
            [
                row.id, row.title, row.field, row.held_value, row.held_source,
                row.offered_value, row.offered_source, _standing(row),
            ]
            for row in rows
        ],
    )  # fmt: skip


def _show_figures(conflict: int, *, as_json: bool) -> None:
    with open_database() as database, database.reading() as connection:
        found = figures_by_decision(connection, conflict, today=clock().date())
    if as_json:
        print_json(found)
        return
    chinese = language() == "zh"
    print_table(
        "每种裁定会改变的比例" if chinese else "Ratios that each decision would change",
        ["裁定", "单体", "阶段", "方法", "现在", "裁定后"]
        if chinese
        else ["decision", "building", "stage", "method", "now", "then"],
        [
            [one.decision, each.building, each.stage, each.method, each.before, each.after]
            for one in found.decisions
            for each in one.changes
        ],
    )
    if found.calculated < found.buildings:
        say(
            f"共有 {found.buildings} 栋单体用到这张证书，只试算了前 {found.calculated} 栋。",
            f"Only the first {found.calculated} of {found.buildings} buildings were calculated.",
        )


def _standing(row: ConflictRow) -> str:
    """Return how it was decided, or by which import it ended."""
    return row.decision or (f"#{row.ended_run}" if row.ended_run else "")


def _decide(conflict: int, decision: str, reason: str) -> None:
    with open_database() as database:
        actor, now = operator(), clock()
        with database.transaction() as session:
            if decision == _REOPEN:
                conflicts.reopen(session, conflict, reason=reason, actor=actor, now=now)
            else:
                conflicts.decide(
                    session, conflict, Decision(decision), reason=reason, actor=actor, now=now
                )
        calculate_outdated(database)
        catch_up_index(database)
    if decision == _REOPEN:
        say(f"来源分歧 {conflict} 的裁定已撤回。", f"Conflict {conflict} is open again.")
    else:
        say(f"来源分歧 {conflict} 已裁定。", f"Conflict {conflict} is decided.")
