"""Bills and delivery lists with damage done to them: only lines, issues, or a refusal come out."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import ImportRefusedError
from catalog.rules.terms import BillStage
from importers.bill import (
    is_bill_table,
    is_cost_schedule,
    is_tender,
    read_bill_table,
    read_cost_schedule,
    read_tender,
)
from importers.delivery import is_delivery_list, read_delivery_list
from importers.formats import Reader
from importers.issues import explain
from importers.lookups import Lookups
from importers.source import Limits, Placement, SourceFile
from tests.importers.printed import printed
from tests.importers.test_bill_ifc5d import SCHEDULE
from tests.importers.test_bill_lists import LIST
from tests.importers.test_bill_tender import tender
from tests.importers.test_bill_workbooks import PAGES
from tests.importers.test_delivery_lists import STEEL, TILES, a_list
from tests.importers.test_fuzz import damaged
from tests.importers.workbooks import repacked

PLACEMENT = Placement(
    project="P-1",
    building="1#",
    stage=BillStage.DESIGN,
    note_number="SH-1",
    delivered_on=dt.date(2025, 3, 12),
)
LIMITS = Limits(max_cells=100_000)
WORKBOOKS: dict[str, tuple[bytes, Reader]] = {
    "printed bill": (printed(PAGES, others=True), read_bill_table),
    "delivery list": (a_list(STEEL, TILES), read_delivery_list),
}
TEXTS: dict[str, tuple[bytes, Reader]] = {
    "priced list": (LIST.encode(), read_bill_table),
    "priced list in GB 18030": (LIST[1:].encode("gb18030"), read_bill_table),
    "cost schedule": (SCHEDULE.encode(), read_cost_schedule),
    "tender": (tender(), read_tender),
    "tender in GBK": (tender("GBK"), read_tender),
    "delivery list": (
        b"Lieferant;Artikel;Menge;Einheit\nA;Kies;1.234,5;t\nA;Kies;-3;kg\n",
        read_delivery_list,
    ),
}
PARTS = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml", "xl/sharedStrings.xml"]
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check(content: bytes, reader: Reader, lookups: Lookups) -> None:
    source = SourceFile("fuzz", content, limits=LIMITS)
    for recognises in (is_bill_table, is_cost_schedule, is_delivery_list, is_tender):
        assert recognises(source) in (True, False)
    with suppress(ImportRefusedError):
        for outcome in reader(source, lookups, placement=PLACEMENT):
            for issue in outcome.issues:
                assert all(explain(issue, "zh")) and all(explain(issue, "en"))


@pytest.mark.parametrize("name", TEXTS)
@given(data=st.data())
@FEW
def test_never_crashes_on_damaged_text(name: str, lookups: Lookups, data: st.DataObject) -> None:
    content, reader = TEXTS[name]
    check(data.draw(damaged(content)), reader, lookups)


@pytest.mark.parametrize("name", WORKBOOKS)
@given(data=st.data())
@FEW
def test_never_crashes_on_damage_inside_a_workbook(
    name: str, lookups: Lookups, data: st.DataObject
) -> None:
    content, reader = WORKBOOKS[name]
    part = data.draw(st.sampled_from(PARTS))

    def change(entry: str, inner: bytes) -> bytes:
        return data.draw(damaged(inner)) if entry == part else inner

    check(repacked(content, change), reader, lookups)


CELLS = st.sampled_from(
    ["", "1", "-1", "m3", "0104", "010401003001", "03B001", "砌块墙", "小计", "合计", "本页小计",
     "单价", "合价", "项目编码", "项目名称", "计量单位", "工程量", "数量", "暂估", "确认", "注：",
     "表-08", "第1页共2页", "工程名称：某校", "综合单价分析表", "9" * 40, "1e400", "\u202e"]
)  # fmt: skip


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=8), max_size=20))
@FEW
def test_never_crashes_on_any_order_of_what_is_printed(
    rows: list[list[str]], lookups: Lookups
) -> None:
    text = "\n".join(",".join(row) for row in [["项目编码", "项目名称", "单位", "数量"], *rows])
    check(text.encode(), read_bill_table, lookups)
