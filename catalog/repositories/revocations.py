"""Queries for everything that does not count any more: certificates and adoptions by state."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from catalog.models.adoption import Adoption, AdoptionStatus
from catalog.models.certificate import Certificate, CertificateStatus
from catalog.models.product import Product
from catalog.rules.terms import AdoptionState, CertificateState

_PAPERS: Select[*tuple[Any, ...]] = (
    select(Certificate.id, Certificate.key, Certificate.number)
    .join(CertificateStatus, CertificateStatus.certificate_id == Certificate.id)
    .where(
        CertificateStatus.superseded_at.is_(None),
        CertificateStatus.state.in_(
            [CertificateState.SUSPENDED, CertificateState.REVOKED, CertificateState.CANCELLED]
        ),
        Certificate.withdrawn_at.is_(None),
    )
    .distinct()
)
_ADOPTIONS: Select[*tuple[Any, ...]] = (
    select(Adoption.id, Adoption.key, Product.id, Product.name)
    .join(AdoptionStatus, AdoptionStatus.adoption_id == Adoption.id)
    .join(Product, Product.id == Adoption.product_id)
    .where(
        AdoptionStatus.superseded_at.is_(None),
        AdoptionStatus.state.in_([AdoptionState.SUSPENDED, AdoptionState.REMOVED]),
    )
    .distinct()
)


class EndedPaper(NamedTuple):
    """A certificate that was suspended, revoked or cancelled at some time."""

    id: int
    key: str
    number: str


class EndedAdoption(NamedTuple):
    """An adoption that was suspended or removed at some time."""

    id: int
    key: str
    product_id: int
    product: str


def papers(connection: Connection) -> list[EndedPaper]:
    """Return every certificate with such a state in its timeline."""
    return [EndedPaper(*row) for row in connection.execute(_PAPERS)]


def adoptions(connection: Connection) -> list[EndedAdoption]:
    """Return every adoption with such a state in its timeline."""
    return [EndedAdoption(*row) for row in connection.execute(_ADOPTIONS)]
