"""``lucai rules``."""

from __future__ import annotations

import datetime as dt

import click

from catalog.rules.admission import AdmissionPack
from catalog.rules.keys import project_key
from catalog.rules.pack_measures import LocalMaterialsPack, ProcurementPack
from catalog.rules.packs import Pack, RatioPack, ThresholdPack, named, parse_pack
from catalog.services import catalogue, choosing, results
from cli.house import clock, open_database, operator
from cli.output import language, print_json, print_table, say
from cli.rule_tables import (
    admission_rows,
    demand_rows,
    item_rows,
    mapping_rows,
    policy_rows,
    tier_rows,
)

_SHOW = "show"


class _Rules(click.Group):
    """A group whose first word may be a pack instead of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read a pack's name, or options alone, as the command that shows."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = [_SHOW, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Rules)
def command() -> None:
    """List the rule packs, print one as a table, or choose one for a project.

    \b
    lucai rules                          every published pack, and which are in force
    lucai rules KEY[@VERSION]            one pack as a table to check against its source
    lucai rules use PROJECT PACK         let a project go by a pack, with --reason
    lucai rules withdraw PROJECT NUMBER  take a choice back, with --reason
    """


@command.command(_SHOW, hidden=True)
@click.argument("pack", required=False)
@click.option("--place", help="Whose rules; by default those of the divisions.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day; by default today.")
@click.option("--project", help="The rules that this project goes by instead.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(
    pack: str | None,
    place: str | None,
    on: dt.datetime | None,
    project: str | None,
    *,
    as_json: bool,
) -> None:
    """List the packs, or print PACK."""
    day = on.date() if on else clock().date()
    if pack is not None:
        _print_pack(pack, as_json=as_json)
    elif project is not None:
        _print_project(project, day, as_json=as_json)
    else:
        _print_packs(place, day, as_json=as_json)


@command.command("use")
@click.argument("project")
@click.argument("pack")
@click.option("--reason", required=True, help="Why; it stays on record.")
def use(project: str, pack: str, reason: str) -> None:
    """Let PROJECT go by PACK (KEY or KEY@VERSION), and calculate its buildings anew."""
    with open_database() as database, database.transaction() as session:
        key, actor, now = project_key(project), operator(), clock()
        choice = choosing.choose_pack(session, key, pack, reason=reason, actor=actor, now=now)
        results.calculate_project(session, key, actor=actor, now=now)
    say(f"项目 {key} 已选用 {choice.pack}（选用编号 {choice.id}）。",
        f"Project {key} goes by {choice.pack} (choice {choice.id}).")  # fmt: skip


@command.command("withdraw")
@click.argument("project")
@click.argument("choice", type=click.IntRange(1, 2**53))
@click.option("--reason", required=True, help="Why; it stays on record.")
def withdraw(project: str, choice: int, reason: str) -> None:
    """Let PROJECT go by the pack in force again instead of CHOICE."""
    with open_database() as database, database.transaction() as session:
        key, actor, now = project_key(project), operator(), clock()
        choosing.withdraw_choice(session, key, choice, reason=reason, actor=actor, now=now)
        results.calculate_project(session, key, actor=actor, now=now)
    say(f"项目 {key} 的选用 {choice} 已撤回。", f"Choice {choice} of project {key} is withdrawn.")


def _print_packs(place: str | None, day: dt.date, *, as_json: bool) -> None:
    with open_database() as database, database.reading() as connection:
        where = place or choosing.known_places(connection)[0]
        packs = results.basis(connection).packs
        in_force = {
            named(pack) for pack in choosing.rules_in_force(connection, place=where, on=day)
        }
    if as_json:
        print_json([_head(pack) | {"in_force": named(pack) in in_force} for pack in packs])
        return
    chinese = language() == "zh"
    print_table(
        f"规则包 · {where} · {day}" if chinese else f"Rule packs · {where} · {day}",
        ["适用", "规则包", "内容", "方法", "地域", "生效", "名称"]
        if chinese
        else ["in force", "pack", "kind", "method", "place", "from", "name"],
        [
            [
                "●" if named(pack) in in_force else "○" if pack.must_be_chosen else "",
                named(pack),
                pack.kind,
                pack.method if isinstance(pack, RatioPack) else None,
                pack.jurisdiction,
                pack.effective_from,
                pack.name_zh if chinese else pack.name_en,
            ]
            for pack in packs
        ],
    )
    say("● 适用；○ 只在选用时。", "● in force; ○ only where it is chosen.")


def _head(pack: Pack) -> dict[str, object]:
    return {
        "key": pack.key,
        "version": pack.version,
        "kind": pack.kind,
        "method": pack.method if isinstance(pack, RatioPack) else None,
        "jurisdiction": pack.jurisdiction,
        "effective_from": pack.effective_from,
        "effective_to": pack.effective_to,
        "must_be_chosen": pack.must_be_chosen,
        "name_zh": pack.name_zh,
        "name_en": pack.name_en,
        "source": pack.source,
    }


def _print_project(project: str, day: dt.date, *, as_json: bool) -> None:
    with open_database() as database, database.reading() as connection:
        key = project_key(project)
        found = choosing.rules_of_project(connection, key, on=day)
        choices = choosing.choices_of_project(connection, key)
    if as_json:
        rules = [
            _head(each.pack) | {"reason": each.choice.reason if each.choice else None}
            for each in found
        ]
        print_json({"rules": rules, "choices": choices})
        return
    chinese = language() == "zh"
    print_table(
        f"{key} · {day}",
        ["内容", "方法", "规则包", "选用编号", "理由"]
        if chinese
        else ["kind", "method", "pack", "choice", "reason"],
        [
            [
                each.pack.kind,
                each.pack.method if isinstance(each.pack, RatioPack) else None,
                named(each.pack),
                each.choice.id if each.choice else None,
                each.choice.reason if each.choice else None,
            ]
            for each in found
        ],
    )


def _print_pack(name: str, *, as_json: bool) -> None:
    with open_database() as database, database.reading() as connection:
        pack = choosing.published(results.basis(connection).packs, name)
        view = next(
            view
            for view in catalogue.rule_packs(connection)
            if (view.key, view.version) == (pack.key, pack.version)
        )
    if as_json:
        print_json(view)
        return
    _print_tables(parse_pack(view.content))
    say(f"内容指纹 {view.content_hash}", f"Content hash {view.content_hash}")


def _print_tables(pack: Pack) -> None:
    chinese = language() == "zh"
    print_table(
        named(pack),
        ["事项", "内容"] if chinese else ["matter", "content"],
        [
            ["名称" if chinese else "name", pack.name_zh if chinese else pack.name_en],
            ["地域" if chinese else "place", pack.jurisdiction],
            ["生效" if chinese else "from", pack.effective_from],
            ["失效" if chinese else "to", pack.effective_to],
            ["出处" if chinese else "source", pack.source],
            ["未定" if chinese else "unsure", pack.unsure_zh if chinese else pack.unsure_en],
        ],
    )
    clause = "条款" if chinese else "clause"
    if isinstance(pack, RatioPack | ProcurementPack):
        titles = ["约定", "内容", clause] if chinese else ["policy", "value", clause]
        print_table("约定" if chinese else "Policies", titles, policy_rows(pack.policies))
    if isinstance(pack, RatioPack):
        print_table(
            "分项与分值" if chinese else "Items and points",
            ["大组", "分项", "单位", "最低比例", "分值", clause]
            if chinese
            else ["group", "item", "unit", "share", "points", clause],
            item_rows(pack, chinese=chinese),
        )
    if isinstance(pack, ProcurementPack | LocalMaterialsPack):
        titles = ["要求", "内容", clause] if chinese else ["demand", "value", clause]
        print_table("要求" if chinese else "Demands", titles, demand_rows(pack, chinese=chinese))
    if isinstance(pack, AdmissionPack):
        titles = ["事项", "内容", clause] if chinese else ["matter", "value", clause]
        print_table(
            "入库与清出" if chinese else "Admission and removal",
            titles,
            admission_rows(pack, chinese=chinese),
        )
    if isinstance(pack, ThresholdPack):
        print_table(
            "档位与星级门槛" if chinese else "Tiers and gates",
            ["≥ %", "得分或星级", clause] if chinese else ["≥ %", "points or star", clause],
            tier_rows(pack, chinese=chinese),
        )
    if isinstance(pack, RatioPack | ProcurementPack):
        print_table(
            "产品类别归入哪一项" if chinese else "Where a category counts",
            ["类别", "部位", "归入", clause] if chinese else ["category", "place", "in", clause],
            mapping_rows(pack.mapping),
        )
