"""A plan and filters as Meilisearch filters: what must hold, and what makes a hit better."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from rapidfuzz.distance import OSA

from catalog.rules.standing import Standing
from search.engines.meilisearch_expressions import (
    EVERYTHING,
    MOST_PARTS,
    all_of,
    among,
    any_of,
    at_least,
    begins,
    bundled,
    is_,
    not_,
)
from search.engines.meilisearch_index import (
    SHORTEST_SLIP,
    SHORTEST_TEXT,
    facet_attribute,
    facet_value,
    is_long_text,
    serial_term,
)
from search.engines.meilisearch_units import (
    ANYWHERE,
    NAME,
    NEAR,
    all_units,
    heard_anywhere,
    heard_in_name,
    in_a_row,
    in_number,
    terms_of,
    unit_anywhere,
    unit_in,
)
from search.plan import Code, Phrase, Plan, Word, by_sound
from search.query import Facet, SearchQuery, Tier
from search.validity_terms import blocks_of, day_number, standings_on

Slips = Mapping[str, Sequence[str]]
"""For each text that may be typed with a slip, the terms of the index that it may be."""

_SHARE_OF_CHARACTERS = 0.7
_MANY_WORDS = 4
_MOST_SLIPS = 1


def filters(query: SearchQuery, *, without: Facet | None = None) -> list[str]:
    """Return what must hold besides the words; one facet's own filter may be left out."""
    found = []
    for facet in Facet:
        chosen = query.chosen(facet)
        if chosen and facet is not without:
            found.append(_with_any(facet, query.indexed(facet, chosen)))
    if query.valid_on is not None:
        found.append(among("valid", blocks_of(day_number(query.valid_on))))
    if query.adopted_on is not None:
        found.append(_with_any(Facet.ADOPTION, standings_on([Standing.ADOPTED], query.adopted_on)))
    return found


def has_value(query: SearchQuery, facet: Facet, key: str) -> str:
    """Return what holds if a product has a value of a facet."""
    return _with_any(facet, query.indexed(facet, [key]))


def _with_any(facet: Facet, terms: Iterable[str]) -> str:
    return among(facet_attribute(facet), map(facet_value, terms))


def meaning(plan: Plan, tier: Tier, slips: Slips) -> list[str]:
    """Return what must hold if the words are there in the way of the tier.

    Whatever the way, what is excluded is taken as typed.
    """
    wanted = EVERYTHING
    if plan.units:
        match tier:
            case Tier.EXACT:
                wanted = _exact(plan)
            case Tier.SOUND:
                wanted = all_of(map(heard_anywhere, by_sound(plan)))
            case Tier.RELAXED:
                wanted = _relaxed(plan, slips)
    return [wanted, *(not_(all_units(group)) for group in plan.excluded)]


def preferences(plan: Plan, tier: Tier, slips: Slips) -> list[str]:
    """Return what makes a hit better than others, the most telling first."""
    if not plan.units:
        return []
    match tier:
        case Tier.EXACT:
            wanted = _closeness(plan)
        case Tier.SOUND:
            heard = [heard_in_name(heard) for heard in by_sound(plan)]
            wanted = [all_of(heard), any_of(heard)]
        case Tier.RELAXED:
            wanted = _fewest_slips(plan, slips)
    return list(dict.fromkeys(wanted))


def in_groups(holds: str, better: Sequence[str]) -> tuple[list[str], str]:
    """Return the filters of the groups of better hits, the best first, and of the rest."""
    groups = []
    for at, preferred in enumerate(better):
        # What few hits keep comes first: Meilisearch looks no further if none is left.
        groups.append(all_of([preferred, holds, *map(not_, better[:at])]))
    return groups, all_of([holds, *map(not_, better)])


def texts_to_mend(plan: Plan) -> list[str]:
    """Return what may be recognised with a slip: the whole text, the whole number, and words."""
    words = (unit.squeezed for unit in plan.typed_units() if isinstance(unit, Code))
    found = [
        *filter(is_long_text, plan.pieces[:1]),
        *([plan.number] if plan.number else []),
        *(word for word in words if len(word) >= SHORTEST_SLIP and not word.isdigit()),
    ]
    return list(dict.fromkeys(found))


def nearest(typed: str, terms: Iterable[str]) -> list[str]:
    """Return the terms that are what was typed but for one slip."""
    return sorted(term for term in terms if OSA.distance(typed, term) <= _MOST_SLIPS)


def _closeness(plan: Plan) -> list[str]:
    """Return where the words may stand, from a product's whole name to anywhere."""
    units = plan.units
    typed = plan.pieces[0] if plan.pieces else ""
    wholes = [*plan.pieces, *([plan.number] if plan.number else [])]
    if plan.number and plan.number.isdigit():
        wholes.append(serial_term(plan.number.lstrip("0")))
    terms = list(chain.from_iterable(map(terms_of, plan.typed_units())))
    wanted = [is_("title", typed), among("whole", wholes)]
    if len(units) > MOST_PARTS:
        return wanted
    in_name = [unit_in(NAME, unit) for unit in units]
    wanted += [begins("title", typed), in_a_row(NAME, terms)]
    wanted += [all_of(in_name), in_a_row(NEAR, terms), in_a_row(ANYWHERE, terms)]
    wanted.append(all_of(unit_in(NEAR, unit) for unit in units))
    if len(units) > 1:
        wanted.append(any_of(in_name))
    return wanted


def _fewest_slips(plan: Plan, slips: Slips) -> list[str]:
    """Return the nearest readings first: whole texts, words, then characters in the name."""
    wanted = [among("whole", slips[text]) for text in texts_to_mend(plan) if slips.get(text)]
    readings = _readings(plan, slips)
    characters = _characters(plan)
    if len(characters) >= SHORTEST_TEXT:
        in_name = bundled(tuple(map(NAME.has, characters)))
        wanted += [at_least(least, in_name) for least in (len(in_name), len(in_name) - 1)]
    wanted.append(all_of(readings))
    if len(plan.units) <= MOST_PARTS:
        wanted += [unit_in(NAME, unit) for unit in plan.units]
    return wanted


def _exact(plan: Plan) -> str:
    typed = all_units(plan.units)
    is_several = plan.number and len(plan.units) > 1
    return any_of([typed, in_number(plan.number)]) if plan.number and is_several else typed


def _relaxed(plan: Plan, slips: Slips) -> str:
    """Return what holds if most of the words are there, by sound or with a slip if need be.

    The nearest certificate numbers are what was meant, so others are not even looked for.
    """
    if plan.number and slips.get(plan.number):
        return among("whole", slips[plan.number])
    readings = _readings(plan, slips)
    may_lack = 0 if len(readings) == 1 else 1 if len(readings) < _MANY_WORDS else 2
    ways = [at_least(len(readings) - may_lack, readings)]
    ways += [among("whole", slips[text]) for text in plan.pieces[:1] if slips.get(text)]
    characters = _characters(plan)
    if len(characters) >= SHORTEST_TEXT:
        there = bundled(tuple(map(ANYWHERE.has, characters)))
        enough = min(len(there) - 1, math.ceil(len(there) * _SHARE_OF_CHARACTERS))
        codes = (_mended(unit, slips) for unit in plan.typed_units() if isinstance(unit, Code))
        ways.append(all_of([at_least(max(enough, 1), there), *codes]))
    phrases = [unit_anywhere(unit) for unit in plan.units if isinstance(unit, Phrase)]
    return all_of([*phrases, any_of(ways)])


def _readings(plan: Plan, slips: Slips) -> tuple[str, ...]:
    """Return what holds if a unit, or a few, are there as typed, by sound or with a slip."""
    found = []
    for heard in by_sound(plan):
        ways = [heard_anywhere(heard)]
        codes = [unit for unit in heard.typed if isinstance(unit, Code)]
        if len(codes) == len(heard.typed):
            ways.append(all_of(_mended(code, slips) for code in codes))
        found.append(any_of(ways))
    return bundled(tuple(found))


def _mended(code: Code, slips: Slips) -> str:
    """Return what holds if a word is there with a slip; digits alone are like too many others."""
    return any_of([unit_anywhere(code), *map(ANYWHERE.has, slips.get(code.squeezed, ()))])


def _characters(plan: Plan) -> list[str]:
    words = (unit.text for unit in plan.typed_units() if isinstance(unit, Word))
    return list(dict.fromkeys("".join(words)))
