"""``lucai findings``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click
import msgspec

from catalog.rules.checks.kinds import FindingKind, FindingStanding
from catalog.services import findings
from cli.house import clock, open_database, operator
from cli.output import language, print_json, print_table, say

if TYPE_CHECKING:
    from catalog.views.findings import FindingDetail, FindingPage

_KINDS = [kind.value for kind in FindingKind]
_STANDINGS = [standing.value for standing in FindingStanding]
_SHOWN_FACTS = 5


@click.command()
@click.argument("finding", required=False)
@click.option("--run", "runs", is_flag=True, help="Check the whole store first.")
@click.option("--kind", type=click.Choice(_KINDS))
@click.option("--standing", type=click.Choice([*_STANDINGS, "all"]), default="open",
              show_default=True)  # fmt: skip
@click.option("--division", help="Only findings that concern the division with this key.")
@click.option("--project", help="Only findings that concern the project with this key.")
@click.option("--output-of", metavar="CERTIFICATE", help="State its yearly output, with --amount.")
@click.option("--amount", help="So much a year, such as 50000.")
@click.option("--unit", default="t", show_default=True)
@click.option("--source", default="", help="Where the amount stands.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options of a command are what they are.
    finding: str | None,
    *,
    runs: bool,
    kind: str | None,
    standing: str,
    division: str | None,
    project: str | None,
    output_of: str | None,
    amount: str | None,
    unit: str,
    source: str,
    limit: int,
    as_json: bool,
) -> None:
    """List what does not fit together across projects; or show FINDING (its key) whole.

    People judge findings in the pages: whoever runs the machine decides none.
    """
    if output_of is not None:
        _state_output(output_of, amount, unit, source)
        return
    actor = operator()
    with open_database() as database:
        if runs:
            done = findings.run_checks(database, actor, now=clock())
            say(
                f"核查完毕：{done.standing} 项发现，新 {done.new} 项，消失 {done.gone} 项；"
                f"{done.unchecked_certificates} 张证书没有年产量，未核对产量。",
                f"Checked: {done.standing} findings, {done.new} new, {done.gone} gone; "
                f"{done.unchecked_certificates} certificates have no stated output to check.",
            )
        with database.reading() as connection:
            if finding is not None:
                detail = findings.get_finding(connection, actor, finding)
                _show(detail, as_json=as_json)
                return
            found = findings.browse_findings(
                connection,
                actor,
                limit=limit,
                offset=0,
                standing=None if standing == "all" else FindingStanding(standing),
                kind=FindingKind(kind) if kind else None,
                division=division,
                project=project,
            )
    if as_json:
        print_json(found)
    else:
        _list(found)


def _list(found: FindingPage) -> None:
    zh = language() == "zh"
    print_table(
        f"发现（共 {found.total} 项）" if zh else f"Findings ({found.total} in all)",
        ["编号", "种类", "状态", "师市", "项目", "依据"]
        if zh
        else ["finding", "kind", "standing", "divisions", "projects", "facts"],
        [
            [
                row.key,
                row.kind.value,
                row.standing.value,
                " ".join(row.divisions),
                len(row.projects),
                ", ".join(
                    f"{name}: {value}"
                    for name, value in list(row.facts.items())[:_SHOWN_FACTS]
                    if value
                ),
            ]
            for row in found.items
        ],
    )


def _show(detail: FindingDetail, *, as_json: bool) -> None:
    if as_json:
        print_json(detail)
        return
    row = detail.finding
    for name, value in row.facts.items():
        say(f"{name}: {value}", f"{name}: {value}")
    zh = language() == "zh"
    print_table(
        f"{row.kind.value} · {detail.standing.value}",
        ["项目", "单体", "单号/行", "名称", "数量", "单位", "进场日期", "供应商"]
        if zh
        else ["project", "building", "note/line", "name", "quantity", "unit", "on", "supplier"],
        [
            [d.project, d.building_name, f"{d.note}/{d.line}", d.name, d.quantity, d.unit,
             d.delivered_on, d.supplier]
            for d in detail.deliveries
        ],
    )  # fmt: skip
    for each in (*detail.bill_lines, *detail.files, *detail.cases):
        click.echo(msgspec.json.encode(each).decode())


def _state_output(certificate: str, amount: str | None, unit: str, source: str) -> None:
    try:
        stated = Decimal(amount or "")
    except InvalidOperation:
        raise click.UsageError("--output-of needs --amount, a number.") from None
    if not stated.is_finite() or stated <= 0 or not source.strip():
        raise click.UsageError("--amount is more than nothing, and --source says where it stands.")
    with open_database() as database, database.transaction() as session:
        findings.state_output(
            session, certificate, stated, unit, source=source, actor=operator(), now=clock()
        )
    say(f"证书 {certificate} 的年产量已登记。", f"The output of {certificate} is on record.")
