"""Queries for demonstration projects and bases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.project import Project
from catalog.models.reporting import Demonstration
from catalog.permissions import office_of
from catalog.views.reporting import DemonstrationView

_EVERY: Select[*tuple[Any, ...]] = (
    select(
        Demonstration.id,
        Demonstration.withdrawn_at,
        Demonstration.key,
        Demonstration.kind,
        Demonstration.name,
        Division.key.label("division"),
        Project.key.label("project"),
        Company.key.label("company"),
        Demonstration.document,
        Demonstration.named_on,
        Demonstration.is_synthetic,
        Demonstration.recorded_at,
        Demonstration.recorded_by,
        Demonstration.withdrawn_on,
        Demonstration.withdrawn_reason,
    )
    .join(Division, Division.id == Demonstration.division_id)
    .outerjoin(Project, Project.id == Demonstration.project_id)
    .outerjoin(Company, Company.id == Demonstration.company_id)
    .order_by(Demonstration.named_on.desc(), Demonstration.id)
)
_OF_PROJECT = _EVERY.where(Project.key == bindparam("project"))
_PROJECT: Select[*tuple[Any, ...]] = (
    select(Project.id, Project.name, Division.key, Project.is_synthetic)
    .join(Division, Division.id == Project.division_id)
    .where(Project.key == bindparam("key"), Project.withdrawn_at.is_(None))
)
_COMPANY: Select[*tuple[Any, ...]] = select(Company.id, Company.name, Company.is_synthetic).where(
    Company.key == bindparam("key"), Company.withdrawn_at.is_(None)
)


def every(connection: Connection) -> list[tuple[int, Any, DemonstrationView]]:
    """Return id, moment of withdrawal and view of every one, the latest named first."""
    return [(int(row.id), row.withdrawn_at, _view(row)) for row in connection.execute(_EVERY)]


def of_project(connection: Connection, project: str) -> list[DemonstrationView]:
    """Return what a project was named, withdrawn or not."""
    rows = connection.execute(_OF_PROJECT, {"project": project})
    return [_view(row) for row in rows]


def project_row(connection: Connection, key: str) -> tuple[int, str, str, bool] | None:
    """Return id, name, division and whether it is synthetic, of a project that is listed."""
    row = connection.execute(_PROJECT, {"key": key}).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def company_row(connection: Connection, key: str) -> tuple[int, str, bool] | None:
    """Return id, name and whether it is synthetic, of a company that is listed."""
    row = connection.execute(_COMPANY, {"key": key}).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


def _view(row: Any) -> DemonstrationView:  # noqa: ANN401  A row of _EVERY.
    columns = {name: getattr(row, name) for name in DemonstrationView.__struct_fields__}
    return DemonstrationView(**{**columns, "recorded_by": office_of(row.recorded_by)})
