"""The wordings of a building's lines: lines with the same words are asked about once."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from catalog.repositories import matching, owned, waiting
from catalog.rules.matching_answers import Doubt, Match, Standing
from catalog.rules.matching_words import NOT_MATERIAL, OUTSIDE, Vocabulary
from catalog.services.deciding import NewDecision
from catalog.services.matching import Matcher, matcher_of
from catalog.views.matching import (
    DecisionView,
    LineSort,
    LineView,
    Need,
    OpenLinesView,
    SureView,
    WordingPage,
    WordingView,
)

_NO_CATEGORY = (NOT_MATERIAL, OUTSIDE)
# These doubts no confidence overcomes: a person looks at each such line.
_STAYS_IN_DOUBT = frozenset({Doubt.CLOSE, Doubt.UNIT})


class _Wording(msgspec.Struct, frozen=True):
    """Lines with the same words; ``first`` speaks for them."""

    first: LineView
    lines: list[LineView]
    match: Match
    needs: frozenset[Need]


def browse_wordings(
    connection: Connection,
    vocabulary: Vocabulary,
    building: str,
    *,
    on: dt.date,
    wanted: Sequence[Need],
    limit: int,
    offset: int,
) -> WordingPage:
    """Return one page of a building's wordings with their answers.

    The page holds those of the first wanted need that any lines have, and all if none is wanted.
    Beyond the last page comes the last.
    """
    matcher = matcher_of(connection, vocabulary, building, on=on)
    everything = _wordings(connection, matcher, building)
    needs: Counter[Need] = Counter()
    for wording in everything:
        for each in wording.needs:
            needs[each] += len(wording.lines)
    need = next((each for each in wanted if needs[each]), wanted[0] if wanted else None)
    found = [wording for wording in everything if need is None or need in wording.needs]
    offset = min(offset, max(len(found) - 1, 0) // limit * limit)
    window = found[offset : offset + limit]
    matches = matcher.match([wording.first for wording in window])
    return WordingPage(
        items=[
            WordingView(match=match, lines=wording.lines)
            for wording, match in zip(window, matches, strict=True)
        ],
        need=need,
        limit=limit,
        offset=offset,
        total=len(found),
        lines=_count(found),
        needs={each: needs[each] for each in Need},
        all_lines=_count(everything),
    )


def sure_wordings(
    connection: Connection, vocabulary: Vocabulary, building: str, *, on: dt.date, least: float
) -> SureView:
    """Return how much could be accepted at once, with a confidence of at least so much."""
    matcher = matcher_of(connection, vocabulary, building, on=on)
    found = _sure(_wordings(connection, matcher, building), least)
    return SureView(wordings=len(found), lines=_count(found))


def sure_decisions(
    connection: Connection, vocabulary: Vocabulary, building: str, *, on: dt.date, least: float
) -> list[NewDecision]:
    """Return what would be decided if all with at least this confidence were accepted.

    A product is taken along only if it is as sure itself.
    """
    matcher = matcher_of(connection, vocabulary, building, on=on)
    found = _sure(_wordings(connection, matcher, building), least)
    matches = matcher.match([wording.first for wording in found])
    return [
        proposal(WordingView(match=match, lines=wording.lines), least_product=least)
        for wording, match in zip(found, matches, strict=True)
    ]


def proposal(wording: WordingView, *, least_product: float = 0.0) -> NewDecision:
    """Return the decision that accepts the first answer of a wording.

    What the lines themselves state of place and product stays as they state it. What a person
    decided before for these words is decided again as it is.
    """
    match, line = wording.match, wording.match.line
    if match.decision is not None:
        return _again(match.decision)
    outcome = match.kinds[0].key if match.kinds else OUTSIDE
    has_category = outcome not in _NO_CATEGORY
    states_place = any(each.place for each in wording.lines)
    return NewDecision(
        name=line.name,
        specification=line.specification,
        unit=line.unit,
        category=outcome if has_category else None,
        place=match.place.key if match.place and has_category and not states_place else None,
        product=_product(wording, least_product) if has_category else None,
        is_material=outcome != NOT_MATERIAL,
    )


def find_line(connection: Connection, building: str, sign: str) -> LineView | None:
    """Return the first line of a building that has the words with a signature."""
    lines = matching.lines_of(connection, building)
    return next((line for line in lines if line.signature == sign), None)


def open_lines(
    connection: Connection, *, project: str | None = None, run: int | None = None
) -> list[OpenLinesView]:
    """Return how many lines of each building wait for a category: of a project, or of a run.

    Lines that a person held to be no material, or outside the catalogues, do not wait.
    """
    found = waiting.open_wordings(connection, project=project, run=run)
    owners = owned.whose(connection, {view.project for view, _ in found})
    words: dict[str | None, set[str]] = defaultdict(set)
    for view, sign in found:
        words[owners[view.project].organisation].add(sign)
    settled = {
        (owner, sign)
        for owner, signs in words.items()
        for sign, decision in matching.decisions(connection, signs, memory=owner).items()
        if decision.category is None
    }
    summed: dict[str, OpenLinesView] = {}
    for view, sign in found:
        if (owners[view.project].organisation, sign) in settled:
            continue
        held = summed.get(view.building)
        lines = view.lines + (held.lines if held else 0)
        summed[view.building] = msgspec.structs.replace(view, lines=lines)
    return list(summed.values())


def _wordings(connection: Connection, matcher: Matcher, building: str) -> list[_Wording]:
    """Return all wordings of a building, in the order in which their lines first come."""
    by_words: dict[str, list[LineView]] = defaultdict(list)
    for line in matching.lines_of(connection, building):
        by_words[line.signature].append(line)
    groups = list(by_words.values())
    firsts = [_first(lines) for lines in groups]
    return [
        _Wording(first, lines, match, _needs(lines, match, matcher))
        for first, lines, match in zip(firsts, groups, matcher.standings(firsts), strict=True)
    ]


def _first(lines: Sequence[LineView]) -> LineView:
    """Return the line that speaks for all: one that waits, and one whose code says more."""
    return min(lines, key=lambda line: (line.category is not None, line.item_code is None))


def _needs(lines: Sequence[LineView], match: Match, matcher: Matcher) -> frozenset[Need]:
    is_decided = match.standing is Standing.DECIDED
    if is_decided and match.outcome in _NO_CATEGORY:
        return frozenset({Need.DECIDED})
    if any(line.category is None for line in lines):
        is_sure = match.standing in (Standing.PROPOSED, Standing.DECIDED)
        return frozenset({Need.PROPOSED if is_sure else Need.LOOK})
    found = {Need.DECIDED} if is_decided else set()
    if any(line.place is None and matcher.needs_place(line.category or "") for line in lines):
        found.add(Need.PLACE)
    if any(line.product is None and line.sort is LineSort.DELIVERY for line in lines):
        found.add(Need.PRODUCT)
    return frozenset(found)


def _sure(wordings: Sequence[_Wording], least: float) -> list[_Wording]:
    return [
        wording
        for wording in wordings
        if wording.needs & {Need.LOOK, Need.PROPOSED}
        and wording.match.kinds
        and wording.match.kinds[0].confidence >= least
        and not _STAYS_IN_DOUBT & set(wording.match.doubts)
    ]


def _again(decision: DecisionView) -> NewDecision:
    return NewDecision(
        name=decision.name,
        specification=decision.specification,
        unit=decision.unit,
        category=decision.category,
        place=decision.place,
        product=decision.product,
        is_material=decision.is_material,
    )


def _product(wording: WordingView, least: float) -> str | None:
    match = wording.match
    if match.proposed_product is None or any(line.product for line in wording.lines):
        return None
    known = {found.product.key: found.confidence for found in match.products}
    return match.proposed_product if known[match.proposed_product] >= least else None


def _count(wordings: Sequence[_Wording]) -> int:
    return sum(len(wording.lines) for wording in wordings)
