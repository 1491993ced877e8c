"""``lucai ratio``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from catalog.rules.keys import project_key
from catalog.rules.periods import Basis, end_of_day
from catalog.rules.terms import Stage
from catalog.services import cube, divisions, projects, results
from catalog.services.calculation import METHODS
from catalog.services.publishing import NewPublication
from catalog.views.figures import CATEGORY, DIVISION, KIND, YEAR, Question
from cli import published
from cli.calculating import calculate_outdated
from cli.figures import STAGES, print_results, print_usage, results_of, usage_of
from cli.house import open_database, operator
from cli.output import language, print_json, print_table, say

if TYPE_CHECKING:
    import datetime as dt

    from catalog.db import Database

_KINDS = click.Choice(list(divisions.KINDS))
_PUBLISHES = "--publish takes a --year, and --division, --basis, --stage and one --method."
_LINES_NOW = "Lines are added up as they are known now; --known-at is for buildings' results."
_WITHIN = "By category, lines are added up and not buildings: --method has no say in it."


@click.command()
@click.option("--method", "methods", type=click.Choice(METHODS), multiple=True,
              help="One of them; B if none is named.")  # fmt: skip
@click.option("--stage", type=click.Choice([s.value for s in Stage]), default="completion",
              show_default=True)  # fmt: skip
@click.option("--by", type=click.Choice([DIVISION, YEAR, KIND, CATEGORY]), multiple=True,
              help="What to tell apart; division and year if nothing is named.")  # fmt: skip
@click.option("--basis", type=click.Choice([b.value for b in Basis]), default="calendar",
              show_default=True, help="The calendar's years, or the reports'.")  # fmt: skip
@click.option("--division", help="Only this division, as in 08.")
@click.option("--year", type=click.IntRange(0, 2200), help="Only this year; 0 is what has none.")
@click.option("--kind", type=_KINDS, help="Only projects that have this kind.")
@click.option("--category", help="Only lines of this category; none is what has none.")
@click.option("--project", help="Print the results of one project's buildings instead.")
@click.option("--verify", "is_verify", is_flag=True,
              help="Recompute every figure from zero and compare.")  # fmt: skip
@click.option("--rebuild-cube", "is_rebuild", is_flag=True,
              help="Make every sum anew from the lines and the results.")  # fmt: skip
@click.option("--known-at", type=click.DateTime(["%Y-%m-%d"]),
              help="As known at the end of that day.")  # fmt: skip
@click.option("--publish", "is_publish", is_flag=True,
              help="Freeze the figures of --year (of --division, or of the Corps).")  # fmt: skip
@click.option("--note", help="With --publish: what to remember of it.")
@click.option("--published", "is_published", is_flag=True, help="List what was published.")
@click.option("--rebuild", metavar="HASH", help="Make a published figure again, and compare.")
@click.option("--restate", metavar="HASH", help="Print what a published figure is now, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(
    methods: tuple[str, ...],
    stage: str,
    by: tuple[str, ...],
    basis: str,
    division: str | None,
    year: int | None,
    kind: str | None,
    category: str | None,
    project: str | None,
    is_verify: bool,
    is_rebuild: bool,
    known_at: dt.datetime | None,
    is_publish: bool,
    note: str | None,
    is_published: bool,
    rebuild: str | None,
    restate: str | None,
    as_json: bool,
) -> None:
    """Calculate what is out of date, and print the ratio of each division and year.

    One method at a time: results of different methods are never put together. By category, the
    lines themselves are added up.
    """
    if is_verify or is_rebuild:
        check(is_rebuild=is_rebuild, as_json=as_json)
        return
    if rebuild or restate or is_published:
        on_record(rebuild, restate, division, as_json=as_json)
        return
    if is_publish:
        if not year or len(methods) > 1 or kind or category or project or by or known_at:
            raise click.UsageError(_PUBLISHES)
        published.publish(
            NewPublication(
                year=year,
                division=division,
                basis=Basis(basis),
                stage=Stage(stage),
                method=methods[0] if methods else "B",
                note=note,
            ),
            as_json=as_json,
        )
        return
    is_usage = CATEGORY in by or category is not None
    if is_usage and methods:
        raise click.UsageError(_WITHIN)
    if is_usage and known_at:
        raise click.UsageError(_LINES_NOW)
    moment = None if known_at is None else end_of_day(known_at.date())
    question = Question(
        stage=Stage(stage),
        by=tuple(dict.fromkeys(by)) or ((CATEGORY,) if is_usage else (DIVISION, YEAR)),
        basis=Basis(basis),
        division=division,
        year=year,
        kind=kind,
        category=category,
    )
    chosen = list(methods) or ["B"]
    with open_database() as database:
        done = calculate_outdated(database)
        if done:
            say(f"重新核算了 {done} 个单体。", f"{done} buildings were calculated anew.")
        if project:
            print_project(database, project, known_at=moment, as_json=as_json)
        elif is_usage and as_json:
            print_json(usage_of(database, question))
        elif is_usage:
            print_usage(database, question)
        elif as_json:
            print_json(results_of(database, question, chosen, known_at=moment))
        else:
            print_results(database, question, chosen, known_at=moment)


def on_record(
    rebuild: str | None, restate: str | None, division: str | None, *, as_json: bool
) -> None:
    """Make a published figure again, compare one with now, or list them all."""
    if rebuild:
        published.rebuild(rebuild, as_json=as_json)
    elif restate:
        published.restate(restate, as_json=as_json)
    else:
        published.print_published(division, as_json=as_json)


def check(*, is_rebuild: bool, as_json: bool) -> None:
    """Prove every sum, or make all anew first; leave with 1 where something differs."""
    with open_database() as database:
        if is_rebuild:
            with database.transaction() as session:
                cube.rebuild(session, actor=operator())
        with database.transaction() as session:
            found = cube.verify(session)
    if as_json:
        print_json(found)
    else:
        for each in found.differences:
            say(
                f"{each.table} {each.key}：存为 {each.kept}，应为 {each.follows}",
                f"{each.table} {each.key}: kept {each.kept}, follows {each.follows}",
            )
        say(
            f"比对了 {found.facts} 行与 {found.cells} 个汇总格，{found.different} 处不同。",
            f"{found.facts} lines and {found.cells} sums compared, {found.different} differ.",
        )
    if found.different:
        sys.exit(1)


def print_project(
    database: Database, key: str, *, known_at: dt.datetime | None, as_json: bool
) -> None:
    """Print a project's results, each method and stage on its line."""
    with database.reading() as connection:
        view = projects.get_project(connection, project_key(key))
        found = results.results_of_project(connection, view.key, known_at=known_at)
    if as_json:
        print_json(found)
        return
    zh = language() == "zh"
    print_table(
        view.name,
        ["单体", "阶段", "规则包", "P %", "得分", "星级门槛", "结果"]
        if zh
        else ["building", "stage", "rule pack", "P %", "points", "star gate", "result"],
        [
            [
                r.building_name,
                STAGES[r.stage] if zh else r.stage.value,
                r.pack,
                r.ratio,
                r.points,
                r.gate_star,
                r.id,
            ]
            for r in found
        ],
    )
