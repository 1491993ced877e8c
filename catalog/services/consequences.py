"""Which figures a decision between two sources would change; calculated on demand, not kept."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from catalog.errors import ConflictNotFoundError
from catalog.repositories import calculating, conflicts, proofs
from catalog.repositories.building_facts import BuildingFacts
from catalog.rules.proof import Paper
from catalog.rules.terms import CertificateState, ConflictSubject, Decision, Stage
from catalog.services.calculation import Basis, basis, calculate_building
from catalog.views.conflicts import (
    ConflictFigures,
    ConflictRow,
    ConflictStanding,
    DecisionFigures,
    FigureChange,
)

MOST_BUILDINGS = 20
_STATE, _STATE_DAY = "state", "from_on"

Figures = dict[tuple[Stage, str], Decimal]


def figures_by_decision(
    connection: Connection, conflict_id: int, *, today: dt.date
) -> ConflictFigures:
    """Return for each possible decision the ratios that it would change, and from what to what.

    Only the first ``MOST_BUILDINGS`` buildings are calculated. Ratios stand on certificates alone,
    so a conflict of declarations changes none.

    Raises:
        ConflictNotFoundError: There is none, or the import that brought it was undone.
    """
    row = conflicts.by_id(connection, conflict_id)
    if row is None:
        raise ConflictNotFoundError(key=conflict_id)
    if row.standing is not ConflictStanding.OPEN:
        return ConflictFigures(conflict_id, 0, 0, [])
    if row.subject is not ConflictSubject.CERTIFICATE or row.certificate is None:
        return ConflictFigures(
            conflict_id, 0, 0, [DecisionFigures(decision, []) for decision in Decision]
        )
    named, total = conflicts.buildings_depending(connection, row.certificate, MOST_BUILDINGS)
    paper = paper_of(connection, row.certificate)
    known = basis(connection)
    buildings = calculating.facts_of(connection, list(named))
    now = {facts.id: _figures(facts, known, today) for facts in buildings}
    decisions = []
    for decision, value in ((Decision.HELD, row.held_value), (Decision.OFFERED, row.offered_value)):
        changes = []
        supposed = paper_if(row, paper, value)
        for facts in buildings:
            then = _figures(_facts_under(facts, supposed), known, today)
            project, name = named[facts.id]
            changes += [
                FigureChange(
                    project, name, stage, method, now[facts.id].get(figure), then.get(figure)
                )
                for figure in sorted(now[facts.id].keys() | then.keys())
                for stage, method in (figure,)
                if now[facts.id].get(figure) != then.get(figure)
            ]
        decisions.append(
            DecisionFigures(decision, sorted(changes, key=lambda one: (one.project, one.building)))
        )
    return ConflictFigures(conflict_id, total, len(buildings), decisions)


def paper_if(row: ConflictRow, paper: Paper, value: str | None) -> Paper:
    """Return a certificate as it would be if the value counts wherever a side stands now."""
    if value is None:
        return paper
    sides = {row.held_value, row.offered_value}
    if row.field in (_STATE, _STATE_DAY):
        states = []
        for state, day in paper.states:
            if row.field == _STATE and str(state) in sides:
                states.append((CertificateState(value), day))
            elif row.field == _STATE_DAY and str(day) in sides:
                states.append((state, dt.date.fromisoformat(value)))
            else:
                states.append((state, day))
        return msgspec.structs.replace(paper, states=tuple(states))
    versions = [
        msgspec.structs.replace(version, **{row.field: _typed(getattr(version, row.field), value)})
        if str(getattr(version, row.field, None)) in sides
        else version
        for version in paper.versions
    ]
    return msgspec.structs.replace(paper, versions=tuple(versions))


def paper_of(connection: Connection, certificate: str) -> Paper:
    """Return a certificate by its key, as proofs need it."""
    found = conflicts.certificate_id(connection, certificate)
    return proofs.papers_of(connection, [found])[found]


def _typed(held: object, value: str) -> object:
    return dt.date.fromisoformat(value) if isinstance(held, dt.date) else value


def _facts_under(facts: BuildingFacts, paper: Paper) -> BuildingFacts:
    deliveries = [
        msgspec.structs.replace(line, goods=line.goods.under(paper))
        if line.goods.rest_on(paper.id)
        else line
        for line in facts.deliveries
    ]
    return msgspec.structs.replace(facts, deliveries=deliveries)


def _figures(facts: BuildingFacts, known: Basis, today: dt.date) -> Figures:
    return {
        (found.stage, found.pack.method): found.percent
        for found in calculate_building(facts, known, today=today)
    }
