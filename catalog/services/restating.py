"""Say what a published figure is now, which lines changed since, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from catalog.errors import TraceOutdatedError
from catalog.repositories import published, restating, results
from catalog.repositories.restating import InScope, Learnt, StoredLine
from catalog.rules.ratio.lines import RatioLine
from catalog.services import divisions
from catalog.services.results import lines_of
from catalog.views.figures import Question
from catalog.views.projects import ResultView
from catalog.views.published import FigureContent
from catalog.views.restating import BuildingChange, Cause, Change, Restatement

_NOTHING = (None, "")
# What two results that say the same may differ in.
_NOT_SAID = frozenset({"id", "content_hash", "computed_at", "is_stale"})


def restate(connection: Connection, content_hash: str) -> Restatement:
    """Compare a published figure with the same figure as known now.

    Raises:
        PublishedFigureNotFoundError: No figure was published with this hash.
    """
    head, spelling = published.get(connection, content_hash)
    content = msgspec.json.decode(spelling, type=FigureContent)
    scope = content.scope
    asked = InScope(scope.stage, scope.method, scope.first, scope.last, scope.division)
    now = restating.current_in(connection, asked)
    then = {result.building: result for result in content.results}
    changed = {
        building
        for building in then.keys() | now.keys()
        if building not in then or now.get(building, _NOTHING)[1] != then[building].content_hash
    }
    names = restating.names(connection, changed)
    elsewhere = restating.current_of(connection, asked, changed - now.keys())
    buildings = []
    for building in sorted(changed):
        before = results.get_by_id(connection, then[building].id) if building in then else None
        known = now.get(building) or elsewhere.get(building)
        after = results.get_by_id(connection, known[0]) if known else None
        is_counted = building in now
        if is_counted and before and after and _is_told_alike(connection, before, after):
            continue
        buildings.append(
            BuildingChange(
                project=names[building][0],
                project_name=names[building][1],
                building=building,
                building_name=names[building][2],
                result_then=before.id if before else None,
                result_now=after.id if after else None,
                ratio_then=before.ratio if before else None,
                ratio_now=after.ratio if after and is_counted else None,
                points_then=before.points if before else None,
                points_now=after.points if after and is_counted else None,
                changes=[
                    *_of_building(before, after, is_counted=is_counted),
                    *_of_lines(connection, before, after, since=head.published_at),
                ],
            )
        )
    question = Question(
        stage=scope.stage, by=(), basis=scope.basis, division=scope.division, year=scope.year
    )
    figures = divisions.result_figures(connection, question, methods=[scope.method])
    return Restatement(
        head=head,
        then=content.figure,
        now=figures[0] if figures else None,
        unchanged=len(then.keys() - {each.building for each in buildings}),
        waiting=restating.waiting(connection, asked),
        buildings=buildings,
    )


def _of_building(
    before: ResultView | None, after: ResultView | None, *, is_counted: bool
) -> Iterator[Change]:
    """Yield what changed of the building as a whole."""
    if before is None:
        yield Change(cause=Cause.COUNTS_NOW, recorded_at=after.computed_at if after else None)
        return
    if not is_counted:
        yield Change(
            cause=Cause.COUNTS_NO_MORE,
            before=f"{before.division} {before.year}",
            after=f"{after.division} {after.year}" if after else None,
        )
    if after is None:
        return
    if before.pack != after.pack:
        yield Change(cause=Cause.PACK_CHANGED, before=before.pack, after=after.pack)
    if before.thresholds != after.thresholds:
        yield Change(
            cause=Cause.THRESHOLDS_CHANGED, before=before.thresholds, after=after.thresholds
        )
    if before.floor_area_m2 != after.floor_area_m2:
        yield Change(
            cause=Cause.AREA_CHANGED,
            before=_text(before.floor_area_m2),
            after=_text(after.floor_area_m2),
        )


def _is_told_alike(connection: Connection, before: ResultView, after: ResultView) -> bool:
    """Tell whether two results differ at most in what is told of adoption beside their lines.

    Where adoption decided anything, the lines differ in more than that.
    """
    said = ResultView.__struct_fields__
    if any(getattr(before, name) != getattr(after, name) for name in said if name not in _NOT_SAID):
        return False
    try:
        old, new = (
            {line.id: _without_adoption(line) for line in lines_of(connection, result.id)}
            for result in (before, after)
        )
    except TraceOutdatedError:
        return False
    return old == new


def _without_adoption(line: RatioLine) -> RatioLine:
    if line.proof is None:
        return line
    bare = msgspec.structs.replace(line.proof, standing=None, adoption_id=None)
    return msgspec.structs.replace(line, proof=bare)


def _of_lines(
    connection: Connection,
    before: ResultView | None,
    after: ResultView | None,
    *,
    since: dt.datetime,
) -> list[Change]:
    """Return what changed of the lines that the two results counted."""
    if before is None or after is None:
        return []
    try:
        old, new = (
            {line.id: line for line in lines_of(connection, result.id)}
            for result in (before, after)
        )
    except TraceOutdatedError:  # An earlier version of the program did not keep them.
        return []
    differing = [i for i in old.keys() | new.keys() if old.get(i) != new.get(i)]
    stored = restating.stored_lines(connection, differing)
    places = {(_kind(i), stored[i].note, stored[i].number): i for i in differing if i not in old}
    found: list[Change] = []
    replaced = set()
    proven: list[tuple[str, RatioLine, RatioLine]] = []
    for i in sorted(differing, key=_order):
        line = stored[i]
        if i in old and i in new:
            proven.append((i, old[i], new[i]))
        elif i in old:
            successor = places.get((_kind(i), line.note, line.number))
            if successor is not None:
                replaced.add(successor)
                found.append(_corrected(successor, line, stored[successor]))
                if _is_same_but_proof(line, stored[successor], old[i], new[successor]):
                    proven.append((successor, old[i], new[successor]))
            else:
                is_undone = line.superseded_run is not None and line.superseded_run == line.run
                found.append(
                    _change(
                        Cause.IMPORT_UNDONE if is_undone else Cause.LINE_REMOVED,
                        i,
                        line,
                        before=_amount(line),
                        run=line.superseded_run,
                    )
                )
    found += [
        _change(Cause.LINE_ADDED, i, stored[i], after=_amount(stored[i]), run=stored[i].run)
        for i in sorted(differing, key=_order)
        if i not in old and i not in replaced
    ]
    return [*found, *_proofs(connection, proven, stored, since)]


def _proofs(
    connection: Connection,
    proven: list[tuple[str, RatioLine, RatioLine]],
    stored: dict[str, StoredLine],
    since: dt.datetime,
) -> Iterator[Change]:
    """Yield the lines that are the same and count otherwise, with what was learnt of the paper."""
    papers = {i for _, old, new in proven for i in (_paper(old), _paper(new)) if i is not None}
    names = restating.paper_names(connection, papers)
    learnt = restating.learnt_since(connection, papers, since)
    for i, old, new in proven:
        if (old.green, old.green_reason) == (new.green, new.green_reason):
            if old.proof == new.proof:
                yield _change(
                    Cause.LINE_READ_OTHERWISE, i, stored[i], before=old.category, after=new.category
                )
            continue
        paper = _paper(new) if _paper(new) in learnt else _paper(old) or _paper(new)
        news: Learnt | None = learnt.get(paper) if paper is not None else None
        key, number = names.get(paper, (None, None)) if paper is not None else (None, None)
        yield Change(
            cause=Cause.PROOF_CHANGED,
            line=i,
            name=stored[i].name,
            number=_number(stored[i]),
            before=old.green_reason,
            after=new.green_reason,
            certificate=key,
            certificate_number=number,
            state=news.state if news else None,
            from_on=news.from_on if news else None,
            run=news.run if news else None,
            recorded_at=news.recorded_at if news else None,
        )


def _corrected(i: str, before: StoredLine, after: StoredLine) -> Change:
    """Return how a line was corrected; what an undo knows again names the import undone."""
    is_undone = before.superseded_run is not None and before.superseded_run == before.run
    return _change(
        Cause.IMPORT_UNDONE if is_undone else Cause.LINE_CORRECTED,
        i,
        after,
        before=_amount(before),
        after=_amount(after),
        run=before.superseded_run,
    )


def _is_same_but_proof(
    before: StoredLine, after: StoredLine, old: RatioLine, new: RatioLine
) -> bool:
    return _amount(before) == _amount(after) and old.green != new.green


def _change(
    cause: Cause,
    i: str,
    line: StoredLine,
    *,
    before: str | None = None,
    after: str | None = None,
    run: int | None = None,
) -> Change:
    return Change(
        cause=cause,
        line=i,
        name=line.name,
        number=_number(line),
        before=before,
        after=after,
        run=run,
        recorded_at=line.recorded_at,
    )


def _paper(line: RatioLine) -> int | None:
    return line.proof.certificate_id if line.proof else None


def _kind(line: str) -> str:
    return line.rpartition("-")[0]


def _order(line: str) -> tuple[str, int]:
    kind, _, number = line.rpartition("-")
    return kind, int(number)


def _number(line: StoredLine) -> str:
    return f"{line.note}/{line.number}" if line.note else line.number


def _amount(line: StoredLine) -> str:
    return f"{_text(line.quantity)} {line.unit}"


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
