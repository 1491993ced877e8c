"""``lucai swaps``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from catalog.rules.swaps.answer import Count, Objective, Reach
from catalog.rules.terms import Stage
from catalog.services.swaps import Question, read_swaps
from cli.house import clock, open_database
from cli.output import language, print_json, print_table, say
from seed_data.matching import contraries

if TYPE_CHECKING:
    from catalog.rules.swaps.answer import Less, SwapPlan
    from catalog.views.swaps import SwapsView


class _Percent(click.ParamType[Decimal]):
    """A percentage, exact as it is typed."""

    name = "percent"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """Return the decimal that was typed."""
        text = str(value).removesuffix("%")
        if not (text.isascii() and text.replace(".", "", 1).isdigit()):
            self.fail(f"{value!r} is not a percentage", param, ctx)
        percent = Decimal(text)
        if percent > 100:  # noqa: PLR2004  A hundred percent is everything.
            self.fail(f"{value!r} is more than 100 %", param, ctx)
        return percent


@click.command()
@click.argument("building")
@click.option("--method", type=click.Choice(["A", "B", "C"]), default="B", show_default=True)
@click.option("--stage", type=click.Choice([s.value for s in Stage]), default="completion",
              show_default=True)  # fmt: skip
@click.option("--target", type=_Percent(), help="In percent; else the next step of the thresholds.")
@click.option("--cheapest", is_flag=True, help="The least extra cost instead of the fewest swaps.")
@click.option("--adopted/--any", default=None, help="Only adopted products, or any valid ones.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options are what a person can ask.
    building: str,
    method: str,
    stage: str,
    target: Decimal | None,
    cheapest: bool,
    adopted: bool | None,
    as_json: bool,
) -> None:
    """Say which lines of BUILDING (its key) to supply by other products to reach a target."""
    question = Question(
        method=method,
        stage=Stage(stage),
        target=target,
        objective=Objective.CHEAPEST if cheapest else Objective.FEWEST,
        adopted=adopted,
    )
    with open_database() as database:
        view = read_swaps(database, building, question, on=clock().date(), contraries=contraries())
    if not view.adopted_only:
        say(
            "建议的产品持有有效证书，未限于已采信的产品。",
            "Products are proposed that hold valid certificates, adopted or not.",
        )
    if as_json:
        print_json(view)
    elif view.plan is None:
        say(
            "这个单体在这个阶段没有清单行，或没有适用的规则包。",
            "The building has no bill lines at this stage, or no rule pack applies to it.",
        )
    else:
        _print(view, view.plan)


def _print(view: SwapsView, plan: SwapPlan) -> None:
    if plan.swaps:
        _print_swaps(view, plan)
    if plan.reach is Reach.REACHED:
        say("已经达到目标，不需要换。", "The target is reached; nothing needs to be swapped.")
    elif plan.reach is Reach.OUT_OF_REACH:
        say(
            f"达不到 {plan.target} %：最高 {plan.percent_after} %。",
            f"{plan.target} % is out of reach: {plan.percent_after} % at most.",
        )
    if plan.less is not None:
        say(*_why(plan.less))


def _print_swaps(view: SwapsView, plan: SwapPlan) -> None:
    zh = language() == "zh"
    print_table(
        f"{view.building.name}  {plan.percent_before} % → {plan.percent_after} %",
        ["清单行", "数量", "单位", "换成", "企业", "多花（元）"]
        if zh
        else ["line", "quantity", "unit", "swap for", "company", "extra cost (yuan)"],
        [
            [view.lines[swap.line].name, swap.quantity, swap.unit, proposal.name,
             proposal.company, swap.extra_cost]
            for swap in plan.swaps
            for proposal in view.lines[swap.line].proposals
            if proposal.product == swap.product
        ],
    )  # fmt: skip


def _why(less: Less) -> tuple[str, str]:
    """Say in Chinese and English what less would reach."""
    zh, en = {
        Count.SWAPS: ("最多换 {n} 行", "With {n} swaps at most"),
        Count.UNKNOWN_COSTS: (
            "最多换 {n} 行价格未知的",
            "With {n} swaps of unknown cost at most",
        ),
        Count.EXTRA_COST: ("多花不超过 {n} 元", "With {n} yuan of extra cost at most"),
    }[less.count]
    return (
        f"{zh.format(n=less.at_most)}时，最高只有 {less.percent} %。",
        f"{en.format(n=less.at_most)}, the best is {less.percent} %.",
    )
