"""Matching of single lines: what they are taken for, how sure, and why."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.rules.matching import CatalogueNames, match_line
from catalog.rules.matching_answers import Decided, Doubt, Known, Line, Match, Signal, Standing
from catalog.rules.matching_class import needs_place, ratio_classes
from catalog.rules.matching_products import Listed, Shelf, Wanted
from catalog.rules.matching_text import Terms, folded, signature
from catalog.rules.matching_words import NOT_MATERIAL, OUTSIDE
from catalog.rules.packs import RatioPack, parse_pack
from search.lexicon import trade_words
from seed_data import read_toml
from seed_data.matching import vocabulary

WORDS = vocabulary(trade_words().meanings())
EVERYTHING_SHOWN = vocabulary(trade_words().meanings())
EVERYTHING_SHOWN.worth = msgspec.structs.replace(
    WORDS.worth,
    thresholds=msgspec.structs.replace(WORDS.worth.thresholds, show=0.0),
    most=msgspec.structs.replace(WORDS.worth.most, kinds=1_000),
)
NAMES = CatalogueNames([("蒸压加气混凝土砌块", "masonry"), ("预拌混凝土", "ready-mixed-concrete")])


def matched(name: str, unit: str = "m3", known: Known | None = None, **stated: Any) -> Match:
    return match_line(Line(name=name, unit=unit, **stated), WORDS, NAMES, known or Known())


@pytest.mark.parametrize(
    ("name", "unit", "outcome"),
    [
        ("泵送商品混凝土", "m3", "ready-mixed-concrete"),
        ("商砼", "m3", "ready-mixed-concrete"),
        ("混凝土实心砖", "1000-bricks", "masonry"),
        ("SBS粗粒式沥青混凝土", "m3", OUTSIDE),
        ("热轧带肋钢筋", "t", OUTSIDE),
        ("综合工日", "工日", NOT_MATERIAL),
        ("玻璃幕墙检测", "lump", NOT_MATERIAL),
        ("瓷砖胶", "kg", "ready-mixed-mortar"),
        ("PPR管", "m", "plastic-pipes"),
        ("马桶", "piece", "sanitary-ware"),
    ],
)
def test_knows_what_the_trade_calls_things(name: str, unit: str, outcome: str) -> None:
    assert matched(name, unit).outcome == outcome


def test_a_longer_word_hides_the_shorter_one_in_it() -> None:
    found = Terms(["砖", "瓷砖", "瓷砖胶", "胶"]).find("瓷砖胶和瓷砖")
    assert [word for word, _ in found] == ["瓷砖胶", "瓷砖"]


def test_does_not_find_letters_inside_a_longer_word() -> None:
    assert Terms(["pe", "eps"]).find("seps pe-rt peg") == [("pe", 7)]


def test_says_why_in_both_languages() -> None:
    best = matched("砌块墙", item_code="010402001001", specification="A3.5 600×240×200").kinds[0]
    assert best.key == "masonry"
    signals = {reason.signal for reason in best.reasons}
    assert {Signal.CODE, Signal.NAME, Signal.SPECIFICATION, Signal.UNIT} <= signals
    assert all(reason.zh and reason.en for reason in best.reasons)
    code = next(reason for reason in best.reasons if reason.signal is Signal.CODE)
    assert "010402" in code.zh and "brickwork" in code.en


def test_says_what_a_word_of_the_trade_means() -> None:
    reasons = matched("商砼").kinds[0].reasons
    assert any("商砼" in reason.zh for reason in reasons)


def test_asks_where_the_unit_does_not_go_with_the_kind() -> None:
    match = matched("断桥铝合金窗", "t")
    assert match.standing is Standing.ASKED
    assert Doubt.UNIT in match.doubts
    assert matched("断桥铝合金窗", "m2").standing is Standing.PROPOSED


def test_asks_where_two_kinds_are_about_as_sure() -> None:
    match = matched("成品定制人造石洗手台盆", "machine")
    assert match.standing is Standing.ASKED
    assert Doubt.CLOSE in match.doubts


def test_says_nothing_about_words_that_mean_nothing_to_it() -> None:
    match = matched("甲供物", "set")
    assert match.standing is Standing.UNKNOWN
    assert match.kinds == ()


def test_finds_a_name_with_a_slip_and_is_less_sure_of_it() -> None:
    right, wrong = matched("内墙乳胶漆", "m2").kinds[0], matched("内墙乳胶膝", "m2").kinds[0]
    assert right.key == wrong.key == "wall-coatings"
    assert wrong.confidence < right.confidence


@pytest.mark.parametrize(
    ("name", "code", "place"),
    [
        ("砌块墙（外墙）", "010402001", "exterior-wall"),
        ("砌块墙（内隔墙）", "010402001", "partition"),
        ("屋面卷材防水", "010902001", "roof"),
        ("天棚乳胶漆", "011407002", "ceiling"),
        ("满堂基础", "010501004", "foundation"),
    ],
)
def test_reads_the_place_of_use(name: str, code: str, place: str) -> None:
    found = matched(name, item_code=code).place
    assert found is not None
    assert found.key == place


def test_a_supplier_and_a_certificate_speak_for_a_kind() -> None:
    plain = matched("板材", "m2")
    known = Known(supplier_kinds={"inorganic-boards": 1.0}, certified={"CTC-1": "inorganic-boards"})
    assert plain.outcome != "inorganic-boards"
    best = matched("板材", "m2", known).kinds[0]
    assert best.key == "inorganic-boards"
    assert {reason.signal for reason in best.reasons} >= {Signal.SUPPLIER, Signal.CERTIFICATE}


def test_every_kind_and_place_of_the_data_is_known_elsewhere() -> None:
    kinds = {
        category["key"]
        for path in ("taxonomy/catalogue_2020.toml", "taxonomy/catalogue_later.toml")
        for content in (read_toml(path),)
        for catalogue in content.get("catalogues", [content])
        for category in catalogue["categories"]
    }
    places = {place["key"] for place in read_toml("places/places.toml")["places"]}
    said = {says.outcome for entries in WORDS.words.values() for says in entries}
    said |= {kind for pattern in WORDS.patterns for kind in pattern.kinds}
    said |= {code.outcome for code in WORDS.codes.values() if code.outcome}
    assert said - kinds == {OUTSIDE, NOT_MATERIAL}
    assert set(WORDS.dimensions) == kinds
    assert {says.outcome for entries in WORDS.place_words.values() for says in entries} == places
    assert {code.place for code in WORDS.codes.values() if code.place} <= places
    assert set(WORDS.usual_places) <= kinds
    assert set(WORDS.usual_places.values()) <= places


def test_every_number_of_the_data_is_a_share() -> None:
    worth = msgspec.to_builtins(WORDS.worth)
    for table in ("strengths", "thresholds", "factors", "products"):
        assert all(0 < value < 1 for value in worth[table].values())


def _pack(name: str) -> RatioPack:
    pack = parse_pack(read_toml(f"rules/{name}.toml"))
    assert isinstance(pack, RatioPack)
    return pack


def test_names_the_ratio_class_of_each_method_by_place() -> None:
    packs = [_pack("ratio-a-2019"), _pack("ratio-b-2021")]
    by_wall = ratio_classes(packs, "masonry", "exterior-wall")
    by_partition = ratio_classes(packs, "masonry", "partition")
    assert by_wall[0].item != by_partition[0].item
    assert by_wall[1].item == by_partition[1].item
    unknown = ratio_classes(packs, "masonry", None)[0]
    assert unknown.item is None
    assert "place" in unknown.en


# --- Products -------------------------------------------------------------------------------------


def test_knows_for_which_kinds_the_place_of_use_decides() -> None:
    packs = [_pack("ratio-b-2021")]
    by_place = {key for key, entry in packs[0].mapped.items() if entry.places}
    assert by_place
    assert {key for key in packs[0].mapped if needs_place(packs, key)} == by_place
    assert not needs_place(packs, "no-such-kind")


def _listed(number: int, **stated: Any) -> Listed:
    defaults: dict[str, Any] = {
        "id": number,
        "key": f"p{number:03d}",
        "name": "预拌混凝土",
        "model": "C30 P6 泵送",
        "brand": None,
        "company_id": number,
        "company": f"第{number}混凝土有限公司",
        "is_valid": True,
    }
    return Listed(**(defaults | stated))


def _shelf(*products: Listed) -> Shelf:
    return Shelf(products, WORDS.worth)


def _wanted(name: str, details: str = "", **known: Any) -> Wanted:
    return Wanted(name=folded(name), text=folded(f"{name} {details}"), **known)


def test_the_specification_picks_the_model() -> None:
    shelf = _shelf(_listed(1), _listed(2, model="C40 P8 泵送"), _listed(3, model="C20"))
    found = shelf.candidates(_wanted("商品混凝土", "C40 P8"), 1.0)
    assert found[0].product.id == 2


def test_of_equals_those_with_a_valid_certificate_come_first() -> None:
    shelf = _shelf(_listed(1, is_valid=False), _listed(2))
    assert [c.product.id for c in shelf.candidates(_wanted("预拌混凝土"), 1.0)] == [2, 1]


def test_the_maker_and_the_certificate_single_out_a_product() -> None:
    shelf = _shelf(*(_listed(number) for number in range(1, 40)))
    made = shelf.candidates(_wanted("预拌混凝土", "第33混凝土有限公司"), 1.0)[0]
    assert made.product.id == 33
    assert any(reason.signal is Signal.SUPPLIER for reason in made.reasons)
    sure = shelf.candidates(_wanted("预拌混凝土", certified={21: "CTC-21"}), 1.0)[0]
    assert sure.product.id == 21
    assert sure.confidence > made.confidence


def test_a_product_is_never_surer_than_its_kind() -> None:
    shelf = _shelf(_listed(1))
    found = shelf.candidates(_wanted("预拌混凝土", "C30 P6", certified={1: "CTC-1"}), 0.6)
    assert found[0].confidence <= 0.6


def test_no_more_than_five_products_are_shown() -> None:
    shelf = _shelf(*(_listed(number) for number in range(1, 40)))
    assert len(shelf.candidates(_wanted("预拌混凝土", "C30"), 1.0)) == 5


# --- Properties -----------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [
        "混凝土",
        "砌块",
        "外墙",
        "保温",
        "瓷砖",
        "胶",
        "C30",
        "DN50",
        "600×600",
        "钢",
        "检测",
        "膝",
        " ",
    ]
)
_TEXT = st.lists(_PIECES, min_size=1, max_size=4).map("".join)
_LINES = st.builds(
    Line,
    name=_TEXT,
    unit=st.sampled_from(["m3", "m2", "kg", "lump", "工日", "不明"]),
    specification=st.none() | _TEXT,
    item_code=st.none() | st.sampled_from(["010402001001", "0105", "03B001", "011701001", "x"]),
)
_KNOWN = st.builds(
    Known,
    supplier_kinds=st.dictionaries(
        st.sampled_from(["masonry", "insulation"]), st.floats(0, 1), max_size=2
    ),
    certified=st.dictionaries(
        st.just("CTC-1"), st.sampled_from(["masonry", "sealants"]), max_size=1
    ),
)


def _confidences(line: Line, known: Known) -> dict[str, float]:
    match = match_line(line, EVERYTHING_SHOWN, NAMES, known)
    return {candidate.key: candidate.confidence for candidate in match.kinds}


@settings(max_examples=200, deadline=None)
@given(line=_LINES, known=_KNOWN)
def test_no_answer_is_surer_when_a_signal_is_taken_away(line: Line, known: Known) -> None:
    full = _confidences(line, known)
    fewer = [
        (msgspec.structs.replace(line, specification=None), known),
        (msgspec.structs.replace(line, item_code=None), known),
        (msgspec.structs.replace(line, unit="不明"), known),
        (msgspec.structs.replace(line, name="-"), known),
        (line, msgspec.structs.replace(known, supplier_kinds={})),
        (line, msgspec.structs.replace(known, certified={})),
    ]
    for less, less_known in fewer:
        for key, confidence in _confidences(less, less_known).items():
            assert confidence <= full.get(key, 0.0)


@settings(max_examples=200, deadline=None)
@given(
    line=_LINES,
    known=_KNOWN,
    category=st.none() | st.sampled_from(["sealants", "stone"]),
    is_material=st.booleans(),
)
def test_what_a_person_decided_always_wins(
    line: Line, known: Known, category: str | None, is_material: bool
) -> None:
    decision = Decided(
        category=category,
        place=None,
        product=None,
        is_material=is_material,
        actor="王工",
        decided_on=dt.date(2026, 5, 3),
    )
    match = match_line(line, WORDS, NAMES, msgspec.structs.replace(known, decision=decision))
    assert match.standing is Standing.DECIDED
    assert match.outcome == decision.outcome
    assert match.kinds[0].confidence == 1
    assert match.kinds[0].reasons[0].en == "decided by 王工 on 2026-05-03"


@settings(max_examples=100, deadline=None)
@given(line=_LINES, known=_KNOWN)
def test_what_a_line_states_comes_before_what_its_words_say(line: Line, known: Known) -> None:
    match = match_line(line, WORDS, NAMES, msgspec.structs.replace(known, stated="stone"))
    assert match.standing is Standing.PROPOSED and not match.doubts
    assert match.outcome == "stone"
    assert [kind.key for kind in match.kinds].count("stone") == 1
    assert match.kinds[0].reasons[0].signal is Signal.STATED


@given(name=_TEXT, specification=_TEXT, unit=st.sampled_from(["m3", "m2"]))
def test_a_signature_does_not_mind_width_case_and_spaces(
    name: str, specification: str, unit: str
) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in specification)
    assert signature(name, specification, unit) == signature(f" {name}", wide.upper(), unit)
    assert signature(name, specification, unit) != signature(name + "x", specification, unit)


@pytest.mark.parametrize(
    ("name", "unit", "outcome"),
    [
        ("Transportbeton C25/30 XC4/XF1 F4 16 M", "m3", "ready-mixed-concrete"),
        ("C25/30 XC4/XF1 F4 16 M Außenbauteile", "m3", "ready-mixed-concrete"),
        ("Zementestrich CT-C25-F4", "m2", "ready-mixed-mortar"),
        ("RAW Zementmörtel 30 kg/Sa", "kg", "ready-mixed-mortar"),
        ("Hochlochziegel HLz 12-0,9", "piece", "masonry"),
        ("Mauerwerk Kalksandstein KS 20", "m3", "masonry"),
        ("Wärmedämmung Mineralwolle 035", "m2", "insulation"),
        ("Mehrzweck-Dämmpl. EPS 035 DEO/WAB 1000x500", "m2", "insulation"),
        ("Kanalrohr Awadukt SN10 DN150x3000mm", "m", "plastic-pipes"),
        ("Betonstahl B 500 B  10,00 mm", "kg", OUTSIDE),
        ("EXTE BETON-SCHLANGE M.NOPPEN", "piece", OUTSIDE),
        ("Mautzuschlag pro m³", "m3", NOT_MATERIAL),
    ],
)
def test_knows_what_german_delivery_notes_call_things(name: str, unit: str, outcome: str) -> None:
    assert matched(name, unit).outcome == outcome
