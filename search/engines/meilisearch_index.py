"""The attributes of a Meilisearch index, and how a product document becomes one of its documents.

Meilisearch is asked by filters alone. It sees lists of terms that ``search.analysis`` has cut, and
its own way with words, which neither knows Chinese nor counts exactly, has no part in the answer.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Any

import msgspec

from search.analysis import (
    CJK,
    SHORTEST_PART,
    code_terms,
    normalise,
    number_whole,
    phrase_terms,
    serial,
    squeezed,
    text_terms,
)
from search.documents import INDEX_VERSION, ProductDocument
from search.query import Facet, Sort
from search.sounds import initial_terms, name_rank, sound_pairs
from search.validity_terms import cover, standing_terms

KIND, PRODUCT, STAMP = "kind", "product", "stamp"
LONGEST_ROW = 6
"""So many terms in a row are kept from each term of a text on; longer ones overlap."""

SHORTEST_SLIP = 4
"""A shorter word with a slip could be any other."""

SHORTEST_TEXT = 3
"""So long is the shortest Chinese text that is recognised with a slip."""

MENDED = "mended"
"""The attribute of words, long texts and certificate numbers, which are recognised with a slip."""

MOST_VALUES = 100
"""So many values of a facet come with an answer; whoever wants more has them counted."""

RANKS = {sort: f"by_{sort.value}" for sort in Sort if sort is not Sort.RELEVANCE}
PRIMARY_KEY = "key_of_document"
_FACETS = {facet: f"facet_{facet.value}" for facet in Facet}
_EQUAL = [KIND, "whole", "valid", *_FACETS.values()]
_BEGINNING = ["title", "name", "near", "far", "number"]
_BEGINNING += ["name_sound", "name_initials", "sound", "initials"]
_NEVER = 255
_MANY_TEXTS = 1 << 16


def facet_attribute(facet: Facet) -> str:
    """Return the attribute that holds a facet's values."""
    return _FACETS[facet]


def settings() -> dict[str, Any]:
    """Return the settings of an index."""
    return {
        "searchableAttributes": [],
        "displayedAttributes": ["document", "id", "key", "stamp", *RANKS.values()],
        "filterableAttributes": [
            _filterable(_EQUAL),
            _filterable(_BEGINNING, comparison=True),
            _filterable([MENDED], facet_search=True),
        ],
        "sortableAttributes": ["key", *RANKS.values()],
        "rankingRules": ["sort"],
        "typoTolerance": {"minWordSizeForTypos": {"oneTypo": SHORTEST_SLIP, "twoTypos": _NEVER}},
        "pagination": {"maxTotalHits": 1_000_000_000},
        "faceting": {"maxValuesPerFacet": MOST_VALUES, "sortFacetValuesBy": {"*": "count"}},
        "prefixSearch": "disabled",
    }


def index_name(name: str) -> str:
    """Return the name under which an index of this version and these settings is known."""
    told = hashlib.sha256(msgspec.json.encode(settings(), order="sorted")).hexdigest()
    return f"{name}-v{INDEX_VERSION}-{told[:8]}"


def index_document(document: ProductDocument) -> dict[str, Any]:
    """Return the document as the index takes it."""
    numbers = document.certificate_numbers
    others = _each(document.brand, *document.category_names)
    codes = _each(document.model, document.scope, *document.standards)
    spoken = [document.company_name, *others, *codes]
    heard, heard_short = (_union(cut, [document.name]) for cut in (_sounds, _initials))
    name = _union(_text_rows, [document.name])
    near = _union(_text_rows, others) | _union(_code_rows, codes)
    far = _union(_text_rows, [document.company_name]) | _union(rows, numbers)
    whole = {squeezed(normalise(text)) for text in (document.name, *spoken, *numbers)}
    numbers_whole = set(map(number_whole, numbers))
    words = {row[:-1] for row in name | near if _WORD_TO_MEND.fullmatch(row)}
    fields: dict[str, Any] = {
        PRIMARY_KEY: document.id,
        KIND: PRODUCT,
        "document": base64.b64encode(_ENCODER.encode(document)).decode(),
        "id": document.id,
        "key": encoded(document.key),
        "title": squeezed(normalise(document.name)),
        "whole": sorted(whole | numbers_whole | {serial_term(serial(n)) for n in numbers}),
        "name": _longest(name, set()),
        "near": _longest(near, name),
        "far": _longest(far, name | near),
        MENDED: sorted(words | {text for text in whole if is_long_text(text)} | numbers_whole),
        "number": sorted(_union(_number_rows, numbers)),
        "name_sound": sorted(heard),
        "name_initials": sorted(heard_short),
        "sound": sorted(_union(_sounds, spoken) - heard),
        "initials": sorted(_union(_initials, spoken) - heard_short),
        "valid": sorted(set(chain.from_iterable(cover(*i) for i in document.valid_intervals))),
        RANKS[Sort.NAME]: name_rank(document.name),
        RANKS[Sort.STAR]: None if document.star is None else -document.star,
        RANKS[Sort.EXPIRY]: document.valid_to_day,
        RANKS[Sort.NEWEST]: -document.recorded_day,
    }
    for facet, keys in facet_values(document).items():
        fields[_FACETS[facet]] = [facet_value(key) for key in keys]
    return fields


def stamped(stamp: str) -> dict[str, Any]:
    """Return the document that is written with every change and tells one state from another."""
    return {PRIMARY_KEY: STAMP, KIND: STAMP, "stamp": stamp}


def removed(product_id: int) -> dict[str, Any]:
    """Return the document that takes a product's place and is found by nothing."""
    return {PRIMARY_KEY: product_id}


def product_document(stored: str) -> ProductDocument:
    """Return the product document that an index document was made of."""
    return _DECODER.decode(base64.b64decode(stored))


def encoded(key: str) -> str:
    """Return a key in letters and digits that sort as its characters do.

    Meilisearch takes values for equal that differ in case or in width only.
    """
    return base64.b32hexencode(key.encode()).decode().rstrip("=").lower()


@lru_cache(maxsize=_MANY_TEXTS)
def facet_value(key: str) -> str:
    """Return the value that stands for a key of a facet; the last key has the first value.

    Of values with equal counts Meilisearch lists the last first.
    """
    backwards = bytes(255 - byte for byte in key.encode()) + b"\xff"
    return base64.b32hexencode(backwards).decode().rstrip("=").lower()


@lru_cache(maxsize=_MANY_TEXTS)
def facet_key(value: str) -> str:
    """Return the key of a facet that a value stands for."""
    backwards = base64.b32hexdecode(value.upper() + "=" * (-len(value) % 8))
    return bytes(255 - byte for byte in backwards[:-1]).decode()


def spelt(terms: Sequence[str]) -> str:
    """Return how terms in a row are spelt: a bar ends what is not a Chinese character."""
    return "".join(term if _CHINESE.fullmatch(term) else f"{term}|" for term in terms)


@lru_cache(maxsize=_MANY_TEXTS)
def rows(text: str) -> tuple[str, ...]:
    """Return what follows from each term of a text on.

    A term, or several in a row, are in the text if one of its rows starts so.
    """
    terms = phrase_terms(normalise(text))
    return tuple(spelt(terms[at : at + LONGEST_ROW]) for at in range(len(terms)))


def _text_rows(text: str) -> tuple[str, ...]:
    return (*rows(text), *_squeezed_rows(text_terms(text)))


def _code_rows(text: str) -> tuple[str, ...]:
    return (*rows(text), *_squeezed_rows(code_terms(text)))


@lru_cache(maxsize=_MANY_TEXTS)
def _squeezed_rows(terms: str) -> tuple[str, ...]:
    """Return the codes that are squeezed over several words; single words start a row."""
    codes = [term for term in terms.split() if not _CHINESE.fullmatch(term)]
    return tuple(spelt([code]) for code in codes)


@lru_cache(maxsize=_MANY_TEXTS)
def _number_rows(number: str) -> tuple[str, ...]:
    """Return what follows from each letter or digit of a certificate number on."""
    whole = number_whole(number)
    starts = range(max(len(whole) - SHORTEST_PART, 0) + 1)
    return tuple(whole[at : at + LONGEST_ROW] for at in starts)


def serial_term(digits: str) -> str:
    """Return the term of the last digits of a certificate number, without zeros before them."""
    return f"#{digits}"


def is_long_text(text: str) -> bool:
    """Tell whether a squeezed text is Chinese and long enough to be recognised with a slip."""
    return len(text) >= SHORTEST_TEXT and not text.isascii()


def _sounds(text: str) -> list[str]:
    return sound_pairs(text).split()


def _initials(text: str) -> list[str]:
    return initial_terms(text).split()


_WORD_TO_MEND = re.compile(rf"(?=[^|]*[^\d|.])[^|{CJK}]{{{SHORTEST_SLIP},}}\|")
_CHINESE = re.compile(f"[{CJK}]+")
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ProductDocument)


def _filterable(
    attributes: Sequence[str], *, comparison: bool = False, facet_search: bool = False
) -> dict[str, Any]:
    kept = {"equality": True, "comparison": comparison}
    return {
        "attributePatterns": list(attributes),
        "features": {"facetSearch": facet_search, "filter": kept},
    }


def _union(cut: Callable[[str], Iterable[str]], texts: Iterable[str | None]) -> set[str]:
    return set(chain.from_iterable(cut(text) for text in texts if text))


def _longest(rows: set[str], nearer: set[str]) -> list[str]:
    """Return the rows without those that only begin another, or one that stands nearer."""
    ordered = sorted(rows | nearer)
    pairs = zip_longest(ordered, ordered[1:], fillvalue="")
    return [row for row, next_ in pairs if not next_.startswith(row) and row not in nearer]


def _each(*texts: str | None) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def facet_values(document: ProductDocument) -> dict[Facet, tuple[str, ...]]:
    """Return the values by which a document is filtered and counted; of adoption, its terms."""
    return {
        Facet.CATEGORY: document.categories,
        Facet.GROUP: document.groups,
        Facet.STAR: () if document.star is None else (str(document.star),),
        Facet.DIVISION: () if document.division is None else (document.division,),
        Facet.COMPANY: (document.company,),
        Facet.BODY: tuple(dict.fromkeys(document.bodies)),
        Facet.ADOPTION: standing_terms(document.standings),
    }
