"""``lucai watch``."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING

import click

from catalog.forms.lists import as_text
from catalog.rules.periods import CHINA
from catalog.rules.watching import WatchKind
from catalog.services.watching import whole_list
from cli.house import clock, open_database, operator
from cli.output import language, print_json, print_table

if TYPE_CHECKING:
    import datetime as dt

    from catalog.views.watching import Watched

_COLUMNS = ("kind", "thing", "name", "due_on", "days_left", "visited_on", "products")
_ZH = ("事由", "对象", "编号", "日期", "剩余天数", "上次监督", "产品")


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; today if none.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in WatchKind]),
    help="Only of this kind.",
)
@click.option("--division", help="Only of this division (its key, such as 08).")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    on: dt.datetime | None,
    kinds: tuple[str, ...],
    division: str | None,
    *,
    as_csv: bool,
    as_json: bool,
) -> None:
    """List what runs out or waits: certificates, surveillance, reports, cases."""
    day = on.date() if on else clock().astimezone(CHINA).date()
    with open_database() as database, database.reading() as connection:
        found = whole_list(
            connection,
            actor=operator(),
            on=day,
            kinds=[WatchKind(kind) for kind in kinds],
            division=division,
        )
    if as_json:
        print_json(found)
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([as_text(cell) for cell in _row(each)] for each in found)
    else:
        chinese = language() == "zh"
        title = f"提醒清单（{day}）" if chinese else f"Watch-list on {day}"
        print_table(title, _ZH if chinese else _COLUMNS, [_row(each) for each in found])


def _row(each: Watched) -> list[str | int | None]:
    return [
        each.kind.value,
        each.thing,
        each.name,
        each.due_on.isoformat() if each.due_on else None,
        each.days_left,
        each.visited_on.isoformat() if each.visited_on else None,
        "; ".join(own.name for own in each.products),
    ]
