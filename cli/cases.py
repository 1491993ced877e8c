"""``lucai cases``."""

from __future__ import annotations

import click

from catalog.rules.terms import CaseState
from catalog.rules.workflow.steps import RULES
from catalog.services.cases import reading
from cli.house import clock, open_database, operator
from cli.output import language, print_json, print_table

_COLUMNS = {
    "zh": ["编号", "产品", "申请单位", "师市", "路径", "状态", "期限"],
    "en": ["case", "product", "applicant", "division", "route", "state", "due"],
}
_OF_STEPS = {
    "zh": ["时间", "步骤", "到", "办理人", "理由"],
    "en": ["when", "step", "to", "who", "reason"],
}
_OF_RULES = {
    "zh": ["从", "步骤", "到", "权限", "条件"],
    "en": ["from", "step", "to", "permission", "conditions"],
}
_MOST = 1000


@click.group()
def command() -> None:
    """List cases, show one, those that are overdue, or the table of steps.

    Steps are taken by bureaus and applicants at the pages or the API: whoever runs the machine
    decides nothing.
    """


@command.command("list")
@click.option("--state", type=click.Choice([state.value for state in CaseState]))
@click.option("--division", help="Only this division's, such as 08.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_cases(state: str | None, division: str | None, limit: int, *, as_json: bool) -> None:
    """List cases, those that are due first before others."""
    _print_cases(
        states=(CaseState(state),) if state else (),
        division=division,
        limit=limit,
        is_overdue=None,
        as_json=as_json,
    )


@command.command("overdue")
@click.option("--division", help="Only this division's, such as 08.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def overdue(division: str | None, *, as_json: bool) -> None:
    """List the cases in which somebody should have acted before today."""
    _print_cases(states=(), division=division, limit=_MOST, is_overdue=True, as_json=as_json)


@command.command("show")
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(case: str, *, as_json: bool) -> None:
    """Print the steps of CASE, such as 2026-08-0012."""
    with open_database() as database, database.reading() as connection:
        found = reading.get_case(connection, case.lower(), operator(), on=clock().date())
    if as_json:
        print_json(found)
        return
    chinese = language() == "zh"
    print_table(
        f"{found.number} {found.product_name} · {found.state}",
        _OF_STEPS["zh" if chinese else "en"],
        [
            [f"{each.taken_at:%Y-%m-%d %H:%M}", each.step, each.to_state, each.actor, each.reason]
            for each in found.steps
        ],
    )


@command.command("states")
def states() -> None:
    """Print every step that there is: from which state to which, and past which conditions."""
    chinese = language() == "zh"
    print_table(
        "申请的办理步骤" if chinese else "The steps of a case",
        _OF_RULES["zh" if chinese else "en"],
        [
            [
                ", ".join(state or "—" for state in rule.start),
                rule.step,
                " / ".join(rule.to),
                rule.right,
                ", ".join(rule.guards),
            ]
            for rule in RULES
        ],
    )


def _print_cases(
    *,
    states: tuple[CaseState, ...],
    division: str | None,
    limit: int,
    is_overdue: bool | None,
    as_json: bool,
) -> None:
    with open_database() as database, database.reading() as connection:
        found = reading.browse_cases(
            connection,
            operator(),
            on=clock().date(),
            limit=limit,
            offset=0,
            states=states,
            division=division,
            is_overdue=is_overdue,
        )
    if as_json:
        print_json(found)
        return
    chinese = language() == "zh"
    print_table(
        f"入库申请（共 {found.total}）" if chinese else f"Cases ({found.total} in all)",
        _COLUMNS["zh" if chinese else "en"],
        [
            [
                row.number,
                row.product_name,
                row.organisation_name,
                row.division,
                row.route,
                row.state,
                f"{row.due_on}{' !' if row.is_overdue else ''}" if row.due_on else None,
            ]
            for row in found.items
        ],
    )
