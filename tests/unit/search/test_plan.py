from hypothesis import given
from hypothesis import strategies as st

from search import analysis, plan
from search.lexicon import trade_words
from search.plan import AnyOf, Code, Word


def test_reads_chinese_words_and_codes() -> None:
    units = plan.read("ＳＢＳ防水卷材").units
    assert units == (Code(("sbs",), "sbs"), Word("防水卷材", ("防水", "水卷", "卷材")))


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


@given(st.text(max_size=300))
def test_reads_anything(words: str) -> None:
    plan.read(words)


def test_every_synonym_says_why() -> None:
    for synonym in trade_words().synonyms:
        assert synonym.reason.endswith(".")
        assert bool(synonym.means) != synonym.is_two_way


def test_every_term_of_the_trade_can_be_looked_for() -> None:
    for term, others in trade_words().meanings().items():
        assert others
        assert all(plan.read(word).units for word in (term, *others))
        assert analysis.normalise(term) not in map(analysis.normalise, others)
