"""What a reader sees of all that hangs on a certificate."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from catalog.rules.terms import CertificateState, Stage
from catalog.rules.validity import Validity
from catalog.views.published import PublishedHead


class ReachedProduct(msgspec.Struct, frozen=True):
    """A product that the certificate covers, or covered."""

    key: str
    name: str
    company: str
    company_name: str


class ReachedCompany(msgspec.Struct, frozen=True):
    """A company to tell: it makes a product that the certificate covers."""

    key: str
    name: str


class ReachedLine(msgspec.Struct, frozen=True):
    """A delivery that counts otherwise, or a bill line that is still to be supplied.

    ``before`` and ``after`` tell whether a delivery counts as green (null: unknown); of a bill
    line both are null. ``on`` is the day of the delivery.
    """

    id: int
    project: str
    building: str
    number: str
    name: str
    quantity: Decimal
    unit: str
    amount: Decimal | None
    on: dt.date | None
    product: str
    before: bool | None
    after: bool | None


class ReachedFigure(msgspec.Struct, frozen=True):
    """A building's ratio or green amount that changes.

    ``lost`` are the thresholds that the ratio no longer reaches.
    ``result`` is the one that stands now, null where it has not been calculated yet.
    """

    project: str
    project_name: str
    owner: str | None
    division: str
    building: str
    building_name: str
    stage: Stage
    method: str
    result: int | None
    ratio_before: Decimal
    ratio_after: Decimal
    points_before: Decimal
    points_after: Decimal
    star_before: int | None
    star_after: int | None
    green_amount_before: Decimal | None
    green_amount_after: Decimal | None
    lost: list[Decimal]


class ReachedOwner(msgspec.Struct, frozen=True):
    """An owner to tell, with the projects in question; null where none is stated."""

    owner: str | None
    projects: list[str]


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate's end reaches.

    ``is_supposed`` says that the certificate stands and would be revoked ``on`` a day; otherwise
    what was recorded of it (``states``) is compared with a certificate that stayed in force.
    """

    certificate: str
    number: str
    validity: Validity
    is_supposed: bool
    on: dt.date
    states: list[tuple[CertificateState, dt.date]]
    products: list[ReachedProduct]
    bill_lines: list[ReachedLine]
    deliveries: list[ReachedLine]
    figures: list[ReachedFigure]
    published: list[PublishedHead]
    owners: list[ReachedOwner]
    companies: list[ReachedCompany]
