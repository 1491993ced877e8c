"""What a reader sees of a company besides its name: its papers, roles, and how checks ended."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.validity import Validity


class CompanyPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate of the company's products, what it is on the day asked, and until when."""

    key: str
    number: str
    body: str
    star: int | None
    valid_to: dt.date
    validity: Validity
    products: int


class CompanyCheck(msgspec.Struct, frozen=True):
    """A spot check of one of the company's products."""

    product: str
    product_name: str
    checked_on: dt.date
    authority: str
    is_passed: bool


class CompanySheet(msgspec.Struct, frozen=True, kw_only=True):
    """A company's papers, the first of them, and its spot checks, the latest first.

    ``roles`` counts the certificates that name the company so: applicant, manufacturer, factory.
    """

    papers: list[CompanyPaper]
    papers_total: int
    roles: dict[str, int]
    checks: list[CompanyCheck]
