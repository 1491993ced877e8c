"""The stable keys of things: made once from what identifies them, short, and fit for an address."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=1 << 16)  # A file names the same companies and bodies again and again.
def normal_name(text: str) -> str:
    """Return a name as it is compared: width, case and space do not count."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()


def hashed_key(*parts: str) -> str:
    """Return 16 digits and letters that stand for the parts, in that order."""
    return blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()


def company_key(name: str, credit_code: str | None) -> str:
    """Return a company's key: its unified social credit code or, failing that, its name's."""
    return credit_code.lower() if credit_code else hashed_key("company", normal_name(name))


def product_key(company: str, name: str, model: str | None, certificate: str | None) -> str:
    """Return a product's key.

    ``company`` is the company's key. Where no model is stated the certificate's normal number
    stands for it: two certificates for “calcium silicate board” are two products until a model
    says that they are one.
    """
    distinct = normal_name(model) if model else f"#{certificate or ''}"
    return hashed_key("product", company, normal_name(name), distinct)


def body_key(name: str) -> str:
    """Return a certification body's key."""
    return hashed_key("body", normal_name(name))


def certificate_key(body: str, number_normal: str) -> str:
    """Return a certificate's key; ``body`` is the body's key."""
    return hashed_key("certificate", body, number_normal)


def project_key(code: str) -> str:
    """Return a project's key: its code where that can stand in an address."""
    plain = normal_name(code)
    return plain if _PLAIN.fullmatch(plain) else hashed_key("project", plain)


def building_key(project: str, code: str) -> str:
    """Return a building's key; ``project`` is the project's key."""
    return hashed_key("building", project, normal_name(code))


def epd_key(identifier: str) -> str:
    """Return a declaration's key: its data set's identifier where that can stand in an address."""
    plain = normal_name(identifier)
    return plain if _PLAIN.fullmatch(plain) else hashed_key("epd", plain)
