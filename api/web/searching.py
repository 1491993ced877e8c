"""What a reader of the search page has chosen, and what there is to choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

import msgspec

from api.web.page import address
from api.web.paging import PAGE_SIZE, offset
from search.query import Facet, FacetCount, SearchQuery, Sort

PATH = "/products"
_EPOCH = dt.date(1970, 1, 1)
_SHOWN = {Facet.COMPANY: 12, Facet.BODY: 12}
_OPEN = frozenset({Facet.GROUP, Facet.STAR})
_FEW = 12
_BY_KEY = frozenset({Facet.STAR, Facet.DIVISION})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A search as the address states it."""

    q: str
    chosen: Mapping[Facet, tuple[str, ...]]
    valid_on: dt.date | None
    sort: Sort
    page: int

    def query(self) -> SearchQuery:
        """Return the question for the search engine."""
        return SearchQuery(
            words=self.q,
            categories=frozenset(self.chosen[Facet.CATEGORY]),
            groups=frozenset(self.chosen[Facet.GROUP]),
            stars=frozenset(int(star) for star in self.chosen[Facet.STAR]),
            divisions=frozenset(self.chosen[Facet.DIVISION]),
            companies=frozenset(self.chosen[Facet.COMPANY]),
            bodies=frozenset(self.chosen[Facet.BODY]),
            valid_on=self.valid_on,
            sort=self.sort,
            limit=PAGE_SIZE,
            offset=offset(self.page),
        )

    def address(self, *, page: int = 1) -> str:
        """Return the shortest address of one page of this search."""
        return address(
            PATH,
            q=self.q,
            **{facet.value: list(values) for facet, values in self.chosen.items()},
            valid_on=self.valid_on.isoformat() if self.valid_on else None,
            sort=None if self.sort is Sort.RELEVANCE else self.sort.value,
            page=None if page == 1 else page,
        )

    def without(self, facet: Facet, value: str) -> Asked:
        """Return the search with one value fewer."""
        kept = tuple(v for v in self.chosen[facet] if v != value)
        return msgspec.structs.replace(self, chosen={**self.chosen, facet: kept})

    def on_any_day(self) -> Asked:
        """Return the search without the day."""
        return msgspec.structs.replace(self, valid_on=None)

    def on(self, day: dt.date) -> Asked:
        """Return the search with another day."""
        return msgspec.structs.replace(self, valid_on=day)

    def unfiltered(self) -> Asked:
        """Return the search with its words alone."""
        return msgspec.structs.replace(self, chosen=dict.fromkeys(Facet, ()), valid_on=None)

    def wordless(self) -> Asked:
        """Return the search with its filters alone."""
        return msgspec.structs.replace(self, q="")

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is on."""
        return self.valid_on is not None or any(self.chosen.values())


def day_number(day: dt.date) -> int:
    """Return a day as search documents count it."""
    return (day - _EPOCH).days


class Choice(msgspec.Struct, frozen=True):
    """A value that can be chosen, its name, and how many products it would bring."""

    facet: Facet
    value: str
    label: str
    count: int
    is_chosen: bool


class Section(msgspec.Struct, frozen=True):
    """Choices under one heading; the sections of a facet without headings have None."""

    heading: str | None
    choices: list[Choice]


class FacetList(msgspec.Struct, frozen=True):
    """What one facet offers."""

    facet: Facet
    sections: list[Section]
    is_open: bool


Label = Callable[[Facet, str], str]


def choices_of(
    facet: Facet, counts: Iterable[FacetCount], asked: Asked, label: Label
) -> list[Choice]:
    """Return the values of a facet that bring something or are chosen."""
    chosen = asked.chosen[facet]
    found = [c for c in counts if c.count or c.key in chosen]
    if facet in _BY_KEY:
        found.sort(key=lambda count: count.key, reverse=facet is Facet.STAR)
    limit = _SHOWN.get(facet, len(found))
    # What is chosen stays in sight, however few products it has.
    return [
        Choice(facet, c.key, label(facet, c.key), c.count, c.key in chosen)
        for position, c in enumerate(found)
        if position < limit or c.key in chosen
    ]


def facet_lists(
    facets: Mapping[Facet, tuple[FacetCount, ...]],
    asked: Asked,
    label: Label,
    heading: Callable[[str], str],
) -> list[FacetList]:
    """Return what each facet offers; the categories stand under their groups."""
    found = []
    for facet in Facet:
        choices = choices_of(facet, facets.get(facet, ()), asked, label)
        if not choices:
            continue
        sections = [Section(None, choices)]
        if facet is Facet.CATEGORY:
            by_heading: dict[str, list[Choice]] = {}
            for choice in choices:
                by_heading.setdefault(heading(choice.value), []).append(choice)
            sections = [Section(title, listed) for title, listed in by_heading.items()]
        is_few = facet is Facet.CATEGORY and len(choices) <= _FEW
        is_open = facet in _OPEN or is_few or bool(asked.chosen[facet])
        found.append(FacetList(facet, sections, is_open))
    return found
