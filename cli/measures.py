"""``lucai measures``."""

from __future__ import annotations

import click

from catalog.services import measures
from catalog.views.measures import MeasuresView
from cli.house import clock, open_database
from cli.output import language, print_json, print_table
from cli.rule_tables import KINDS_OF

_ANSWERS = {"yes": "达到", "no": "没有达到", "open": "尚不能判断"}


@click.command()
@click.argument("building")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(building: str, *, as_json: bool) -> None:
    """Print the procurement measure and the local materials of BUILDING (its key)."""
    with open_database() as database, database.reading() as connection:
        view = measures.measures_of_building(connection, building, on=clock().date())
    if as_json:
        print_json(view)
        return
    chinese = language() == "zh"
    print_table(
        f"{view.project_name} · {view.building_name}",
        ["事项", "规则包", "结论", "至少", "至多"]
        if chinese
        else ["measure", "pack", "answer", "at least", "at most"],
        _rows(view, chinese=chinese),
    )


def _rows(view: MeasuresView, *, chinese: bool) -> list[list[object]]:
    rows: list[list[object]] = []
    for each in view.procurement:
        pack = f"{each.pack}@{each.pack_version}"
        stage = each.stage.value
        must, kinds = (
            (f"政府采购 {stage}：必选类", f"政府采购 {stage}：可选类")
            if chinese
            else (f"procurement {stage}: must be chosen", f"procurement {stage}: optional kinds")
        )
        kinds += f" ({KINDS_OF[each.share_of][not chinese]})"
        rows += [
            [must, pack, _answer(each.must, chinese=chinese), None, None],
            [kinds, pack, _answer(each.optional, chinese=chinese),
             each.least_optional, each.most_optional],
        ]  # fmt: skip
    local = view.local_materials
    if local is not None:
        pack = f"{local.pack}@{local.pack_version}"
        share, ready = (
            ("本地建材重量比例", "全部采用预拌")
            if chinese
            else ("local materials by weight", "all ready-mixed")
        )
        rows += [
            [share, pack, _answer(local.share, chinese=chinese), local.least, local.most],
            [ready, pack, _answer(local.ready_mixed, chinese=chinese), None, None],
        ]
    return rows


def _answer(answer: str, *, chinese: bool) -> str:
    return _ANSWERS[answer] if chinese else str(answer)
