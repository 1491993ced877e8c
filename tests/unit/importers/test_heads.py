"""Which rows of a table are its header, and what its columns are called."""

from __future__ import annotations

import pytest

from importers.lookups import Lookups
from importers.table.heads import Heads, find_heads

DATA = ["SYN-1", "合成板", "120", "2025-01-02"]


def heads_of(*rows: list[str]) -> Heads:
    found = find_heads(list(rows), Lookups.from_seed())
    assert found is not None
    return found


def names(found: Heads) -> list[str]:
    return [head.header for head in found.heads]


def test_joins_names_units_and_codes() -> None:
    found = heads_of(
        ["Name", "Vac", "Pso"], ["Units", "V", "W"], ["[0]", "inv_vac", "inv_pso"], ["A", "1", "2"]
    )
    assert (found.first_row, found.last_row) == (1, 3)
    assert [(head.header, head.unit, head.code) for head in found.heads] == [
        ("Name", None, "[0]"),
        ("Vac", "V", "inv_vac"),
        ("Pso", "W", "inv_pso"),
    ]


def test_joins_a_group_with_the_columns_under_it() -> None:
    found = heads_of(
        ["序号", "企业名称", "证书", "", "", "备注"],
        ["", "", "编号", "有效期起", "有效期止", ""],
        ["1", "甲公司", "A-1", "2025-01-01", "2030-01-01", ""],
    )
    assert found.last_row == 2
    assert names(found) == [
        "序号", "企业名称", "证书 / 编号", "证书 / 有效期起", "证书 / 有效期止", "备注",
    ]  # fmt: skip


def test_finds_the_groups_above_where_the_names_below_are_known() -> None:
    found = heads_of(
        ["基本情况", "", "证书", ""],
        ["企业名称", "产品名称", "证书编号", "星级"],
        ["甲公司", "板", "A-1", "3"],
    )
    assert (found.first_row, found.last_row) == (1, 2)
    assert names(found)[1] == "基本情况 / 产品名称"


@pytest.mark.parametrize(
    "title", [["某企业目录", "", "", ""], ["填报日期：2025-01-02", "", "", ""]]
)
def test_passes_over_a_title(title: list[str]) -> None:
    found = heads_of(title, ["厂", "名", "数", "日"], DATA)
    assert (found.first_row, found.last_row) == (2, 2)


def test_takes_no_row_of_values_for_a_header() -> None:
    found = heads_of(["maker", "", "amount", "day"], DATA, DATA)
    assert found.last_row == 1 and len(found.heads) == 4


def test_takes_no_values_in_short_words_for_units() -> None:
    found = heads_of(["企业名称", "产品名称", "单位"], ["甲", "板", "m3"], ["乙", "砖", "m2"])
    assert found.last_row == 1


def test_passes_over_a_row_that_numbers_the_columns() -> None:
    found = heads_of(["企业名称", "产品名称", "产地"], ["1", "2", "3"], ["甲", "板", "本地"])
    assert found.last_row == 2


def test_takes_a_unit_out_of_brackets() -> None:
    found = heads_of(
        ["材料名称", "工程量(m3)", "金额（万元）", "备注（如有）"], ["板", "1", "2", ""]
    )
    assert [head.unit for head in found.heads] == [None, "m3", "万元", None]


def test_tells_columns_of_one_name_apart() -> None:
    assert names(heads_of(["名称", "单价", "单价"], ["板", "1", "2"])) == [
        "名称",
        "单价",
        "单价 (2)",
    ]


def test_the_fingerprint_is_of_the_names_alone() -> None:
    one = heads_of(["企业名称", "产品 名称"], ["甲", "板"])
    other = heads_of(["企业名称", "产品名称"], ["乙", "砖"])
    moved = heads_of(["产品名称", "企业名称"], ["砖", "乙"])
    assert one.fingerprint == other.fingerprint != moved.fingerprint


@pytest.mark.parametrize("rows", [[], [[]], [["", ""]], [["1", "2"], ["3", "4"]]])
def test_finds_no_header_where_there_is_none(rows: list[list[str]]) -> None:
    assert find_heads(rows, Lookups.from_seed()) is None
