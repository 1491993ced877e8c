"""Keep facts and cubes in step with lines and results, inside the transaction that changes them.

Whatever writes lines, or what a line's fact stands on, writes through ``bulk``, which notes it.
Just before the transaction ends, ``settle`` makes the facts of the lines that are reached anew
and adds the difference to the cubes: nobody has to remember to, and nothing is counted twice.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Select,
    String,
    Table,
    bindparam,
    event,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from catalog.models.adoption import Adoption, AdoptionStatus
from catalog.models.certificate import CertificateStatus, CertificateVersion, ProductCertificate
from catalog.models.cube import ProjectCount, ResultCube, UsageCube
from catalog.models.project import Building
from catalog.models.result import Result
from catalog.models.usage import BillLine, Delivery
from catalog.repositories import bulk, changes, cube_cells, usage_facts
from catalog.repositories.changes import Changes
from catalog.repositories.clocks import between
from catalog.rules.periods import Close, report_year
from catalog.rules.ratio.cube import (
    Cells,
    Counted,
    Presence,
    project_cells,
    projects_in,
    result_cells,
    usage_cells,
)
from catalog.rules.terms import Stage

_TURN = 0x1CA2
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_USAGE, _RESULTS, _PROJECTS = map(bulk.table_of, (UsageCube, ResultCube, ProjectCount))
CUBES = (_USAGE, _RESULTS, _PROJECTS)
_LINE = {Stage.COMPLETION: bulk.table_of(Delivery), Stage.DESIGN: bulk.table_of(BillLine)}
_LINK = bulk.table_of(ProductCertificate)
_BUILDING = bulk.table_of(Building)
_ADOPTION, _DECIDED = map(bulk.table_of, (Adoption, AdoptionStatus))
_PAPERS = [bulk.table_of(model) for model in (CertificateVersion, CertificateStatus)]
_COUNTED: Select[*tuple[Any, ...]] = select(
    type_coerce(Result.stage, String),
    Result.method,
    type_coerce(Result.kinds, String),
    Result.division_id,
    Result.year,
    Result.done_on,
    Result.pack,
    type_coerce(Result.points, BigInteger),
    Result.project_id,
    type_coerce(Result.ratio, BigInteger),
    type_coerce(Result.floor_area_m2, BigInteger),
    type_coerce(Result.green_amount, BigInteger),
    type_coerce(Result.total_amount, BigInteger),
)
_NAMED = _COUNTED.where(Result.id.in_(_IDS))
_STANDING = _NAMED.where(Result.superseded_at.is_(None))
_CLOSED = _NAMED.where(Result.superseded_at.is_not(None))
_OF_PROJECTS = _COUNTED.where(Result.project_id.in_(_IDS), Result.superseded_at.is_(None))
_KNOWN = _COUNTED.where(
    Result.stage == bindparam("stage"),
    Result.method == bindparam("method"),
    between(Result.computed_at, Result.superseded_at),
)
_EVERY = (
    _COUNTED.add_columns(Result.id)
    .where(Result.id > bindparam("after"), Result.superseded_at.is_(None))
    .order_by(Result.id)
    .limit(usage_facts.CHUNK)
)


def follow(session_class: type[Session]) -> None:
    """Make sessions of this class settle before they commit, whichever door opened them."""
    event.listen(session_class, "before_commit", settle)


def settle(session: Session) -> None:
    """Bring facts and cubes in step with what this transaction has written so far."""
    written = changes.take(session)
    if written is None:
        return
    connection = session.connection()
    _take_turn(connection)
    if written.touched("report_close"):
        rebuild(connection)
        return
    cells: Cells = {}
    lines = usage_facts.Lines(connection)
    for stage, ids in _reached(connection, written).items():
        new = written.added[_LINE[stage].name]
        for part in _parts(ids):
            _refresh(lines, stage, part, new, cells)
    cube_cells.add(connection, _USAGE, cells)
    _settle_results(connection, written, lines.closes)


def rebuild(connection: Connection) -> None:
    """Make every fact and every cube anew from the lines and the results."""
    usage_facts.remove_all(connection)
    for table in CUBES:
        connection.execute(table.delete())
    lines = usage_facts.Lines(connection)
    cells: Cells = {}
    for stage in Stage:
        for facts in lines.every(stage):
            usage_facts.add(connection, facts)
            usage_cells(facts, 1, cells)
    cube_cells.add(connection, _USAGE, cells)
    for table, made in zip((_RESULTS, _PROJECTS), cells_of_results(connection), strict=True):
        cube_cells.add(connection, table, made)


def cells_of_results(connection: Connection) -> tuple[Cells, Cells]:
    """Return what the cubes of results and of projects must hold."""
    results: Cells = {}
    projects: Counter[Presence] = Counter()
    closes = usage_facts.closes(connection)
    last = 0
    while rows := connection.execute(_EVERY, {"after": last}).all():
        last = rows[-1][-1]
        counted = _counted((row[:-1] for row in rows), closes)
        result_cells(counted, 1, results)
        projects += projects_in(counted)
    counts: Cells = {}
    project_cells({}, projects, counts)
    return results, counts


def counted_at(
    connection: Connection, stage: Stage, method: str, known_at: dt.datetime
) -> list[Counted]:
    """Return the results by one method at one stage as they were known at a moment."""
    asked = {"stage": stage, "method": method, "known_at": known_at}
    return _counted(connection.execute(_KNOWN, asked), usage_facts.closes(connection))


def _take_turn(connection: Connection) -> None:
    """Wait until no other transaction is settling: what it counted must be seen, or not yet be.

    Nobody who settles waits for anything else, so nobody waits for ever.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_TURN)))


def _reached(connection: Connection, written: Changes) -> dict[Stage, set[int]]:
    """Return the lines whose facts can have changed."""

    def ids(table: Table, name: str, by: str, known: Iterable[int]) -> set[int]:
        query = select(table.c[name]).where(table.c[by].in_(_IDS))
        if table in _LINE.values() and by != "id":
            query = query.where(table.c.superseded_at.is_(None))
        return {
            found
            for part in _parts(known)
            for found in connection.scalars(query, {"ids": list(part)})
        }

    products = written.changed_only("product")
    papers = {
        paper
        for table in _PAPERS
        for paper in ids(table, "certificate_id", "id", written.touched(table.name))
    }
    covered = ids(_LINK, "product_id", "id", written.touched(_LINK.name))
    # A link that is closed still leads to deliveries that name the certificate themselves.
    covered |= ids(_LINK, "product_id", "certificate_id", papers)
    # Goods of a product that is new have come with it: they are new lines themselves.
    covered -= written.added["product"]
    decided = written.touched(_ADOPTION.name)
    decided |= ids(_DECIDED, "adoption_id", "id", written.touched(_DECIDED.name))
    decided |= ids(_ADOPTION, "id", "certificate_id", papers)
    # What is planned is green by what the bill states, and adopted or not all the same.
    products |= ids(_ADOPTION, "product_id", "id", decided)
    buildings = written.changed_only("building")
    buildings |= ids(_BUILDING, "id", "project_id", written.changed_only("project"))
    found = {}
    for stage, table in _LINE.items():
        # What is planned is green by what the bill states, whatever becomes of a certificate.
        sold = products | covered if stage is Stage.COMPLETION else products
        found[stage] = (
            written.touched(table.name)
            | ids(table, "id", "product_id", sold)
            | ids(table, "id", "building_id", buildings)
        )
    return found


def _refresh(
    lines: usage_facts.Lines, stage: Stage, ids: Sequence[int], new: set[int], cells: Cells
) -> None:
    """Replace the facts of some lines, and add the difference to the cells."""
    connection = lines.connection
    wanted = {fact.line_id: fact for fact in lines.named(stage, ids)}
    older = [i for i in ids if i not in new]
    held = {fact.line_id: fact for fact in usage_facts.held(connection, stage, older)}
    gone = [fact for i, fact in held.items() if wanted.get(i) != fact]
    come = [fact for i, fact in wanted.items() if held.get(i) != fact]
    usage_facts.remove(connection, gone)
    usage_facts.add(connection, come)
    usage_cells(gone, -1, cells)
    usage_cells(come, 1, cells)


def _settle_results(connection: Connection, written: Changes, closes: Sequence[Close]) -> None:
    added = _results(connection, _STANDING, written.added["result"], closes)
    closed = _results(connection, _CLOSED, written.changed_only("result"), closes)
    cells: Cells = {}
    result_cells(added, 1, cells)
    result_cells(closed, -1, cells)
    cube_cells.add(connection, _RESULTS, cells)
    projects = {each.project_id for each in (*added, *closed)}
    after = projects_in(_results(connection, _OF_PROJECTS, projects, closes))
    before = Counter(after)
    before.subtract(projects_in(added))
    before.update(projects_in(closed))
    counts: Cells = {}
    project_cells(before, after, counts)
    cube_cells.add(connection, _PROJECTS, counts)


def _results(
    connection: Connection, query: Select[*tuple[Any, ...]], ids: set[int], closes: Sequence[Close]
) -> list[Counted]:
    return [
        counted
        for part in _parts(ids)
        for counted in _counted(connection.execute(query, {"ids": list(part)}), closes)
    ]


def _counted(rows: Iterable[Any], closes: Sequence[Close]) -> list[Counted]:
    found = []
    years: dict[dt.date | None, int | None] = {None: None}
    for row in rows:
        done_on = row[5]
        if done_on not in years:
            years[done_on] = report_year(done_on, closes)
        found.append(Counted._make((*row[:5], years[done_on], *row[6:])))
    return found


def _parts(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), usage_facts.CHUNK):
        yield ordered[start : start + usage_facts.CHUNK]
