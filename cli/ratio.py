"""``lucai ratio``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from catalog.rules.keys import project_key
from catalog.rules.terms import Stage
from catalog.services import catalogue, divisions, projects, results
from cli.house import clock, open_database, operator
from cli.output import language, print_json, print_table, say
from importers.run import recalculate

if TYPE_CHECKING:
    from catalog.db import Database
    from catalog.views.projects import DivisionFigureView

_STAGES = {Stage.DESIGN: "设计阶段", Stage.COMPLETION: "竣工阶段"}


@click.command()
@click.option("--method", type=click.Choice(["A", "B"]), default="B", show_default=True)
@click.option("--stage", type=click.Choice([s.value for s in Stage]), default="completion",
              show_default=True)  # fmt: skip
@click.option("--project", help="Print the results of one project's buildings instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(method: str, stage: str, project: str | None, as_json: bool) -> None:
    """Calculate what is out of date, and print the ratio of each division and year.

    One method at a time: results of different methods are never put together.
    """
    with open_database() as database:
        done = recalculate(database, operator(), clock=clock)
        if done:
            say(f"重新核算了 {done} 个单体。", f"{done} buildings were calculated anew.")
        if project:
            print_project(database, project, as_json=as_json)
        elif as_json:
            print_json(figures_of(database, method, Stage(stage)))
        else:
            print_figures(database, method, Stage(stage))


def print_project(database: Database, key: str, *, as_json: bool) -> None:
    """Print a project's results, each method and stage on its line."""
    with database.reading() as connection:
        view = projects.get_project(connection, project_key(key))
        found = results.results_of_project(connection, view.key)
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
                _STAGES[r.stage] if zh else r.stage.value,
                r.pack,
                r.ratio,
                r.points,
                r.gate_star,
                r.id,
            ]
            for r in found
        ],
    )


def figures_of(database: Database, method: str, stage: Stage) -> list[DivisionFigureView]:
    """Return the figures of every division and year."""
    with database.reading() as connection:
        return divisions.division_figures(connection, method=method, stage=stage)


def print_figures(database: Database, method: str, stage: Stage) -> None:
    """Print the figures of every division and year."""
    figures = figures_of(database, method, stage)
    with database.reading() as connection:
        divisions = catalogue.divisions(connection, on=clock().date())
    zh = language() == "zh"
    names = {d.key: d.name_zh if zh else d.name_en for d in divisions}
    titles = {
        "zh": f"绿色建材应用比例 · 方法 {method} · {_STAGES[stage]}",
        "en": f"Application ratio · method {method} · {stage.value}",
    }
    columns = (
        ["师市", "年度", "单体", "项目", "面积 m²", "按面积 %", "按金额 %", "各得分的单体数"]
        if zh
        else ["division", "year", "buildings", "projects", "area m²", "by area %", "by amount %",
              "points: buildings"]
    )  # fmt: skip
    print_table(
        titles["zh" if zh else "en"],
        columns,
        [
            [
                names[f.division],
                f.year or ("在建" if zh else "in progress"),
                f.buildings,
                f.projects,
                f"{f.area_m2:,.0f}",
                _shown(f.ratio_by_area),
                _shown(f.ratio_by_amount),
                "  ".join(f"{points}: {count}" for points, count in sorted(f.passing.items())),
            ]
            for f in figures
        ],
    )


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.1f}"
