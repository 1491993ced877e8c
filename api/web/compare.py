"""Two to four products side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Annotated, Literal

import msgspec
from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Template
from sqlalchemy import Connection

from api.parameters import day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import Short, Texts
from api.web.epd_table import shown_amount
from api.web.i18n import zh
from api.web.interest import note_interest
from api.web.names import names_of
from api.web.page import PageRequest, address, page
from catalog.db import Database
from catalog.rules.terms import InterestKind
from catalog.rules.validity import Validity
from catalog.services import catalogue, epds
from catalog.views.epds import EpdRow
from catalog.views.products import CertificateView, CompanyView, ProductView

FEWEST, MOST = 2, 4
PATH = "/products/compare"
_ENDED = frozenset({Validity.REVOKED, Validity.CANCELLED})
Only = Annotated[Literal["", "differences"], QueryParameter()]


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """A product with everything that it is compared by; None is not known or not provided."""

    product: ProductView
    company: CompanyView
    certificates: list[CertificateView]
    uses: tuple[int, int] | None
    epds: list[EpdRow]

    @property
    def star(self) -> int | None:
        """The highest star of the certificates that are neither revoked nor cancelled."""
        living = [paper for paper in self.certificates if paper.validity not in _ENDED]
        stars = [paper.versions[-1].star for paper in living if paper.versions]
        return max((star for star in stars if star is not None), default=None)

    @property
    def standing(self) -> Validity | None:
        """Valid if any certificate is, else what the first is; None without a certificate."""
        found = [paper.validity for paper in self.certificates]
        return Validity.VALID if Validity.VALID in found else next(iter(found), None)

    @property
    def valid_to(self) -> dt.date | None:
        """The last day that any certificate, neither revoked nor cancelled, states."""
        living = [paper for paper in self.certificates if paper.validity not in _ENDED]
        return max((v.valid_to for paper in living for v in paper.versions), default=None)

    @property
    def bodies(self) -> tuple[str, ...]:
        """The bodies that certified it."""
        return tuple(dict.fromkeys(paper.body for paper in self.certificates))

    @property
    def standards(self) -> tuple[str, ...]:
        """The standards that its certificates name."""
        named = (v.standard for paper in self.certificates for v in paper.versions)
        return tuple(dict.fromkeys(standard for standard in named if standard))


class Row(msgspec.Struct, frozen=True):
    """One attribute of all the products; ``kind`` tells the page how to show it."""

    kind: str
    label: str
    differs: bool


_ROWS: Sequence[tuple[str, str, Callable[[Compared], object]]] = (
    ("category", zh("产品类别"), lambda one: one.product.category),
    ("brand", zh("品牌"), lambda one: one.product.brand),
    ("model", zh("型号规格"), lambda one: one.product.model),
    ("scope", zh("适用范围"), lambda one: one.product.scope),
    ("star", zh("星级"), lambda one: one.star),
    ("standing", zh("当日是否有效"), lambda one: one.standing),
    ("valid_to", zh("有效期止"), lambda one: one.valid_to),
    (
        "certificates",
        zh("证书"),
        lambda one: [(paper.key, paper.validity) for paper in one.certificates],
    ),
    ("bodies", zh("认证机构"), lambda one: one.bodies),
    ("standards", zh("依据标准"), lambda one: one.standards),
    ("company", zh("企业"), lambda one: one.company.key),
    ("division", zh("企业所在师市"), lambda one: one.company.division),
    (
        "epds",
        zh("环境产品声明"),
        lambda one: [(epd.standing, epd.declared_unit, epd.gwp) for epd in one.epds],
    ),
    ("uses", zh("用在哪里"), lambda one: one.uses),
    ("description", zh("产品说明"), lambda one: one.product.description),
)


class ComparePage(Controller):
    """Put products side by side."""

    path = PATH

    @read(name="products:compare")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: Texts = None,
        on: Short = "",
        only: Only = "",
    ) -> Template:
        """Show the products that the address names, or what is wrong with their number."""
        keys = list(dict.fromkeys(asking.plain(one) for one in key or () if asking.plain(one)))
        chosen = day_or_today(asking.day(on))
        with database.reading() as connection:
            found = catalogue.products_by_keys(connection, keys)
            compared = (
                [_compared(connection, found[one], on=chosen) for one in keys]
                if len(found) == len(keys) and FEWEST <= len(keys) <= MOST
                else []
            )
            names = names_of(connection, on=chosen)
        products = [found[one] for one in keys if one in found]
        note_interest(request, (one.key for one in products), InterestKind.COMPARED)
        return page(
            request,
            "products/compare.html",
            status_code=_status(keys, unknown=len(found) < len(keys)),
            products=products,
            compared=compared,
            unknown=[one for one in keys if one not in found],
            fewest=FEWEST,
            most=MOST,
            rows=_rows(compared, only_differences=bool(only)),
            equal=sum(not _differs(compared, value) for _, _, value in _ROWS) if compared else 0,
            only=only,
            on=chosen,
            names=names,
            amount=shown_amount,
            without=lambda gone: _address([p.key for p in products if p.key != gone], on, only),
            known=_address([product.key for product in products], on, only),
            all_rows=_address(keys, on, ""),
            differing_rows=_address(keys, on, "differences"),
            shows_synthetic=any(product.is_synthetic for product in products)
            or any(paper.is_synthetic for one in compared for paper in one.certificates),
        )


def _compared(connection: Connection, product: ProductView, *, on: dt.date) -> Compared:
    return Compared(
        product=product,
        company=catalogue.get_company(connection, product.company),
        certificates=catalogue.certificates_of_product(connection, product, on=on),
        uses=catalogue.use_counts(connection, [product.key]).get(product.key),
        epds=[each.epd for each in epds.epds_of_product(connection, product, on=on)],
    )


def _rows(compared: list[Compared], *, only_differences: bool) -> list[Row]:
    rows = [Row(kind, label, _differs(compared, value)) for kind, label, value in _ROWS]
    return [row for row in rows if row.differs] if only_differences else rows


def _differs(compared: list[Compared], value: Callable[[Compared], object]) -> bool:
    return any(value(one) != value(compared[0]) for one in compared[1:])


def _status(keys: list[str], *, unknown: bool) -> HTTPStatus:
    if unknown:
        return HTTPStatus.NOT_FOUND
    # Without any key nothing is wrong yet: the page says how to choose.
    return HTTPStatus.OK if not keys or FEWEST <= len(keys) <= MOST else HTTPStatus.BAD_REQUEST


def _address(keys: list[str], on: str, only: str) -> str:
    return address(PATH, key=keys, on=on, only=only)
