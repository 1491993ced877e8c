"""Demonstration projects and bases: the Corps names them in a document, and withdraws them."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.errors import (
    CompanyNotFoundError,
    DemonstrationNotFoundError,
    DemonstrationRefusedError,
    DivisionNotFoundError,
    ProjectNotFoundError,
)
from catalog.models.reporting import Demonstration
from catalog.permissions import Action, Actor, Thing, ensure
from catalog.repositories import bulk, published
from catalog.repositories import demonstrations as kept
from catalog.rules.annual_report.terms import DemonstrationKind
from catalog.rules.keys import hashed_key
from catalog.rules.periods import CHINA
from catalog.services.audit import record
from catalog.views.published import Scope
from catalog.views.reporting import DemonstrationRow, DemonstrationView

LONGEST_NAME = 200
LONGEST_REASON = 2000
_TABLE = bulk.table_of(Demonstration)


class NewDemonstration(msgspec.Struct, frozen=True, kw_only=True):
    """What is named an example, and in which document.

    A project of ours is named by its key, which says its name and division; a base by the name of
    the place, with the key of the company behind it where that is one of ours.
    """

    kind: DemonstrationKind
    document: str
    named_on: dt.date
    project: str | None = None
    company: str | None = None
    name: str | None = None
    division: str | None = None


def every_demonstration(
    connection: Connection, *, division: str | None = None, year: int | None = None
) -> list[DemonstrationView]:
    """Return demonstration projects and bases, the latest named first; they are public."""
    return [
        view
        for _, _, view in kept.every(connection)
        if division in (None, view.division) and year in (None, view.named_on.year)
    ]


def of_project(connection: Connection, project: str) -> list[DemonstrationView]:
    """Return what a project was named, those that were withdrawn too."""
    return kept.of_project(connection, project)


def rows_for(
    connection: Connection, scope: Scope, *, known_at: dt.datetime
) -> list[DemonstrationRow]:
    """Return the examples that a report tells of: standing, or withdrawn in its year."""
    rows = []
    for _, withdrawn_at, view in kept.every(connection):
        was_withdrawn = withdrawn_at is not None and withdrawn_at <= known_at
        ended = view.withdrawn_on if was_withdrawn else None
        if ended is not None and ended > scope.last:
            ended = None
        if (
            view.recorded_at <= known_at
            and view.named_on <= scope.last
            and scope.division in (None, view.division)
            and (ended is None or ended >= scope.first)
        ):
            rows.append(
                DemonstrationRow(
                    kind=view.kind,
                    name=view.name,
                    division=view.division,
                    project=view.project,
                    document=view.document,
                    named_on=view.named_on,
                    is_new=view.named_on >= scope.first,
                    withdrawn_on=ended,
                )
            )
    return sorted(rows, key=lambda row: (row.kind, row.division, row.named_on, row.name))


def name_demonstration(
    session: Session, new: NewDemonstration, *, actor: Actor, now: dt.datetime
) -> DemonstrationView:
    """Name a project or a base an example.

    Raises:
        PermissionDeniedError: The actor is not the Corps' bureau.
        ProjectNotFoundError: There is no such project.
        CompanyNotFoundError: There is no such company.
        DivisionNotFoundError: There is no such division.
        DemonstrationRefusedError: The document or the name is missing, the day is yet to come, or
            the project or the base is one already.
    """
    ensure(actor, Action.NAME_DEMONSTRATIONS)
    bulk.take_turns(session)
    connection = session.connection()
    document = new.document.strip()[:LONGEST_NAME]
    if not document or new.named_on > now.astimezone(CHINA).date():
        raise DemonstrationRefusedError(
            reason_zh="请写明文号，认定日期不能晚于今天",
            reason_en="name the document; the day cannot be later than today",
        )
    name, division, is_synthetic = (new.name or "").strip()[:LONGEST_NAME], new.division, False
    project_id = company_id = None
    if new.kind is DemonstrationKind.PROJECT:
        row = kept.project_row(connection, new.project or "")
        if row is None:
            raise ProjectNotFoundError(key=new.project)
        project_id, name, division, is_synthetic = row
        _refuse_twice(connection, new.project)
    elif new.company:
        company = kept.company_row(connection, new.company)
        if company is None:
            raise CompanyNotFoundError(key=new.company)
        company_id, name, is_synthetic = company[0], name or company[1], company[2]
    divisions = {key: number for number, key in published.division_keys(connection).items()}
    if division not in divisions:
        raise DivisionNotFoundError(key=division)
    _refuse_same_base(connection, new, name, document)
    if not name:
        raise DemonstrationRefusedError(reason_zh="请写明名称", reason_en="say what it is called")
    key = hashed_key("demonstration", new.kind.value, name, document, now.isoformat())
    columns = {
        "key": key,
        "kind": new.kind,
        "name": name,
        "division_id": divisions[division],
        "project_id": project_id,
        "company_id": company_id,
        "document": document,
        "named_on": new.named_on,
        "is_synthetic": is_synthetic,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
    bulk.insert_mappings(session, _TABLE, [columns])
    record(
        session, actor, action=Action.NAME_DEMONSTRATIONS, thing="demonstration", key=key, now=now,
        after={"kind": new.kind.value, "name": name, "division": division, "document": document,
               "named_on": new.named_on},
        whose=Thing(division=division),
    )  # fmt: skip
    return next(view for _, _, view in kept.every(connection) if view.key == key)


def withdraw_demonstration(
    session: Session, key: str, *, on: dt.date, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Withdraw an example from a day on; it stays on record with the reason.

    Raises:
        PermissionDeniedError: The actor is not the Corps' bureau.
        DemonstrationNotFoundError: No such example stands.
        DemonstrationRefusedError: No reason is given, or the day is before it was named.
    """
    ensure(actor, Action.NAME_DEMONSTRATIONS)
    found = {view.key: (number, view) for number, _, view in kept.every(session.connection())}
    number, view = found.get(key, (0, None))
    if view is None or view.withdrawn_on is not None:
        raise DemonstrationNotFoundError(key=key)
    why = reason.strip()[:LONGEST_REASON]
    if not why or on < view.named_on or on > now.astimezone(CHINA).date():
        raise DemonstrationRefusedError(
            reason_zh="请写明撤销原因；撤销日期不能早于认定日期，也不能晚于今天",
            reason_en="say why; the day is not before it was named, and not later than today",
        )
    bulk.update_by_id(
        session,
        _TABLE,
        [{"id": number, "withdrawn_on": on, "withdrawn_at": now, "withdrawn_reason": why}],
    )
    record(
        session, actor, action=Action.NAME_DEMONSTRATIONS, thing="demonstration", key=key, now=now,
        reason=why, after={"withdrawn_on": on}, whose=Thing(division=view.division),
    )  # fmt: skip


def _refuse_twice(connection: Connection, project: str | None) -> None:
    if any(each.withdrawn_on is None for each in kept.of_project(connection, project or "")):
        raise DemonstrationRefusedError(
            reason_zh="这个项目已是示范项目", reason_en="the project is an example already"
        )


def _refuse_same_base(
    connection: Connection, new: NewDemonstration, name: str, document: str
) -> None:
    base = DemonstrationKind.BASE
    wanted = (base, base, name, new.division, document)
    if any(
        each.withdrawn_on is None
        and (new.kind, each.kind, each.name, each.division, each.document) == wanted
        for _, _, each in kept.every(connection)
    ):
        raise DemonstrationRefusedError(
            reason_zh="这份文件认定的这个基地已登记",
            reason_en="the base is on record by this document already",
        )
