"""Tell where products are used without telling which project used them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec


class Group(msgspec.Struct, frozen=True):
    """Some projects that have something in common, and how many deliveries they got."""

    label: str
    projects: int
    deliveries: int


class Grouped(msgspec.Struct, frozen=True):
    """The groups that may be told, and the rest taken together.

    ``rest`` is null where nothing is left over, or where too few projects are: then
    ``is_withheld`` tells that something is not told.
    """

    groups: list[Group]
    rest: Group | None
    rest_labels: int
    is_withheld: bool


def grouped(deliveries: Mapping[str, Mapping[int, int]], *, smallest: int) -> Grouped:
    """Return the groups of at least ``smallest`` projects, in the order given.

    ``deliveries`` has, for each label, how many deliveries each project got. What is left over is
    taken together, with the smallest of the groups that could be told where it would be too small
    by itself: else whoever knows the sum could subtract. Where even all is too little, nothing is
    told.
    """
    told = {label: rows for label, rows in deliveries.items() if len(rows) >= smallest}
    rest = [label for label in deliveries if label not in told]
    while rest and len(_projects(deliveries, rest)) < smallest and told:
        least = min(told, key=lambda label: (len(told[label]), label))
        rest.append(least)
        del told[least]
    groups = [Group(label, len(rows), sum(rows.values())) for label, rows in told.items()]
    together = _projects(deliveries, rest)
    if len(together) < smallest:
        return Grouped(groups, None, len(rest), is_withheld=bool(rest))
    number = sum(sum(deliveries[label].values()) for label in rest)
    return Grouped(groups, Group("", len(together), number), len(rest), is_withheld=False)


def _projects(deliveries: Mapping[str, Mapping[int, int]], labels: Iterable[str]) -> set[int]:
    return set().union(*(deliveries[label] for label in labels))
