"""Make the content of a published figure from the facts, as they were known at a moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from catalog.models.base import DECIMAL_PLACES
from catalog.repositories import known_then, published, reference
from catalog.repositories.building_facts import BuildingFacts
from catalog.repositories.calculating import Reader
from catalog.rules.packs import named
from catalog.rules.periods import Basis as Years
from catalog.rules.proof import Goods, Paper
from catalog.rules.publication import canonical, canonical_parts, fingerprint
from catalog.rules.ratio import kept
from catalog.rules.ratio.cube import Counted
from catalog.rules.terms import BillStage, Stage
from catalog.services import divisions
from catalog.services.batches import Calculated, calculate_batch, row_of
from catalog.services.calculation import Basis, Figure
from catalog.services.garbage import collecting_rarely
from catalog.services.jobs import Step, Tell, tell_nobody
from catalog.views.figures import DIVISION, Question, ResultFigure
from catalog.views.published import FigureContent, PackUsed, PaperUsed, PublishedResult, Scope

FORMAT = "lucai-figure-2"
# The first format was written before what lines tell of adoption was kept with a result.
_WITHOUT_ADOPTIONS = "lucai-figure-1"
_READ_AT_ONCE = 100
# The goods of more buildings would take more room than reading them again takes time.
_SHARED_BY = 1_000
_HEADS_AT_ONCE = 5_000
_SPELLED_AT_ONCE = 50_000
_NONE_STORED = (0, "")
_SCALE = 10**DECIMAL_PLACES


class Composed(msgspec.Struct, frozen=True):
    """A content, or None where nothing counts, and what is stored otherwise than it follows.

    ``outdated`` are the buildings whose stored results are not what the facts say.
    """

    content: FigureContent | None
    outdated: list[int]


@collecting_rarely()
def compose(
    connection: Connection,
    scope: Scope,
    known_at: dt.datetime,
    *,
    form: str = FORMAT,
    tell: Tell = tell_nobody,
) -> Composed:
    """Calculate every building of the scope from the facts known then, and add them up.

    The packs are those that were published then. A result's id is that of the stored result that
    says the same; where there is none, it is 0 and the building is outdated. ``form`` is the
    format of the content: an earlier one is written as it was then.
    """
    tell(Step(name="figures"))
    packs = reference.packs(connection, known_at=known_at)
    units = reference.unit_table(connection)

    def begin() -> tuple[Reader, Basis]:
        with_adoptions = form != _WITHOUT_ADOPTIONS
        reader = Reader(connection, known_at=known_at, with_adoptions=with_adoptions)
        return reader, Basis(packs, units)

    places = published.division_keys(connection)
    stored = published.results_known(connection, scope.stage, scope.method, known_at)
    ids = _in_scope(connection, begin()[0], scope, places, known_at)
    keys = published.building_keys(connection, ids)
    used, hashing = _Used(), _Hashing(scope.stage)
    results: list[PublishedResult] = []
    counted: list[Counted] = []
    outdated: list[int] = []
    for facts, calculated in _calculated(connection, begin, ids, scope):
        tell(Step(name="figures", done=len(results), total=len(ids)))
        row, found = row_of(calculated, known_at), calculated.figure
        result_id, content_hash = stored.pop(facts.id, _NONE_STORED)
        if content_hash != row["content_hash"]:
            outdated.append(facts.id)
            result_id = 0
        building, project = keys[facts.id]
        facts_hash, lines = hashing.of(facts)
        results.append(
            PublishedResult(
                id=result_id,
                content_hash=row["content_hash"],
                division=places[facts.division_id],
                project=project,
                building=building,
                pack=row["pack"],
                thresholds=row["thresholds"],
                ratio=found.percent,
                points=found.points,
                gate_star=found.gate_star,
                floor_area_m2=facts.floor_area_m2,
                green_amount=found.green_amount,
                total_amount=found.total_amount,
                lines=lines,
                facts_hash=facts_hash,
            )
        )
        counted.append(_counted(facts, found, scope))
        used.note(facts, calculated)
    outdated += sorted(_stored_in(connection, scope) & stored.keys())
    if not results:
        return Composed(None, outdated)
    content = FigureContent(
        format=form,
        scope=scope,
        figure=_added_up(connection, counted, scope, ())[0],
        divisions=[] if scope.division else _added_up(connection, counted, scope, (DIVISION,)),
        results=sorted(results, key=lambda result: result.building),
        packs=used.packs(connection),
        papers=used.papers(connection),
        reports=published.reports(connection, used.reports),
    )
    return Composed(content, outdated)


def _in_scope(
    connection: Connection,
    reader: Reader,
    scope: Scope,
    places: dict[int, str],
    known_at: dt.datetime,
) -> list[int]:
    """Return the buildings of the division that were done within the year."""
    found = []
    every = known_then.building_ids(connection, known_at)
    for start in range(0, len(every), _HEADS_AT_ONCE):
        for facts in reader.buildings_of(every[start : start + _HEADS_AT_ONCE]):
            is_design = scope.stage is Stage.DESIGN
            done_on = facts.designed_on if is_design else facts.completed_on
            is_there = scope.division in (None, places[facts.division_id])
            if is_there and done_on is not None and scope.first <= done_on <= scope.last:
                found.append(facts.id)
    return found


def _calculated(
    connection: Connection,
    begin: Callable[[], tuple[Reader, Basis]],
    ids: Sequence[int],
    scope: Scope,
) -> Iterator[tuple[BuildingFacts, Calculated]]:
    """Yield each building with its lines, and what it comes to."""
    for first in range(0, len(ids), _SHARED_BY):
        reader, known = begin()
        some = ids[first : first + _SHARED_BY]
        # What is in a year is done: no figure of it goes by the rules of today.
        figures = calculate_batch(
            connection,
            reader,
            some,
            known,
            today=scope.last,
            methods=(scope.method,),
            stages=(scope.stage,),
        )
        by_building = {each.facts.id: each for each in figures}
        counted = list(by_building)
        for start in range(0, len(counted), _READ_AT_ONCE):
            for facts in reader.facts_of(counted[start : start + _READ_AT_ONCE]):
                yield facts, by_building[facts.id]


def _stored_in(connection: Connection, scope: Scope) -> set[int]:
    return published.buildings_in(
        connection,
        stage=scope.stage,
        method=scope.method,
        span=(scope.first, scope.last),
        division=scope.division,
    )


class _Hashing:
    """Hashes what the results of a stage stand on; what many deliveries share is spelled once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._spelled: dict[int, tuple[Goods, msgspec.Raw]] = {}

    def of(self, facts: BuildingFacts) -> tuple[str, int]:
        """Return the hash of the lines that the stage counts, and how many there are."""
        is_design = self._stage is Stage.DESIGN
        wanted = BillStage.DESIGN if is_design else BillStage.SETTLEMENT
        bill_lines = (line for line in facts.bill_lines if line.stage is wanted)
        deliveries = [] if is_design else facts.deliveries
        stood_on = msgspec.structs.replace(
            facts,
            bill_lines=sorted(bill_lines, key=lambda line: line.id),
            deliveries=[
                msgspec.structs.replace(line, goods=self._goods(line.goods))
                for line in sorted(deliveries, key=lambda line: line.id)
            ],
        )
        count = len(stood_on.bill_lines) + len(stood_on.deliveries)
        return fingerprint(canonical_parts(stood_on)), count

    def _goods(self, goods: Goods) -> msgspec.Raw:
        known = self._spelled.get(id(goods))
        if known is None:
            if len(self._spelled) >= _SPELLED_AT_ONCE:
                self._spelled.clear()
            # The goods are held too: another thing could have their place in memory.
            known = self._spelled[id(goods)] = goods, msgspec.Raw(canonical(goods))
        return known[1]


def _counted(facts: BuildingFacts, found: Figure, scope: Scope) -> Counted:
    """Return the result as sums take it, in whole millionths, in the year that is published."""
    return Counted(
        stage=scope.stage.value,
        method=scope.method,
        kinds="," + "".join(f"{kind}," for kind in facts.kinds),
        division_id=facts.division_id,
        year=scope.year,
        report_year=scope.year,
        pack=named(found.pack),
        points=int(found.points * _SCALE),
        project_id=facts.project_id,
        ratio=int(found.percent * _SCALE),
        area=None if facts.floor_area_m2 is None else int(facts.floor_area_m2 * _SCALE),
        green_amount=None if found.green_amount is None else int(found.green_amount * _SCALE),
        total_amount=None if found.total_amount is None else int(found.total_amount * _SCALE),
    )


def _added_up(
    connection: Connection, counted: list[Counted], scope: Scope, by: tuple[str, ...]
) -> list[ResultFigure]:
    question = Question(stage=scope.stage, by=by, basis=Years.CALENDAR, year=scope.year)
    return divisions.figures_of(connection, counted, question)


class _Used:
    """Collects the packs and papers that results went by."""

    def __init__(self) -> None:
        self.reports: set[int] = set()
        self._packs: set[str] = set()
        self._versions: set[tuple[int, dt.date]] = set()
        self._papers: dict[int, Paper] = {}

    def note(self, facts: BuildingFacts, calculated: Calculated) -> None:
        """Remember what one result went by."""
        self._packs |= {named(calculated.figure.pack), named(calculated.figure.thresholds)}
        for paper in kept.papers_behind(calculated.kept):
            if paper.report_id is not None:
                self.reports.add(paper.report_id)
            if paper.certificate_id and paper.effective_on:
                self._versions.add((paper.certificate_id, paper.effective_on))
        for delivery in facts.deliveries:
            self._papers.update((paper.id, paper) for paper in delivery.goods.papers)

    def packs(self, connection: Connection) -> list[PackUsed]:
        """Return the packs with the hashes of their contents."""
        hashes = published.pack_hashes(connection)
        return [PackUsed(pack, hashes[pack]) for pack in sorted(self._packs)]

    def papers(self, connection: Connection) -> list[PaperUsed]:
        """Return the versions of certificates with the hashes of all that was known of them."""
        names = published.papers(connection, (i for i, _ in self._versions))
        hashes = {i: fingerprint(canonical(self._papers[i])) for i, _ in self._versions}
        found = [
            PaperUsed(*names[i], effective_on=effective_on, facts_hash=hashes[i])
            for i, effective_on in self._versions
        ]
        return sorted(found, key=lambda paper: (paper.certificate, paper.effective_on))
