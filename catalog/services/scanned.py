"""Find the products that a scanned code or a typed number means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection

from catalog.errors import CertificateNotFoundError, ProductNotFoundError
from catalog.rules.offline import record_of
from catalog.rules.signing import Document, Opened, from_unpadded, opened
from catalog.services import catalogue
from catalog.signing_keys import SigningKeys
from catalog.views.products import ProductView

_MOST = 20
_PATH = re.compile(r"(?:.*/)?(products|certificates)/([a-z0-9][a-z0-9._-]{0,79})(?:/.*)?")
_ADDRESS = re.compile(r"(?:https?:)?//|[^/?#\s]*/(?:.*/)?(?:products|certificates)/", re.IGNORECASE)
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """The products that a code means; ``elsewhere`` is the other site that its address leads to."""

    products: list[ProductView]
    elsewhere: str | None = None


def scan(
    connection: Connection,
    keys: SigningKeys,
    text: str,
    *,
    hosts: Collection[str],
    on: dt.date,
) -> Scanned:
    """Return the products of a code: an address of ours, a signed record, a key, or a number.

    ``hosts`` are the names under which this site is reached. An address of another site is not
    followed, and means nothing here, though its words may be like ours. A record is only asked
    which products it is of; what they are today the catalogue says. One whose signature is wrong
    means nothing, and one that we signed is ours wherever its link leads.
    """
    said = text.strip()
    elsewhere = None
    wanted = _recorded(connection, keys, said.rpartition("#")[2], on) if "#" in said else []
    if not wanted and _ADDRESS.match(said):
        host, path = _parts(said)
        found = _PATH.fullmatch(path)
        if host and host not in hosts:
            elsewhere = host
        elif found is not None:
            kind, key = found.groups()
            wanted = [key] if kind == "products" else _covered(connection, key, on)
    elif not wanted:
        wanted = _typed(connection, said, on)
    held = catalogue.products_by_keys(connection, list(dict.fromkeys(wanted))[:_MOST])
    products = sorted(held.values(), key=lambda product: (product.name, product.key))
    return Scanned(products=products, elsewhere=elsewhere)


def _parts(address: str) -> tuple[str, str]:
    """Return the host and the path of an address; what cannot be read has neither."""
    is_whole = "//" in address.partition("/products")[0] or address.startswith("/")
    try:
        parts = urlsplit(address if is_whole else f"//{address}")
        return parts.hostname or "", parts.path
    except ValueError:
        return "", ""


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
