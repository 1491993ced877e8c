"""Demo declarations: read like any openEPD file, of several units, some of them expired."""

from __future__ import annotations

import datetime as dt
from functools import cache

import msgspec

from catalog.records import EpdRecord
from importers.epd.openepd_files import read_openepd
from importers.lookups import Lookups
from importers.reader import SourceFile
from seed_data.demo import generate_products
from seed_data.demo.footprints import _key, generate_footprints

SEED, PRODUCTS = 7, 1200


@cache
def declared() -> list[EpdRecord]:
    """The declarations as the importer reads them."""
    made = [each.document for each in generate_footprints(SEED, PRODUCTS)]
    content = msgspec.json.Encoder(decimal_format="number").encode(made)
    outcomes = list(read_openepd(SourceFile("demo.json", content), Lookups.from_seed()))
    assert [issue.code for outcome in outcomes for issue in outcome.issues] == []
    return [record for outcome in outcomes for record in outcome.records]  # type: ignore[misc]


def test_some_are_expired_and_units_and_languages_differ() -> None:
    found = declared()
    assert 30 < len(found) <= PRODUCTS // 10
    assert {one.declared_unit for one in found} >= {"m3", "m2", "t", "kg"}
    assert {one.names[0].language for one in found} == {"zh", "en"}
    today = dt.date(2026, 11, 15)
    assert {one.valid_until.day < today for one in found if one.valid_until} == {True, False}


def test_the_total_is_the_sum_of_its_parts_and_plants_give_back_what_they_took() -> None:
    biogenic = set()
    for one in declared():
        amounts = {(r.indicator, r.module): r.amount for r in one.results}
        for module in ("A1-A3", "C3"):
            parts = [amounts.get((part, module), 0) for part in ("gwp-fossil", "gwp-biogenic",
                                                                 "gwp-luluc")]  # fmt: skip
            assert amounts["gwp", module] == sum(parts)
        taken = amounts.get(("gwp-biogenic", "A1-A3"))
        biogenic.add(taken is None)
        if taken is not None:
            assert taken < 0 and amounts["gwp-biogenic", "C3"] == -taken
    assert biogenic == {True, False}


def test_they_are_about_products_of_the_demo_and_say_that_they_are_made_up() -> None:
    made = {_key(record) for record in generate_products(SEED, PRODUCTS)}
    footprints = list(generate_footprints(SEED, PRODUCTS))
    about = [each.product for each in footprints]
    assert {product for product in about if product} <= made and None in about
    for one in declared():
        assert "synthetic" in one.descriptions[0].text.lower()
        assert one.operator is not None and "（演示）" in (one.operator.name or "")


def test_a_longer_list_begins_with_the_shorter_one() -> None:
    shorter = list(generate_footprints(SEED, 300))
    assert list(generate_footprints(SEED, 600))[: len(shorter)] == shorter
