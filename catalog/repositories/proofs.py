"""The papers that prove deliveries green, read for many at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from catalog.models.certificate import Certificate, CertificateStatus, CertificateVersion
from catalog.models.product import Product
from catalog.models.report import TestReport
from catalog.repositories.clocks import Clocked, clocked
from catalog.rules.proof import Paper, Report, Version
from catalog.rules.units import Declared
from catalog.rules.validity import StateChange
from catalog.views.proofs import CertificateName, ProductProofs, TestReportView

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_VERSIONS: Clocked = clocked(
    select(
        CertificateVersion.certificate_id,
        CertificateVersion.effective_on,
        CertificateVersion.valid_from,
        CertificateVersion.valid_to,
        CertificateVersion.factory,
        CertificateVersion.factory_address,
    )
    .where(CertificateVersion.certificate_id.in_(_IDS))
    .order_by(CertificateVersion.certificate_id, CertificateVersion.effective_on),
    CertificateVersion,
)
_STATES: Clocked = clocked(
    select(CertificateStatus.certificate_id, CertificateStatus.state, CertificateStatus.from_on)
    .where(CertificateStatus.certificate_id.in_(_IDS))
    .order_by(CertificateStatus.certificate_id, CertificateStatus.from_on, CertificateStatus.id),
    CertificateStatus,
)
_REPORTS: Clocked = clocked(
    select(TestReport.product_id, TestReport.id, TestReport.issued_on)
    .where(TestReport.product_id.in_(_IDS))
    .order_by(TestReport.product_id, TestReport.id),
    TestReport,
)
_NAMES: Select[*tuple[Any, ...]] = select(
    Certificate.id, Certificate.key, Certificate.number
).where(Certificate.id.in_(_IDS), Certificate.withdrawn_at.is_(None))
_VIEW: Select[*tuple[Any, ...]] = select(
    TestReport.id,
    TestReport.number,
    TestReport.laboratory,
    TestReport.standard,
    TestReport.issued_on,
    TestReport.url,
    TestReport.source,
    Product.key,
).join(Product, Product.id == TestReport.product_id)
_NAMED_REPORTS: Select[*tuple[Any, ...]] = _VIEW.where(TestReport.id.in_(_IDS))
_REPORTS_OF: Select[*tuple[Any, ...]] = _VIEW.where(
    Product.key == bindparam("key"), TestReport.superseded_at.is_(None)
).order_by(TestReport.issued_on.desc(), TestReport.id)
_DECLARED: Select[*tuple[Any, ...]] = select(Product.declared).where(
    Product.key == bindparam("key")
)


def papers_of(
    connection: Connection, certificate_ids: Iterable[int], *, known_at: dt.datetime | None = None
) -> dict[int, Paper]:
    """Return each certificate with its versions and states as known now, or at a moment."""
    ids = sorted(set(certificate_ids))
    versions: dict[int, list[Version]] = defaultdict(list)
    rows = _VERSIONS.run(connection, {"ids": ids}, known_at)
    for certificate_id, effective_on, valid_from, valid_to, factory, address in rows:
        versions[certificate_id].append(
            Version(
                effective_on=effective_on,
                valid_from=valid_from,
                valid_to=valid_to,
                factory=factory,
                factory_address=address,
            )
        )
    states: dict[int, list[StateChange]] = defaultdict(list)
    for certificate_id, state, from_on in _STATES.run(connection, {"ids": ids}, known_at):
        states[certificate_id].append((state, from_on))
    return {i: Paper(id=i, versions=tuple(versions[i]), states=tuple(states[i])) for i in ids}


def reports_of(
    connection: Connection, product_ids: Iterable[int], *, known_at: dt.datetime | None = None
) -> dict[int, tuple[Report, ...]]:
    """Return the test reports on each product; a product without any is absent."""
    found: dict[int, list[Report]] = defaultdict(list)
    rows = _REPORTS.run(connection, {"ids": sorted(set(product_ids))}, known_at)
    for product_id, report_id, issued_on in rows:
        found[product_id].append(Report(id=report_id, issued_on=issued_on))
    return {product_id: tuple(reports) for product_id, reports in found.items()}


def certificate_names(connection: Connection, ids: Iterable[int]) -> dict[int, CertificateName]:
    """Return the names of the certificates that are still listed, by id."""
    rows = connection.execute(_NAMES, {"ids": sorted(set(ids))})
    return {row[0]: CertificateName(*row[1:]) for row in rows}


def report_views(connection: Connection, ids: Iterable[int]) -> dict[int, TestReportView]:
    """Return test reports by id, be they current or not: an earlier result may rest on one."""
    rows = connection.execute(_NAMED_REPORTS, {"ids": sorted(set(ids))})
    return {row[0]: TestReportView(*row[1:]) for row in rows}


def of_product(connection: Connection, key: str) -> ProductProofs:
    """Return the factors that a product declares and its test reports, the latest first."""
    stated = connection.scalar(_DECLARED, {"key": key})
    return ProductProofs(
        declared=msgspec.json.decode(stated, type=list[Declared]) if stated else [],
        reports=[TestReportView(*row[1:]) for row in connection.execute(_REPORTS_OF, {"key": key})],
    )
