"""What a reader of the search page has chosen, and what there is to choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from api.parameters import day_or_today
from api.web.page import address
from api.web.paging import PAGE_SIZE, offset
from search.query import Facet, FacetCount, SearchQuery, Sort

PATH = "/products"
_EPOCH = dt.date(1970, 1, 1)
_COUNTED = 100
_MORE = 40
_SHOWN = {Facet.COMPANY: 8, Facet.BODY: 8}
_OPEN = frozenset({Facet.GROUP, Facet.STAR, Facet.ADOPTION})
_FEW = 12
_BY_KEY = frozenset({Facet.STAR, Facet.DIVISION})


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A search as the address states it."""

    q: str
    chosen: Mapping[Facet, tuple[str, ...]]
    valid_on: dt.date | None
    sort: Sort
    page: int
    adopted_on: dt.date | None = None
    adoption_on: dt.date | None = None

    @property
    def judged_on(self) -> dt.date:
        """The day on which adoptions are judged: one that was asked for, or today."""
        return self.adoption_on or self.adopted_on or self.valid_on or day_or_today(None)

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
            adopted_on=self.adopted_on,
            adoptions=frozenset(self.chosen[Facet.ADOPTION]),
            adoption_on=self.judged_on,
            sort=self.sort,
            facet_limit=_COUNTED,
            limit=PAGE_SIZE,
            offset=offset(self.page),
        )

    def address(self, *, page: int = 1, path: str = PATH) -> str:
        """Return the shortest address of one page of this search, or of what else is made of it."""
        return address(
            path,
            q=self.q,
            **{facet.value: list(values) for facet, values in self.chosen.items()},
            valid_on=self.valid_on.isoformat() if self.valid_on else None,
            adopted_on=self.adopted_on.isoformat() if self.adopted_on else None,
            adoption_on=self.adoption_on.isoformat() if self.adoption_on else None,
            sort=None if self.sort is Sort.RELEVANCE else self.sort.value,
            page=None if page == 1 else page,
        )

    def without(self, facet: Facet, value: str) -> Asked:
        """Return the search with one value fewer."""
        kept = tuple(v for v in self.chosen[facet] if v != value)
        return msgspec.structs.replace(self, chosen={**self.chosen, facet: kept})

    def without_any(self, facet: Facet) -> Asked:
        """Return the search with no value of a facet."""
        return msgspec.structs.replace(self, chosen={**self.chosen, facet: ()})

    def within(self, facet: Facet, value: str) -> Asked:
        """Return the search for everything of one value of a facet."""
        chosen = {**dict.fromkeys(Facet, ()), facet: (value,)}
        return msgspec.structs.replace(
            self, q="", chosen=chosen, valid_on=None, adopted_on=None, adoption_on=None
        )

    def saying(self, words: str) -> Asked:
        """Return the search with other words."""
        return msgspec.structs.replace(self, q=words)

    def on_any_day(self) -> Asked:
        """Return the search without the day."""
        return msgspec.structs.replace(self, valid_on=None)

    def on(self, day: dt.date) -> Asked:
        """Return the search with another day."""
        return msgspec.structs.replace(self, valid_on=day)

    def adopted_any_day(self) -> Asked:
        """Return the search without the day of adoption."""
        return msgspec.structs.replace(self, adopted_on=None)

    def adopted(self, day: dt.date) -> Asked:
        """Return the search for what is adopted on a day."""
        return msgspec.structs.replace(self, adopted_on=day)

    def judged_today(self) -> Asked:
        """Return the search with adoptions judged on no day in particular."""
        return msgspec.structs.replace(self, adoption_on=None)

    def unfiltered(self) -> Asked:
        """Return the search with its words alone."""
        return msgspec.structs.replace(
            self,
            chosen=dict.fromkeys(Facet, ()),
            valid_on=None,
            adopted_on=None,
            adoption_on=None,
        )

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is on."""
        days = self.valid_on, self.adopted_on
        return any(day is not None for day in days) or any(self.chosen.values())


def day_number(day: dt.date) -> int:
    """Return a day as search documents count it."""
    return (day - _EPOCH).days


class Choice(msgspec.Struct, frozen=True):
    """A value that can be chosen, its name, and how many products it would bring, if known."""

    facet: Facet
    value: str
    label: str
    count: int | None
    is_chosen: bool


class Section(msgspec.Struct, frozen=True):
    """Choices under one heading; the sections of a facet without headings have None."""

    heading: str | None
    choices: list[Choice]


class FacetList(msgspec.Struct, frozen=True, kw_only=True):
    """What one facet offers: at once, and to whoever wants to see more.

    ``is_cut`` tells that there are still more values, which are not listed.
    """

    facet: Facet
    sections: list[Section]
    more: list[Choice]
    is_open: bool
    is_cut: bool


Label = Callable[[Facet, str], str]


def choices_of(
    facet: Facet, counts: Iterable[FacetCount], asked: Asked, label: Label
) -> list[Choice]:
    """Return the values of a facet that bring something or are chosen.

    What is chosen can be taken back even where nobody could count it.
    """
    chosen = asked.chosen[facet]
    found = {c.key: c.count for c in counts if c.count or c.key in chosen}
    listed: dict[str, int | None] = {**found, **{k: None for k in chosen if k not in found}}
    keys = sorted(listed, reverse=facet is Facet.STAR) if facet in _BY_KEY else list(listed)
    return [Choice(facet, key, label(facet, key), listed[key], key in chosen) for key in keys]


def facet_lists(
    facets: Mapping[Facet, tuple[FacetCount, ...]],
    asked: Asked,
    label: Label,
    heading: Callable[[str], str],
) -> list[FacetList]:
    """Return what each facet offers; the categories stand under their groups."""
    found = []
    for facet in Facet:
        counts = facets.get(facet, ())
        choices = choices_of(facet, counts, asked, label)
        if not choices:
            continue
        shown, more = _parted(choices, _SHOWN.get(facet, len(choices)))
        sections = [Section(None, shown)]
        if facet is Facet.CATEGORY:
            by_heading: dict[str, list[Choice]] = {}
            for choice in shown:
                by_heading.setdefault(heading(choice.value), []).append(choice)
            sections = [Section(title, listed) for title, listed in by_heading.items()]
        is_few = facet is Facet.CATEGORY and len(choices) <= _FEW
        found.append(
            FacetList(
                facet=facet,
                sections=sections,
                more=more[:_MORE],
                is_open=facet in _OPEN or is_few or bool(asked.chosen[facet]),
                is_cut=len(more) > _MORE or len(counts) >= _COUNTED,
            )
        )
    return found


def _parted(choices: Sequence[Choice], limit: int) -> tuple[list[Choice], list[Choice]]:
    """Return what is shown at once and the rest; what is chosen stays in sight."""
    shown = [c for at, c in enumerate(choices) if at < limit or c.is_chosen]
    more = [c for at, c in enumerate(choices) if at >= limit and not c.is_chosen]
    return shown, more
