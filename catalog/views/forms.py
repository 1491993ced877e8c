"""What a form says of lines and papers: names and makers, as they were stated."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec


class FormLine(msgspec.Struct, frozen=True):
    """A line that a result counted, current or not, with the product that it names."""

    name: str
    specification: str | None
    unit: str
    quantity: Decimal
    factory: str | None
    certificate_id: int | None
    product: str | None
    product_name: str | None
    model: str | None
    company_name: str | None
    is_synthetic: bool | None


class PaperVersion(msgspec.Struct, frozen=True):
    """What a certificate says from a day on."""

    effective_on: dt.date
    star: int | None
    factory: str | None
    manufacturer: str | None


class FormPaper(msgspec.Struct, frozen=True):
    """A certificate's number and its versions, the earliest first."""

    number: str
    versions: list[PaperVersion]
