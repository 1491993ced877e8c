"""How well search finds: recall and rank for nineteen kinds of question, and whether it is exact.

Recall@10 is the share of the right answers (of ten at most) among the first ten hits; MRR is one
divided by the place of the first right one. "Seen" and "unseen" are questions of two seeds over
data of two seeds: tuning to the one shows in the other. ``--misses`` prints what was not found;
``--seed=N`` draws other questions than the usual ones.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from random import Random
from statistics import fmean

from benchmarks import search_data as data
from benchmarks.report import show
from benchmarks.search_engines import notice, places
from benchmarks.search_questions import Question
from benchmarks.search_questions import questions as asked_of
from benchmarks.search_sounds import Vocabulary
from benchmarks.search_synonyms import terms_of_the_trade
from benchmarks.search_truth import Truth, squeeze
from catalog.db import Database
from search.engine import SearchEngine
from search.query import SearchPage, SearchQuery, Tier

_FIRST = 10
_NUMBERS = 200
_PAIRS = 60
_SEEDS = {"seen": 7, "unseen": 777, "registry": 4711}


@dataclass(frozen=True)
class _Answer:
    """A question with what was found for it."""

    question: Question
    page: SearchPage
    recall: float
    rank: float

    @property
    def says_how_it_was_taken(self) -> bool:
        tiers = self.question.tiers
        # Where a slip left words that are all there, what was meant was found as typed.
        return self.page.tier in tiers or (Tier.EXACT not in tiers and self.recall == 1)

    @property
    def counts_right(self) -> bool:
        return self.question.total in (None, self.page.total)


def ask(engine: SearchEngine, question: Question) -> _Answer:
    """Ask and compare the first ten hits with the right answers."""
    page = engine.search(SearchQuery(words=question.typed, limit=_FIRST, facets=()))
    found = [hit.document.id in question.relevant for hit in page.hits]
    return _Answer(
        question,
        page,
        sum(found) / min(_FIRST, len(question.relevant)),
        1 / (found.index(True) + 1) if True in found else 0.0,
    )


def _numbers_come_first(engine: SearchEngine, truth: Truth, draw: Random) -> list[bool]:
    """Type certificate numbers in full, in a few spellings; the product must be the first hit."""
    written = sorted({n for d in truth.documents for n in d.certificate_numbers})
    right = []
    for number in draw.sample(written, min(_NUMBERS, len(written))):
        typed = draw.choice([number, number.lower(), squeeze(number), number.replace("-", " ")])
        page = engine.search(SearchQuery(words=typed, limit=_FIRST, facets=()))
        owners = truth.by_number[squeeze(number)]
        first = [hit.document.id for hit in page.hits[: len(owners)]]
        right.append(set(first) <= owners and bool(first))
        if not right[-1]:
            _miss(f"certificate first: {typed} ({page.tier.name}, {page.total} hits)")
    return right


def _homophones_stay_away(engine: SearchEngine, truth: Truth, draw: Random) -> list[bool]:
    """Type words that sound like another word of the data; only the word itself may be counted."""
    pairs = Vocabulary(truth.documents).homophone_pairs()
    right = []
    for pair in draw.sample(pairs, min(_PAIRS, len(pairs))):
        for word in pair:
            expected = len(truth.having(word))
            if not expected or len(word) > 2 or word in terms_of_the_trade():
                continue
            page = engine.search(SearchQuery(words=word, limit=_FIRST, facets=()))
            right.append(page.tier is Tier.EXACT and page.total == expected)
            if not right[-1]:
                _miss(f"homophone: {word} of {pair}: {page.total} hits, {expected} expected")
    return right


def measure(
    engine: SearchEngine, truth: Truth, questions: list[Question], seed: int
) -> tuple[list[_Answer], dict[str, list[bool]]]:
    """Return the answers, and for each check whether it held each time."""
    answers = [ask(engine, question) for question in questions]
    draw = Random(seed)  # noqa: S311  Seeded on purpose.
    checks = {
        "total is the rule's": [a.counts_right for a in answers if a.question.total is not None],
        "tier is announced": [a.says_how_it_was_taken for a in answers],
        "certificate in full comes first": _numbers_come_first(engine, truth, draw),
        "no homophone among exact hits": _homophones_stay_away(engine, truth, draw),
    }
    for answer in answers:
        question, page = answer.question, answer.page
        said = f"[{page.tier.name}] {page.total:,} hits, {len(question.relevant):,} right"
        if answer.recall < 1:
            names = "; ".join(
                h.document.name + " " + (h.document.model or "") for h in page.hits[:3]
            )
            _miss(
                f"{question.group}: {question.typed} ({question.original}) "
                f"recall {answer.recall:.2f} {said}: {names}"
            )
        if not answer.counts_right:
            _miss(f"total: {question.group}: {question.typed} {said}, {question.total:,} expected")
        if not answer.says_how_it_was_taken:
            _miss(f"tier: {question.group}: {question.typed} ({question.original}) {said}")
    return answers, checks


def _seed(name: str) -> int:
    given = [word.removeprefix("--seed=") for word in sys.argv if word.startswith("--seed=")]
    return _SEEDS[name] + (int(given[-1]) if given else 0)


def _miss(line: str) -> None:
    if "--misses" in sys.argv:
        print(line)


def _measure_all(
    name: str, database: Database, results: dict[str, list[_Answer]], checks: dict[str, list[bool]]
) -> None:
    truth = Truth(data.all_documents(database))
    seed = _seed(name)
    questions = asked_of(truth, seed)
    notice(f"{name}: {len(questions)} questions over {len(truth.documents):,} products")
    with places() as found:
        for place in found:
            engine = place.open()
            data.fill_index(database, engine)
            column = f"{place.name} {name}"
            if "--misses" in sys.argv:
                print(f"== {column}")
            results[column], checked = measure(engine, truth, questions, seed)
            checks.update({f"{column}: {check}": held for check, held in checked.items()})
            engine.close()


def main() -> None:
    """Measure and print."""
    results: dict[str, list[_Answer]] = {}
    checks: dict[str, list[bool]] = {}
    for name, seed in (("seen", data.SEEN_SEED), ("unseen", data.UNSEEN_SEED)):
        with data.demo_database(seed) as (database, _):
            _measure_all(name, database, results, checks)
    if data.has_registry():
        with data.registry_database() as database:
            _measure_all("registry", database, results, checks)
    else:
        notice("the registry files are not here: left out")
    groups = list(dict.fromkeys(a.question.group for found in results.values() for a in found))
    one_engine = [column for column in results if column.startswith("tantivy")]
    by_group: dict[tuple[str, str], list[_Answer]] = defaultdict(list)
    for column, found in results.items():
        for answer in found:
            by_group[column, answer.question.group].append(answer)
            by_group[column, "all"].append(answer)
    show(
        "Search quality: recall@10 / MRR",
        ["group", "questions", *results],
        [
            [
                group,
                sum(len(by_group[column, group]) for column in results if column in one_engine),
                *(_figures(by_group[column, group]) for column in results),
            ]
            for group in [*groups, "all"]
        ],
    )
    show(
        "Search precision: how often it held",
        ["check", "held", "of"],
        [[check, sum(held), len(held)] for check, held in checks.items()],
    )


def _figures(answers: list[_Answer]) -> str:
    if not answers:
        return "—"
    recall = fmean(answer.recall for answer in answers)
    rank = fmean(answer.rank for answer in answers)
    return f"{recall:.3f} / {rank:.3f}"
