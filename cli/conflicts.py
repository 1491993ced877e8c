"""``lucai conflicts``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from catalog.models.importing import Decision
from catalog.services import conflicts
from catalog.views.conflicts import ConflictRow
from cli.house import catch_up_index, clock, open_database, operator
from cli.output import language, print_json, print_table, say
from importers.run import recalculate

_NAMES = {
    "zh": ["编号", "证书", "字段", "现有说法", "来源", "另一说法", "来源", "裁定"],
    "en": ["conflict", "certificate", "field", "held", "source", "offered", "source", "decision"],
}
_REOPEN = "reopen"
_ACTS = [*(side.value for side in Decision), _REOPEN]


@click.command()
@click.argument("conflict", type=click.IntRange(1, 2**53), required=False)
@click.option("--decide", "decision", type=click.Choice(_ACTS),
              help="Which side of CONFLICT counts; reopen takes a decision back.")  # fmt: skip
@click.option("--reason", default="", help="Why; it stays on record.")
@click.option("--all", "shows_all", is_flag=True, help="List what is decided too.")
@click.option("--field", help="Only this field, such as star or valid_to.")
@click.option("--source", help="Only what this source says.")
@click.option("--number", help="Only certificates with this in their number.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options of a command are what they are.
    conflict: int | None,
    decision: str | None,
    reason: str,
    *,
    shows_all: bool,
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
    with open_database() as database, database.reading() as connection:
        rows: Sequence[ConflictRow]
        if conflict is not None:
            rows = [conflicts.get_conflict(connection, conflict, on=clock().date())]
        else:
            rows = conflicts.browse_conflicts(
                connection,
                limit=limit,
                offset=0,
                is_decided=None if shows_all else False,
                field=field,
                source=source,
                number=number,
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
                row.id, row.number, row.field, row.held_value, row.held_source,
                row.offered_value, row.offered_source, row.decision or "",
            ]
            for row in rows
        ],
    )  # fmt: skip


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
        recalculate(database, actor, clock=clock)
        catch_up_index(database)
    if decision == _REOPEN:
        say(f"来源分歧 {conflict} 的裁定已撤回。", f"Conflict {conflict} is open again.")
    else:
        say(f"来源分歧 {conflict} 已裁定。", f"Conflict {conflict} is decided.")
