"""A tender's clause asks for what the standard says, and names nobody."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from importlib import resources

import pytest

from catalog.rules.pack_tender import TenderPack
from catalog.rules.packs import parse_pack
from catalog.rules.tender import Wanted, around, requirement


@pytest.fixture(scope="module")
def pack() -> TenderPack:
    path = resources.files("seed_data") / "rules" / "tender-2026.toml"
    found = parse_pack(tomllib.loads(path.read_text(encoding="utf-8")))
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
    for part in ("预拌混凝土", "T/CECS 10047", "2星", "1,200.5 m³、3 t"):
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
