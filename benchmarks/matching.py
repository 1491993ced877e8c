"""Matching: how often the first and the first three answers are right, and how fast they come.

``--tuning`` measures with the seed on which the numbers of seed_data/matching were set by hand.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from math import inf
from random import Random

from msgspec.structs import replace

from benchmarks.matching_lines import (
    DISTURBANCES,
    FOLDER,
    Labelled,
    demo_lines,
    product_lines,
    real_lines,
)
from benchmarks.report import show
from benchmarks.search_data import SEEN_SEED, UNSEEN_SEED, demo_database
from catalog.records import ProductRecord
from catalog.rules.matching_answers import Standing
from catalog.services.matching import Matcher
from catalog.views.matching import LineMatchView, LineView
from search.lexicon import trade_words
from seed_data.matching import vocabulary

LINES = 20_000
_ALLOWED_SECONDS = 10
_PRODUCTS = 2_000
_DAY = dt.date(2026, 6, 1)
_CONFUSIONS = 20


def _row(
    name: str, labelled: Sequence[Labelled], found: Sequence[LineMatchView]
) -> tuple[list[object], Counter[tuple[str, str]]]:
    """Return how the answers fared, and what was taken for what."""
    first = three = proposed = proposed_right = placed = placed_right = 0
    confusions: Counter[tuple[str, str]] = Counter()
    for truth, answer in zip(labelled, found, strict=True):
        kinds = [kind.key for kind in answer.kinds]
        is_right = bool(kinds) and kinds[0] in truth.kinds
        first += is_right
        three += any(kind in truth.kinds for kind in kinds)
        if not is_right:
            confusions[truth.kinds[0], kinds[0] if kinds else "—"] += 1
        if answer.standing is Standing.PROPOSED:
            proposed += 1
            proposed_right += is_right
        if truth.place is not None and is_right and answer.ratio_classes:
            placed += 1
            placed_right += answer.place is not None and answer.place.key == truth.place
    count = len(labelled)
    row = [
        name,
        count,
        f"{first / count:.1%}",
        f"{three / count:.1%}",
        f"{proposed / count:.1%}",
        f"{proposed_right / proposed:.1%}" if proposed else "—",
        f"{placed_right / placed:.1%}" if placed else "—",
    ]
    return row, confusions


def _disturbed(labelled: Iterable[Labelled], name: str, draw: Random) -> list[Labelled]:
    return [truth._replace(line=DISTURBANCES[name](truth.line, draw)) for truth in labelled]


def _many(labelled: Sequence[Labelled], draw: Random) -> list[LineView]:
    """Return as many distinct lines as are timed."""
    names = list(DISTURBANCES)
    found: dict[str, LineView] = {}
    number = 0
    while len(found) < LINES:
        truth = labelled[number % len(labelled)]
        line = DISTURBANCES[names[number % len(names)]](truth.line, draw)
        details = f"{line.specification or ''} {number}号楼"
        line = DISTURBANCES["without code"](replace(line, specification=details), draw)
        found.setdefault(line.signature, line)
        number += 1
    return list(found.values())


def _rank(answer: LineMatchView, product: ProductRecord) -> float:
    """Return at which place the product stands among the candidates."""
    wanted = (product.company.name, product.name, product.model)
    for rank, candidate in enumerate(answer.products):
        found = candidate.product
        if (found.company, found.name, found.model) == wanted:
            return rank
    return inf


def main() -> None:
    """Measure and print."""
    seed = SEEN_SEED if "--tuning" in sys.argv else UNSEEN_SEED
    draw = Random(seed)  # noqa: S311  Seeded on purpose.
    words = vocabulary(trade_words().meanings())
    rows, confusions = [], Counter[tuple[str, str]]()
    with demo_database(SEEN_SEED) as (database, _), database.reading() as connection:
        matcher = Matcher(connection, words, on=_DAY)
        real = real_lines() if FOLDER.exists() else {}
        plain = demo_lines(seed)
        tables = {
            **real,
            "demo, as written": plain,
            **{f"demo, {name}": _disturbed(plain, name, draw) for name in DISTURBANCES},
        }
        for name, labelled in tables.items():
            row, wrong = _row(name, labelled, matcher.match([truth.line for truth in labelled]))
            rows.append(row)
            confusions += wrong
        columns = ["lines", "number", "top-1", "top-3", "proposed", "of these right", "place right"]
        show("Matching kinds: first and first three answers", columns, rows)
        listed = [[a, b, n] for (a, b), n in confusions.most_common(_CONFUSIONS)]
        show("Matching confusions: what was taken for what", ["is", "taken for", "lines"], listed)

        pairs = list(product_lines(SEEN_SEED, _PRODUCTS))
        ranks = [
            _rank(answer, product)
            for answer, (_, product) in zip(
                matcher.match([line for line, _ in pairs]), pairs, strict=True
            )
        ]
        shares = [f"{sum(rank < most for rank in ranks) / len(ranks):.1%}" for most in (1, 5)]
        columns = ["line says", "number", "first", "first five"]
        row = ["name, model, maker", len(ranks), *shares]
        show("Matching products: the right one among 100,000", columns, [row])

        many = _many(plain, draw)
        wall, processor = time.perf_counter(), time.process_time()
        Matcher(connection, words, on=_DAY).match(many)
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        row = ["distinct lines", len(many), wall, processor, f"≤ {_ALLOWED_SECONDS}"]
        columns = ["against 100,000 products", "number", "s", "processor s", "allowed s"]
        show("Matching speed: lines with their products", columns, [row])
