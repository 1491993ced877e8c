"""Products and the evidence on them as frames, as known now or at a moment."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from math import ceil
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import BindParameter, Connection, Select, bindparam, exists, func, select

from catalog.models.certificate import (
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.company import Company
from catalog.models.epd import Epd, EpdVersion, ProductEpd
from catalog.models.inspection import SpotCheck, SurveillanceVisit
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.report import TestReport
from catalog.models.revision import Entity
from catalog.models.rulebook import RulePack
from catalog.models.taxonomy import Category
from catalog.models.usage import Delivery, DeliveryEvidence
from catalog.repositories import revisions
from catalog.repositories.clocks import Clocked, clocked
from catalog.repositories.epds import IS_DISTRUSTED
from catalog.rules.pack_score import ScorePack
from catalog.rules.packs import parse_pack
from catalog.rules.periods import CHINA
from catalog.rules.score.frames import EVIDENCE_SCHEMA, PRODUCTS_SCHEMA, STATEMENTS, Kind
from catalog.rules.score.papers import Issue, stretches
from catalog.rules.terms import EvidenceKind
from catalog.rules.validity import StateChange, possible_days

_CHUNK = 5_000
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_PACKS: Select[*tuple[Any, ...]] = (
    select(RulePack.content).where(RulePack.kind == "score").order_by(RulePack.id)
)
_PRODUCTS: Select[*tuple[Any, ...]] = (
    select(
        Product.id,
        Product.key,
        Category.key,
        Company.key,
        *(getattr(Product, name).is_not(None) for name in STATEMENTS if name != "credit_code"),
        Company.credit_code.is_not(None),
    )
    .join(Category, Category.id == Product.category_id)
    .join(Company, Company.id == Product.company_id)
    .where(Product.id.in_(_IDS))
)
_CATEGORIES: Select[*tuple[Any, ...]] = select(Category.id, Category.key)
_COVERED: Clocked = clocked(
    select(ProductCertificate.product_id, ProductCertificate.certificate_id).where(
        ProductCertificate.product_id.in_(_IDS)
    ),
    ProductCertificate,
)
_ISSUES: Clocked = clocked(
    select(
        CertificateVersion.certificate_id,
        CertificateVersion.effective_on,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
        CertificateVersion.star,
    ).where(CertificateVersion.certificate_id.in_(_IDS)),
    CertificateVersion,
)
_STATES: Clocked = clocked(
    select(CertificateStatus.certificate_id, CertificateStatus.state, CertificateStatus.from_on)
    .where(CertificateStatus.certificate_id.in_(_IDS))
    .order_by(CertificateStatus.certificate_id, CertificateStatus.from_on, CertificateStatus.id),
    CertificateStatus,
)
_VISITS: Clocked = clocked(
    select(
        SurveillanceVisit.certificate_id, SurveillanceVisit.visited_on, SurveillanceVisit.is_passed
    ).where(SurveillanceVisit.certificate_id.in_(_IDS)),
    SurveillanceVisit,
)
_CHECKS: Clocked = clocked(
    select(SpotCheck.product_id, SpotCheck.checked_on, SpotCheck.is_passed).where(
        SpotCheck.product_id.in_(_IDS)
    ),
    SpotCheck,
)
_REPORTS: Clocked = clocked(
    select(TestReport.product_id, TestReport.issued_on).where(TestReport.product_id.in_(_IDS)),
    TestReport,
)
_EPDS: Clocked = clocked(
    select(
        ProductEpd.product_id,
        EpdVersion.issued_on,
        EpdVersion.issued_precision,
        EpdVersion.valid_until,
        EpdVersion.valid_precision,
        EpdVersion.recorded_at,
    )
    .join(Epd, Epd.id == ProductEpd.epd_id)
    .join(EpdVersion, EpdVersion.epd_id == Epd.id)
    .where(ProductEpd.product_id.in_(_IDS), Epd.withdrawn_at.is_(None), ~IS_DISTRUSTED),
    ProductEpd,
    EpdVersion,
)
_IS_ACCEPTED = exists().where(
    DeliveryEvidence.delivery_id == Delivery.id,
    DeliveryEvidence.kind == EvidenceKind.ENTRY_ACCEPTANCE,
)
_USES: Clocked = Clocked(
    *(
        statement.group_by(Delivery.product_id, Building.project_id, Delivery.delivered_precision)
        for statement in clocked(
            select(
                Delivery.product_id,
                Building.project_id,
                Delivery.delivered_precision,
                func.min(Delivery.delivered_on),
            )
            .join(Building, Building.id == Delivery.building_id)
            .where(Delivery.product_id.in_(_IDS), Delivery.quantity > 0, _IS_ACCEPTED),
            Delivery,
        )
    )
)
_DISTANCES: Clocked = clocked(
    select(Delivery.product_id, Delivery.transport_km)
    .join(Building, Building.id == Delivery.building_id)
    .join(Project, Project.id == Building.project_id)
    .where(
        Project.key == bindparam("site"),
        Delivery.product_id.in_(_IDS),
        Delivery.transport_km.is_not(None),
    )
    .order_by(Delivery.delivered_on, Delivery.id),
    Delivery,
)
_LISTED: Select[*tuple[Any, ...]] = (
    select(Product.id).where(Product.withdrawn_at.is_(None)).order_by(Product.id)
)
_LISTED_IN: Select[*tuple[Any, ...]] = _LISTED.join(
    Category, Category.id == Product.category_id
).where(Category.key == bindparam("category"))
_ID: Select[*tuple[Any, ...]] = select(Product.id).where(
    Product.key == bindparam("key"), Product.withdrawn_at.is_(None)
)
Row = tuple[Any, ...]


def score_packs(connection: Connection, *, known_at: dt.datetime | None = None) -> list[ScorePack]:
    """Return every score pack that is published, or was at a moment, the earliest first."""
    asked = _PACKS if known_at is None else _PACKS.where(RulePack.recorded_at <= known_at)
    return [_parsed(content) for content in connection.scalars(asked)]


@lru_cache(maxsize=64)
def _parsed(content: str) -> ScorePack:
    pack = parse_pack(msgspec.json.decode(content))
    assert isinstance(pack, ScorePack)  # noqa: S101  Published as this kind.
    return pack


def product_id(connection: Connection, key: str) -> int | None:
    """Return the id of a listed product, or None."""
    found: int | None = connection.scalar(_ID, {"key": key})
    return found


def listed_ids(connection: Connection, category: str | None) -> list[int]:
    """Return the listed products, of a category or of all."""
    if category is None:
        return list(connection.scalars(_LISTED))
    return list(connection.scalars(_LISTED_IN, {"category": category}))


class Reader:
    """Reads frames of some products, at one moment."""

    def __init__(self, connection: Connection, known_at: dt.datetime | None = None) -> None:
        self._connection = connection
        self._known_at = known_at

    def products(self, ids: Sequence[int], *, site: str | None = None) -> pl.DataFrame:
        """Return the products (``PRODUCTS_SCHEMA``) with their distance to a project."""
        distances: dict[int, int] = {}
        if site is not None:
            # A distance is never told shorter than it is; the latest that was stated counts.
            for product, km in self._asked(_DISTANCES, ids, site=site):
                distances[product] = ceil(km)
        read = self._stated_now if self._known_at is None else self._stated_then
        rows = [(*row[:4], distances.get(row[0]), *map(bool, row[4:])) for row in read(ids)]
        return pl.DataFrame(rows, schema=PRODUCTS_SCHEMA, orient="row")

    def evidence(self, ids: Sequence[int]) -> pl.DataFrame:
        """Return the evidence on the products (``EVIDENCE_SCHEMA``)."""
        rows: list[Row] = []
        rows += self._papers(ids)
        for product, issued_on in self._asked(_REPORTS, ids):
            rows.append((product, Kind.REPORT, None, issued_on, None, None, None, None))
        rows += (_epd(row) for row in self._asked(_EPDS, ids))
        for product, checked_on, is_passed in self._asked(_CHECKS, ids):
            rows.append((product, Kind.CHECK, None, checked_on, None, None, None, is_passed))
        rows += self._uses(ids)
        return pl.DataFrame(rows, schema=EVIDENCE_SCHEMA, orient="row")

    def _asked(self, statement: Clocked, ids: Iterable[int], **asked: str) -> Iterator[Row]:
        wanted = list(ids)
        for start in range(0, len(wanted), _CHUNK):
            chunk = {"ids": wanted[start : start + _CHUNK], **asked}
            yield from statement.run(self._connection, chunk, self._known_at)

    def _papers(self, ids: Sequence[int]) -> Iterator[Row]:
        """Yield the certificates' valid stretches and visits, for each product they cover."""
        covered: dict[int, list[int]] = defaultdict(list)
        for product, certificate in self._asked(_COVERED, ids):
            covered[certificate].append(product)
        issues: dict[int, list[Issue]] = defaultdict(list)
        for certificate, *stated in self._asked(_ISSUES, covered):
            issues[certificate].append(Issue(*stated))
        states: dict[int, list[StateChange]] = defaultdict(list)
        for certificate, state, from_on in self._asked(_STATES, covered):
            states[certificate].append((state, from_on))
        for certificate, products in covered.items():
            found = stretches(issues[certificate], states[certificate])
            for product in products:
                for one in found:
                    yield (product, Kind.CERTIFICATE, one.since, one.first, one.last, one.last,
                           one.star, one.is_good)  # fmt: skip
        for certificate, visited_on, is_passed in self._asked(_VISITS, covered):
            for product in covered[certificate]:
                yield product, Kind.VISIT, None, visited_on, None, None, None, is_passed

    def _uses(self, ids: Sequence[int]) -> Iterator[Row]:
        """Yield one row for each project, with the day on which a delivery was first accepted."""
        first: dict[tuple[int, int], dt.date] = {}
        for product, project, precision, delivered_on in self._asked(_USES, ids):
            # Of a delivery dated by its month, only the last day is certain to be no earlier.
            day = possible_days(delivered_on, precision)[1]
            first[product, project] = min(day, first.get((product, project), day))
        for (product, _), day in first.items():
            yield product, Kind.USE, None, day, None, None, None, None

    def _stated_now(self, ids: Sequence[int]) -> Iterator[Row]:
        for start in range(0, len(ids), _CHUNK):
            chunk = {"ids": list(ids[start : start + _CHUNK])}
            yield from map(tuple, self._connection.execute(_PRODUCTS, chunk))

    def _stated_then(self, ids: Sequence[int]) -> Iterator[Row]:
        """Yield what the products' and their companies' revisions say; the unknown are absent."""
        assert self._known_at is not None  # noqa: S101  Called only with a moment.
        categories = {row[0]: row[1] for row in self._connection.execute(_CATEGORIES)}
        states_at: Callable[..., dict[int, dict[str, Any]]] = revisions.states_at
        states = states_at(self._connection, Entity.PRODUCT, ids, self._known_at)
        makers = {state["company_id"] for state in states.values()}
        companies = states_at(self._connection, Entity.COMPANY, makers, self._known_at)
        for product, state in sorted(states.items()):
            if state.get("withdrawn_at") is not None:
                continue
            company = companies[state["company_id"]]
            stated = {**state, "credit_code": company.get("credit_code")}
            yield (product, state["key"], categories[state["category_id"]], company["key"],
                   *(stated.get(name) is not None for name in STATEMENTS))  # fmt: skip


def _epd(row: Row) -> Row:
    """Return the days between which a declaration certainly holds; we got it after its issue."""
    product, issued_on, issued_precision, valid_until, valid_precision, recorded_at = row
    seen = recorded_at.astimezone(CHINA).date()
    since, first = None, seen
    if issued_on is not None:
        since, begun = possible_days(issued_on, issued_precision)
        first = max(since, min(begun, seen))
    ends: tuple[dt.date | None, dt.date | None] = (None, None)
    if valid_until is not None:
        ends = possible_days(valid_until, valid_precision)
    return product, Kind.EPD, since, first, *ends, None, None
