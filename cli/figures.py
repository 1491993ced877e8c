"""Tables of figures: what buildings' results and what lines add up to."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from catalog.rules.periods import Basis
from catalog.rules.terms import Stage
from catalog.services import catalogue, divisions
from catalog.views.figures import CATEGORY, DIVISION, KIND, YEAR, Question
from cli.house import clock
from cli.output import language, print_table, say

if TYPE_CHECKING:
    import datetime as dt

    from catalog.db import Database
    from catalog.views.figures import ResultFigure, UsageFigure

STAGES = {Stage.DESIGN: "设计阶段", Stage.COMPLETION: "竣工阶段"}
_BASES = {Basis.CALENDAR: ("自然年", "calendar years"), Basis.REPORT: ("年报年", "report years")}
_KINDS = {
    "government": "政府投资",
    "key": "重点",
    "municipal": "市政公用",
    "green": "绿色建筑",
    "prefabricated": "装配式",
    "none": "未注明",
}
_HEADS = {
    DIVISION: ("师市", "division"),
    YEAR: ("年度", "year"),
    KIND: ("项目类别", "kind of project"),
    CATEGORY: ("产品类别", "category"),
}
_OF_RESULTS = (
    ("单体", "buildings"),
    ("项目", "projects"),
    ("面积 m²", "area m²"),
    ("按面积 %", "by area %"),
    ("绿色金额", "green amount"),
    ("总金额", "amount"),
    ("按金额 %", "by amount %"),
    ("各得分的单体数", "points: buildings"),
)
_OF_LINES = (
    ("行", "lines"),
    ("未知绿否", "not known"),
    ("无金额", "no amount"),
    ("绿色金额", "green amount"),
    ("总金额", "amount"),
    ("按金额 %", "by amount %"),
    ("绿色数量 / 数量", "green / quantity"),
    ("按数量 %", "by quantity %"),
    ("采信金额", "adopted amount"),
    ("采信按金额 %", "adopted by amount %"),
)


def results_of(
    database: Database,
    question: Question,
    methods: list[str],
    *,
    known_at: dt.datetime | None = None,
) -> list[ResultFigure]:
    """Return the figures of buildings' results, as known now or at a moment."""
    with database.reading() as connection:
        return divisions.result_figures(connection, question, methods=methods, known_at=known_at)


def usage_of(database: Database, question: Question) -> list[UsageFigure]:
    """Return the figures of lines."""
    with database.reading() as connection:
        return divisions.usage_figures(connection, question)


def print_results(
    database: Database,
    question: Question,
    methods: list[str],
    *,
    known_at: dt.datetime | None = None,
) -> None:
    """Print the figures of buildings' results."""
    figures = results_of(database, question, methods, known_at=known_at)
    side = 0 if language() == "zh" else 1
    title = (
        f"绿色建材应用比例 · 方法 {methods[0]} · {STAGES[question.stage]}",
        f"Application ratio · method {methods[0]} · {question.stage.value}",
    )[side]
    named = _names(database, side)
    print_table(
        f"{title} · {_BASES[question.basis][side]}",
        [*_heads(question, side), *(each[side] for each in _OF_RESULTS)],
        [
            [
                *_place(question, named, side, f.division, f.year, f.kind, None),
                f.buildings,
                f.projects,
                f"{f.area_m2:,.0f}",
                _shown(f.ratio_by_area),
                _money(f.green_amount),
                _money(f.total_amount),
                _shown(f.ratio_by_amount),
                "  ".join(f"{points}: {count}" for points, count in f.passing.items()),
            ]
            for f in figures
        ],
    )
    _say_overlap(question)
    if known_at is not None:
        say(
            f"以上是 {known_at:%Y-%m-%d} 当天结束时所知的数字；年份是竣工或设计的年份。",
            f"These are the figures as known at the end of {known_at:%Y-%m-%d}; the year is that "
            "of completion or design.",
        )


def print_usage(database: Database, question: Question) -> None:
    """Print the figures of lines."""
    figures = usage_of(database, question)
    side = 0 if language() == "zh" else 1
    title = (
        f"绿色建材用量 · {STAGES[question.stage]}",
        f"Green materials used · {question.stage.value}",
    )[side]
    named = _names(database, side)
    print_table(
        f"{title} · {_BASES[question.basis][side]}",
        [*_heads(question, side), *(each[side] for each in _OF_LINES)],
        [
            [
                *_place(question, named, side, f.division, f.year, f.kind, f.category),
                f.lines,
                f.lines_unstated,
                f.lines_without_amount,
                _money(f.green_amount),
                _money(f.amount),
                _shown(f.ratio_by_amount),
                "\n".join(f"{q.green:,.2f} / {q.total:,.2f} {q.unit}" for q in f.quantities),
                "\n".join(_shown(q.ratio) or "—" for q in f.quantities),
                _money(f.adopted_amount),
                _shown(f.adopted_ratio_by_amount),
            ]
            for f in figures
        ],
    )
    _say_overlap(question)


def _say_overlap(question: Question) -> None:
    if KIND in question.by:
        say(
            "一个项目可属多个类别：各类别的数字有重叠，相加不等于合计。",
            "A project may be of several kinds: their figures overlap and do not add up.",
        )


def _heads(question: Question, side: int) -> list[str]:
    return [_HEADS[name][side] for name in question.by]


def _place(
    question: Question,
    named: dict[str, dict[str, str]],
    side: int,
    division: str | None,
    year: int | None,
    kind: str | None,
    category: str | None,
) -> list[object]:
    unknown = ("未定", "not known")[side]
    shown: dict[str, object] = {
        DIVISION: named[DIVISION].get(division or "", unknown),
        YEAR: year or ("在建", "in progress")[side],
        KIND: _KINDS.get(kind or "", unknown) if side == 0 else kind,
        CATEGORY: named[CATEGORY].get(category or "", unknown),
    }
    return [shown[name] for name in question.by]


def _names(database: Database, side: int) -> dict[str, dict[str, str]]:
    with database.reading() as connection:
        places = catalogue.divisions(connection, on=clock().date())
        categories = catalogue.categories(connection)
    return {
        DIVISION: {d.key: (d.name_zh, d.name_en)[side] for d in places},
        CATEGORY: {c.key: (c.name_zh, c.name_en)[side] for c in categories},
    }


def _shown(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.1f}"


def _money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:,.0f}"
