"""Queries for products that could be applied for: who makes them, and what covers them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, and_, func, select

from catalog.models.account import Organisation
from catalog.models.adoption import Case
from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.views.cases import ApplicableProduct, Candidate


def candidates(
    connection: Connection, *, first: dt.date, last: dt.date, limit: int
) -> list[Candidate]:
    """Return synthetic products of companies in a division that nobody has applied for.

    First those with a certificate that is valid on all the days and was never stopped, then those
    without any certificate.
    """
    is_stopped = (
        select(CertificateStatus.id)
        .where(
            CertificateStatus.certificate_id == Certificate.id, CertificateStatus.from_on <= last
        )
        .exists()
    )
    base = (
        select(
            Product.key,
            func.min(Certificate.key),
            Company.key,
            Company.name,
            Company.credit_code,
            Division.key,
        )
        .join(Company, Company.id == Product.company_id)
        .join(Division, Division.id == Company.division_id)
        .where(
            Product.is_synthetic, Product.withdrawn_at.is_(None), Company.credit_code.is_not(None)
        )
        .group_by(
            Product.id, Product.key, Company.key, Company.name, Company.credit_code, Division.key
        )
        .order_by(Product.id)
    )
    covers = and_(
        ProductCertificate.product_id == Product.id, ProductCertificate.superseded_at.is_(None)
    )
    certified = (
        base.join(ProductCertificate, covers)
        .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
        .join(CertificateVersion, CertificateVersion.certificate_id == Certificate.id)
        .where(
            CertificateVersion.superseded_at.is_(None),
            CertificateVersion.valid_from <= first,
            CertificateVersion.valid_to >= last,
            ~is_stopped,
        )
    )
    bare = (
        base.outerjoin(ProductCertificate, covers)
        .outerjoin(Certificate, Certificate.id == ProductCertificate.certificate_id)
        .where(ProductCertificate.id.is_(None))
    )
    rows = [
        *connection.execute(certified.limit(limit)),
        *connection.execute(bare.limit(limit)),
    ]
    return [Candidate(*row) for row in rows]


def has_organisation(connection: Connection, key: str) -> bool:
    """Tell whether there is an organisation with the key."""
    return connection.scalar(select(Organisation.id).where(Organisation.key == key)) is not None


def products_of(
    connection: Connection, organisation: str, *, limit: int
) -> list[ApplicableProduct]:
    """Return an organisation's products, each with the number of its open case if it has one."""
    rows = connection.execute(
        select(Product.key, Product.name, Product.model, Case.number)
        .join(Organisation, Organisation.company_id == Product.company_id)
        .outerjoin(Case, and_(Case.product_id == Product.id, Case.ended_at.is_(None)))
        .where(Organisation.key == organisation, Product.withdrawn_at.is_(None))
        .order_by(Product.name, Product.id)
        .limit(limit)
    )
    return [ApplicableProduct(*row) for row in rows]
