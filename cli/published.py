"""Published figures at the shell: publish, list, make again, compare with now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from catalog.services import catalogue, publishing, restating
from catalog.views.restating import Cause
from cli.figures import STAGES
from cli.house import clock, open_database, operator
from cli.output import language, print_json, print_table, say

if TYPE_CHECKING:
    from catalog.services.publishing import NewPublication
    from catalog.views.restating import Change

_MOST = 100
_CAUSES = {
    Cause.LINE_ADDED: ("新增的行", "line added"),
    Cause.LINE_REMOVED: ("删去的行", "line removed"),
    Cause.LINE_CORRECTED: ("更正的行", "line corrected"),
    Cause.IMPORT_UNDONE: ("导入被撤回", "import undone"),
    Cause.PROOF_CHANGED: ("证明改变", "proof changed"),
    Cause.LINE_READ_OTHERWISE: ("归类改变", "read otherwise"),
    Cause.PACK_CHANGED: ("规则包改变", "rule pack changed"),
    Cause.THRESHOLDS_CHANGED: ("门槛改变", "thresholds changed"),
    Cause.AREA_CHANGED: ("面积改变", "area changed"),
    Cause.COUNTS_NOW: ("后来计入", "counts now"),
    Cause.COUNTS_NO_MORE: ("不再计入", "counts no more"),
}


def publish(new: NewPublication, *, as_json: bool) -> None:
    """Publish figures, and say by which hash."""
    with open_database() as database, database.transaction() as session:
        view = publishing.publish_figures(session, new, actor=operator(), now=clock())
    if as_json:
        print_json(view)
        return
    if not view.is_new:
        say("同样的数字已经公布过。", "The same figures were published before.")
    figure = view.content.figure
    say(
        f"{figure.buildings} 个单体，按面积 {figure.ratio_by_area} %。",
        f"{figure.buildings} buildings, {figure.ratio_by_area} % by area.",
    )
    click.echo(view.head.content_hash)


def print_published(division: str | None, *, as_json: bool) -> None:
    """List published figures, the latest first."""
    with open_database() as database, database.reading() as connection:
        page = publishing.browse_published(connection, division=division, limit=_MOST, offset=0)
        places = catalogue.divisions(connection, on=clock().date())
    if as_json:
        print_json(page)
        return
    zh = language() == "zh"
    names = {place.key: place.name_zh if zh else place.name_en for place in places}
    print_table(
        "已公布的数字" if zh else "Published figures",
        ["范围", "年份", "口径", "方法", "阶段", "公布时间", "公布人", "指纹"]
        if zh
        else ["scope", "year", "basis", "method", "stage", "published", "by", "hash"],
        [
            [
                names.get(head.division or "", "兵团" if zh else "Corps"),
                head.year,
                head.basis.value,
                head.method,
                STAGES[head.stage] if zh else head.stage.value,
                f"{head.published_at:%Y-%m-%d %H:%M}",
                head.published_by,
                head.content_hash[:16],
            ]
            for head in page.items
        ],
    )


def rebuild(content_hash: str, *, as_json: bool) -> None:
    """Make a published figure again; leave with 1 where a byte differs."""
    with open_database() as database, database.reading() as connection:
        whole = publishing.whole_hash(connection, content_hash)
        found = publishing.rebuild(connection, whole)
    if as_json:
        print_json(found)
    elif found.is_same:
        say(
            "用当时的数据重新算出，逐字节相同。",
            "Made again from what was known then: the same bytes.",
        )
    else:
        say(
            f"不同：{found.path} 公布为 {found.published}，重算为 {found.rebuilt}",
            f"They differ: {found.path} was published as {found.published}, "
            f"and is {found.rebuilt} when made again",
        )
    if not found.is_same:
        sys.exit(1)


def restate(content_hash: str, *, as_json: bool) -> None:
    """Print what a published figure is now, and why."""
    with open_database() as database, database.reading() as connection:
        whole = publishing.whole_hash(connection, content_hash)
        found = restating.restate(connection, whole)
    if as_json:
        print_json(found)
        return
    zh = language() == "zh"
    then, now = found.then.ratio_by_area, found.now.ratio_by_area if found.now else None
    say(
        f"公布时按面积 {then} %，现在 {now} %；{found.unchanged} 个单体没有变化。",
        f"Published at {then} % by area, now {now} %; {found.unchanged} buildings are unchanged.",
    )
    if found.waiting:
        say(
            f"还有 {found.waiting} 个单体等待重新核算。",
            f"{found.waiting} buildings wait to be calculated.",
        )
    if found.buildings:
        print_table(
            "变化" if zh else "Changes",
            ["项目", "单体", "公布 %", "现在 %", "原因", "行", "原来", "现在", "证书", "导入"]
            if zh
            else ["project", "building", "then %", "now %", "cause", "line", "before", "after",
                  "certificate", "import"],
            [
                [each.project_name, each.building_name, each.ratio_then, each.ratio_now,
                 *_row(change, zh)]
                for each in found.buildings
                for change in each.changes
            ],
        )  # fmt: skip


def _row(change: Change, zh: bool) -> list[object]:
    line = " ".join(part for part in (change.number, change.name) if part)
    paper = change.certificate_number
    if paper and change.from_on:
        paper = f"{paper} ({change.state or ''} {change.from_on})"
    return [
        _CAUSES[change.cause][0 if zh else 1], line or None, change.before, change.after,
        paper, change.run,
    ]  # fmt: skip
