"""Find the products that a scanned code or a typed number means."""

from __future__ import annotations

import datetime as dt
import re

import msgspec
from sqlalchemy import Connection

from catalog.errors import CertificateNotFoundError, ProductNotFoundError
from catalog.rules.offline import record_of
from catalog.rules.signing import Document, Opened, from_unpadded, opened
from catalog.services import catalogue
from catalog.signing_keys import SigningKeys
from catalog.views.products import ProductView

_MOST = 20
_ADDRESS = re.compile(r"/(products|certificates)/([a-z0-9][a-z0-9._-]{0,79})(?:[/?#]|$)")
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def products_scanned(
    connection: Connection, keys: SigningKeys, text: str, *, on: dt.date
) -> list[ProductView]:
    """Return the products of a code: an address of ours, a signed record, a key, or a number.

    A record is only asked which products it is of; what they are today the catalogue says. One
    whose signature is wrong means nothing.
    """
    said = text.strip()
    found = _ADDRESS.search(said)
    if found is not None:
        kind, key = found.groups()
        wanted = [key] if kind == "products" else _covered(connection, key, on)
    elif "#" in said:
        wanted = _recorded(connection, keys, said.rpartition("#")[2], on)
    else:
        wanted = _typed(connection, said, on)
    held = catalogue.products_by_keys(connection, list(dict.fromkeys(wanted))[:_MOST])
    return sorted(held.values(), key=lambda product: (product.name, product.key))


def _typed(connection: Connection, said: str, on: dt.date) -> list[str]:
    if _KEY.fullmatch(said):
        try:
            return [catalogue.get_product(connection, said).key]
        except ProductNotFoundError:
            pass
    papers = catalogue.certificates_by_number(connection, said, on=on) if said else []
    return [key for paper in papers for key in _covered(connection, paper.key, on)]


def _covered(connection: Connection, certificate: str, on: dt.date) -> list[str]:
    try:
        paper = catalogue.get_certificate(connection, certificate, on=on)
    except CertificateNotFoundError:
        return []
    return [product.key for product in paper.products]


def _recorded(connection: Connection, keys: SigningKeys, fragment: str, on: dt.date) -> list[str]:
    content = from_unpadded(fragment)
    answer = opened(content or b"", Document.RECORD, keys.public())
    if not isinstance(answer, Opened):
        return []
    try:
        record = record_of(answer)
    except msgspec.ValidationError:
        return []
    covered = [key for paper in record.certificates for key in _covered(connection, paper.key, on)]
    return [*(product.key for product in record.products), *covered]
