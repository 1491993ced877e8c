"""What a reader sees of numbers that were verified."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.standing import Standing
from catalog.rules.validity import Validity
from catalog.rules.verifying import AdoptedOf, Answer


class VerifiedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product under a certificate, and what it is in the adoption database on the day."""

    key: str
    name: str
    model: str | None
    scope: str | None
    company: str
    company_name: str
    standing: Standing


class VerifiedCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that bears the number, as it is on the day.

    The version is the one in force on the day, or the last one that says anything. ``since`` and
    ``reason`` tell of its state, None where no state is on record.
    """

    key: str
    number: str
    body: str
    validity: Validity
    star: int | None
    standard: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None
    factory: str | None
    since: dt.date | None
    reason: str | None
    products: tuple[VerifiedProduct, ...]
    is_synthetic: bool


class NearNumber(msgspec.Struct, frozen=True):
    """A known number that is one slip away."""

    key: str
    number: str
    body: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """One number: as it was asked, and what is known of it.

    ``row`` counts from 1 in the order asked. A number that is not known here may be valid
    elsewhere: nothing is said of that.
    """

    row: int
    asked: str
    answer: Answer
    adopted: AdoptedOf
    certificates: tuple[VerifiedCertificate, ...]
    near: tuple[NearNumber, ...] = ()


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a list of numbers on a day.

    ``looked_near`` tells for how many of the unknown numbers near ones were looked for.
    """

    on: dt.date
    items: tuple[Verified, ...]
    known: int
    valid: int
    adopted: int
    unknown: int
    looked_near: int
