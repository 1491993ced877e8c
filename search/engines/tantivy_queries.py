"""A plan and filters as tantivy queries: what must hold, and what makes a hit better."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import tantivy

from search.engines.tantivy_index import TEXT_FIELDS, facet_field, schema
from search.plan import AnyOf, Code, Plan, Unit, Word
from search.query import Facet, SearchQuery
from search.validity_terms import blocks_of, day_number

_BOOSTS = dict(zip(TEXT_FIELDS, (4.0, 3.0, 2.0, 2.0, 1.0), strict=True))
_BRIDGE_BOOST = 4.0
_WHOLE_NUMBER_BOOST = 40.0
_PART_OF_NUMBER_BOOST = 10.0
_SHORTEST_FUZZY, _SHORTEST_TWICE_FUZZY = 4, 8
_SHARE_OF_GRAMS = 0.55
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


def filters(query: SearchQuery, *, without: Facet | None = None) -> list[tantivy.Query]:
    """Return what must hold besides the words; one facet's own filter may be left out."""
    found = []
    for facet in Facet:
        chosen = query.chosen(facet)
        if chosen and facet is not without:
            field = facet_field(facet)
            found.append(tantivy.Query.term_set_query(schema(), field, sorted(chosen)))
    if query.valid_on is not None:
        blocks = blocks_of(day_number(query.valid_on))
        found.append(tantivy.Query.term_set_query(schema(), "valid", blocks))
    return found


def exact(plan: Plan) -> tantivy.Query:
    """Return what holds if every unit is there as typed."""
    return _all_of([_unit(unit) for unit in plan.units])


def relaxed(plan: Plan) -> tantivy.Query:
    """Return what holds if every code is there with a slip, and most of the Chinese grams.

    One gram alone cannot be loosened: then nothing holds that does not hold exactly.
    """
    clauses = [_slipped(unit) for unit in plan.simple_units() if isinstance(unit, Code)]
    chinese = [unit for unit in plan.simple_units() if isinstance(unit, Word)]
    grams = list(dict.fromkeys(gram for word in chinese for gram in (*word.grams, *word.text)))
    if grams:
        terms = [(_SHOULD, _term("all", gram)) for gram in grams]
        enough = math.ceil(len(grams) * _SHARE_OF_GRAMS)
        clauses.append(tantivy.Query.boolean_query(terms, minimum_number_should_match=enough))
    return _all_of(clauses)


def ranked(meaning: tantivy.Query, plan: Plan, others: Sequence[tantivy.Query]) -> tantivy.Query:
    """Return the meaning and the filters, which do not score, with what scores."""
    clauses = [(_MUST, tantivy.Query.const_score_query(query, 0.0)) for query in (meaning, *others)]
    clauses += [(_SHOULD, query) for query in _scoring(plan)]
    return tantivy.Query.boolean_query(clauses)


def unranked(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    """Return what holds if all hold, every hit as good as the other."""
    return _all_of(queries) if queries else tantivy.Query.all_query()


def _scoring(plan: Plan) -> list[tantivy.Query]:
    scoring = [
        tantivy.Query.boost_query(_term("name", gram), _BRIDGE_BOOST) for gram in plan.bridges
    ]
    for unit in plan.simple_units():
        for term in unit.grams if isinstance(unit, Word) else unit.words:
            for field, boost in _BOOSTS.items():
                scoring.append(tantivy.Query.boost_query(_term(field, term), boost))
        if isinstance(unit, Code) and _may_be_a_number(unit):
            whole = _term("number", unit.squeezed)
            part = _beginning("number", unit.squeezed)
            scoring.append(tantivy.Query.const_score_query(whole, _WHOLE_NUMBER_BOOST))
            scoring.append(tantivy.Query.const_score_query(part, _PART_OF_NUMBER_BOOST))
    return scoring


def _unit(unit: Unit) -> tantivy.Query:
    match unit:
        case Word():
            return _all_of([_term("all", gram) for gram in unit.grams])
        case Code():
            ways = [_beginning("all", unit.squeezed)]
            if len(unit.words) > 1:
                ways.append(_all_of([_term("all", word) for word in unit.words]))
            if _may_be_a_number(unit):
                ways.append(_beginning("number", unit.squeezed))
            return _any_of(ways)
        case AnyOf():
            return _any_of([_all_of(list(map(_unit, parts))) for parts in unit.alternatives])


def _may_be_a_number(code: Code) -> bool:
    """Return whether it may be part of a certificate number; its words are in ``all`` anyway."""
    return len(code.squeezed) >= _SHORTEST_FUZZY and any(map(str.isdigit, code.squeezed))


def _slipped(code: Code) -> tantivy.Query:
    length = len(code.squeezed)
    if length < _SHORTEST_FUZZY:
        return _unit(code)
    slips = 1 if length < _SHORTEST_TWICE_FUZZY else 2
    fuzzy = tantivy.Query.fuzzy_term_query
    return _any_of(
        [
            _unit(code),
            fuzzy(schema(), "all", code.squeezed, slips),
            fuzzy(schema(), "number", code.squeezed, slips, prefix=True),
        ]
    )


def _term(field: str, term: str) -> tantivy.Query:
    option = "freq" if field in _BOOSTS else "basic"
    return tantivy.Query.term_query(schema(), field, term, option)


def _beginning(field: str, start: str) -> tantivy.Query:
    return tantivy.Query.regex_query(schema(), field, re.escape(start) + ".*")


def _all_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    return tantivy.Query.boolean_query([(_MUST, query) for query in queries])


def _any_of(queries: Sequence[tantivy.Query]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(_SHOULD, query) for query in queries])
