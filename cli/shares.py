"""``lucai shares``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from catalog.services.shares import Engine, shares_of_snapshot
from catalog.views.shares import PARTS
from cli.output import language, print_json, print_table

if TYPE_CHECKING:
    from catalog.views.shares import Share

_HEADS = {
    "division": ("师市", "division"),
    "year": ("年度", "year"),
    "category": ("产品类别", "category"),
    "unit": ("单位", "unit"),
}
_SUMS = (
    ("行", "lines"),
    ("未知绿否", "not known"),
    ("无金额", "no amount"),
    ("绿色金额", "green amount"),
    ("总金额", "amount"),
    ("按金额 %", "by amount %"),
)
_QUANTITIES = (("绿色数量", "green quantity"), ("数量", "quantity"))


@click.command()
@click.argument("folder")
@click.option("--by", type=click.Choice(PARTS), multiple=True,
              help="What to tell apart; division and year if nothing is named.")  # fmt: skip
@click.option("--division", help="Open only the files of this division, as in 08.")
@click.option("--year", type=int, help="Open only the files of this year.")
@click.option("--engine", type=click.Choice([e.value for e in Engine]), default="polars",
              show_default=True, help="What adds the lines up.")  # fmt: skip
@click.option("--address", help="The Ray cluster on which Daft runs, as in HOST:6379.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    folder: str,
    by: tuple[str, ...],
    division: str | None,
    year: int | None,
    engine: str,
    address: str | None,
    as_json: bool,
) -> None:
    """Add up the lines of a snapshot in FOLDER: the green share of each division and year.

    The digits are the same on every engine. Quantities are shown by category and unit only.
    """
    if address is not None and engine != Engine.DAFT:
        raise click.UsageError("--address goes with --engine daft.")
    parts = tuple(dict.fromkeys(by)) or ("division", "year")
    try:
        shares = shares_of_snapshot(
            folder,
            by=parts,
            division=division,
            year=year,
            engine=Engine(engine),
            address=address,
        )
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"{error.name} is not installed; see docs/how-to/run-on-a-cluster.md."
        ) from error
    if as_json:
        print_json(shares)
    else:
        print_shares(shares, parts)


def print_shares(shares: list[Share], parts: tuple[str, ...]) -> None:
    """Print a table: a row for each group, in the order of its parts."""
    side = 0 if language() == "zh" else 1
    has_quantities = any(share.quantity is not None for share in shares)
    heads = [_HEADS[part] for part in parts]
    heads += [*_SUMS, *(_QUANTITIES if has_quantities else ())]
    rows: list[list[object]] = []
    for share in shares:
        row: list[object] = [getattr(share, part) for part in parts]
        row += [share.lines, share.lines_unstated, share.lines_without_amount]
        row += [f"{share.green_amount:,.2f}", f"{share.amount:,.2f}", share.ratio_by_amount]
        row += [share.green_quantity, share.quantity] if has_quantities else []
        rows.append(row)
    print_table(
        ("交付材料的绿色占比", "Green share of what was delivered")[side],
        [head[side] for head in heads],
        rows,
    )
