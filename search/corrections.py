"""What may have been meant, taken from texts that stand near to what was typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

import msgspec
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from search import analysis, highlight, lexicon, sounds
from search import plan as plans
from search.documents import ProductDocument
from search.engine import SearchEngine
from search.highlight import Marker
from search.plan import AnyOf, Code, Plan, Unit, Word
from search.query import Facet, SearchPage, SearchQuery, Sort, Tier

_MOST = 3
_HITS_TO_READ = 10
_WAYS_TO_TRY = 4
_LEAST_LIKENESS = 0.6
_LEAST_LIKENESS_OF_NUMBERS = 80
_LEAST_LIKENESS_OF_CATEGORIES = 70
_LEAST_LIKENESS_OF_LATIN = 85
_SHORTEST_NUMBER = 6
_LATIN = re.compile(r"[^\W_]+(?:[-./+][^\W_]+)*")


class Texts(msgspec.Struct, frozen=True):
    """What the nearest products are called, and the numbers of their certificates."""

    names: tuple[str, ...]
    numbers: tuple[str, ...]


class _Slip(msgspec.Struct, frozen=True):
    """A stretch of what was typed, and what may be meant by it, the nearest first."""

    start: int
    end: int
    meant: tuple[str, ...]


def did_you_mean(engine: SearchEngine, query: SearchQuery, page: SearchPage) -> tuple[str, ...]:
    """Return other words for a query that found nothing as typed; each finds something exactly.

    Raises:
        SearchUnavailableError: The engine cannot answer now.
    """
    plan = plans.read(query.words)
    if not plan.units or (page.tier is Tier.EXACT and page.total):
        return ()
    is_filtered = query.valid_on is not None or any(map(query.chosen, Facet))
    # With filters, or far down, what the words alone find is still to be seen.
    is_telling = page.hits or not (page.total or is_filtered)
    nearest = page if is_telling else _page(engine, query.words, _HITS_TO_READ)
    if nearest.tier is Tier.EXACT and nearest.total:
        return ()  # The words are right; the filters leave nothing.
    documents = [hit.document for hit in nearest.hits[:_HITS_TO_READ]]
    if not documents:
        documents = list(_nearly(engine, query.words, plan))
    found: list[str] = []
    for words in islice(corrected(query.words, nearest.tier, texts_of(documents)), _WAYS_TO_TRY):
        finds = _page(engine, words, 0)
        if finds.total and finds.tier is Tier.EXACT:
            found.append(words)
    return tuple(found[:_MOST])


def texts_of(documents: Iterable[ProductDocument]) -> Texts:
    """Return the texts of some products, as often as they occur."""
    names: list[str] = []
    numbers: dict[str, None] = {}
    for document in documents:
        several = (*document.category_names, *document.standards)
        single = (document.name, document.company_name, document.brand, document.model)
        names += [text for text in (*single, *several) if text]
        numbers.update(dict.fromkeys(document.certificate_numbers))
    return Texts(tuple(names), tuple(numbers))


def corrected(words: str, tier: Tier, texts: Texts) -> Iterator[str]:
    """Yield the words with their slips mended from the texts, the likeliest first, none twice."""
    typed = analysis.folded(words[: plans.LONGEST_QUERY])
    plan = plans.read(words)
    given = {analysis.normalise(words)}
    for candidate in (*_whole_numbers(plan, texts.numbers), *_mended(typed, plan, tier, texts)):
        if analysis.normalise(candidate) not in given:
            given.add(analysis.normalise(candidate))
            yield candidate


def nearest_categories(
    text: str, names: Mapping[str, Sequence[str]], limit: int = 3
) -> tuple[str, ...]:
    """Return the keys of the categories whose names are most like a text, or sound most like it."""
    typed = analysis.normalise(text[: plans.LONGEST_QUERY])
    meanings = lexicon.trade_words().meanings()
    meant = [
        typed,
        *(other for term, others in meanings.items() if term in typed for other in others),
    ]
    likeness: dict[str, float] = {}
    for key, called in names.items():
        pairs = [(one, analysis.normalise(name)) for one in meant for name in called]
        pairs += [(_spelt(typed), _spelt(analysis.normalise(name))) for name in called]
        likeness[key] = max((_common(one, name) for one, name in pairs), default=0)
    ranked = sorted(likeness, key=lambda key: (-likeness[key], key))
    return tuple(key for key in ranked[:limit] if likeness[key] >= _LEAST_LIKENESS_OF_CATEGORIES)


def _common(one: str, other: str) -> float:
    if one.isascii():
        return fuzz.partial_ratio(one, other, score_cutoff=_LEAST_LIKENESS_OF_LATIN)
    return fuzz.ratio(one, other)


def _spelt(normal: str) -> str:
    return " ".join(
        "".join(sounds.syllables(run)) if is_chinese else run
        for run, is_chinese in analysis.runs(normal)
    )


def _page(engine: SearchEngine, words: str, limit: int) -> SearchPage:
    sort = Sort.RELEVANCE if limit else Sort.NEWEST
    return engine.search(SearchQuery(words=words, sort=sort, limit=limit, facets=()))


def _nearly(engine: SearchEngine, words: str, plan: Plan) -> Iterator[ProductDocument]:
    """Yield products that have every character of a word but one, wherever they stand."""
    typed = analysis.folded(words[: plans.LONGEST_QUERY])
    ways = [
        typed.replace(unit.text, f" {' '.join(unit.text[:at] + unit.text[at + 1 :])} ", 1)
        for unit in plan.units
        if isinstance(unit, Word) and len(unit.text) > 1
        for at in range(len(unit.text))
    ]
    for way in ways[:_MOST]:
        for hit in _page(engine, way, _HITS_TO_READ).hits:
            yield hit.document


def _whole_numbers(plan: Plan, numbers: Sequence[str]) -> list[str]:
    """Return the certificate numbers that the typed letters and digits are nearly a part of."""
    codes = [unit.squeezed for unit in plan.units if isinstance(unit, Code)]
    typed = "".join(codes)
    if len(codes) < len(plan.units) or len(typed) < _SHORTEST_NUMBER or typed.isalpha():
        return []
    squeezed = {number: analysis.squeezed(analysis.normalise(number)) for number in numbers}
    near = process.extract(
        typed,
        squeezed,
        scorer=fuzz.partial_ratio,
        score_cutoff=_LEAST_LIKENESS_OF_NUMBERS,
        limit=_MOST,
    )
    return [number for _, likeness, number in near if likeness == near[0][1]]


def _mended(typed: str, plan: Plan, tier: Tier, texts: Texts) -> Iterator[str]:
    slips = list(_slips(typed, plan, tier, texts.names))
    ways = product(*(range(len(slip.meant)) for slip in slips))
    for way in sorted(ways, key=sum) if slips else ():
        mended = typed
        for slip, rank in reversed(list(zip(slips, way, strict=True))):
            mended = mended[: slip.start] + slip.meant[rank] + mended[slip.end :]
        yield mended


def _slips(typed: str, plan: Plan, tier: Tier, names: Sequence[str]) -> Iterator[_Slip]:
    """Yield what none of the names holds as typed, with what they hold instead."""
    if tier is Tier.SOUND:
        groups = [(heard.typed, heard.sound) for heard in plans.by_sound(plan)]
    else:
        groups = [((unit,), None) for unit in plan.units]
    at = 0
    for units, sound in groups:
        start, end = _span(typed, units, at)
        if end > at:
            at = end
            if not _holds(units, names):
                if sound:
                    meant = _marked(Marker((), (), (sound,)), names)
                else:
                    start, end, meant = _nearest(typed, start, end, units[0], names)
                if meant:
                    yield _Slip(start, end, meant)


def _span(typed: str, units: Sequence[Unit], at: int) -> tuple[int, int]:
    """Return where units stand in what was typed, or twice the same place if they do not."""
    first, end = -1, at
    for unit in units:
        for text in _texts_of_unit(unit):
            found = typed.find(text, end)
            if found < 0:
                return at, at
            first = found if first < 0 else first
            end = found + len(text)
    return max(first, at), end


def _texts_of_unit(unit: Unit) -> tuple[str, ...]:
    match unit:
        case AnyOf():
            return tuple(text for one in unit.alternatives[0] for text in _texts_of_unit(one))
        case Code():
            return unit.words
        case _:
            return (unit.text,)


def _holds(units: Sequence[Unit], names: Sequence[str]) -> bool:
    marker = highlight.marker(Plan(tuple(units), (), ()), Tier.EXACT)
    return bool(_marked(marker, names))


def _marked(marker: Marker, names: Sequence[str]) -> tuple[str, ...]:
    """Return the marked stretches of the names, the commonest first."""
    stretches = Counter(
        piece.text for name in names for piece in marker.pieces(name) if piece.is_marked
    )
    return tuple(text for text, _ in stretches.most_common(_MOST))


def _nearest(
    typed: str, start: int, end: int, unit: Unit, names: Sequence[str]
) -> tuple[int, int, tuple[str, ...]]:
    """Return the stretch to replace, and what is nearest to it; a Chinese one with its context."""
    if isinstance(unit, Code):
        tokens = Counter(token for name in names for token in _LATIN.findall(name))
        return start, end, _alike(typed[start:end], tokens)
    if not isinstance(unit, Word):
        return start, end, ()
    runs = [run for name in names for run, zh in analysis.runs(analysis.folded(name)) if zh]
    wide = _with_neighbours(typed, start, end)
    for first, last in (wide, (start, end)):
        word = typed[first:last]
        lengths = range(max(len(word) - 1, 2), len(word) + 2)
        stretches = Counter(
            run[at : at + length]
            for run in runs
            for length in lengths
            for at in range(len(run) - length + 1)
        )
        if meant := _alike(word, stretches):
            return first, last, meant
    return start, end, ()


def _with_neighbours(typed: str, start: int, end: int) -> tuple[int, int]:
    """Return the stretch with the Chinese words on both of its sides."""
    at = 0
    for run, is_chinese in analysis.runs(typed):
        at = typed.index(run, at)
        if is_chinese and at <= start < at + len(run):
            words = analysis.cut(run)
            ends = [at + sum(map(len, words[: count + 1])) for count in range(len(words))]
            starts = [at, *ends]
            left = max((s for s in starts if s < start), default=start)
            right = min((e for e in ends if e > end), default=end)
            return left, right
        at += len(run)
    return start, end


def _alike(typed: str, found: Counter[str]) -> tuple[str, ...]:
    """Return what is most like what was typed, of equals the commonest first."""
    near = process.extract(
        typed,
        list(found),
        scorer=OSA.normalized_similarity,
        processor=str.lower,
        score_cutoff=_LEAST_LIKENESS,
        limit=None,
    )
    if not near:
        return ()
    # A letter instead of another is a likelier slip than one too many or too few.
    ranks = {text: (-like, abs(len(text) - len(typed))) for text, like, _ in near}
    best = min(ranks.values())
    equals = [text for text in ranks if ranks[text] == best]
    return tuple(sorted(equals, key=lambda text: (-found[text], text))[:_MOST])
