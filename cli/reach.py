"""``lucai reach``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.services.catalogue import certificates_by_number
from catalog.services.reach import read_reach
from cli.figures import STAGES
from cli.house import clock, open_database
from cli.output import language, print_json, print_table, say

if TYPE_CHECKING:
    import datetime as dt

    from catalog.views.reach import Reach


@click.command()
@click.argument("certificate")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="As if it were revoked from that day."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(certificate: str, on: dt.datetime | None, as_json: bool) -> None:
    """Say what hangs on CERTIFICATE (its key or number): lines, figures, people to tell."""
    today = clock().date()
    with open_database() as database:
        with database.reading() as connection:
            named = certificates_by_number(connection, certificate, on=today)
        key = named[0].key if len(named) == 1 else certificate
        found = read_reach(database, key, on=on.date() if on else None, today=today)
    if as_json:
        print_json(found)
    else:
        _print(found)


def _print(found: Reach) -> None:
    zh = language() == "zh"
    if found.is_supposed:
        say(
            f"假设证书 {found.number} 自 {found.on} 起被撤销：",
            f"If certificate {found.number} were revoked from {found.on} on:",
        )
    else:
        say(
            f"证书 {found.number} 自 {found.on} 起的状态变化带来：",
            f"What became of certificate {found.number} since {found.on} has changed:",
        )
    say(
        f"{len(found.products)} 个产品，{len(found.bill_lines)} 个未完工的清单行，"
        f"{len(found.deliveries)} 条进场记录，{len(found.figures)} 个比例，"
        f"{len(found.published)} 个已公布的数字。",
        f"{len(found.products)} products, {len(found.bill_lines)} open bill lines, "
        f"{len(found.deliveries)} deliveries, {len(found.figures)} ratios, "
        f"{len(found.published)} published figures.",
    )
    if found.figures:
        print_table(
            "比例" if zh else "Ratios",
            ["项目", "建设单位", "单体", "方法", "阶段", "原来 %", "之后 %", "失去的门槛"]
            if zh
            else ["project", "owner", "building", "method", "stage", "before %", "after %", "lost"],
            [
                [each.project_name, each.owner, each.building_name, each.method,
                 STAGES[each.stage] if zh else each.stage.value, each.ratio_before,
                 each.ratio_after, ", ".join(map(str, each.lost)) or None]
                for each in found.figures
            ],
        )  # fmt: skip
    if found.deliveries:
        print_table(
            "进场记录" if zh else "Deliveries",
            ["项目", "单号/行", "名称", "数量", "单位", "进场日期"]
            if zh
            else ["project", "note/line", "name", "quantity", "unit", "came on"],
            [[d.project, d.number, d.name, d.quantity, d.unit, d.on] for d in found.deliveries],
        )
    for company in found.companies:
        say(f"告知企业：{company.name}", f"Tell the company: {company.name}")
    for owner in found.owners:
        projects = ", ".join(owner.projects)
        say(
            f"告知建设单位：{owner.owner or '未填写'}（{projects}）",
            f"Tell the owner: {owner.owner or 'not stated'} ({projects})",
        )
