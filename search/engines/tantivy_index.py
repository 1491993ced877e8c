"""The tantivy schema, and how a product document becomes a document of the index.

Text is cut into terms by ``search.analysis``; tantivy only splits at spaces. Numbers are signed
integers: tantivy's Python binding cannot delete by an unsigned one and takes them only typed.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import msgspec
import tantivy

from search import analysis
from search.documents import ProductDocument
from search.query import Facet, Sort
from search.sounds import initial_terms, name_rank, sound_pairs
from search.validity_terms import LAST_DAY, cover, standing_terms

SCORED_FIELDS = ("name", "category", "brand", "code", "company")
LONGEST_BEGINNING = 4
"""How long the beginnings of codes are at most that have terms of their own."""

HEAD = "key_head"
ORDERS: dict[Sort, str] = {sort: f"by_{sort.value}" for sort in Sort if sort is not Sort.RELEVANCE}

_MANY_TEXTS = 1 << 16
_BYTES = 7  # As many as fit a signed integer of 64 bits without its sign.
_VALUE_BITS = 63
_MOST_STARS = 250
_RANK_BITS = {Sort.NAME: 50, Sort.STAR: 8, Sort.EXPIRY: 22, Sort.NEWEST: 22}


def facet_field(facet: Facet) -> str:
    """Return the field that holds a facet's values verbatim."""
    return f"facet_{facet.value}"


@cache
def schema() -> tantivy.Schema:
    """Return the schema; a change to it asks for a new INDEX_VERSION.

    ``text`` and ``number`` keep the places of their terms, so that what stands in a row is found.
    ``part`` holds characters and codes, ``begin`` the beginnings of codes, ``whole`` whole texts;
    ``pinyin`` and ``initials`` how everything sounds, ``sound`` how the name does.
    """
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_bytes_field("document", stored=True)
    for field in (HEAD, *ORDERS.values()):
        builder.add_integer_field(field, fast=True)
    for facet in Facet:
        field = facet_field(facet)
        # What a product is on a day is looked up by its terms, and never read as a value.
        is_value = facet is not Facet.ADOPTION
        builder.add_text_field(field, fast=is_value, tokenizer_name="raw", index_option="basic")
    plain = ("part", "begin", "whole", "pinyin", "initials", "sound", "valid")
    for field in (*SCORED_FIELDS, *plain):
        builder.add_text_field(field, tokenizer_name="spaces", index_option="basic")
    for field in ("text", "number"):
        builder.add_text_field(field, tokenizer_name="spaces", index_option="position")
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an index, each time it is opened, how to split; it does not remember."""
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", spaces)
    # Reading anew is asked for when a commit was seen; the built-in watcher polls every 0.5 s.
    index.config_reader("manual", 0)


def key_number(key: str) -> int:
    """Return the first bytes of a key as a number that sorts as they do."""
    return int.from_bytes(key.encode()[:_BYTES].ljust(_BYTES, b"\0"), "big")


def index_document(document: ProductDocument) -> tantivy.Document:
    """Return the document as the index takes it."""
    head = key_number(document.key)
    values: dict[str, Any] = {
        "id": document.id,
        "document": _packed(document),
        HEAD: head,
        "valid": " ".join(" ".join(cover(*days)) for days in document.valid_intervals),
        **_terms(document),
    }
    for sort, rank in _ranks(document).items():
        values[ORDERS[sort]] = _ordered(rank, _RANK_BITS[sort], head)
    for facet, keys in facet_values(document).items():
        if keys:
            values[facet_field(facet)] = list(dict.fromkeys(keys))
    return tantivy.Document(**values)


def facet_values(document: ProductDocument) -> dict[Facet, tuple[str, ...]]:
    """Return the values by which a document is filtered and counted; of adoption, its terms."""
    return {
        Facet.CATEGORY: document.categories,
        Facet.GROUP: document.groups,
        Facet.STAR: () if document.star is None else (str(document.star),),
        Facet.DIVISION: () if document.division is None else (document.division,),
        Facet.COMPANY: (document.company,),
        Facet.BODY: document.bodies,
        Facet.ADOPTION: standing_terms(document.standings),
    }


def product_document(stored: tantivy.Document) -> ProductDocument:
    """Return the product document that an index document was made of."""
    return _unpacked(bytes(stored["document"][0]))


def hit_count(found: tantivy.SearchResult) -> int:
    """Return how many documents a search found in all."""
    return int(found.count)  # type: ignore[attr-defined]  # The stub leaves it out.


# Stored without the names of the fields, and so in half the room.
_STORED = msgspec.defstruct(
    "Stored",
    [(field.name, field.type) for field in msgspec.structs.fields(ProductDocument)],
    array_like=True,
)
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_STORED)


def _packed(document: ProductDocument) -> bytes:
    return _ENCODER.encode(msgspec.structs.astuple(document))


def _unpacked(packed: bytes) -> ProductDocument:
    return ProductDocument(**msgspec.structs.asdict(_DECODER.decode(packed)))


def _terms(document: ProductDocument) -> dict[str, str | list[str]]:
    """Return the terms of the fields that are searched."""
    names = [document.name, *document.category_names, document.company_name]
    names += [document.brand] if document.brand else []
    models = [text for text in (document.model, document.scope) if text]
    codes = [*models, *document.standards]
    numbers = document.certificate_numbers
    texts = list(dict.fromkeys([*names, *codes, *numbers]))
    spoken = list(dict.fromkeys([*names, *models]))
    parts = [*map(_parts_of_text, names), *map(_parts_of_code, codes)]
    return {
        "text": list(map(analysis.sequence, texts)),
        "part": " ".join([*(part for part, _ in parts), *map(_words_of_number, numbers)]),
        "begin": " ".join(begin for _, begin in parts),
        "number": list(map(analysis.number_grams, numbers)),
        "whole": " ".join([*map(_whole, texts), *map(_wholes_of_number, numbers)]),
        "name": analysis.text_terms(document.name),
        "category": " ".join(map(analysis.sequence, document.category_names)),
        "brand": analysis.sequence(document.brand) if document.brand else "",
        "code": " ".join(map(analysis.sequence, codes)),
        "company": analysis.sequence(document.company_name),
        "pinyin": " ".join(map(sound_pairs, spoken)),
        "initials": " ".join(map(initial_terms, spoken)),
        "sound": _sound(document.name),
    }


@lru_cache(maxsize=_MANY_TEXTS)
def _parts_of_text(text: str) -> tuple[str, str]:
    return _parts(analysis.text_terms(text))


@lru_cache(maxsize=_MANY_TEXTS)
def _parts_of_code(text: str) -> tuple[str, str]:
    return _parts(analysis.code_terms(text))


def _parts(terms: str) -> tuple[str, str]:
    """Return the single characters and codes among terms, and the beginnings of the codes."""
    parts = dict.fromkeys(term for term in terms.split() if not _is_pair(term))
    starts = dict.fromkeys(
        part[:size] for part in parts for size in range(1, min(LONGEST_BEGINNING + 1, len(part)))
    )
    return " ".join(parts), " ".join(starts)


def _is_pair(term: str) -> bool:
    return len(term) > 1 and analysis.is_chinese(term[0])


@lru_cache(maxsize=_MANY_TEXTS)
def _words_of_number(number: str) -> str:
    """Return the characters and words of a certificate number."""
    return " ".join(dict.fromkeys(analysis.phrase_terms(analysis.normalise(number))))


def serial_term(serial: str) -> str:
    """Return the term of the last digits of a certificate number."""
    return f"#{serial}"


def _wholes_of_number(number: str) -> str:
    return f"{analysis.number_whole(number)} {serial_term(analysis.serial(number))}"


@lru_cache(maxsize=_MANY_TEXTS)
def _whole(text: str) -> str:
    return analysis.squeezed(analysis.normalise(text))


@lru_cache(maxsize=_MANY_TEXTS)
def _sound(text: str) -> str:
    return f"{sound_pairs(text)} {initial_terms(text)}"


def _ranks(document: ProductDocument) -> dict[Sort, int | None]:
    """Return the place of a document in each order, smallest first; none comes last."""
    return {
        Sort.NAME: name_rank(document.name),
        Sort.STAR: None if document.star is None else _MOST_STARS - document.star,
        Sort.EXPIRY: document.valid_to_day,
        Sort.NEWEST: LAST_DAY - document.recorded_day,
    }


def _ordered(rank: int | None, bits: int, head: int) -> int:
    """Return a number that sorts by rank, then by the key's beginning."""
    last = (1 << bits) - 1
    place = last if rank is None else min(max(rank, 0), last - 1)
    rest = _VALUE_BITS - bits
    return place << rest | head >> (8 * _BYTES - rest)
