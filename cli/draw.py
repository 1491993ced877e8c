"""``lucai draw``: list draws, and repeat one from what was published."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from catalog.rules.draw import DrawRecord, Flaw
from catalog.rules.draw import verify as flaws_of
from cli.output import language, print_json, print_table, say

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_MOST = 100
_FLAWS = {
    Flaw.NOT_REVEALED: ("尚未揭晓", "it is not revealed yet"),
    Flaw.ALGORITHM: ("抽取方法不认识", "its way of drawing is not known"),
    Flaw.SEED: ("种子与公告的指纹不符", "the seed is not the one that was announced"),
    Flaw.PANEL: ("专家名单与公告的指纹不符", "the panel is not the one that was announced"),
    Flaw.EXCLUSIONS: ("回避名单不对", "an expert is excluded, or not, against the rule"),
    Flaw.ORDER: ("顺序不对", "the order does not follow from the seed"),
    Flaw.DRAWN: ("结果不对", "those drawn do not follow from the order"),
    Flaw.ANNOUNCEMENT: ("公告内容被改动", "what was announced was changed"),
}


@click.group()
def command() -> None:
    """List draws of experts, or repeat one."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_draws(as_json: bool) -> None:
    """List the draws, the latest first."""
    from catalog.services import drawing  # noqa: PLC0415  Verifying a file needs no store.
    from cli.house import open_database  # noqa: PLC0415  As above.

    with open_database() as database, database.reading() as connection:
        found = drawing.browse_draws(connection, limit=_MOST, offset=0)
    if as_json:
        print_json(found)
        return
    zh = language() == "zh"
    print_table(
        "专家抽取" if zh else "Draws",
        ["编号", "事项", "公告", "揭晓", "作废", "种子的指纹"]
        if zh
        else ["draw", "matter", "announced", "revealed", "voided", "hash of the seed"],
        [
            [each.key, each.title, f"{each.announced_at:%Y-%m-%d %H:%M}",
             each.revealed_at and f"{each.revealed_at:%Y-%m-%d %H:%M}", each.void_reason,
             each.commitment[:16]]
            for each in found.items
        ],
    )  # fmt: skip


@command.command("verify")
@click.argument("draw")
@click.option("--announced", type=_FILE, help="What you kept of the announcement.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(draw: str, announced: Path | None, as_json: bool) -> None:
    """Repeat DRAW, a file of what was published or a draw's key; leave with 1 if it differs.

    A file is verified by itself: no store, no network.
    """
    record = _record(_read(draw))
    kept = _record(announced.read_bytes()) if announced else None
    found = flaws_of(record, announced=kept)
    if as_json:
        print_json({"draw": record.key, "flaws": found, "drawn": record.drawn})
    else:
        _tell(record, found)
    if found:
        sys.exit(1)


def _read(draw: str) -> bytes:
    path = Path(draw)
    if path.is_file():
        return path.read_bytes()
    from catalog.services import drawing  # noqa: PLC0415  Verifying a file needs no store.
    from cli.house import open_database  # noqa: PLC0415  As above.

    with open_database() as database, database.reading() as connection:
        return drawing.draw_bytes(connection, draw)


def _record(content: bytes) -> DrawRecord:
    try:
        return msgspec.json.decode(content, type=DrawRecord, strict=True)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise click.BadParameter(f"no published draw: {error}") from error


def _tell(record: DrawRecord, found: list[Flaw]) -> None:
    zh = language() == "zh"
    for flaw in found:
        say(*_FLAWS[flaw])
    if record.drawn:
        members = {member.key: member for member in record.panel}
        print_table(
            f"{record.key} {record.title}",
            ["专业", "姓名", "工作单位", "代号"] if zh else ["field", "name", "employer", "key"],
            [
                [each.field, *_who(members.get(each.expert)), each.expert]
                for each in record.drawn
            ],
        )  # fmt: skip
    if not found:
        say("照公布的内容重算，结果一致。", "Repeated from what was published: the same result.")


def _who(member: object) -> tuple[object, object]:
    return getattr(member, "name", None), getattr(member, "employer", None)
