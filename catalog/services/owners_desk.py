"""An owner's desk: its projects, where each building stands, what is missing, what comes next."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection

from catalog.errors import TraceOutdatedError
from catalog.permissions import Action, Actor, ensure
from catalog.repositories import owned, project_targets, projects, site
from catalog.rules.packs import Pack, RatioPack, ThresholdPack, named
from catalog.rules.ratio.bounds import bounds
from catalog.rules.ratio.lines import Role
from catalog.rules.ratio.tally import tally
from catalog.rules.ratio.trace import Exclusion
from catalog.rules.terms import Stage
from catalog.services import owning, results, watching, wordings
from catalog.services.calculation import Basis, basis
from catalog.services.expiring import expiring_products
from catalog.services.own_findings import count_findings
from catalog.services.remembering import Remembered
from catalog.views.owner import (
    ExpiringProduct,
    MissingView,
    NextStep,
    OwnBuilding,
    OwnDesk,
    OwnProject,
    ProjectTargetView,
    StandView,
)
from catalog.views.projects import BuildingView, ResultView

_METHODS = ("B", "A", "C")
_MOST_KNOWN = 20_000
_NO_WAY = frozenset({Exclusion.NO_UNIT, Exclusion.UNIT_MISMATCH})


class _Looked(NamedTuple):
    """What the lines of a kept result tell: its bounds, and how many lines fall short."""

    low_percent: Decimal
    high_percent: Decimal
    unconverted: int
    unproven: int


_looked_at: dict[tuple[str, int, str, str], _Looked] = {}
_DESKS: Remembered[OwnDesk] = Remembered()
_PROJECTS: Remembered[OwnProject] = Remembered()


def desk_of(
    connection: Connection, *, actor: Actor, on: dt.date, limit: int, offset: int
) -> OwnDesk:
    """Return a window on the actor's projects, in order of name.

    Raises:
        PermissionDeniedError: The actor keeps no projects.
    """
    ensure(actor, Action.IMPORT)
    asked = (actor.role, actor.organisation, actor.division, on, limit, offset)
    return _DESKS.get(
        connection, asked, lambda: _desk(connection, actor, on=on, limit=limit, offset=offset)
    )


def _desk(connection: Connection, actor: Actor, *, on: dt.date, limit: int, offset: int) -> OwnDesk:
    owner = owning.own_name(connection, actor)
    rows = [] if owner is None else owned.own_projects(connection, owner)
    keys = [row.key for row in rows[offset : offset + limit]]
    rules = basis(connection)
    aims = project_targets.standing(connection, keys)
    soon = expiring_products(connection, keys, on=on)
    found = count_findings(connection, keys)
    watched = Counter(each.kind for each in watching.whole_list(connection, actor=actor, on=on))
    return OwnDesk(
        owner=owner,
        items=[
            _project(connection, key, aims.get(key), rules, soon=soon, findings=found.get(key, 0))
            for key in keys
        ],
        limit=limit,
        offset=offset,
        total=len(rows),
        watched=dict(watched),
    )


def own_project(connection: Connection, key: str, *, actor: Actor, on: dt.date) -> OwnProject:
    """Return one project as its owner's desk shows it.

    Raises:
        ProjectNotFoundError: There is no such project.
        PermissionDeniedError: It is somebody else's.
    """
    ensure(actor, Action.IMPORT, owning.whose_project(connection, key))
    return _PROJECTS.get(connection, (key, on), lambda: _own(connection, key, on))


def _own(connection: Connection, key: str, on: dt.date) -> OwnProject:
    aim = project_targets.standing(connection, [key]).get(key)
    soon = expiring_products(connection, [key], on=on)
    found = count_findings(connection, [key]).get(key, 0)
    return _project(connection, key, aim, basis(connection), soon=soon, findings=found)


def stand_of(connection: Connection, project: str, building: str) -> OwnBuilding | None:
    """Return where a building stands, as its owner sees it; None for no building of the project."""
    aim = project_targets.standing(connection, [project]).get(project)
    found = _buildings(connection, project, aim, basis(connection), only=building)
    return next(iter(found), None)


def _project(
    connection: Connection,
    key: str,
    aim: ProjectTargetView | None,
    rules: Basis,
    *,
    soon: Mapping[str, list[ExpiringProduct]],
    findings: int,
) -> OwnProject:
    buildings = [
        msgspec.structs.replace(each, expiring=soon.get(each.building.key, []))
        for each in _buildings(connection, key, aim, rules)
    ]
    return OwnProject(
        project=projects.get_by_key(connection, key),
        target=aim,
        buildings=buildings,
        findings=findings,
    )


def _buildings(
    connection: Connection,
    key: str,
    aim: ProjectTargetView | None,
    rules: Basis,
    *,
    only: str | None = None,
) -> list[OwnBuilding]:
    found = results.results_of_project(connection, key)
    open_lines = {w.building: w.lines for w in wordings.open_lines(connection, project=key)}
    counts = site.counts_of(connection, key)
    packs = {named(pack): pack for pack in rules.packs}
    buildings = []
    for building in projects.buildings_of(connection, key):
        if only is not None and building.key != only:
            continue
        result = _result(found, building.key, aim)
        counted = counts[building.key]
        stand, unconverted, unproven = _stand(connection, result, packs, rules)
        missing = MissingView(
            unmatched=open_lines.get(building.key, 0),
            unconverted=unconverted,
            unproven=unproven,
            without_evidence=counted.without_evidence,
        )
        buildings.append(
            OwnBuilding(
                building=building,
                stand=stand,
                missing=missing,
                bill_lines=counted.bill_lines,
                deliveries=counted.deliveries,
                next_step=_next(building, stand, missing, counted, aim),
            )
        )
    return buildings


def _result(
    found: Sequence[ResultView], building: str, aim: ProjectTargetView | None
) -> ResultView | None:
    """Return the result that says most: by the method aimed at, as built before as planned."""
    methods = (aim.method, *_METHODS) if aim else _METHODS
    of_building = [result for result in found if result.building == building]
    ranked = sorted(
        of_building,
        key=lambda r: (methods.index(r.method), r.stage is not Stage.COMPLETION),
    )
    return next(iter(ranked), None)


def _stand(
    connection: Connection, result: ResultView | None, packs: Mapping[str, Pack], rules: Basis
) -> tuple[StandView | None, int | None, int | None]:
    """Return a result between its bounds, the lines no way leads from, and what is not proven."""
    if result is None:
        return None, None, None
    pack, thresholds = packs.get(result.pack), packs.get(result.thresholds)
    looked = None
    if isinstance(pack, RatioPack):
        looked = _look(connection, result, pack, rules)
    steps = (
        {tier.at_least_percent for tier in thresholds.tiers}
        if isinstance(thresholds, ThresholdPack)
        else set()
    )
    return (
        StandView(
            result=result.id,
            method=result.method,
            stage=result.stage,
            percent=result.ratio,
            is_stale=result.is_stale,
            low_percent=looked and looked.low_percent,
            high_percent=looked and looked.high_percent,
            steps=tuple(sorted(steps)),
        ),
        looked and looked.unconverted,
        looked and looked.unproven,
    )


def _look(
    connection: Connection, result: ResultView, pack: RatioPack, rules: Basis
) -> _Looked | None:
    """Return what a kept result's lines tell; None where they were not kept.

    What is kept never changes, so it is looked at once.
    """
    key = (result.building, result.id, result.content_hash, result.pack)
    known = _looked_at.get(key)
    if known is None:
        try:
            lines = results.lines_of(connection, result.id)
        except TraceOutdatedError:
            return None
        if len(_looked_at) >= _MOST_KNOWN:
            _looked_at.clear()
        found = bounds(pack, lines, rules.units, result.stage)
        excluded = tally(pack, lines, rules.units, result.stage).excluded
        known = _looked_at[key] = _Looked(
            low_percent=found.low_percent,
            high_percent=found.high_percent,
            unconverted=sum(each.reason in _NO_WAY for each in excluded),
            unproven=sum(line.role is Role.DELIVERED and not line.green for line in lines),
        )
    return known


def _next(
    building: BuildingView,
    stand: StandView | None,
    missing: MissingView,
    counted: site.Counts,
    aim: ProjectTargetView | None,
) -> NextStep:
    """Return the first thing that is open."""
    goal = aim.percent if aim else max(stand.steps, default=None) if stand else None
    is_short = stand is not None and goal is not None and stand.percent < goal
    steps = (
        (not counted.bill_lines, NextStep.BILL),
        (missing.unmatched, NextStep.MATCH),
        (missing.unconverted, NextStep.CONVERT),
        (is_short and not counted.deliveries and building.completed_on is None, NextStep.DELIVER),
        (missing.without_evidence, NextStep.EVIDENCE),
        (is_short, NextStep.SWAP),
    )
    return next((step for is_open, step in steps if is_open), NextStep.DOCUMENTS)
