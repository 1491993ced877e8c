"""Questions cut from the data by chance, each with its right answers; a seed gives the same ones.

A question may begin in the middle of a word, which is harsher than people are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.search_codes import Codes
from benchmarks.search_guesses import Guesses
from benchmarks.search_pieces import Draft, Pieces
from benchmarks.search_truth import Ids, Truth
from benchmarks.search_words import Words
from search.documents import ProductDocument
from search.query import Tier

PER_GROUP = 25
_TRIES = 60
_EXACT, _SOUND, _RELAXED = (Tier.EXACT,), (Tier.SOUND,), (Tier.RELAXED,)
_LOOSE = (Tier.SOUND, Tier.RELAXED)
_ANY = tuple(Tier)  # A number with a slip may be as typed in part.

Maker = Callable[[ProductDocument], Draft | None]


@dataclass(frozen=True)
class Question:
    """What a person types, which products are right, and how the answer has to call itself.

    ``original`` is what was meant. ``total`` is the number of hits where the rule is exact.
    """

    group: str
    typed: str
    original: str
    relevant: Ids
    tiers: tuple[Tier, ...]
    total: int | None


def questions(truth: Truth, seed: int) -> list[Question]:
    """Return the questions of every group, as many as the data gives."""
    pieces = Pieces(truth, Random(seed))  # noqa: S311  Seeded on purpose.
    words, codes, guesses = Words(pieces), Codes(pieces), Guesses(pieces)
    groups: dict[str, tuple[Maker, tuple[Tier, ...]]] = {
        "2 characters": (words.two_characters, _EXACT),
        "1 character": (words.one_character, _EXACT),
        "several words": (words.several_words, _EXACT),
        "company part": (words.company_part, _EXACT),
        "certificate part": (codes.certificate_part, _EXACT),
        "certificate slip": (codes.certificate_slip, _ANY),
        "specification": (codes.specification, _EXACT),
        "standard": (codes.standard, _EXACT),
        "pinyin": (guesses.pinyin, _SOUND),
        "initials": (guesses.initials, _SOUND),
        "Traditional": (words.traditional, _EXACT),
        "full width": (codes.full_width, _EXACT),
        "synonym": (guesses.synonym, _EXACT),
        "English": (words.english, _EXACT),
        "Chinese + code": (codes.mixed, _EXACT),
        "Chinese slip": (guesses.chinese_slip, _LOOSE),
        "English slip": (guesses.english_slip, _RELAXED),
        "phrase": (words.phrase, _EXACT),
        "exclusion": (words.exclusion, _EXACT),
    }
    found = []
    for group, (make, tiers) in groups.items():
        found += _group(group, make, tiers, pieces)
    return found


def _group(group: str, make: Maker, tiers: tuple[Tier, ...], pieces: Pieces) -> list[Question]:
    found: dict[str, Question] = {}
    for _ in range(PER_GROUP * _TRIES):
        if len(found) == PER_GROUP:
            break
        draft = make(pieces.draw.choice(pieces.truth.documents))
        if draft is None or draft.typed in found or not draft.relevant:
            continue
        total = len(draft.relevant) if draft.has_exact_total else None
        found[draft.typed] = Question(
            group, draft.typed, draft.original, draft.relevant, tiers, total
        )
    return list(found.values())
