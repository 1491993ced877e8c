"""``lucai search``."""

from __future__ import annotations

import datetime as dt

import click

from catalog.rules.periods import CHINA
from catalog.rules.standing import Standing
from cli.found import say_how_found
from cli.house import catch_up_index, clock, open_database, open_engine
from cli.output import language, print_json, print_table, say
from search.query import SearchQuery, Tier
from search.service import search_products


@click.command()
@click.argument("words", nargs=-1)
@click.option("--category", multiple=True, help="Category key; may be repeated.")
@click.option("--division", multiple=True, help="Division key; may be repeated.")
@click.option("--star", multiple=True, type=click.IntRange(1, 3))
@click.option("--valid-on", type=click.DateTime(["%Y-%m-%d"]), help="Certified on this day.")
@click.option("--adopted-on", type=click.DateTime(["%Y-%m-%d"]), help="Adopted on this day.")
@click.option(
    "--adoption",
    multiple=True,
    type=click.Choice([each.value for each in Standing]),
    help="What the product stands as in the adoption database; may be repeated.",
)
@click.option(
    "--adoption-on", type=click.DateTime(["%Y-%m-%d"]), help="On which day; today by default."
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # The options are what a person can ask.
    words: tuple[str, ...],
    category: tuple[str, ...],
    division: tuple[str, ...],
    star: tuple[int, ...],
    valid_on: dt.datetime | None,
    adopted_on: dt.datetime | None,
    adoption: tuple[str, ...],
    adoption_on: dt.datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Search products by WORDS, in any script and width."""
    query = SearchQuery(
        words=" ".join(words),
        categories=frozenset(category),
        divisions=frozenset(division),
        stars=frozenset(star),
        valid_on=valid_on.date() if valid_on else None,
        adopted_on=adopted_on.date() if adopted_on else None,
        adoptions=frozenset(adoption),
        adoption_on=(adoption_on or clock().astimezone(CHINA)).date(),
        limit=limit,
    )
    with open_database() as database:
        catch_up_index(database)
        with open_engine() as engine:
            answer = search_products(database, engine, query)
    if as_json:
        print_json(answer)
        return
    tongue = language()
    page = answer.page
    about = "" if page.has_exact_counts else ("约 " if tongue == "zh" else "about ")
    print_table(
        f"{about}{page.total}" + (" 个产品" if tongue == "zh" else " products"),
        ["编号", "产品", "型号", "企业", "证书"]
        if tongue == "zh"
        else ["key", "product", "model", "company", "certificate"],
        [
            [
                hit.document.key,
                hit.document.name,
                hit.document.model,
                hit.document.company_name,
                ", ".join(hit.document.certificate_numbers),
            ]
            for hit in page.hits
        ],
    )
    if not page.total:
        say("没有找到产品。", "No product was found.")
    say_how_found(page.tier if page.total else Tier.EXACT, is_degraded=answer.is_degraded)
    if answer.did_you_mean:
        meant = " / ".join(answer.did_you_mean)
        say(f"您是不是要找：{meant}", f"Did you mean: {meant}")
