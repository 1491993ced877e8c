"""Which names are worth suggesting, without an engine."""

from __future__ import annotations

import msgspec

from search.suggestions import Suggestion, SuggestionKind


def test_kinds_are_in_order_of_use() -> None:
    assert [kind.value for kind in SuggestionKind] == [
        "category",
        "product",
        "company",
        "brand",
        "certificate",
    ]


def test_is_written_as_plain_json() -> None:
    suggestion = Suggestion(SuggestionKind.PRODUCT, "防水涂料", 3)
    assert msgspec.json.encode(suggestion) == (
        '{"kind":"product","text":"防水涂料","count":3}'.encode()
    )
