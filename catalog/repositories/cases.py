"""Queries for cases, their steps, files and objections, and the notices that run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)

from catalog.models.account import Organisation
from catalog.models.adoption import Case, CaseEvidence, CaseStep, Objection
from catalog.models.certificate import (
    Certificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.evidence import Evidence
from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.rules.terms import CaseState, Route
from catalog.rules.workflow.steps import Step
from catalog.views.cases import (
    CaseEvidenceView,
    CaseRow,
    CaseTotals,
    ObjectionView,
    StepView,
)

_ROW: Select[*tuple[Any, ...]] = (
    select(
        Case.number,
        Case.route,
        Case.state,
        Case.version,
        Product.key.label("product"),
        Product.name.label("product_name"),
        Product.model,
        Category.key.label("category"),
        Company.key.label("company"),
        Company.name.label("company_name"),
        Organisation.key.label("organisation"),
        Organisation.name.label("organisation_name"),
        Division.key.label("division"),
        Certificate.key.label("certificate"),
        Certificate.number.label("certificate_number"),
        Case.report_issued_on,
        Case.opened_at,
        Case.submitted_at,
        Case.due_on,
        Case.ended_at,
        Case.is_synthetic,
    )
    .join(Product, Product.id == Case.product_id)
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
    .join(Organisation, Organisation.id == Case.organisation_id)
    .join(Division, Division.id == Case.division_id)
    .outerjoin(Certificate, Certificate.id == Case.certificate_id)
)
_NAMES = tuple(column.key for column in _ROW.selected_columns if column.key is not None)
_IS_OPEN = Case.ended_at.is_(None)
_BY_KEY: Select[*tuple[Any, ...]] = _ROW.where(Case.key == bindparam("key"))
_HEADING: Select[*tuple[Any, ...]] = (
    select(
        Case.id,
        Case.key,
        Case.pack,
        Case.product_id,
        Case.organisation_id,
        Case.certificate_id,
        Case.draft,
        Division.jurisdiction,
        Product.company_id,
    )
    .join(Division, Division.id == Case.division_id)
    .join(Product, Product.id == Case.product_id)
    .where(Case.key == bindparam("key"))
)
_STEPS: Select[*tuple[Any, ...]] = (
    select(
        CaseStep.sequence,
        CaseStep.step,
        CaseStep.from_state,
        CaseStep.to_state,
        CaseStep.actor,
        CaseStep.acts_for,
        CaseStep.role,
        CaseStep.reason,
        CaseStep.detail,
        CaseStep.taken_at,
    )
    .where(CaseStep.case_id == bindparam("case_id"))
    .order_by(CaseStep.sequence)
)
_EVIDENCE: Select[*tuple[Any, ...]] = (
    select(
        CaseEvidence.id,
        Evidence.key.label("evidence"),
        Evidence.name,
        Evidence.media_type,
        Evidence.size,
        Evidence.sha256,
        CaseEvidence.kind,
        CaseEvidence.dated_on,
        CaseEvidence.added_at,
        CaseEvidence.removed_at,
        CaseStep.sequence,
    )
    .join(Evidence, Evidence.id == CaseEvidence.evidence_id)
    .outerjoin(CaseStep, CaseStep.id == CaseEvidence.step_id)
    .where(CaseEvidence.case_id == bindparam("case_id"))
    .order_by(CaseEvidence.id)
)
_OBJECTIONS: Select[*tuple[Any, ...]] = (
    select(
        Objection.key,
        Objection.is_unit,
        Objection.name,
        Objection.text,
        Objection.received_at,
        Objection.recorded_by,
        Objection.judged_at,
        Objection.judged_by,
        Objection.is_upheld,
        Objection.answer,
    )
    .where(Objection.case_id == bindparam("case_id"))
    .order_by(Objection.id)
)
_NOTICED = (CaseState.NOTICE, CaseState.OBJECTED, CaseState.REMOVAL_NOTICE)


class Heading(NamedTuple):
    """What a case is, beside what a list shows, in ids."""

    id: int
    key: str
    pack: str | None
    product_id: int
    organisation_id: int
    certificate_id: int | None
    draft: str
    jurisdiction: str
    company_id: int


def row_of(connection: Connection, key: str, *, on: dt.date) -> CaseRow | None:
    """Return the case with the number, or None."""
    found = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    return _row(found, on) if found else None


def heading_of(connection: Connection, key: str) -> Heading:
    """Return the ids of a case that is there."""
    found = connection.execute(_HEADING, {"key": key}).one()
    return Heading(*found)


def page_of(
    connection: Connection,
    *,
    within: ColumnElement[bool],
    on: dt.date,
    states: Sequence[CaseState],
    division: str | None,
    organisation: str | None,
    route: Route | None,
    words: str | None,
    is_overdue: bool | None,
    limit: int,
    offset: int,
) -> tuple[list[CaseRow], int]:
    """Return one page of cases, first those that are due first, and how many there are."""
    asked = _ROW.where(within)
    if states:
        asked = asked.where(Case.state.in_(states))
    if division:
        asked = asked.where(Division.key == division)
    if organisation:
        asked = asked.where(Organisation.key == organisation)
    if route is not None:
        asked = asked.where(Case.route == route)
    if is_overdue is not None:
        overdue = is_overdue_on(on)
        asked = asked.where(overdue if is_overdue else ~overdue)
    if words:
        asked = asked.where(
            or_(
                Case.number.contains(words.lower(), autoescape=True),
                Product.name.contains(words, autoescape=True),
                Organisation.name.contains(words, autoescape=True),
            )
        )
    total = connection.scalar(select(func.count()).select_from(asked.subquery())) or 0
    order = (Case.due_on.is_(None), Case.due_on, Case.opened_at.desc(), Case.id.desc())
    rows = connection.execute(asked.order_by(*order).limit(limit).offset(offset))
    return [_row(row, on) for row in rows], total


def totals(connection: Connection, *, within: ColumnElement[bool], on: dt.date) -> list[CaseTotals]:
    """Return how many cases stand in each state that any stands in."""
    asked = select(
        Case.state, func.count(), func.sum(case((is_overdue_on(on), 1), else_=0))
    ).group_by(Case.state)
    asked = asked.join(Organisation, Organisation.id == Case.organisation_id).join(
        Division, Division.id == Case.division_id
    )
    asked = asked.where(within)
    found = {row[0]: (row[1], row[2]) for row in connection.execute(asked)}
    return [
        CaseTotals(state=state, cases=found[state][0], overdue=int(found[state][1]))
        for state in CaseState
        if state in found
    ]


def is_overdue_on(on: dt.date) -> ColumnElement[bool]:
    """Return whether whoever has a case should have acted before the day."""
    return and_(Case.due_on.is_not(None), Case.due_on < on, _IS_OPEN)


def of_division(key: str | None) -> ColumnElement[bool]:
    """Return whether a case is a division's."""
    return Division.key == (key or "")


def is_handed_in() -> ColumnElement[bool]:
    """Return whether a case was handed in, ever."""
    return Case.submitted_at.is_not(None)


def of_organisation(key: str | None) -> ColumnElement[bool]:
    """Return whether a case is an organisation's."""
    return Organisation.key == (key or "")


def steps_of(connection: Connection, case_id: int) -> list[StepView]:
    """Return the steps of a case in order."""
    rows = connection.execute(_STEPS, {"case_id": case_id})
    return [
        StepView(
            **{**row._asdict(), "step": Step(row.step), "detail": msgspec.json.decode(row.detail)}
        )
        for row in rows
    ]


def evidence_of(connection: Connection, case_id: int) -> list[CaseEvidenceView]:
    """Return the files of a case, also those that were taken back, the oldest first."""
    rows = connection.execute(_EVIDENCE, {"case_id": case_id})
    return [CaseEvidenceView(**row._asdict()) for row in rows]


def objections_of(connection: Connection, case_id: int) -> list[ObjectionView]:
    """Return the objections against a case, the oldest first."""
    rows = connection.execute(_OBJECTIONS, {"case_id": case_id})
    return [ObjectionView(**row._asdict()) for row in rows]


def sealed_identity(connection: Connection, case_id: int, objection: str) -> str | None:
    """Return the sealed identity of who objected, or None."""
    return connection.scalar(
        select(Objection.identity).where(Objection.case_id == case_id, Objection.key == objection)
    )


def noticed(connection: Connection, *, on: dt.date) -> list[tuple[CaseRow, int, str | None]]:
    """Return the cases that stand in a public notice, with their id and pack."""
    rows = connection.execute(
        _ROW.add_columns(Case.id, Case.pack)
        .where(Case.state.in_(_NOTICED), _IS_OPEN)
        .order_by(Case.due_on, Case.number)
    )
    return [(_row(row[:-2], on), row[-2], row[-1]) for row in rows]


def _row(values: Sequence[Any], on: dt.date) -> CaseRow:
    stated = dict(zip(_NAMES, values, strict=True))
    is_open = stated["ended_at"] is None and stated["due_on"] is not None
    return CaseRow(**stated, is_overdue=is_open and stated["due_on"] < on)
