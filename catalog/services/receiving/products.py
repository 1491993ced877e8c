"""Receive products with their companies and certificates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.adoption import Adoption
from catalog.models.certificate import ProductCertificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.revision import Entity
from catalog.models.taxonomy import Category
from catalog.models.usage import BillLine, Delivery
from catalog.records import CertificateRecord, CompanyRecord, Issue, ProductRecord, Severity
from catalog.repositories import bulk
from catalog.rules.keys import company_key, product_key
from catalog.rules.numbers import normal_number
from catalog.services.receiving import certificates, entities, facts
from catalog.services.receiving.declared import declared_text
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.reports import receive_reports

_COMPANY = bulk.table_of(Company)
_PRODUCT = bulk.table_of(Product)
_LINK = bulk.table_of(ProductCertificate)
_ADOPTION = bulk.table_of(Adoption)


def receive_products(receipt: Receipt, records: Sequence[ProductRecord]) -> None:
    """Take a batch of products into the catalogue."""
    session = receipt.session
    companies, company_ids = _receive_companies(receipt, [r.company for r in records])
    category_ids = {row.key: row.id for row in session.execute(select(Category.key, Category.id))}

    rows: list[tuple[str, str | None, bool]] = []
    wanted: dict[str, dict[str, Any]] = {}
    papers: list[tuple[str, CertificateRecord]] = []
    links: list[tuple[str, str]] = []
    for record in records:
        paper = record.certificate
        owner = companies[record.company]
        number = normal_number(paper.number) if paper else None
        key = product_key(owner, record.name, record.model, number)
        paper_key = certificates.key_of(paper) if paper else None
        columns = {
            "company_id": company_ids[owner],
            "category_id": category_ids[record.category],
            "name": record.name,
            "brand": record.brand,
            "model": record.model,
            "scope": record.scope,
            "description": record.description,
            "declared": declared_text(record.declared),
        }
        earlier = entities.merge(wanted, key, columns)
        is_other = earlier is not None and _contradicts(earlier, columns)
        rows.append((key, paper_key, is_other))
        if is_other:
            receipt.report(
                Issue(
                    code="row-changed-twice",
                    severity=Severity.WARNING,
                    sheet=record.sheet,
                    row=record.row,
                    value=record.name,
                )
            )
        if paper and paper_key:
            papers.append((paper_key, paper))
            links.append((key, paper_key))

    fixed = {"source": receipt.source, "is_synthetic": receipt.is_synthetic}
    known = bulk.rows_where_in(session, _PRODUCT, "key", wanted)
    stated = dict(wanted)
    for row in known:
        if row["source"] != receipt.source and row["withdrawn_at"] is None:
            # Another source brought it: its word on name, category and the rest stands.
            wanted[row["key"]] = {
                k: (v if row[k] is None else None) for k, v in wanted[row["key"]].items()
            }
    products = entities.upsert(receipt, _PRODUCT, Entity.PRODUCT, wanted, fixed=fixed, known=known)
    receipt.footprint.speak_of_rows(
        _PRODUCT, ((products.ids[key], columns) for key, columns in stated.items())
    )
    received = certificates.receive(receipt, papers)
    linked = _link(receipt, [(products.ids[p], received.ids[c]) for p, c in links])

    reported = receive_reports(
        receipt,
        [(products.ids[key], record) for (key, *_), record in zip(rows, records, strict=True)],
    )

    touched = {products.ids[key] for key in products.new | products.changed}
    touched |= {product_id for product_id, _ in linked} | reported
    touched |= _covered_by(session, {received.ids[key] for key in received.changed})
    entities.note_stale_documents(receipt, touched)
    entities.note_stale_buildings(
        receipt, _buildings_using(session, touched - {products.ids[key] for key in products.new})
    )
    # What is new is new once: a second row of it in one file brings nothing more, or a change.
    new, new_links = products.new | received.new, set(linked)
    for key, paper_key, is_other in rows:
        link = (products.ids[key], received.ids[paper_key]) if paper_key else None
        if key in new or paper_key in new:
            receipt.created += 1
            new -= {key, paper_key}
            new_links.discard(link)
        elif (
            (is_other and key in products.new)
            or key in products.changed
            or paper_key in received.changed
            or link in new_links
            or products.ids[key] in reported
        ):
            receipt.changed += 1
        else:
            receipt.unchanged += 1
        reported.discard(products.ids[key])


def _contradicts(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return any(
        one[name] is not None and value is not None and one[name] != value
        for name, value in other.items()
    )


def _receive_companies(
    receipt: Receipt, records: Iterable[CompanyRecord]
) -> tuple[dict[CompanyRecord, str], dict[str, int]]:
    """Take the companies in; return the key of each record's company, and ids by key.

    A record without a credit code is the company of that name, if just one company bears it,
    here or in the same batch.
    """
    distinct = list(dict.fromkeys(records))
    nameless = {record.name for record in distinct if record.credit_code is None}
    for name in nameless:
        receipt.footprint.speak("company-name", name)
    namesakes: dict[str, set[str]] = defaultdict(set)
    for row in bulk.rows_where_in(receipt.session, _COMPANY, "name", nameless):
        if row["withdrawn_at"] is None:
            namesakes[row["name"]].add(row["key"])
    for record in distinct:
        if record.credit_code is not None:
            namesakes[record.name].add(company_key(record.name, record.credit_code))
    divisions = {
        row.key: row.id for row in receipt.session.execute(select(Division.key, Division.id))
    }
    keys: dict[CompanyRecord, str] = {}
    wanted: dict[str, dict[str, Any]] = {}
    for record in distinct:
        key = company_key(record.name, record.credit_code)
        if record.credit_code is None and len(namesakes[record.name]) == 1:
            (key,) = namesakes[record.name]
        keys[record] = key
        stated = {
            "name": record.name,
            "credit_code": record.credit_code,
            "division_id": divisions[record.division] if record.division else None,
            "address": record.address,
        }
        entities.merge(wanted, key, stated)
    fixed = {"is_synthetic": receipt.is_synthetic}
    upserted = entities.upsert(receipt, _COMPANY, Entity.COMPANY, wanted, fixed=fixed)
    receipt.footprint.speak_of_rows(
        _COMPANY, ((upserted.ids[key], columns) for key, columns in wanted.items())
    )
    if upserted.changed:
        ids = {upserted.ids[key] for key in upserted.changed}
        rows = bulk.rows_where_in(receipt.session, _PRODUCT, "company_id", ids)
        entities.note_stale_documents(receipt, (row["id"] for row in rows))
    return keys, upserted.ids


def _link(receipt: Receipt, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Record which certificate covers which product; return the pairs that are new."""
    held = {
        (row["product_id"], row["certificate_id"])
        for row in bulk.rows_where_in(
            receipt.session, _LINK, "product_id", {p for p, _ in pairs}, current=True
        )
    }
    for pair in pairs:
        receipt.footprint.speak("cover", *pair)
    news = [pair for pair in dict.fromkeys(pairs) if pair not in held]
    facts.add(receipt, _LINK, [{"product_id": p, "certificate_id": c} for p, c in news])
    return set(news)


def _covered_by(session: Session, certificate_ids: set[int]) -> set[int]:
    rows = bulk.rows_where_in(session, _LINK, "certificate_id", certificate_ids, current=True)
    # An adoption rests on its certificate, be the product still linked to it or not.
    rows += bulk.rows_where_in(session, _ADOPTION, "certificate_id", certificate_ids)
    return {row["product_id"] for row in rows}


def _buildings_using(session: Session, product_ids: set[int]) -> set[int]:
    """Return the buildings that got a product, or whose bill names it: its factors count there."""
    return {
        row["building_id"]
        for model in (Delivery, BillLine)
        for row in bulk.rows_where_in(
            session, bulk.table_of(model), "product_id", product_ids, current=True
        )
    }
