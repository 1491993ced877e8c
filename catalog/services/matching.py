"""Propose what lines are: their kind, place, ratio class and products, each with its reasons."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

import msgspec
from sqlalchemy import Connection

from catalog.repositories import matching, reference
from catalog.repositories.matching import Made
from catalog.rules.matching import CatalogueNames, match_line
from catalog.rules.matching_answers import Decided, Known, Line, Match
from catalog.rules.matching_class import RatioClass, needs_place, ratio_classes
from catalog.rules.matching_products import ProductCandidate, Shelf, Wanted
from catalog.rules.matching_text import folded
from catalog.rules.matching_words import Vocabulary
from catalog.rules.numbers import normal_number
from catalog.rules.packs import RatioPack, pack_in_force
from catalog.services import owning
from catalog.services.calculation import METHODS
from catalog.views.matching import DecisionView, LineMatchView, LineView, MatchPage

_SHANGHAI = dt.timezone(dt.timedelta(hours=8))
_Certified = dict[str, list[tuple[int, str]]]


class _Facts(msgspec.Struct, frozen=True):
    """What the store knows about a batch of lines."""

    decisions: dict[str, DecisionView]
    made: dict[str, Made]
    certified: _Certified


class Matcher:
    """Matches lines by what the catalogue holds on a day; a category is read when first needed.

    It stays true to the moment at which it read: make one for a request or a job, not for longer.
    ``memory`` is the owner whose own decisions count before those that everybody shares.
    """

    def __init__(
        self,
        connection: Connection,
        vocabulary: Vocabulary,
        *,
        on: dt.date,
        memory: str | None = None,
    ) -> None:
        self._connection = connection
        self._vocabulary = vocabulary
        self._on = on
        self._memory = memory
        self._shelves: dict[str, Shelf] = {}
        self._names = CatalogueNames(
            matching.product_names(connection, list(vocabulary.dimensions))
        )
        packs = reference.packs(connection)
        found = (
            pack_in_force(packs, kind="ratio", place=place, on=on, method=method)
            for place in reference.jurisdictions(connection)
            for method in METHODS
        )
        self._packs = [pack for pack in found if isinstance(pack, RatioPack)]
        self._classes: dict[tuple[str, str | None], list[RatioClass]] = {}

    def match(self, lines: Sequence[LineView]) -> list[LineMatchView]:
        """Return the answers for the lines, in their order, with products."""
        facts = self._facts(lines)
        known: dict[tuple[str | None, ...], LineMatchView] = {}
        found = []
        for line in lines:
            key = (line.signature, line.name, line.item_code, line.supplier, line.category)
            held = known.get(key)
            if held is None:
                held = known[key] = self._view(line, facts)
            found.append(msgspec.structs.replace(held, line=line))
        return found

    def standings(self, lines: Sequence[LineView]) -> list[Match]:
        """Return the answers for the lines, in their order, without looking for products."""
        facts = self._facts(lines)
        return [self._match(line, facts) for line in lines]

    def needs_place(self, category: str) -> bool:
        """Tell whether some method counts goods of the category by where they are used."""
        return needs_place(self._packs, category)

    def _facts(self, lines: Iterable[LineView]) -> _Facts:
        signatures = {line.signature for line in lines}
        suppliers = {line.supplier for line in lines if line.supplier}
        numbers = {number for line in lines for number in self._numbers(line)}
        return _Facts(
            decisions=matching.decisions(self._connection, signatures, memory=self._memory),
            made=matching.made_by(self._connection, suppliers),
            certified=matching.certified(self._connection, numbers),
        )

    def _numbers(self, line: LineView) -> set[str]:
        """Return what looks like a certificate's number in a line, in normal form."""
        text = _text(line)
        return {
            normal_number(number).strip(".-/")
            for pattern in self._vocabulary.certificates
            for number in pattern.findall(text)
            if any(sign.isdigit() for sign in number)
        }

    def _match(self, line: LineView, facts: _Facts) -> Match:
        made = facts.made.get(line.supplier or "")
        decision = facts.decisions.get(line.signature)
        return match_line(
            Line(
                name=line.name,
                unit=line.unit,
                specification=line.specification,
                item_code=line.item_code,
                supplier=line.supplier,
            ),
            self._vocabulary,
            self._names,
            Known(
                supplier_kinds=made.shares if made else {},
                certified={
                    number: category
                    for number in sorted(self._numbers(line) & facts.certified.keys())
                    for _, category in facts.certified[number]
                },
                decision=_decided(decision) if decision else None,
                stated=line.category,
            ),
        )

    def _view(self, line: LineView, facts: _Facts) -> LineMatchView:
        match = self._match(line, facts)
        products = self._products(line, match, facts)
        decision = facts.decisions.get(line.signature)
        proposed = decision.product if decision else None
        sure = self._vocabulary.worth.thresholds.product
        if decision is None and products and products[0].confidence >= sure:
            proposed = products[0].product.key
        return LineMatchView(
            line=line,
            standing=match.standing,
            doubts=match.doubts,
            kinds=match.kinds,
            place=match.place,
            ratio_classes=self._ratio_classes(match),
            products=products,
            proposed_product=proposed,
            decision=decision,
        )

    def _ratio_classes(self, match: Match) -> list[RatioClass]:
        category, place = match.outcome, match.place.key if match.place else None
        if category is None or category not in self._vocabulary.dimensions:
            return []
        key = (category, place)
        if key not in self._classes:
            self._classes[key] = ratio_classes(self._packs, category, place)
        return self._classes[key]

    def _products(self, line: LineView, match: Match, facts: _Facts) -> list[ProductCandidate]:
        made = facts.made.get(line.supplier or "")
        wanted = Wanted(
            name=folded(line.name),
            text=_text(line),
            makers=made.companies if made else frozenset(),
            certified={
                product: number
                for number in sorted(self._numbers(line) & facts.certified.keys())
                for product, _ in facts.certified[number]
            },
        )
        most = self._vocabulary.worth.most
        found: list[ProductCandidate] = []
        for kind in match.kinds[: most.categories_searched]:
            if kind.key in self._vocabulary.dimensions:
                found += self._shelf(kind.key).candidates(wanted, kind.confidence)
        found.sort(key=lambda c: (-c.confidence, not c.product.is_valid, c.product.key))
        return found[: most.products]

    @cached_property
    def _valid(self) -> frozenset[int]:
        return matching.valid_products(self._connection, on=self._on)

    def _shelf(self, category: str) -> Shelf:
        if category not in self._shelves:
            products = matching.products_of(self._connection, category, self._valid)
            self._shelves[category] = Shelf(products, self._vocabulary.worth)
        return self._shelves[category]


def matcher_of(
    connection: Connection, vocabulary: Vocabulary, building: str, *, on: dt.date
) -> Matcher:
    """Return what matches a building's lines: by what its owner decided, then what all share."""
    memory = owning.memory_of_building(connection, building)
    return Matcher(connection, vocabulary, on=on, memory=memory)


def lines_of_building(connection: Connection, building: str) -> list[LineView]:
    """Return the current lines of a building, by its key: its bill first, then deliveries."""
    return matching.lines_of(connection, building)


def match_building(
    connection: Connection,
    vocabulary: Vocabulary,
    building: str,
    *,
    on: dt.date,
    limit: int,
    offset: int,
    is_open: bool = True,
) -> MatchPage:
    """Return one page of a building's lines with their answers.

    ``is_open`` keeps only those lines whose category is not stated.
    """
    matcher = matcher_of(connection, vocabulary, building, on=on)
    lines = matching.lines_of(connection, building)
    if is_open:
        lines = [line for line in lines if line.category is None]
    counts = Counter(match.standing.value for match in matcher.standings(lines))
    return MatchPage(
        items=matcher.match(lines[offset : offset + limit]),
        limit=limit,
        offset=offset,
        total=len(lines),
        counts=dict(sorted(counts.items())),
    )


def _text(line: LineView) -> str:
    return folded(" ".join((line.name, line.specification or "", line.supplier or "")))


def _decided(decision: DecisionView) -> Decided:
    return Decided(
        category=decision.category,
        place=decision.place,
        product=decision.product,
        is_material=decision.is_material,
        actor=decision.actor,
        decided_on=decision.decided_at.astimezone(_SHANGHAI).date(),
    )
