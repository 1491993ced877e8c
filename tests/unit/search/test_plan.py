import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis, plan
from search.lexicon import trade_words
from search.plan import AnyOf, Code, Phrase, Word
from search.query import Tier
from search.sounds import Sound


def test_reads_chinese_words_and_codes() -> None:
    units = plan.read("ＥＰＳ０３２防水卷材").units
    assert units == (Code(("eps032",), "eps032"), Word("防水卷材", ("防水", "水卷", "卷材")))


def test_a_term_of_the_trade_also_means_what_it_stands_for() -> None:
    (unit,) = plan.read("商砼").units
    assert isinstance(unit, AnyOf)
    assert (Word("预拌混凝土", ("预拌", "拌混", "混凝", "凝土")),) in unit.alternatives


def test_a_one_way_synonym_does_not_lead_back() -> None:
    assert isinstance(plan.read("苯板").units[0], AnyOf)
    assert plan.read("聚苯乙烯").units == (Word("聚苯乙烯", ("聚苯", "苯乙", "乙烯")),)


def test_a_latin_term_of_the_trade_must_stand_alone() -> None:
    assert plan.read("pvcled灯").units[0] == Code(("pvcled",), "pvcled")


def test_signs_alone_ask_for_nothing() -> None:
    assert plan.read('"(*)！\0 🙂').units == ()


def test_a_synonym_of_one_character_must_stand_alone() -> None:
    assert isinstance(plan.read("砼").units[0], AnyOf)
    assert isinstance(plan.read("c30砼").units[-1], AnyOf)
    assert not any(isinstance(unit, AnyOf) for unit in plan.read("曜砼").units)


def test_reads_quotes_and_minus_signs() -> None:
    read = plan.read('砂浆 "sbs 3mm" -聚合物 -"防水卷材"')
    assert read.units[-1] == Phrase("sbs 3mm", ("sbs", "3mm"))
    assert [[unit.text for unit in group if not isinstance(unit, Code | AnyOf)]
            for group in read.excluded] == [["聚合物"], ["防水卷材"]]  # fmt: skip


@pytest.mark.parametrize("words", ["-", '""', '-""', "砂浆-聚合物", "-5℃", '"砂浆'])
def test_excludes_nothing_by(words: str) -> None:
    assert plan.read(words).excluded == ()


def test_pieces_are_what_was_typed_whole_and_between_spaces() -> None:
    assert plan.read("岩棉 EPS-032 -板").pieces == ("岩棉eps032", "岩棉", "eps032")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("YSXY 2025 CGP 06", "ysxy2025cgp06"),
        ("YSBT〔2025〕LC第0008735号", "ysbt2025lc0008735"),
        ("岩棉 2025", None),
        ("abc", None),
        ("abcd", None),
    ],
)
def test_knows_what_may_be_a_certificate_number(words: str, number: str | None) -> None:
    assert plan.read(words).number == number


def test_syllables_typed_one_by_one_are_one_sound() -> None:
    (heard,) = plan.by_sound(plan.read("tu liao"))
    assert heard.sound == Sound((("tu", "liao"),))


def test_a_character_sounds_together_with_its_word() -> None:
    heard = plan.by_sound(plan.read("水泥班"))
    assert [each.sound for each in heard] == [Sound((("shui", "ni", "ban"),))]
    assert [each.sound for each in plan.by_sound(plan.read("水泥 班"))][1] is None


def test_climbs_only_to_where_there_is_a_sound() -> None:
    assert plan.rungs(plan.read("涂料")) == (Tier.EXACT, Tier.SOUND, Tier.RELAXED)
    assert plan.rungs(plan.read("2025")) == (Tier.EXACT, Tier.RELAXED)
    assert plan.rungs(plan.read("-涂料")) == (Tier.EXACT,)


@given(st.text(max_size=300))
def test_reads_anything(words: str) -> None:
    read = plan.read(words)
    plan.by_sound(read)
    assert plan.rungs(read)[0] is Tier.EXACT


def test_every_synonym_says_why() -> None:
    for synonym in trade_words().synonyms:
        assert synonym.reason.endswith(".")
        assert bool(synonym.means) != synonym.is_two_way


def test_every_term_of_the_trade_can_be_looked_for() -> None:
    for term, others in trade_words().meanings().items():
        assert others
        assert all(plan.read(word).units for word in (term, *others))
        assert analysis.normalise(term) not in map(analysis.normalise, others)
