"""Queries for the panel of experts, for draws, and for the companies that cases concern."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select

from catalog.errors import DrawNotFoundError, ExpertNotFoundError
from catalog.models.account import Organisation
from catalog.models.adoption import Case
from catalog.models.certificate import CertificateVersion
from catalog.models.company import Company
from catalog.models.panel import Draw, Expert, Recusal
from catalog.models.product import Product
from catalog.models.taxonomy import CategoryGroup
from catalog.permissions import office_of
from catalog.rules.draw import Party
from catalog.views.panel import DrawHead, ExpertView, RecusalView

_NUMBERS: BindParameter[Any] = bindparam("numbers", expanding=True)
_EXPERTS: Select[*tuple[Any, ...]] = select(
    Expert.id,
    Expert.key,
    Expert.name,
    Expert.employer,
    Expert.employer_code,
    Expert.fields,
    Expert.since,
    Expert.until,
    Expert.added_at,
    Expert.added_by,
).order_by(Expert.id)
_RECUSALS: Select[*tuple[Any, ...]] = select(
    Recusal.expert_id,
    Recusal.id,
    Recusal.party,
    Recusal.reason,
    Recusal.declared_at,
    Recusal.declared_by,
    Recusal.ended_at,
    Recusal.ended_by,
).order_by(Recusal.id)
_HEAD: Select[*tuple[Any, ...]] = select(
    Draw.key,
    Draw.title,
    Draw.commitment,
    Draw.announced_at,
    Draw.announced_by,
    Draw.revealed_at,
    Draw.voided_at,
    Draw.voided_by,
    Draw.void_reason,
)
_DRAWS = (
    _HEAD.order_by(Draw.announced_at.desc(), Draw.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_DRAW = _HEAD.add_columns(Draw.content).where(Draw.key == bindparam("key"))
_ROW: Select[*tuple[Any, ...]] = select(
    Draw.id, Draw.content, Draw.panel, Draw.sealed_seed, Draw.revealed_at, Draw.voided_at
).where(Draw.key == bindparam("key"))
_OF_YEAR: Select[*tuple[Any, ...]] = (
    select(func.count()).select_from(Draw).where(Draw.key.startswith(bindparam("year")))
)
_FIELDS: Select[*tuple[Any, ...]] = select(CategoryGroup.key).order_by(
    CategoryGroup.catalogue_id, CategoryGroup.position
)
_CASES: Select[*tuple[Any, ...]] = (
    select(
        Case.number,
        Organisation.name,
        Organisation.credit_code,
        Company.name,
        Company.credit_code,
        Case.certificate_id,
    )
    .join(Organisation, Organisation.id == Case.organisation_id)
    .join(Product, Product.id == Case.product_id)
    .join(Company, Company.id == Product.company_id)
    .where(Case.number.in_(_NUMBERS))
    .order_by(Case.number)
)
_ROLES: Select[*tuple[Any, ...]] = (
    select(
        CertificateVersion.applicant, CertificateVersion.manufacturer, CertificateVersion.factory
    )
    .where(
        CertificateVersion.certificate_id.in_(_NUMBERS), CertificateVersion.superseded_at.is_(None)
    )
    .order_by(CertificateVersion.id)
)


def experts(connection: Connection) -> list[tuple[int, ExpertView]]:
    """Return every expert that ever was on the panel, with the row's id."""
    declared: dict[int, list[RecusalView]] = defaultdict(list)
    for expert_id, number, party, reason, at, by, ended_at, ended_by in connection.execute(
        _RECUSALS
    ):
        declared[expert_id].append(
            RecusalView(
                number=number,
                party=party,
                reason=reason,
                declared_at=at,
                declared_by=by,
                ended_at=ended_at,
                ended_by=ended_by,
            )
        )
    return [
        (
            row.id,
            ExpertView(
                key=row.key,
                name=row.name,
                employer=row.employer,
                employer_code=row.employer_code,
                fields=msgspec.json.decode(row.fields),
                since=row.since,
                until=row.until,
                added_at=row.added_at,
                added_by=row.added_by,
                recusals=declared[row.id],
            ),
        )
        for row in connection.execute(_EXPERTS)
    ]


def expert(connection: Connection, key: str) -> tuple[int, ExpertView]:
    """Return an expert with the row's id, or raise ExpertNotFoundError."""
    for row_id, view in experts(connection):
        if view.key == key:
            return row_id, view
    raise ExpertNotFoundError(key=key)


def fields(connection: Connection) -> list[str]:
    """Return the keys of the fields that there are: the groups of categories."""
    return list(connection.scalars(_FIELDS))


def draws(connection: Connection, *, limit: int, offset: int) -> tuple[list[DrawHead], int]:
    """Return one page of draws, the latest first, and how many there are."""
    rows = connection.execute(_DRAWS, {"limit": limit, "offset": offset})
    total = connection.scalar(select(func.count()).select_from(Draw)) or 0
    return [_head(row) for row in rows], total


def draw(connection: Connection, key: str) -> tuple[DrawHead, str]:
    """Return a draw and what is published of it, or raise DrawNotFoundError."""
    row = connection.execute(_DRAW, {"key": key}).one_or_none()
    if row is None:
        raise DrawNotFoundError(key=key)
    return _head(row), row.content


def draw_row(connection: Connection, key: str) -> Any:  # noqa: ANN401  A row of _ROW.
    """Return a draw as it is kept, or raise DrawNotFoundError."""
    row = connection.execute(_ROW, {"key": key}).one_or_none()
    if row is None:
        raise DrawNotFoundError(key=key)
    return row


def draws_of_year(connection: Connection, year: int) -> int:
    """Return how many draws were announced in a year."""
    return connection.scalar(_OF_YEAR, {"year": f"{year}-"}) or 0


def is_committed(connection: Connection, commitment: str) -> bool:
    """Tell whether a draw was announced with this hash of a seed."""
    found = select(Draw.id).where(Draw.commitment == commitment)
    return connection.scalar(found) is not None


def parties_of(connection: Connection, numbers: Iterable[str]) -> dict[str, list[Party]]:
    """Return whom each case concerns: applicant, the product's company, those on its paper."""
    found: dict[str, list[Party]] = {}
    papers: dict[str, int] = {}
    for number, *names, certificate_id in connection.execute(
        _CASES, {"numbers": sorted(set(numbers))}
    ):
        applicant, applicant_code, company, company_code = names
        found[number] = [
            Party(name=applicant, code=applicant_code),
            Party(name=company, code=company_code),
        ]
        if certificate_id is not None:
            papers[number] = certificate_id
    for number, certificate_id in papers.items():
        for roles in connection.execute(_ROLES, {"numbers": [certificate_id]}):
            found[number] += [Party(name=name) for name in roles if name]
    return found


def _head(row: Any) -> DrawHead:  # noqa: ANN401  A row of _HEAD.
    columns = {name: getattr(row, name) for name in DrawHead.__struct_fields__}
    voided_by = None if row.voided_by is None else office_of(row.voided_by)
    return DrawHead(
        **{**columns, "announced_by": office_of(row.announced_by), "voided_by": voided_by}
    )
