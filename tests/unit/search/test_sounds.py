import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis, sounds
from search.sounds import Sound

CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), max_size=12)


@pytest.mark.parametrize(
    ("letters", "reading"),
    [("tuliao", ("tu", "liao")), ("lvse", ("lv", "se")), ("lüse", ("lv", "se"))],
)
def test_cuts_letters_into_syllables(letters: str, reading: tuple[str, ...]) -> None:
    sound = sounds.of_latin(letters)
    assert sound is not None and reading in sound.readings


def test_reads_letters_in_every_way_they_can_be_cut() -> None:
    sound = sounds.of_latin("xian")
    assert sound is not None and {("xian",), ("xi", "an")} <= set(sound.readings)


def test_takes_letters_without_syllables_for_initials() -> None:
    assert sounds.of_latin("fstl") == Sound((), (), "fstl")


@pytest.mark.parametrize("word", ["uuu", "c30", "涂料", "waterproof", ""])
def test_hears_nothing_in(word: str) -> None:
    assert sounds.of_latin(word) is None


def test_the_last_syllable_may_be_only_begun() -> None:
    sound = sounds.of_latin("tulia")
    assert sound is not None and ("tu", "lia") in (*sound.readings, *sound.open)


def test_reads_a_character_as_in_its_word() -> None:
    assert sounds.syllables("重庆") == ("chong", "qing")
    assert sounds.syllables("重量") == ("zhong", "liang")


@given(CHINESE)
def test_every_character_has_one_syllable(run: str) -> None:
    assert len(sounds.syllables(run)) == len(run)


@given(CHINESE.filter(lambda run: len(run) > 1))
def test_every_syllable_is_found_alone_or_at_the_beginning_of_a_pair(run: str) -> None:
    terms = set(sounds.sound_pairs(run).split())
    for syllable in sounds.syllables(analysis.normalise(run)):
        assert syllable in terms or any(t.startswith(sounds.pair(syllable, "")) for t in terms)


def test_sorts_names_as_a_dictionary_does() -> None:
    names = ["涂料", "3号板", "岩棉", "EPS板", "防水卷材", "重晶石", "塗料"]
    ordered = sorted(names, key=sounds.name_rank)
    assert ordered == ["3号板", "EPS板", "防水卷材", "涂料", "塗料", "岩棉", "重晶石"]
    assert sounds.name_rank("涂料") == sounds.name_rank("塗料")


@given(st.text(max_size=30))
def test_ranks_and_reads_anything(text: str) -> None:
    assert 0 <= sounds.name_rank(text) < 1 << 50
    sounds.sound_terms(text)
    sounds.initial_terms(text)
    sounds.of_latin(text)
