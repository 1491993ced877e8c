"""The tantivy schema, and how a product document becomes a document of the index.

Text is cut into terms by ``search.analysis``; tantivy only splits at spaces. Numbers are signed
integers: tantivy's Python binding cannot delete by an unsigned one and takes them only typed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import tantivy

from search.analysis import code_terms, number_terms, text_terms
from search.documents import ProductDocument
from search.query import Facet
from search.validity_terms import LAST_DAY, cover

TEXT_FIELDS = ("name", "category", "brand", "code", "company")
HEAD, TAIL = "key_head", "key_tail"
EXPIRY, NEWEST = "by_expiry", "by_newest"

_BYTES = 7  # As many as fit a signed integer of 64 bits without its sign.
_DAY_BITS, _KEY_BITS = 22, 41
_NEVER = (1 << _DAY_BITS) - 1


def facet_field(facet: Facet) -> str:
    """Return the field that holds a facet's values verbatim."""
    return f"facet_{facet.value}"


@cache
def schema() -> tantivy.Schema:
    """Return the schema; a change to it asks for a new INDEX_VERSION."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_bytes_field("document", stored=True)
    for field in (HEAD, TAIL, EXPIRY, NEWEST):
        builder.add_integer_field(field, fast=True)
    for facet in Facet:
        field = facet_field(facet)
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for field in TEXT_FIELDS:
        builder.add_text_field(field, tokenizer_name="spaces", index_option="freq")
    for field in ("all", "number", "valid"):
        builder.add_text_field(field, tokenizer_name="spaces", index_option="basic")
    return builder.build()


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell an index, each time it is opened, how to split; it does not remember."""
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("spaces", spaces)
    # Reading anew is asked for when a commit was seen; the built-in watcher polls every 0.5 s.
    index.config_reader("manual", 0)


def key_numbers(key: str) -> tuple[int, int]:
    """Return the first fourteen bytes of a key as two numbers that sort as the bytes do."""
    raw = key.encode()[: 2 * _BYTES].ljust(2 * _BYTES, b"\0")
    return int.from_bytes(raw[:_BYTES], "big"), int.from_bytes(raw[_BYTES:], "big")


def index_document(document: ProductDocument) -> tantivy.Document:
    """Return the document as the index takes it."""
    head, tail = key_numbers(document.key)
    fields = _texts(document)
    fields["all"] = " ".join(fields.values())
    numbers = document.certificate_numbers
    if numbers:
        fields["number"] = " ".join(map(number_terms, numbers))
        fields["all"] = " ".join([fields["all"], *map(text_terms, numbers)])
    values: dict[str, Any] = {
        "id": document.id,
        "document": _ENCODER.encode(document),
        HEAD: head,
        TAIL: tail,
        EXPIRY: _ordered(document.valid_to_day, head),
        NEWEST: _ordered(LAST_DAY - document.recorded_day, head),
        "valid": " ".join(" ".join(cover(*days)) for days in document.valid_intervals),
        **fields,
    }
    for facet, keys in facet_values(document).items():
        if keys:
            values[facet_field(facet)] = list(dict.fromkeys(keys))
    return tantivy.Document(**values)


def facet_values(document: ProductDocument) -> dict[Facet, tuple[str, ...]]:
    """Return the values by which a document is filtered and counted."""
    return {
        Facet.CATEGORY: document.categories,
        Facet.GROUP: document.groups,
        Facet.STAR: () if document.star is None else (str(document.star),),
        Facet.DIVISION: () if document.division is None else (document.division,),
        Facet.COMPANY: (document.company,),
        Facet.BODY: document.bodies,
    }


def product_document(stored: tantivy.Document) -> ProductDocument:
    """Return the product document that an index document was made of."""
    return _DECODER.decode(bytes(stored["document"][0]))


def hit_count(found: tantivy.SearchResult) -> int:
    """Return how many documents a search found in all."""
    return int(found.count)  # type: ignore[attr-defined]  # The stub leaves it out.


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(ProductDocument)


def _texts(document: ProductDocument) -> dict[str, str]:
    codes = [code for code in (document.model, document.scope) if code]
    return {
        "name": text_terms(document.name),
        "category": " ".join(map(text_terms, document.category_names)),
        "brand": text_terms(document.brand) if document.brand else "",
        "code": " ".join(map(code_terms, (*codes, *document.standards))),
        "company": text_terms(document.company_name),
    }


def _ordered(day: int | None, head: int) -> int:
    """Return a number that sorts by day, then by the key's beginning; no day comes last."""
    clamped = _NEVER if day is None else min(max(day, 0), _NEVER - 1)
    return clamped << _KEY_BITS | head >> (8 * _BYTES - _KEY_BITS)
