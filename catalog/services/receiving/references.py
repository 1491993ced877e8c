"""Find the product that a bill line or delivery names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from catalog.models.certificate import Certificate, CertificationBody, ProductCertificate
from catalog.models.product import Product
from catalog.records import Issue, ProductReference
from catalog.repositories import bulk
from catalog.rules.keys import body_key, normal_name
from catalog.rules.numbers import normal_number
from catalog.services.receiving.footprints import Footprint

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class References:
    """Everything that the references of one batch could mean."""

    products: dict[str, Row]
    certificates: dict[str, list[Row]]
    covered: dict[int, list[Row]]
    bodies: dict[int, str]

    @classmethod
    def of(
        cls, session: Session, references: Iterable[ProductReference], footprint: Footprint
    ) -> References:
        """Look up all of them at once, and note what was looked at."""
        wanted = list(references)
        keys = {r.key for r in wanted if r.key}
        numbers = {normal_number(r.certificate_number) for r in wanted if r.certificate_number}
        certificates: dict[str, list[Row]] = defaultdict(list)
        by_id: dict[int, Row] = {}
        for row in bulk.rows_where_in(
            session, bulk.table_of(Certificate), "number_normal", numbers
        ):
            if row["withdrawn_at"] is None:
                certificates[row["number_normal"]].append(row)
                by_id[row["id"]] = row
        links = bulk.rows_where_in(
            session, bulk.table_of(ProductCertificate), "certificate_id", by_id, current=True
        )
        table = bulk.table_of(Product)
        products = {
            row["id"]: row
            for row in (
                *bulk.rows_where_in(session, table, "key", keys),
                *bulk.rows_where_in(session, table, "id", {k["product_id"] for k in links}),
            )
            if row["withdrawn_at"] is None
        }
        for number in numbers:
            footprint.speak("number", number)
        footprint.speak_of_rows(
            table,
            (
                (i, {"category_id": row["category_id"]})
                for i, row in products.items()
                if row["key"] in keys
            ),
        )
        covered: dict[int, list[Row]] = defaultdict(list)
        for link in links:
            if link["product_id"] in products:
                covered[link["certificate_id"]].append(products[link["product_id"]])
        bodies = bulk.rows_where_in(
            session, bulk.table_of(CertificationBody), "id", {c["body_id"] for c in by_id.values()}
        )
        return cls(
            products={row["key"]: row for row in products.values()},
            certificates=certificates,
            covered=covered,
            bodies={row["id"]: row["key"] for row in bodies},
        )

    def certificate_of(self, reference: ProductReference) -> Row | Issue:
        """Return the certificate of a number, or the issue that stands in the way."""
        number = reference.certificate_number or ""
        papers = self.certificates.get(normal_number(number), [])
        if reference.body:
            papers = [p for p in papers if self.bodies[p["body_id"]] == body_key(reference.body)]
        if not papers:
            return Issue(code="unknown-certificate", value=number)
        if len(papers) > 1:
            return Issue(code="ambiguous-certificate", value=number)
        return papers[0]

    def resolve(self, reference: ProductReference) -> tuple[Row, int | None] | Issue:
        """Return the product and the certificate's id, or the issue that stands in the way."""
        if reference.key:
            product = self.products.get(reference.key)
            if product is None:
                return Issue(code="unknown-product", value=reference.key)
            if not reference.certificate_number:
                return product, None
        number = reference.certificate_number or ""
        paper = self.certificate_of(reference)
        if isinstance(paper, Issue):
            return paper
        certificate_id: int = paper["id"]
        products = self.covered[certificate_id]
        if reference.key:
            products = [p for p in products if p["key"] == reference.key]
        if reference.model:
            products = _of_model(products, reference.model)
        if not products:
            return Issue(code="unknown-product", value=reference.model or reference.key or number)
        if len(products) > 1:
            return Issue(
                code="ambiguous-product", value=number, facts={"count": str(len(products))}
            )
        return products[0], certificate_id


def _of_model(products: list[Row], wanted: str) -> list[Row]:
    """Return the products of that model; a single one that states no model may be it."""
    if len(products) == 1 and not products[0]["model"]:
        return products
    model = normal_name(wanted)
    return [p for p in products if p["model"] and normal_name(p["model"]) == model]
