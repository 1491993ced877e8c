"""What a company sees of itself on its desk: products, certificates with clocks, the score."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.standing import Standing
from catalog.rules.terms import CaseState
from catalog.rules.validity import Validity
from catalog.rules.watching import WatchKind


class OwnProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product of the company: its best paper, its adoption, its case, and what it lacks.

    ``validity`` is that of the certificate that says most for it on the day, null where it has
    none. ``missing`` names fields that nobody stated.
    """

    key: str
    name: str
    model: str | None
    category: str
    certificates: int
    validity: Validity | None
    standing: Standing
    case: str | None
    case_state: CaseState | None
    missing: list[str]
    is_synthetic: bool


class OwnCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of the company's products with its clock.

    ``ends_on`` is the last day of the stretch of validity that holds the day, ``renew_from`` the
    day from which its renewal can be asked for; both are null where it is not valid.
    ``visit`` tells whether a surveillance visit is due, overdue or unknown, ``visit_by`` by when.
    """

    key: str
    number: str
    body: str
    validity: Validity
    ends_on: dt.date | None
    days_left: int | None
    renew_from: dt.date | None
    is_renewal_open: bool
    visit: WatchKind | None
    visit_by: dt.date | None
    visited_on: dt.date | None
    products: int


class Gain(msgspec.Struct, frozen=True, kw_only=True):
    """What better evidence of one kind could add to the score, at most, and to how many products.

    ``unknown`` is of how many of them nothing is known; nothing of it decides an admission.
    """

    key: str
    name_zh: str
    name_en: str
    raise_zh: str
    raise_en: str
    most: Decimal
    products: int
    unknown: int


class CompanyDesk(msgspec.Struct, frozen=True, kw_only=True):
    """A company's own things on a day.

    ``missing`` names facts of the company that nobody stated. Of many products the first are
    here, in order of name, and ``gains`` are of them; ``products_total`` counts all. ``pack`` is
    the rule pack of the clocks, ``score_pack`` that of the gains, null where none is in force.
    """

    company: str | None
    missing: list[str]
    products: list[OwnProduct]
    products_total: int
    certificates: list[OwnCertificate]
    gains: list[Gain]
    pack: str | None
    score_pack: str | None
