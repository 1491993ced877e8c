"""``lucai score``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import click

from catalog.rules.periods import CHINA, end_of_day
from catalog.services.ranking import ranking
from catalog.services.scoring import Asked, score_of_product, scores_by_version
from cli.house import clock, open_database
from cli.output import language, print_json, print_table, say

if TYPE_CHECKING:
    from catalog.views.score import ProductScore, Ranking


@click.command()
@click.argument("product", required=False)
@click.option("--category", help="Rank the products of a category.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; today if none is given.")
@click.option("--known-at", type=click.DateTime(["%Y-%m-%d"]), help="As known on that evening.")
@click.option("--site", help="A project, for the distance to it.")
@click.option("--pack", help="A score pack, key@version, instead of the one in force.")
@click.option("--versions", is_flag=True, help="The score under every published pack.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    product: str | None,
    category: str | None,
    on: dt.datetime | None,
    known_at: dt.datetime | None,
    site: str | None,
    pack: str | None,
    versions: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Explain the score of PRODUCT (its key), or rank products.

    The score ranks and explains. It never admits or refuses.
    """
    asked = Asked(
        on=on.date() if on else clock().astimezone(CHINA).date(),
        known_at=end_of_day(known_at.date()) if known_at else None,
        site=site,
        pack=pack,
    )
    found: ProductScore | list[ProductScore] | Ranking
    with open_database() as database, database.reading() as connection:
        if product is None:
            found = ranking(connection, asked, category=category, limit=limit, offset=0)
        elif versions:
            found = scores_by_version(connection, product, asked)
        else:
            found = score_of_product(connection, product, asked)
    if as_json:
        print_json(found)
    elif isinstance(found, list):
        _print_versions(found)
    elif product is None:
        _print_ranking(found)  # type: ignore[arg-type]  # Without a product it is a ranking.
    else:
        _print_score(found)  # type: ignore[arg-type]  # With one it is its score.


def _print_score(score: ProductScore) -> None:
    zh = language() == "zh"
    print_table(
        f"{score.name}  {score.points} / {score.possible}  {score.pack}  {score.on}",
        ["指标", "事实", "得分", "满分", "还可提高"]
        if zh
        else ["criterion", "fact", "points", "of", "what would raise it"],
        [
            [
                each.name_zh if zh else each.name_en,
                each.value,
                each.points,
                each.most,
                (each.raise_zh if zh else each.raise_en) if each.gain else "",
            ]
            for each in score.criteria
        ],
    )
    for gate in score.gates:
        say(f"门槛：{gate.name_zh}：{gate.answer}", f"Gate: {gate.name_en}: {gate.answer}")
    say(
        f"未知 {score.missing} 分，最终在 {score.lowest} 与 {score.highest} 之间。",
        f"{score.missing} points are not known: from {score.lowest} to {score.highest} in the end.",
    )


def _print_versions(scores: list[ProductScore]) -> None:
    zh = language() == "zh"
    print_table(
        scores[0].name if scores else "",
        ["规则包", "得分", "最低", "最高", "满分"]
        if zh
        else ["pack", "points", "lowest", "highest", "of"],
        [[each.pack, each.points, each.lowest, each.highest, each.possible] for each in scores],
    )


def _print_ranking(found: Ranking) -> None:
    zh = language() == "zh"
    print_table(
        f"{found.pack}  {found.on}  {found.total}",
        ["名次", "产品", "型号", "企业", "得分", "最低", "最高"]
        if zh
        else ["place", "product", "model", "company", "points", "lowest", "highest"],
        [
            [r.place, r.name, r.model, r.company_name, r.points, r.lowest, r.highest]
            for r in found.items
        ],
    )
