"""What a reader sees of a product's adoptions: what each is on a day, since when, until when."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.standing import Standing
from catalog.rules.terms import AdoptionState, Route
from catalog.views.evidence import PublicPaper


class DecidedView(msgspec.Struct, frozen=True):
    """A state that was decided, from which day on, and why."""

    state: AdoptionState
    from_on: dt.date
    ground: str | None
    reason: str | None


class AdoptionView(msgspec.Struct, frozen=True, kw_only=True):
    """A product's entry in the adoption database.

    ``standing`` is what it is on the day asked, ``until`` the last day up to which it stays
    adopted as things are known, null where it is not adopted or nothing known ends it. ``papers``
    are the files of its case that anyone may open.
    """

    key: str
    case_number: str
    division: str
    route: Route
    certificate: str | None
    certificate_number: str | None
    report_issued_on: dt.date | None
    adopted_on: dt.date
    valid_to: dt.date | None
    standing: Standing
    until: dt.date | None
    decided: list[DecidedView]
    papers: list[PublicPaper]
    is_synthetic: bool


class ProductAdoption(msgspec.Struct, frozen=True, kw_only=True):
    """What a product is in the adoption database on a day, and all its entries there.

    ``is_adopted`` is null where its papers cannot say; ``because`` is the key of the entry that
    says what it is.
    """

    product: str
    on: dt.date
    standing: Standing
    is_adopted: bool | None
    until: dt.date | None
    because: str | None
    adoptions: list[AdoptionView]
