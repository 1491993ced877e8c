"""Small forms, for tests of those that write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from catalog.forms.form import (
    Box,
    Check,
    Column,
    Fact,
    Form,
    Row,
    RowKind,
    Said,
    Section,
    Table,
    figure,
    plain,
    share,
)

HOSTILE = (
    '#eval("1+1") $x^2$ *bold* `raw` @ref <label> \\ // /* */ [#] {}',
    '"quotes\' \\" and \\u{41}',
    "=1+1",
    "@SUM(A1:A9)",
    "+1|cmd",
    "https://example.org/?a=1&b=2",
    "مرحبا שלום",
    "emoji 😀 and \u202e backwards",
    "#let x = 1",
    "= heading",
    "- item",
    "tab\tand\nline",
)
NAMES = ("a" * 3000, "长" * 3000)
MADE_AT = dt.datetime(2026, 6, 1, 8, 30, 15, 123456, tzinfo=dt.UTC)


def a_form(
    texts: Sequence[str] = ("预拌混凝土",),
    number: Decimal | None = Decimal("12.5"),
    gloss: str | None = None,
) -> Form:
    """Return a form that says each text in a row, and once elsewhere."""
    columns = (
        Column(Said("材料类别", gloss), 30),
        Column(Said("数量"), 12, has_figures=True),
        Column(Said("比例"), 12, has_figures=True),
    )
    rows = tuple(
        Row(RowKind.GOODS, (plain(text), figure(number), share(Decimal("0.799996"))))
        for text in texts
    )
    total = Row(RowKind.TOTAL, (plain("合计", span=2), figure(Decimal(51), places=1)))
    return Form(
        title=Said("绿色建材应用比例核算表", gloss),
        subtitle=Said("附录 C", gloss),
        language="zh" if gloss is None else "en",
        made_at=MADE_AT,
        notices=tuple(Said(text) for text in texts[:2]),
        facts=(Fact(Said("项目名称"), Said(texts[0])), Fact(Said("核算单位"), Said(""))),
        sections=(
            Section(
                name=Said("核算表"),
                title=Said("一、核算", gloss),
                table=Table(columns, (*rows, total)),
                notes=(Said("说明"),),
                boxes=(Box(Said("核算单位"), (Said("核算人（签字）："), Said("（盖章）"))),),
            ),
            Section(
                name=Said("材料"),
                title=Said("二、材料"),
                checks=(
                    Check(Said("施工记录文件"), True, Said("2 份")),
                    Check(Said("其他"), False, Said("没有记录")),
                ),
            ),
        ),
        footer="7 · ratio-b-2021@2021.2 · SHA-256 abc",
    )
