"""Name the papers that a result rests on, and those of a product beside its certificates."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection

from catalog.repositories import adoptions, proofs
from catalog.rules.proof import Proof
from catalog.rules.ratio.trace import RatioResult
from catalog.views.products import ProductView
from catalog.views.proofs import AdoptionName, CertificateName, ProductProofs, TestReportView


class Papers(msgspec.Struct, frozen=True):
    """The certificates, test reports and adoptions that some proofs name, by id."""

    certificates: dict[int, CertificateName]
    reports: dict[int, TestReportView]
    adoptions: dict[int, AdoptionName]


def papers_behind(connection: Connection, trace: RatioResult) -> Papers:
    """Return the papers that the proofs of a result name."""
    found = list(_proofs(trace))
    certificates = {each.certificate_id for each in found} - {None}
    reports = {each.report_id for each in found} - {None}
    entries = {each.adoption_id for each in found} - {None}
    return Papers(
        certificates=proofs.certificate_names(connection, (i for i in certificates if i)),
        reports=proofs.report_views(connection, (i for i in reports if i)),
        adoptions=adoptions.names(connection, (i for i in entries if i)),
    )


def _proofs(trace: RatioResult) -> Iterable[Proof]:
    for group in trace.groups:
        for item in group.items:
            for measure in item.measures:
                yield from measure.proofs.values()


def proofs_of_product(connection: Connection, product: ProductView) -> ProductProofs:
    """Return what a product declares of itself, and its test reports."""
    return proofs.of_product(connection, product.key)
