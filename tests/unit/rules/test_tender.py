"""A tender's clause asks for what the standard says, and names nobody."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.rules.pack_tender import TenderPack
from catalog.rules.packs import parse_pack
from catalog.rules.tender import Wanted, around, requirement
from seed_data import read_pack


@pytest.fixture(scope="module")
def pack() -> TenderPack:
    found = parse_pack(read_pack("rules/tender-2026@2026.2.toml"))
    assert isinstance(found, TenderPack)
    return found


def concrete(**stated: object) -> Wanted:
    defaults: dict[str, object] = {
        "category": "ready-mixed-concrete",
        "name_zh": "预拌混凝土",
        "name_en": "Ready-mixed concrete",
        "standard": "T/CECS 10047",
        "amounts": ((Decimal("1200.50"), "m³"), (Decimal(3), "t")),
        "lines": 4,
    }
    return Wanted(**(defaults | stated))  # type: ignore[arg-type]


def test_says_category_standard_star_and_amounts(pack: TenderPack) -> None:
    found = requirement(pack, concrete(), 2)
    for part in ("预拌混凝土", "T/CECS 10047", "二星级", "1,200.5 m³、3 t"):
        assert part in found.text_zh
    for part in ("Ready-mixed concrete", "T/CECS 10047", "2 stars", "1,200.5 m³, 3 t"):
        assert part in found.text_en


def test_asks_nothing_that_is_not_known(pack: TenderPack) -> None:
    found = requirement(pack, concrete(standard=None, amounts=()), None)
    assert found.text_zh == pack.sentences["item"].zh.format(category="预拌混凝土")


def test_leaves_no_gap_open(pack: TenderPack) -> None:
    before, after = around(pack)
    for zh, en in (*before, *after):
        assert not {"{", "}"} & {*zh, *en}


def test_what_all_materials_must_show_is_said_once(pack: TenderPack) -> None:
    texts = [requirement(pack, concrete(name_zh=name), 3).text_zh for name in ("砂浆", "岩棉")]
    assert not [text for text in texts if "进场验收当日有效" in text]
    before, _ = around(pack)
    assert [zh for zh, _ in before if "进场验收当日有效" in zh] == [before[0][0]]


def test_being_in_the_database_is_no_condition_of_bidding(pack: TenderPack) -> None:
    _, after = around(pack)
    said = next(zh for zh, _ in after if "采信应用数据库" in zh)
    assert "不作为投标资格、评标加分或者中标的条件" in said
