"""Queries for what owners lay over the shared score."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, Select, bindparam, select
from sqlalchemy.orm import Session

from catalog.models.account import Organisation
from catalog.models.policy import OwnerPolicy
from catalog.views.score import PolicyView

_VIEW: Select[*tuple[Any, ...]] = (
    select(
        Organisation.key,
        OwnerPolicy.version,
        OwnerPolicy.pack,
        OwnerPolicy.content,
        OwnerPolicy.set_by,
        OwnerPolicy.set_at,
        OwnerPolicy.ended_at,
    )
    .join(Organisation, Organisation.id == OwnerPolicy.organisation_id)
    .where(Organisation.key == bindparam("organisation"))
    .order_by(OwnerPolicy.version.desc())
)
_ORGANISATION: Select[*tuple[Any, ...]] = select(Organisation.id).where(
    Organisation.key == bindparam("organisation")
)


def of_organisation(connection: Connection, organisation: str) -> list[PolicyView]:
    """Return every version of an organisation's policy, the latest first."""
    rows = connection.execute(_VIEW, {"organisation": organisation})
    return [
        PolicyView(
            organisation=row[0],
            version=row[1],
            pack=row[2],
            content=msgspec.Raw(row[3].encode()),
            set_by=row[4],
            set_at=row[5],
            ended_at=row[6],
        )
        for row in rows
    ]


def organisation_id(connection: Connection, organisation: str) -> int | None:
    """Return the id of an organisation, or None."""
    found: int | None = connection.scalar(_ORGANISATION, {"organisation": organisation})
    return found


def standing(session: Session, organisation_id: int) -> OwnerPolicy | None:
    """Return the policy that stands, or None."""
    return session.scalars(
        select(OwnerPolicy).where(
            OwnerPolicy.organisation_id == organisation_id, OwnerPolicy.ended_at.is_(None)
        )
    ).one_or_none()
