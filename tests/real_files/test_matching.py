"""The lines of real bills, labelled by hand, are matched to what they are."""

from __future__ import annotations

import pytest

from benchmarks.matching_lines import FOLDER, Labelled, real_lines
from catalog.rules.matching import CatalogueNames, match_line
from catalog.rules.matching_answers import Line, Match, Standing
from search.lexicon import trade_words
from seed_data.matching import vocabulary

# What the last measurement reached (benchmarks/matching.py), less one line in a hundred.
_FIRST, _FIRST_THREE, _PROPOSED_RIGHT = 0.98, 0.99, 0.98

pytestmark = pytest.mark.skipif(
    not FOLDER.exists(), reason=f"the real bills are not here: {FOLDER}"
)


@pytest.fixture(scope="module")
def matched() -> list[tuple[Labelled, Match]]:
    """Every labelled line with its answers, without a catalogue of products."""
    words, names = vocabulary(trade_words().meanings()), CatalogueNames([])
    return [
        (
            truth,
            match_line(
                Line(
                    name=truth.line.name,
                    unit=truth.line.unit,
                    specification=truth.line.specification,
                    item_code=truth.line.item_code,
                ),
                words,
                names,
            ),
        )
        for table in real_lines().values()
        for truth in table
    ]


def test_the_first_answers_are_right(matched: list[tuple[Labelled, Match]]) -> None:
    assert len(matched) == 79 + 18 + 6 + 40
    first = [match.outcome in truth.kinds for truth, match in matched]
    three = [any(kind.key in truth.kinds for kind in match.kinds) for truth, match in matched]
    assert sum(first) / len(first) >= _FIRST
    assert sum(three) / len(three) >= _FIRST_THREE


def test_what_is_proposed_without_asking_is_right(matched: list[tuple[Labelled, Match]]) -> None:
    proposed = [
        match.outcome in truth.kinds
        for truth, match in matched
        if match.standing is Standing.PROPOSED
    ]
    assert len(proposed) > len(matched) / 2
    assert sum(proposed) / len(proposed) >= _PROPOSED_RIGHT


def test_labour_plant_and_fees_are_no_material(matched: list[tuple[Labelled, Match]]) -> None:
    work = [match for truth, match in matched if truth.kinds == ("not-material",)]
    assert len(work) > 10
    assert all(match.outcome == "not-material" for match in work)
