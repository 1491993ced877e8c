"""``lucai imports``."""

from __future__ import annotations

import click

from catalog.models.importing import RunState
from catalog.records import Kind
from catalog.services import ledger
from cli.house import open_database
from cli.output import language, print_json, print_table

_NAMES = {
    "zh": [
        "编号", "文件", "种类", "来源", "状态", "开始",
        "读取", "新增", "变更", "未变", "拒收", "提醒",
    ],
    "en": [
        "run", "file", "kind", "source", "state", "started", "read", "new", "changed", "same",
        "refused", "warnings",
    ],
}  # fmt: skip


@click.command()
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]))
@click.option("--state", type=click.Choice([state.value for state in RunState]))
@click.option("--words", help="Only files or sources with these words in their name.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    kind: str | None, state: str | None, words: str | None, limit: int, as_json: bool
) -> None:
    """List what was imported, newest first."""
    with open_database() as database, database.reading() as connection:
        found = ledger.browse_runs(
            connection, limit=limit, offset=0, kind=kind, state=state, words=words
        )
    if as_json:
        print_json(found)
        return
    chinese = language() == "zh"
    print_table(
        "导入台账" if chinese else "Imports",
        _NAMES["zh" if chinese else "en"],
        [
            [
                run.id, run.file_name, run.kind, run.source, run.state,
                f"{run.started_at:%Y-%m-%d %H:%M}", run.read, run.created, run.changed,
                run.unchanged, run.refused, run.warnings,
            ]
            for run in found
        ],
    )  # fmt: skip
