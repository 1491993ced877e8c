"""Queries for findings: those that stand, what each stands on, and writing what a run found."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from catalog.models.adoption import Case
from catalog.models.certificate import Certificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.finding import CertifiedOutput, Finding, FindingGround
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.usage import BillLine, Delivery
from catalog.rules.checks.kinds import FindingKind, FindingStanding, Found, LineOf, Verdict
from catalog.views.findings import (
    BilledGround,
    CaseGround,
    DeliveredGround,
    FileGround,
    FindingRow,
    OutputView,
)

_CHUNK = 1_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_IS: dict[FindingStanding, ColumnElement[bool]] = {
    FindingStanding.OPEN: Finding.verdict.is_(None) & Finding.gone_at.is_(None),
    FindingStanding.GONE: Finding.verdict.is_(None) & Finding.gone_at.is_not(None),
    FindingStanding.CONFIRMED: Finding.verdict == Verdict.CONFIRMED,
    FindingStanding.DISMISSED: Finding.verdict == Verdict.DISMISSED,
}
_ROW: Select[*tuple[Any, ...]] = select(
    Finding.id,
    Finding.key,
    Finding.kind,
    Finding.facts,
    Finding.day,
    Finding.is_synthetic,
    Finding.found_at,
    Finding.gone_at,
    Finding.verdict,
    Finding.judged_at,
    Finding.judged_by,
    Finding.reason,
)
_WHOSE: Select[*tuple[Any, ...]] = (
    select(FindingGround.finding_id, Division.key, Project.key, Project.name)
    .outerjoin(Division, Division.id == FindingGround.division_id)
    .outerjoin(Project, Project.id == FindingGround.project_id)
    .where(FindingGround.finding_id.in_(_IDS))
    .distinct()
    .order_by(FindingGround.finding_id, Division.key, Project.key)
)
_GROUNDS: Select[*tuple[Any, ...]] = (
    select(FindingGround.of, FindingGround.line_id)
    .where(FindingGround.finding_id == bindparam("id"))
    .order_by(FindingGround.id)
)
_DELIVERED: Select[*tuple[Any, ...]] = (
    select(
        Delivery.id,
        Division.key,
        Project.key,
        Project.name,
        Building.key,
        Building.name,
        Delivery.note_number,
        Delivery.line_number,
        Delivery.name,
        Delivery.specification,
        Delivery.quantity,
        Delivery.unit,
        Delivery.delivered_on,
        Delivery.delivered_precision,
        Delivery.supplier,
        Delivery.factory,
        Product.key,
        Product.name,
        Company.name,
        Certificate.key,
        Certificate.number,
        Delivery.run_id,
        Delivery.superseded_at.is_(None),
    )
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .join(Division, Division.id == Project.division_id)
    .outerjoin(Product, Product.id == Delivery.product_id)
    .outerjoin(Company, Company.id == Product.company_id)
    .outerjoin(Certificate, Certificate.id == Delivery.certificate_id)
    .where(Delivery.id.in_(_IDS))
    .order_by(Delivery.delivered_on, Delivery.id)
)
_BILL: Select[*tuple[Any, ...]] = (
    select(
        BillLine.id,
        Project.key,
        Building.key,
        Building.name,
        BillLine.stage,
        BillLine.line_number,
        BillLine.name,
        BillLine.quantity,
        BillLine.unit,
        BillLine.superseded_at.is_(None),
    )
    .join(Building, Building.id == BillLine.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(BillLine.id.in_(_IDS))
    .order_by(BillLine.id)
)
_FILES: Select[*tuple[Any, ...]] = (
    select(
        Evidence.key,
        Evidence.name,
        Evidence.sha256,
        Evidence.uploaded_by,
        Evidence.uploaded_at,
        Evidence.altered_since,
        Evidence.missing_since,
    )
    .where(Evidence.id.in_(_IDS))
    .order_by(Evidence.id)
)
_CASES: Select[*tuple[Any, ...]] = (
    select(Case.key, Case.number, Product.name)
    .join(Product, Product.id == Case.product_id)
    .where(Case.id.in_(_IDS))
    .order_by(Case.number)
)
_OUTPUTS: Select[*tuple[Any, ...]] = (
    select(
        Certificate.key,
        Certificate.number,
        CertifiedOutput.amount_per_year,
        CertifiedOutput.unit,
        CertifiedOutput.source,
        CertifiedOutput.stated_by,
        CertifiedOutput.recorded_at,
    )
    .join(Certificate, Certificate.id == CertifiedOutput.certificate_id)
    .where(Certificate.key == bindparam("key"), CertifiedOutput.superseded_at.is_(None))
)


def page_of(
    connection: Connection,
    *,
    seen_by: str | None,
    standings: Collection[FindingStanding],
    kind: FindingKind | None,
    division: str | None,
    project: str | None,
    limit: int,
    offset: int,
) -> tuple[list[FindingRow], int]:
    """Return one page of findings, newest first, and how many there are.

    ``seen_by`` is the division whose findings alone are shown; None shows all. Without
    ``standings`` they may stand as they will.
    """
    asked = _ROW
    if standings:
        asked = asked.where(or_(*(_IS[standing] for standing in standings)))
    if kind is not None:
        asked = asked.where(Finding.kind == kind)
    for key in (seen_by, division):
        if key is not None:
            asked = asked.where(_of_division(key))
    if project is not None:
        asked = asked.where(_of_project(project))
    total = connection.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = connection.execute(
        asked.order_by(Finding.found_at.desc(), Finding.id.desc()).limit(limit).offset(offset)
    ).all()
    return _rows(connection, rows), total


def counts(connection: Connection, *, seen_by: str | None) -> dict[FindingKind, int]:
    """Return how many findings of each kind are open."""
    asked = select(Finding.kind, func.count()).where(_IS[FindingStanding.OPEN])
    if seen_by is not None:
        asked = asked.where(_of_division(seen_by))
    rows = connection.execute(asked.group_by(Finding.kind)).all()
    return {row[0]: row[1] for row in rows}


def counts_by_project(
    connection: Connection, projects: Collection[str], *, standings: Collection[FindingStanding]
) -> dict[str, int]:
    """Return how many findings that stand so concern each project; none is left out."""
    statement = (
        select(Project.key, func.count(FindingGround.finding_id.distinct()))
        .join(FindingGround, FindingGround.project_id == Project.id)
        .join(Finding, Finding.id == FindingGround.finding_id)
        .where(Project.key.in_(_IDS), or_(*(_IS[standing] for standing in standings)))
        .group_by(Project.key)
    )
    return {row[0]: row[1] for row in connection.execute(statement, {"ids": sorted(projects)})}


def id_of(connection: Connection, row: FindingRow) -> int:
    """Return the number of a finding in the store."""
    return connection.scalars(select(Finding.id).where(Finding.key == row.key)).one()


def by_key(connection: Connection, key: str) -> tuple[int, FindingRow] | None:
    """Return the id and the row of a finding, or None."""
    rows = connection.execute(_ROW.where(Finding.key == key)).all()
    return (rows[0][0], _rows(connection, rows)[0]) if rows else None


def grounds_of(
    connection: Connection, finding_id: int
) -> tuple[list[DeliveredGround], list[BilledGround], list[FileGround], list[CaseGround]]:
    """Return the lines, files and cases that a finding stands on."""
    ids: dict[LineOf, list[int]] = defaultdict(list)
    for of, line_id in connection.execute(_GROUNDS, {"id": finding_id}):
        ids[of].append(line_id)

    def rows(query: Select[*tuple[Any, ...]], of: LineOf) -> Sequence[Any]:
        return connection.execute(query, {"ids": ids[of]}).all() if ids[of] else []

    return (
        [DeliveredGround(*row) for row in rows(_DELIVERED, LineOf.DELIVERY)],
        [BilledGround(*row) for row in rows(_BILL, LineOf.BILL_LINE)],
        [FileGround(*row) for row in rows(_FILES, LineOf.EVIDENCE)],
        [CaseGround(*row) for row in rows(_CASES, LineOf.CASE)],
    )


def output_of(connection: Connection, certificate: str) -> OutputView | None:
    """Return the yearly output that is stated of a certificate."""
    row = connection.execute(_OUTPUTS, {"key": certificate}).first()
    return OutputView(*row) if row else None


def end_output(session: Session, certificate_id: int, *, now: dt.datetime) -> None:
    """Supersede what is stated of a certificate's output."""
    session.execute(
        update(CertifiedOutput)
        .where(
            CertifiedOutput.certificate_id == certificate_id,
            CertifiedOutput.superseded_at.is_(None),
        )
        .values(superseded_at=now)
    )


def known(session: Session) -> dict[str, tuple[int, Verdict | None, bool, str]]:
    """Return of every finding by key: id, verdict, whether it is gone, and its facts."""
    rows = session.execute(
        select(Finding.key, Finding.id, Finding.verdict, Finding.gone_at, Finding.facts)
    )
    return {row[0]: (row[1], row[2], row[3] is not None, row[4]) for row in rows}


def add(session: Session, found: Sequence[Found], *, now: dt.datetime) -> None:
    """Write findings that are new, with what they stand on."""
    for start in range(0, len(found), _CHUNK):
        part = found[start : start + _CHUNK]
        session.execute(
            insert(Finding),
            [
                {
                    "key": each.key,
                    "kind": each.kind,
                    "facts": facts_text(each),
                    "day": each.day,
                    "is_synthetic": each.is_synthetic,
                    "found_at": now,
                }
                for each in part
            ],
        )
        keys = select(Finding.key, Finding.id).where(Finding.key.in_([e.key for e in part]))
        ids = {row[0]: row[1] for row in session.execute(keys)}
        put_grounds(session, [(ids[each.key], each) for each in part])


def put_grounds(session: Session, found: Iterable[tuple[int, Found]]) -> None:
    """Write what findings stand on, in place of what they stood on."""
    pairs = list(found)
    session.execute(
        delete(FindingGround).where(FindingGround.finding_id.in_([i for i, _ in pairs]))
    )
    rows = [
        {
            "finding_id": number,
            "of": ground.of,
            "line_id": ground.id,
            "division_id": ground.division,
            "project_id": ground.project,
        }
        for number, each in pairs
        for ground in each.grounds
    ]
    if rows:
        session.execute(insert(FindingGround), rows)


def renew(session: Session, number: int, found: Found, *, back_at: dt.datetime | None) -> None:
    """Write an open finding's facts anew; one that was gone is found again at the moment."""
    values: dict[str, Any] = {"facts": facts_text(found), "day": found.day}
    if back_at is not None:
        values |= {"gone_at": None, "found_at": back_at}
    session.execute(update(Finding).where(Finding.id == number).values(**values))
    put_grounds(session, [(number, found)])


def close(session: Session, numbers: Sequence[int], *, now: dt.datetime) -> None:
    """Say that the causes of open findings are gone."""
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        session.execute(update(Finding).where(Finding.id.in_(part)).values(gone_at=now))


def settle(session: Session, key: str, *, standing: FindingStanding, **values: object) -> bool:
    """Write a verdict, or take it back, if the finding still stands so; tell whether it did."""
    done = session.execute(
        update(Finding).where(Finding.key == key, _IS[standing]).values(**values)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]  # An update has one.


def facts_text(found: Found) -> str:
    """Return the facts as they are kept."""
    return msgspec.json.encode(found.facts, order="deterministic").decode()


def _of_division(key: str) -> ColumnElement[bool]:
    return Finding.id.in_(
        select(FindingGround.finding_id)
        .join(Division, Division.id == FindingGround.division_id)
        .where(Division.key == key)
    )


def _of_project(key: str) -> ColumnElement[bool]:
    return Finding.id.in_(
        select(FindingGround.finding_id)
        .join(Project, Project.id == FindingGround.project_id)
        .where(Project.key == key)
    )


def _rows(connection: Connection, rows: Sequence[Any]) -> list[FindingRow]:
    divisions: dict[int, dict[str, None]] = defaultdict(dict)
    projects: dict[int, dict[str, str]] = defaultdict(dict)
    ids = [row[0] for row in rows]
    for number, division, project, name in connection.execute(_WHOSE, {"ids": ids}):
        if division is not None:
            divisions[number][division] = None
        if project is not None:
            projects[number][project] = name
    return [
        FindingRow(
            key=row.key,
            kind=row.kind,
            facts=msgspec.json.decode(row.facts, type=dict[str, str | None]),
            day=row.day,
            is_synthetic=row.is_synthetic,
            found_at=row.found_at,
            gone_at=row.gone_at,
            verdict=row.verdict,
            judged_at=row.judged_at,
            judged_by=row.judged_by,
            reason=row.reason,
            divisions=tuple(divisions[row.id]),
            projects=tuple(projects[row.id].items()),
        )
        for row in rows
    ]
