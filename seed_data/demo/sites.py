"""Demo projects and their buildings as facts, before they become records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from catalog.rules.terms import ProjectKind, ProjectStage
from seed_data import read_toml
from seed_data.demo.draws import Draws, between, draws_of, one_of

_FIRST_DESIGN = dt.date(2022, 1, 10)
_LAST_DESIGN = dt.date(2026, 12, 31)
_CORPS_LEVEL_OF_A_HUNDRED = 3
_PLANNED_OF_A_HUNDRED = 4
_BUILDING_COUNTS = (1, 1, 1, 2, 2, 3, 4)
_FIRST_BUILDING_DRAW, _DRAWS_PER_BUILDING = 20, 3
_LARGE_M2 = 20_000


class Institution(NamedTuple):
    """A kind of thing that gets built."""

    names: tuple[str, ...]
    buildings: tuple[str, ...]
    area: tuple[int, int]
    storeys: tuple[int, int]
    public: bool
    government: bool
    municipal: bool


class Division(NamedTuple):
    """A division with its names and the last day of each."""

    key: str
    names: tuple[tuple[str, dt.date], ...]

    def name_on(self, day: dt.date) -> str:
        """Return what the division was called on the day."""
        return next(name for name, last in self.names if day <= last)


class BuildingSite(NamedTuple):
    """A building; ``area`` is in hundredths of a square metre."""

    code: str
    name: str
    area: int
    storeys: int
    completed_on: dt.date | None


class Site(NamedTuple):
    """A project; ``ends_on`` is when it is, or will be, completed."""

    number: int
    code: str
    name: str
    division: str
    owner: str
    kinds: frozenset[ProjectKind]
    stage: ProjectStage
    star_target: int | None
    star_award: int | None
    prefabricated_percent: int
    designed_on: dt.date
    started_on: dt.date
    ends_on: dt.date
    public: bool
    buildings: tuple[BuildingSite, ...]


@cache
def _institutions() -> tuple[Institution, ...]:
    """Return the kinds of thing to build, each as often as its weight says."""
    rows = read_toml("demo/projects.toml")["institutions"]
    return tuple(
        Institution(
            tuple(row["names"]),
            tuple(row["buildings"]),
            (row["area"][0], row["area"][1]),
            (row["storeys"][0], row["storeys"][1]),
            row["public"],
            row["government"],
            row.get("municipal", False),
        )
        for row in rows
        for _ in range(row["weight"])
    )


@cache
def _divisions() -> tuple[Division, ...]:
    """Return the Corps level and the fourteen divisions."""
    return tuple(
        Division(
            row["key"],
            tuple((name["name_zh"], name.get("valid_to", dt.date.max)) for name in row["names"]),
        )
        for row in sorted(
            read_toml("divisions/divisions.toml")["divisions"], key=lambda row: str(row["key"])
        )
    )


def sites_of(seed: int, today: dt.date) -> Callable[[int], Site]:
    """Return a function from a project's index to the project, as it stands today."""
    draw = draws_of(seed, "project")
    words = read_toml("demo/projects.toml")

    def site(index: int) -> Site:
        draws = draw(index)
        institution = one_of(_institutions(), draws[0])
        corps, *divisions = _divisions()
        division = (
            corps
            if draws[1] * 100 >> 16 < _CORPS_LEVEL_OF_A_HUNDRED
            else one_of(divisions, draws[2])
        )
        designed = _FIRST_DESIGN + dt.timedelta(
            days=between(0, (_LAST_DESIGN - _FIRST_DESIGN).days, draws[3])
        )
        started = designed + dt.timedelta(days=between(50, 210, draws[4]))
        ends = started + dt.timedelta(days=between(240, 700, draws[5]))
        planned = draws[6] * 100 >> 16 < _PLANNED_OF_A_HUNDRED
        stage = _stage(today, designed, started, ends, planned=planned)
        buildings = _buildings(
            institution, draws, ends if stage is ProjectStage.COMPLETED else None
        )
        area_m2 = sum(building.area for building in buildings) // 100
        prefabricated = between(20, 65, draws[8]) if draws[7] % 10 < 3 else 0  # noqa: PLR2004  Three of ten.
        star = _star(draws, institution, area_m2)
        subject = one_of(institution.names, draws[10]).format(
            ordinal=one_of(words["ordinals"], draws[11]), garden=one_of(words["gardens"], draws[12])
        )
        where = division.name_on(designed)
        return Site(
            number=index,
            code=f"YS-{division.key}-{designed.year}-{index + 1:05d}",
            name=f"{where}{subject}{one_of(words['works'], draws[13])}（演示）",
            division=division.key,
            owner=f"{where}{subject}建设管理单位（演示）",
            kinds=_kinds(institution, draws, star, prefabricated),
            stage=stage,
            star_target=star,
            star_award=star if star and stage is ProjectStage.COMPLETED and draws[14] & 1 else None,
            prefabricated_percent=prefabricated,
            designed_on=designed,
            started_on=started,
            ends_on=ends,
            public=institution.public,
            buildings=buildings,
        )

    return site


def _stage(
    today: dt.date, designed: dt.date, started: dt.date, ends: dt.date, *, planned: bool
) -> ProjectStage:
    if designed > today or (planned and started > today):
        return ProjectStage.PLANNED
    if started > today:
        return ProjectStage.DESIGNED
    return ProjectStage.BUILDING if ends > today else ProjectStage.COMPLETED


def _buildings(
    institution: Institution, draws: Draws, completed_on: dt.date | None
) -> tuple[BuildingSite, ...]:
    found = []
    for number in range(one_of(_BUILDING_COUNTS, draws[15])):
        at = _FIRST_BUILDING_DRAW + number * _DRAWS_PER_BUILDING
        least, most = institution.area
        kind = one_of(institution.buildings, draws[at])
        # The smaller of two draws: small buildings are many, and a project stays within reason.
        area = between(least * 100, most * 100, min(draws[at + 1], draws[(at + 7) % 32]))
        earlier = dt.timedelta(days=draws[at + 2] % 30 if number else 0)
        found.append(
            BuildingSite(
                f"{number + 1}#",
                f"{number + 1}#{kind}",
                area,
                between(*institution.storeys, draws[at + 2]),
                completed_on - earlier if completed_on else None,
            )
        )
    return tuple(found)


def _star(draws: Draws, institution: Institution, area_m2: int) -> int | None:
    """Return the star that the project aims at; government and large public buildings aim more."""
    eager = institution.public and (institution.government or area_m2 > _LARGE_M2)
    return one_of((None, 1, 1, 2, 2, 3) if eager else (None, None, None, 1, 1, 2), draws[9])


def _kinds(
    institution: Institution, draws: Draws, star: int | None, prefabricated: int
) -> frozenset[ProjectKind]:
    stated = {
        ProjectKind.GOVERNMENT: institution.government,
        ProjectKind.KEY: draws[16] % 7 == 0,
        ProjectKind.MUNICIPAL: institution.municipal,
        ProjectKind.GREEN: star is not None,
        ProjectKind.PREFABRICATED: prefabricated > 0,
    }
    return frozenset(kind for kind, holds in stated.items() if holds)
