"""What a reader sees of the papers that prove a delivery green."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.units import Declared


class CertificateName(msgspec.Struct, frozen=True):
    """A certificate by its key and its number."""

    key: str
    number: str


class AdoptionName(msgspec.Struct, frozen=True):
    """An entry in the adoption database by its case's number, and the product that it is of."""

    case_number: str
    product: str


class TestReportView(msgspec.Struct, frozen=True):
    """A laboratory's report on a product."""

    __test__ = False  # No test, though a test collector would think so.

    number: str
    laboratory: str
    standard: str | None
    issued_on: dt.date
    url: str | None
    source: str
    product: str


class ProductProofs(msgspec.Struct, frozen=True):
    """What is declared of a product beside its certificates: factors, and test reports."""

    declared: list[Declared]
    reports: list[TestReportView]
