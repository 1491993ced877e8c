"""Closed lists as files name their members."""

from __future__ import annotations

import pytest

from catalog.rules.terms import (
    STATE_CODES,
    BillStage,
    CertificateState,
    EvidenceKind,
    ProjectKind,
    ProjectStage,
)
from importers.lookups import Lookups
from importers.lookups.names import Names


def test_finds_a_word_whatever_its_case_width_and_spaces() -> None:
    names = Names({"m2": ["㎡", "平方米", "Square Metre"]})
    for word in ("m2", "M²", "ｍ２", " 平 方 米 ", "squaremetre"):
        assert names.find(word) == "m2"


def test_a_word_of_two_members_stands_for_neither() -> None:
    names = Names({"a": ["一", "甲"], "b": ["一", "乙"]})
    assert names.find("一") is None
    assert names.find("甲") == "a"


def test_a_key_always_stands_for_itself() -> None:
    assert Names({"a": ["b"], "b": []}).find("b") == "b"


def test_names_the_nearest_word_as_it_is_written() -> None:
    names = Names({"board": ["Inorganic decorative board"], "mortar": ["预拌砂浆"]})
    assert names.nearest("预拌沙浆") == "预拌砂浆"
    assert names.nearest("inorganic decorative bord") == "Inorganic decorative board"
    assert names.nearest("zzzz") is None


def test_every_member_of_the_trade_lists_has_words() -> None:
    lookups = Lookups.from_seed()
    assert lookups.states.keys == set(CertificateState)
    assert lookups.project_kinds.keys == set(ProjectKind)
    assert lookups.project_stages.keys == set(ProjectStage)
    assert lookups.bill_stages.keys == set(BillStage)
    assert lookups.evidence_kinds.keys == set(EvidenceKind)
    assert {code: lookups.states.find(code) for code in STATE_CODES} == STATE_CODES


@pytest.mark.parametrize(
    ("list_name", "word", "key"),
    [
        ("categories", "预拌混凝土", "ready-mixed-concrete"),
        ("units", "㎡", "m2"),
        ("units", "立方米", "m3"),
        ("divisions", "第八师石河子市", "08"),
        ("divisions", "08", "08"),
        ("places", "外墙", "exterior-wall"),
        ("label_types", "高性能", "tabc-high-performance"),
        ("material_classes", "地板類", "tabc-m-floor"),
    ],
)
def test_knows_the_words_of_the_seed_data(list_name: str, word: str, key: str) -> None:
    assert getattr(Lookups.from_seed(), list_name).find(word) == key
