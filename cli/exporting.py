"""``lucai export``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from catalog.records import Kind
from catalog.rules.periods import CHINA
from catalog.rules.standing import Standing
from catalog.services import catalogue
from cli.exporting_epds import export_epds
from cli.exporting_lines import LINE_KINDS, export_lines
from cli.found import say_how_found
from cli.house import catch_up_index, clock, open_database, open_engine
from cli.output import language, say
from importers.epd.write import Form
from search.export import Sheet, csv_pieces, write_workbook
from search.listing import list_matches, products
from search.query import SearchQuery, Tier


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("words", nargs=-1)
@click.option("--category", multiple=True, help="Category key; may be repeated.")
@click.option("--division", multiple=True, help="Division key; may be repeated.")
@click.option("--star", multiple=True, type=click.IntRange(1, 3))
@click.option("--valid-on", type=click.DateTime(["%Y-%m-%d"]), help="Certified on this day.")
@click.option(
    "--adoption",
    multiple=True,
    type=click.Choice([each.value for each in Standing]),
    help="What the product stands as in the adoption database, on that day or today.",
)
@click.option("--site", default="", help="Address of the site, for links to products.")
@click.option(
    "--format",
    "form",
    type=click.Choice([form.value for form in Form]),
    help="Write environmental product declarations instead, in this form.",
)
@click.option("--epd", help="With --format: the key of one declaration.")
@click.option("--source", help="With --format: as this source states it (default: the last).")
@click.option("--project", help="Write the lines of the project with this key instead.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in LINE_KINDS]),
    default=Kind.DELIVERIES.value,
    show_default=True,
    help="With --project: which lines.",
)
def command(  # The options are what a person can ask.
    file: Path,
    words: tuple[str, ...],
    category: tuple[str, ...],
    division: tuple[str, ...],
    star: tuple[int, ...],
    valid_on: dt.datetime | None,
    adoption: tuple[str, ...],
    site: str,
    form: str | None,
    epd: str | None,
    source: str | None,
    project: str | None,
    kind: str,
) -> None:
    """Write every product that WORDS find to FILE: a .csv, or a .xlsx with notes.

    With --format the declarations (EPDs) that hold the WORDS: openEPD JSON, ILCD+EPD XML (ZIP for
    several, or with what they refer to), or a table of their amounts. With --project its bill
    lines or deliveries as an import template has them: imported again, they change nothing.
    """
    if form:
        export_epds(file, " ".join(words), Form(form), key=epd, source=source)
        return
    if file.suffix.lower() not in {".csv", ".xlsx"}:
        raise click.UsageError(f"{file.name}: name it .csv or .xlsx.")
    if project:
        export_lines(file, Kind(kind), project=project)
        return
    query = SearchQuery(
        words=" ".join(words),
        categories=frozenset(category),
        divisions=frozenset(division),
        stars=frozenset(star),
        valid_on=valid_on.date() if valid_on else None,
        adoptions=frozenset(adoption),
        adoption_on=(valid_on or clock().astimezone(CHINA)).date(),
    )
    asked = [" ".join(words), *category, *division, *("★" * count for count in star), *adoption]
    with open_database() as database:
        catch_up_index(database)
        with open_engine() as engine:
            listing = list_matches(database, engine, query)
        on = query.valid_on or clock().date()
        with database.reading() as connection:
            divisions = catalogue.divisions(connection, on=on)
            has_synthetic = catalogue.shows_synthetic(connection)
        sheet = Sheet(
            question="; ".join(part for part in asked if part) or "—",
            count=len(listing.ids),
            tier=listing.tier,
            is_degraded=listing.is_degraded,
            has_synthetic=has_synthetic,
            on=on,
            judged_on=on,
            made_at=clock(),
            language=language(),
            site=site.rstrip("/"),
            divisions={d.key: (d.name_zh, d.name_en) for d in divisions},
        )
        pieces = products(database, listing.ids)
        with file.open("wb") as stream:
            if file.suffix.lower() == ".csv":
                stream.writelines(csv_pieces(sheet, pieces, has_notes=False))
            else:
                write_workbook(sheet, pieces, stream)
    say(f"已写入 {len(listing.ids)} 个产品。", f"{len(listing.ids)} products written.")
    say_how_found(listing.tier if listing.ids else Tier.EXACT, is_degraded=listing.is_degraded)
