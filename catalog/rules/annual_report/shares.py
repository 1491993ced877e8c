"""Shares of the floor area that was completed: what is known, and between which bounds it lies."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal, Inexact
from fractions import Fraction

import msgspec

from catalog.rules.exact import cut, exact_sum
from catalog.rules.terms import ProjectKind

_HUNDRED = 100
# Wide enough for any product of two stored decimals, and it raises rather than rounds.
_WIDE = Context(prec=100, traps=[Inexact])


class SharedProject(msgspec.Struct, frozen=True, kw_only=True):
    """A completed project as its shares are judged from; None is unknown."""

    kinds: frozenset[ProjectKind]
    area_m2: Decimal | None
    star_award: int | None
    prefabricated_share: Decimal | None


class AreaShare(msgspec.Struct, frozen=True, kw_only=True):
    """A share of floor area in per cent, between ``low`` and ``high``: equal where all is known.

    ``yes_m2`` surely counts, ``no_m2`` surely does not, of ``unknown_m2`` nobody knows.
    ``without_area`` counts the projects whose area is unknown: the bounds are of the others. Both
    are null where there is no area at all.
    """

    yes_m2: Decimal
    no_m2: Decimal
    unknown_m2: Decimal
    projects: int
    without_area: int
    low: Decimal | None
    high: Decimal | None


def is_green(project: SharedProject) -> bool | None:
    """Tell whether a project is a green building: it says so, or it was awarded a star.

    One that states its kinds and not this one is none; one that states no kind may be either.
    """
    if ProjectKind.GREEN in project.kinds or (project.star_award or 0) > 0:
        return True
    return False if project.kinds else None


def is_starred(project: SharedProject) -> bool | None:
    """Tell whether a project was awarded a star; where no award is stated, nobody knows."""
    return None if project.star_award is None else project.star_award > 0


def is_prefabricated(project: SharedProject) -> bool | None:
    """Tell whether a project is a prefabricated building: it says so among its kinds."""
    if ProjectKind.PREFABRICATED in project.kinds:
        return True
    if project.kinds or project.prefabricated_share == 0:
        return False
    return None


def area_share(judged: Iterable[tuple[bool | None, Decimal | None]]) -> AreaShare:
    """Return the share of the area for which the answer is yes."""
    areas: dict[bool | None, list[Decimal]] = {True: [], False: [], None: []}
    projects = without = 0
    for answer, area in judged:
        projects += 1
        if area is None:
            without += 1
        else:
            areas[answer].append(area)
    yes, no, unknown = (Fraction(*exact_sum(areas[answer])) for answer in (True, False, None))
    whole = yes + no + unknown
    return AreaShare(
        yes_m2=_exact(yes),
        no_m2=_exact(no),
        unknown_m2=_exact(unknown),
        projects=projects,
        without_area=without,
        low=percent(yes, whole),
        high=percent(yes + unknown, whole),
    )


def mean_prefabrication(projects: Iterable[SharedProject]) -> tuple[Decimal | None, Decimal]:
    """Return the prefabricated share weighed by area, in per cent, and the area it is of.

    Only projects that state both are weighed.
    """
    weighed = [
        (project.area_m2, project.prefabricated_share)
        for project in projects
        if project.area_m2 is not None and project.prefabricated_share is not None
    ]
    whole = Fraction(*exact_sum(area for area, _ in weighed))
    part = Fraction(*exact_sum(_WIDE.multiply(area, share) for area, share in weighed))
    return percent(part, whole), _exact(whole)


def percent(part: Fraction | int | Decimal, whole: Fraction | int | Decimal) -> Decimal | None:
    """Return a part of a whole in per cent, cut and never rounded up to a goal; None of nothing."""
    of = Fraction(whole)
    return None if of <= 0 else cut(Fraction(part) / of * _HUNDRED)


def _exact(value: Fraction) -> Decimal:
    return cut(value)


def is_reached(share: AreaShare, at_least_percent: int) -> bool | None:
    """Tell whether a share surely reaches a goal, or surely does not; else nobody can know.

    Nobody can where the area of a project is unknown and it could turn the answer.
    """
    if share.low is None or share.high is None or share.without_area:
        return None
    if share.low >= at_least_percent:
        return True
    return False if share.high < at_least_percent else None
