"""A search as the query part of an address states it, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from litestar.exceptions import ValidationException

from api.web import asked as asking
from api.web.i18n import translate, zh
from api.web.names import Names, named
from api.web.searching import Asked
from api.web.words import word
from catalog.rules.standing import Standing
from search.query import Facet, Sort

_LONGEST = 20_000
_MOST_FIELDS = 700
_LONGEST_WORDS = 200
_WORDS = {Facet.STAR: "star", Facet.ADOPTION: "adoption-standing"}
_STARS = frozenset({"1", "2", "3"})
_STANDINGS = frozenset(each.value for each in Standing)


def read_stated(query: str) -> Asked:
    """Return the search that a query part states, on its first page; names it knows not are left.

    Raises:
        ValidationException: It states something that the search page would not take either.
    """
    if len(query) > _LONGEST:
        raise _wrong("query")
    try:
        stated = parse_qs(query, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise _wrong("query") from None
    words = stated.get("q", [""])[0]
    if len(words) > _LONGEST_WORDS:
        raise _wrong("q")
    chosen = {facet: asking.plain_texts(stated.get(facet.value)) for facet in Facet}
    if not _STARS.issuperset(chosen[Facet.STAR]):
        raise _wrong("star")
    if not _STANDINGS.issuperset(chosen[Facet.ADOPTION]):
        raise _wrong("adoption")
    try:
        sort = Sort(stated.get("sort", [Sort.RELEVANCE.value])[0])
    except ValueError:
        raise _wrong("sort") from None
    return Asked(
        q=asking.plain(words),
        chosen=chosen,
        valid_on=asking.day(stated.get("valid_on", [""])[0], name="valid_on"),
        adopted_on=asking.day(stated.get("adopted_on", [""])[0], name="adopted_on"),
        adoption_on=asking.day(stated.get("adoption_on", [""])[0], name="adoption_on"),
        sort=sort,
        page=1,
    )


def stated_query(asked: Asked) -> str:
    """Return the shortest query part that states the search."""
    return asked.address().partition("?")[2]


def in_words(asked: Asked, names: Names, companies: Mapping[str, str], language: str) -> str:
    """Say what is searched for, in the reader's language."""
    pairs = {
        Facet.CATEGORY: names.categories,
        Facet.GROUP: names.groups,
        Facet.DIVISION: names.divisions,
    }

    def label(facet: Facet, value: str) -> str:
        if facet in pairs:
            return named(pairs[facet], value, language)
        if facet in _WORDS:
            return translate(word(_WORDS[facet], value), language)
        return companies.get(value, value) if facet is Facet.COMPANY else value

    parts = [f"“{asked.q}”"] if asked.q else []
    for facet, values in asked.chosen.items():
        if values:
            said = translate(zh("{facet}：{values}"), language)
            chosen = translate(zh("、"), language).join(label(facet, value) for value in values)
            parts.append(
                said.format(facet=translate(word("facet", facet), language), values=chosen)
            )
    if asked.valid_on:
        said = translate(zh("{day} 有效"), language)
        parts.append(said.format(day=asked.valid_on.isoformat()))
    if asked.adopted_on:
        said = translate(zh("{day} 已采信"), language)
        parts.append(said.format(day=asked.adopted_on.isoformat()))
    if asked.adoption_on:
        said = translate(zh("采信状态按 {day} 判断"), language)
        parts.append(said.format(day=asked.adoption_on.isoformat()))
    if not parts:
        return translate(zh("全部产品"), language)
    return translate(zh("；"), language).join(parts)


def _wrong(name: str) -> ValidationException:
    return ValidationException(extra=[{"key": name, "message": "not understood"}])
