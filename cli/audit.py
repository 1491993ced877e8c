"""``lucai audit``."""

from __future__ import annotations

import datetime as dt

import click

from catalog.permissions import Action
from catalog.rules.periods import CHINA
from catalog.services import audit
from catalog.views.audit import AuditEntryView, AuditQuestion, RecordVerdict
from cli.house import open_database, operator
from cli.output import language, print_json, print_table, say

_DAY = click.DateTime(["%Y-%m-%d"])
_HASH_LENGTH = 64
_NAMES = {
    "zh": ["序号", "时间", "谁", "做了什么", "对象", "编号", "理由"],
    "en": ["number", "at", "who", "did", "thing", "key", "reason"],
}
_HOW = {
    "altered": ("内容被改动", "was altered"),
    "number": (
        "序号不连续：有记录被删除、插入或调换",
        "has a wrong number: one is missing or extra",
    ),
    "link": ("与前一条不相接：有记录被替换或调换", "does not follow the entry before it"),
    "shortened": ("缺少当时记下的那条记录", "is missing: the noted hash is nowhere in the record"),
}


@click.group()
def command() -> None:
    """Read the record of all changes, or prove that nobody altered it."""


@command.command("list")
@click.option("--who", help="Only what somebody did whose name has this in it.")
@click.option("--action", type=click.Choice([action.value for action in Action]),
              help="Only what was done with this permission.")  # fmt: skip
@click.option("--thing", help="Only changes of this kind of thing, such as import or project.")
@click.option("--key", help="Only changes of the thing with this key.")
@click.option("--from", "first", type=_DAY, help="The first day, YYYY-MM-DD.")
@click.option("--to", "last", type=_DAY, help="The last day, YYYY-MM-DD.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(  # The options of a command are what they are.
    who: str | None,
    action: str | None,
    thing: str | None,
    key: str | None,
    first: dt.datetime | None,
    last: dt.datetime | None,
    *,
    limit: int,
    as_json: bool,
) -> None:
    """List changes, the latest first."""
    question = AuditQuestion(
        words=who,
        action=action,
        thing=thing,
        key=key,
        first=first.date() if first else None,
        last=last.date() if last else None,
    )
    with open_database() as database, database.reading() as connection:
        found = audit.browse_record(connection, question, actor=operator(), limit=limit, offset=0)
    if as_json:
        print_json(found)
        return
    chinese = language() == "zh"
    print_table(
        f"记录在案的修改（共 {found.total} 条）" if chinese else f"Changes ({found.total} in all)",
        _NAMES["zh" if chinese else "en"],
        [_row(entry) for entry in found.items],
    )


def _row(entry: AuditEntryView) -> list[object]:
    at = entry.at.astimezone(CHINA)
    return [
        entry.number, f"{at:%Y-%m-%d %H:%M:%S}", entry.actor, entry.action,
        entry.thing, entry.thing_key, entry.reason,
    ]  # fmt: skip


@command.command()
@click.option("--expect", "expected", metavar="HASH",
              help="A last hash noted earlier, outside; it must still be there.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def verify(context: click.Context, expected: str | None, *, as_json: bool) -> None:
    """Recompute the whole record; exit with 1 and name the first entry that does not hold.

    Note the printed hash outside: who can rewrite the database can rewrite all of the record, but
    not what you noted.
    """
    if expected is not None and len(expected) != _HASH_LENGTH:
        raise click.UsageError(f"--expect takes all {_HASH_LENGTH} characters of a hash.")
    with open_database() as database, database.transaction() as session:
        verdict = audit.verify_record(session, expected=expected.lower() if expected else None)
    if as_json:
        print_json(verdict)
    else:
        _say(verdict)
    if not verdict.is_whole:
        context.exit(1)


def _say(verdict: RecordVerdict) -> None:
    if verdict.how is not None:
        zh, en = _HOW[verdict.how]
        say(f"第 {verdict.broken_at} 条记录{zh}。", f"Entry {verdict.broken_at} {en}.")
    for name in verdict.broken_revisions:
        say(
            f"{name}：所留下的数据状态与记录不符。",
            f"{name}: the states that it left behind are not those on record.",
        )
    if verdict.is_whole:
        say(
            f"{verdict.length} 条记录首尾相接，{verdict.revisions} 个数据状态与记录相符。",
            f"{verdict.length} entries hold together, and so do {verdict.revisions} states.",
        )
    click.echo(verdict.last_hash)
