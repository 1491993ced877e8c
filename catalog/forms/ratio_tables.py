"""The two tables of a ratio's form: what each class earned, and of which products."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from catalog.forms import standings
from catalog.forms.facts import ResultFacts
from catalog.forms.form import (
    UNKNOWN,
    Cell,
    Column,
    Kind,
    Row,
    RowKind,
    Said,
    Table,
    Tongue,
    digits,
    figure,
    plain,
    share,
)
from catalog.forms.goods import Goods, Standing, goods_of
from catalog.rules.exact import as_decimal, cut
from catalog.rules.ratio.trace import GroupResult, ItemResult, Measure
from catalog.rules.terms import Stage

_POINT_PLACES = 2
_STANDINGS = {
    Standing.NOT_GREEN: standings.NOT_GREEN,
    Standing.UNKNOWN: standings.UNKNOWN,
    Standing.SETTLED: standings.SETTLED,
}


def score_table(facts: ResultFacts, tongue: Tongue) -> Table:
    """Return what each class must reach, what it reached, and the points of each group."""
    say = tongue.say
    is_planned = facts.result.stage is Stage.DESIGN
    ratio = ("拟采用绿色建材应用比例", "Planned ratio") if is_planned else ("实际应用比例", "Ratio")
    columns = (
        Column(say("二级指标", "Class"), 34),
        Column(say("计量单位", "Unit"), 12),
        Column(say("应用比例要求", "Required"), 16, has_figures=True),
        Column(say(*ratio), 22, has_figures=True),
        Column(say("核算分值", "Points"), 16, has_figures=True),
        Column(say("分项分值", "Group's points"), 16, has_figures=True),
    )
    rows: list[Row] = []
    for group in facts.trace.groups:
        cells = (
            _group_name(group, tongue, span=5),
            figure(group.points, places=facts.pack.policies.rounding.places),
        )
        rows.append(Row(RowKind.GROUP, cells))
        rows += (_score_row(item, facts, tongue) for item in group.items)
    total = (
        tongue.cell(*_formula(facts), span=5),
        percentage(facts),
    )
    return Table(columns, (*rows, Row(RowKind.TOTAL, total)))


def goods_table(facts: ResultFacts, tongue: Tongue) -> Table:
    """Return the products of each class, one by one, with their quantities and papers."""
    say = tongue.say
    settled = Column(say("竣工图决算量", "Settled quantity"), 12, has_figures=True)
    total = ("设计用量", "Planned in all") if _is_planned(facts) else ("建筑材料应用总量", "In all")
    green = (
        ("拟用绿色建材量", "Planned green") if _is_planned(facts) else ("绿色建材应用量", "Green")
    )
    columns = (
        Column(say("材料类别", "Class and product"), 30),
        Column(say("计量单位", "Unit"), 8),
        Column(say("规格型号", "Specification"), 18),
        Column(say("生产单位", "Producer"), 24),
        Column(say(*green), 13, has_figures=True),
        Column(say(*total), 13, has_figures=True),
        Column(say("应用比例", "Ratio"), 11, has_figures=True),
        *(() if _is_planned(facts) else (settled,)),
        Column(say("证书编号与认证等级", "Certificate and grade"), 26),
        Column(say("核算分值", "Points"), 10, has_figures=True),
    )
    rows: list[Row] = []
    for group in facts.trace.groups:
        name = _group_name(group, tongue, span=len(columns) - 1)
        points = figure(group.points, places=facts.pack.policies.rounding.places)
        rows.append(Row(RowKind.GROUP, (name, points)))
        for item in group.items:
            rows += _item_rows(item, facts, tongue)
    return Table(columns, tuple(rows))


def percentage(facts: ResultFacts) -> Cell:
    """Return the ratio in percent, as exact as its rule states it."""
    percent = facts.trace.percent
    text = digits(percent, places=facts.pack.policies.rounding.places)
    return Cell(said=Said(f"{text}%"), number=percent / 100, kind=Kind.SHARE)


def _is_planned(facts: ResultFacts) -> bool:
    return facts.result.stage is Stage.DESIGN


def _group_name(group: GroupResult, tongue: Tongue, *, span: int) -> Cell:
    most = digits(group.most_points)
    key, passing = group.key.upper(), digits(as_decimal(Fraction(group.passing)))
    return tongue.cell(
        f"{group.name_zh} {key}（理论分值 {most}；达标 {passing} 类，用到 {group.used} 类）",
        f"{group.name_en} {key} ({most} points; {passing} of {group.used} classes pass)",
        span=span,
    )


def _score_row(item: ItemResult, facts: ResultFacts, tongue: Tongue) -> Row:
    name = tongue.cell(item.name_zh, item.name_en)
    unit = plain(_units(item, facts))
    if not item.used:
        points = _unused_points(item, facts)
        cells = (name, unit, share(item.required), _unused(item, tongue), points, plain(None))
        return Row(RowKind.ITEM, cells)
    cells = (name, unit, share(item.required), share(item.ratio), _points(item), plain(None))
    return Row(RowKind.ITEM, cells)


def _item_rows(item: ItemResult, facts: ResultFacts, tongue: Tongue) -> Iterator[Row]:
    """Yield an item's row, one for each of several sums, and the products of each."""
    name = tongue.cell(item.name_zh, item.name_en)
    if not item.used:
        said = (name, plain(_units(item, facts)), _unused(item, tongue))
        points = _unused_points(item, facts)
        yield Row(RowKind.ITEM, (*said, *_blanks(facts, 4, last=1), points))
        return
    if len(item.measures) == 1:
        yield _measure_row(name, item.measures[0], facts, points=_points(item))
        yield from _goods_rows(item.measures[0], facts, tongue)
        return
    head = (name, plain(None), plain(None), plain(None), plain(None), plain(None))
    yield Row(RowKind.ITEM, (*head, share(item.ratio), *_blanks(facts, 0, last=1), _points(item)))
    for measure in item.measures:
        kind = facts.categories.get(measure.category or "")
        label = tongue.cell(kind.name_zh, kind.name_en) if kind else name
        yield _measure_row(label, measure, facts, points=plain(None))
        yield from _goods_rows(measure, facts, tongue)


def _measure_row(name: Cell, measure: Measure, facts: ResultFacts, *, points: Cell) -> Row:
    settled = () if _is_planned(facts) else (figure(measure.billed),)
    return Row(
        RowKind.ITEM,
        (
            name,
            plain(facts.sign_of(measure.unit)),
            plain(None),
            plain(None),
            figure(measure.green),
            figure(measure.denominator),
            share(measure.ratio),
            *settled,
            plain(None),
            points,
        ),
    )


def _goods_rows(measure: Measure, facts: ResultFacts, tongue: Tongue) -> Iterator[Row]:
    for goods in goods_of(measure, facts):
        name = plain(goods.name)
        if goods.name is None:
            name = tongue.cell(
                f"清单中没有写明产品的 {goods.lines} 行",
                f"Lines of the bill that name no product: {goods.lines}",
            )
        settled = () if _is_planned(facts) else (figure(goods.settled),)
        yield Row(
            RowKind.GOODS,
            (
                name,
                plain(facts.sign_of(measure.unit)),
                plain(goods.specification),
                plain(goods.producer),
                figure(goods.green),
                figure(goods.total),
                plain(None),
                *settled,
                _paper(goods, tongue),
                plain(None),
            ),
        )


def _paper(goods: Goods, tongue: Tongue) -> Cell:
    """Say which paper the goods rest on and its grade, and why they do not count as green."""
    paper = [_number(goods)] if goods.paper else []
    gloss = []
    if goods.is_report:
        gloss.append("test report")
    elif paper and goods.star is None:
        paper.append("等级未知")
        gloss.append("grade not known")
    if goods.standing is not Standing.GREEN:
        chinese, english = _STANDINGS[goods.standing]
        why = standings.WHY.get(goods.reason or "")
        paper.append(f"{chinese}：{why[0]}" if why else chinese)
        gloss.append(f"{english}: {why[1]}" if why else english)
    elif not paper:
        # A designer may plan a green material before its product is chosen.
        paper.append("产品待定")
        gloss.append("product not chosen yet")
    if not gloss:
        return plain(" ".join(paper))
    return tongue.cell(" ".join(paper), "; ".join(gloss))


def _number(goods: Goods) -> str:
    if goods.is_report:
        return f"检测报告 {goods.paper}"
    return f"{goods.paper} {'★' * goods.star}" if goods.star else str(goods.paper)


def _blanks(facts: ResultFacts, amounts: int, *, last: int) -> tuple[Cell, ...]:
    """Return cells in which nothing applies: one more where settled quantities have a column."""
    return (plain(None),) * (amounts + (not _is_planned(facts)) + last)


def _points(item: ItemResult) -> Cell:
    """Return an item's points cut to two decimals for reading, exact for a spreadsheet."""
    shown = digits(cut(Fraction(item.points), _POINT_PLACES))
    return Cell(said=Said(shown), number=item.points)


def _unused_points(item: ItemResult, facts: ResultFacts) -> Cell:
    """Return zero where the rule counts an unused class as zero, and nothing where it does not."""
    return _points(item) if facts.pack.policies.unused_item == "zero" else plain(None)


def _unused(item: ItemResult, tongue: Tongue) -> Cell:
    if item.reason == "no-quantity":
        return tongue.cell("数量合计不为正", "sum is not positive")
    return tongue.cell("未用到", "not used")


def _units(item: ItemResult, facts: ResultFacts) -> str:
    """Return the units of what was counted, or those that the rule gives."""
    counted = dict.fromkeys(facts.sign_of(measure.unit) for measure in item.measures)
    known = facts.pack.items.get(item.key)
    ruled = [facts.sign_of(unit) for unit in known.units] if known else []
    return " / ".join(counted or ruled) or UNKNOWN


def _formula(facts: ResultFacts) -> tuple[str, str]:
    """Return the sum that makes the ratio, in figures."""
    places = facts.pack.policies.rounding.places
    parts = " + ".join(digits(group.points, places=places) for group in facts.trace.groups)
    text = f"P = ({parts}) ÷ 100 × 100%"
    return f"绿色建材应用比例 {text}", f"Application ratio {text}"
