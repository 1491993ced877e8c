"""What makes one hit better than another, as tantivy queries that score."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import tantivy

from search.analysis import is_chinese, part_of_sequence, pieces_of_number
from search.engines.tantivy_index import SCORED_FIELDS, serial_term
from search.engines.tantivy_queries import (
    SHORTEST_FUZZY,
    all_of,
    beginning,
    in_a_row,
    in_number,
    is_long_text,
    near,
    sounding,
    with_term,
)
from search.plan import AnyOf, Code, Phrase, Plan, Word, by_sound
from search.query import Tier

_BOOSTS = dict(zip(SCORED_FIELDS, (4.0, 3.0, 2.0, 2.0, 1.0), strict=True))
_BRIDGED_FIELDS = ("name", "category", "brand", "company")

# A text that is just what was typed comes before all that only holds it, then texts that are just a
# piece of it, then what holds it in a row; what holds its words is ordered by how rare these are.
_WHOLE, _NEARLY_WHOLE, _PIECE, _IN_A_ROW, _CODE_IN_A_ROW = 1000.0, 200.0, 100.0, 50.0, 20.0
_ONE = 1.0
_OTHER_WORD_SHARE = 0.3


def ranked(holds: tantivy.Query, plan: Plan, tier: Tier) -> tantivy.Query:
    """Return what holds, which does not score, with what scores."""
    scoring = [*_wholes(plan), *_numbers(plan), *_words(plan, tier)]
    if tier is not Tier.EXACT:
        scoring += _sounds(plan)
    if tier is Tier.RELAXED:
        scoring += _slips(plan)
    clauses = [(tantivy.Occur.Must, _scored(holds, 0.0))]
    return tantivy.Query.boolean_query(
        [*clauses, *((tantivy.Occur.Should, query) for query in scoring)]
    )


def _wholes(plan: Plan) -> Iterator[tantivy.Query]:
    for piece in plan.pieces:
        boost = _WHOLE if piece == plan.pieces[0] else _PIECE
        yield _scored(with_term("whole", piece), boost)
        if len(plan.units) > 1 and len(piece) > 1 and any(map(is_chinese, piece)):
            yield _scored(in_a_row(piece), _IN_A_ROW)


def _numbers(plan: Plan) -> Iterator[tantivy.Query]:
    if plan.number:
        yield _scored(with_term("whole", plan.number), _WHOLE)
        yield _scored(in_number(plan.number), _ONE)
        if plan.number.isdigit():
            yield _scored(with_term("whole", serial_term(plan.number.lstrip("0"))), _WHOLE)


def _words(plan: Plan, tier: Tier) -> Iterator[tantivy.Query]:
    for gram in plan.bridges:
        for field in _BRIDGED_FIELDS:
            yield _boosted(field, gram, _BOOSTS[field])
    for unit in plan.units:
        if isinstance(unit, AnyOf):
            typed, *others = unit.alternatives
            for part in typed:
                yield from _unit(part, tier, _ONE)
            for part in chain(*others):
                yield from _unit(part, tier, _OTHER_WORD_SHARE)
        else:
            yield from _unit(unit, tier, _ONE)


def _unit(unit: Word | Code | Phrase, tier: Tier, share: float) -> Iterator[tantivy.Query]:
    match unit:
        case Word() if tier is not Tier.RELAXED:
            # A part of a word in a text of more weight is worth nothing: 结构 is no 钢结构.
            for field, boost in _BOOSTS.items():
                whole = all_of([with_term(field, gram) for gram in unit.grams])
                yield tantivy.Query.boost_query(whole, boost * share)
            return
        case Word():
            terms = unit.grams
        case Code():
            terms = unit.words
        case Phrase():
            terms = tuple(term for _, term in part_of_sequence(unit.text)[0])
    for term in terms:
        for field, boost in _BOOSTS.items():
            yield _boosted(field, term, boost * share)
    if isinstance(unit, Code) and len(unit.words) > 1 and not unit.squeezed.isalpha():
        yield _scored(beginning(unit.squeezed), _CODE_IN_A_ROW * share)


def _sounds(plan: Plan) -> Iterator[tantivy.Query]:
    for heard in by_sound(plan):
        if heard.sound:
            for way in sounding(heard.sound, "sound", "sound"):
                yield _scored(way, _PIECE)


def _slips(plan: Plan) -> Iterator[tantivy.Query]:
    for piece in filter(is_long_text, plan.pieces[:1]):
        yield _scored(near("whole", piece, 1), _NEARLY_WHOLE)
    for piece in pieces_of_number(plan.number or ""):
        yield _scored(with_term("number", piece), _ONE)
    for unit in plan.typed_units():
        match unit:
            case Word():
                for character in unit.text:
                    yield _boosted("name", character, _ONE)
            case Code() if not plan.number and len(unit.squeezed) >= SHORTEST_FUZZY:
                yield _scored(near("part", unit.squeezed, 1), _PIECE)
            case _:
                pass


def _scored(query: tantivy.Query, score: float) -> tantivy.Query:
    return tantivy.Query.const_score_query(query, score)


def _boosted(field: str, term: str, boost: float) -> tantivy.Query:
    return tantivy.Query.boost_query(with_term(field, term), boost)
