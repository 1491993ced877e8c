"""What a certification body issued, counted."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from catalog.models.account import Organisation
from catalog.models.certificate import Certificate, CertificationBody, ProductCertificate
from catalog.models.product import Product

_BODY = (
    select(CertificationBody.id, CertificationBody.name)
    .join(Organisation, Organisation.body_id == CertificationBody.id)
    .where(Organisation.key == bindparam("key"))
)
_CERTIFICATES = select(func.count()).where(
    Certificate.body_id == bindparam("body"), Certificate.withdrawn_at.is_(None)
)
_PRODUCTS = (
    select(func.count(ProductCertificate.product_id.distinct()))
    .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
    .join(Product, Product.id == ProductCertificate.product_id)
    .where(
        Certificate.body_id == bindparam("body"),
        Certificate.withdrawn_at.is_(None),
        ProductCertificate.superseded_at.is_(None),
        Product.withdrawn_at.is_(None),
    )
)


class Issued(NamedTuple):
    """A body by its name in the catalogue, its certificates, and the products that they cover."""

    body: str
    certificates: int
    products: int


def issued_by(connection: Connection, organisation: str) -> Issued | None:
    """Return what the body that an organisation is issued; None where it is none we know."""
    body = connection.execute(_BODY, {"key": organisation}).one_or_none()
    if body is None:
        return None
    asked = {"body": body.id}
    return Issued(
        body.name,
        connection.scalar(_CERTIFICATES, asked) or 0,
        connection.scalar(_PRODUCTS, asked) or 0,
    )
