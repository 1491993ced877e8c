"""``lucai evidence``."""

from __future__ import annotations

import sys

import click

from catalog.evidence_files import EVIDENCE, MEGABYTE, EvidenceFolder
from catalog.services import evidence
from cli.house import clock, open_database, operator, settings
from cli.output import language, print_json, print_table, say


@click.group()
def command() -> None:
    """Watch over the files of evidence."""


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Compare every kept file with its hash; leave with 1 where one is missing or altered."""
    chosen = settings()
    folder = EvidenceFolder(
        chosen.data_dir / EVIDENCE, max_bytes=chosen.evidence_limit_mb * MEGABYTE
    )
    with open_database() as database, database.transaction() as session:
        found = evidence.check_all(session, folder, actor=operator(), now=clock())
    if as_json:
        print_json(found)
    else:
        say(
            f"核对了 {found.files} 个文件：丢失 {len(found.missing)}，被改动 {len(found.altered)}，"
            f"无人认领 {len(found.unclaimed)}。",
            f"Checked {found.files} files: {len(found.missing)} missing, "
            f"{len(found.altered)} altered, {len(found.unclaimed)} unclaimed.",
        )
        zh = language() == "zh"
        rows = [("丢失" if zh else "missing", each) for each in found.missing]
        rows += [("被改动" if zh else "altered", each) for each in found.altered]
        if rows:
            print_table(
                "有问题的材料" if zh else "Damaged evidence",
                ["状态", "编号", "名称", "单位", "上传时间", "指纹"]
                if zh
                else ["state", "key", "name", "organisation", "uploaded", "hash"],
                [
                    [state, each.key, each.name, each.organisation_name,
                     f"{each.uploaded_at:%Y-%m-%d %H:%M}", each.sha256[:16]]
                    for state, each in rows
                ],
            )  # fmt: skip
    if not found.is_whole:
        sys.exit(1)
