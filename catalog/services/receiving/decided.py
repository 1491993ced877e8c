"""Fill in what a person decided earlier for lines with the same words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.models.product import Product
from catalog.models.taxonomy import Category
from catalog.permissions import Thing
from catalog.records import BillLineRecord, DeliveryRecord, Issue, Severity
from catalog.repositories import bulk, matching, owned
from catalog.rules.keys import project_key
from catalog.rules.matching_text import signature
from catalog.services.receiving.receipt import Receipt

_PRODUCT = bulk.table_of(Product)
_SHANGHAI = dt.timezone(dt.timedelta(hours=8))


def fill_in(
    receipt: Receipt,
    rows: Sequence[tuple[BillLineRecord | DeliveryRecord, dict[str, Any]]],
    categories: Mapping[str, Category],
) -> None:
    """Give lines that state neither kind nor product what was decided, and say by whom and when.

    What a file states itself stays as it states it. What the project's owner decided comes before
    what everybody shares; what other owners decided does not count.
    """
    connection = receipt.session.connection()
    silent = [
        (record, row, signature(record.name, record.specification, record.unit))
        for record, row in rows
        if row["category_id"] is None and row["product_id"] is None
    ]
    if not silent or not matching.has_decisions(connection):
        return
    owners = owned.whose(connection, {project_key(record.project) for record, _, _ in silent})
    words: dict[str, set[str]] = defaultdict(set)
    for record, _, sign in silent:
        words[project_key(record.project)].add(sign)
    decisions = {
        (project, sign): decision
        for project, signs in words.items()
        for sign, decision in matching.decisions(
            connection, signs, memory=owners.get(project, Thing()).organisation
        ).items()
    }
    keys = {decision.product for decision in decisions.values() if decision.product}
    products = {
        row["key"]: row
        for row in bulk.rows_where_in(receipt.session, _PRODUCT, "key", keys)
        if row["withdrawn_at"] is None
    }
    for record, row, sign in silent:
        decision = decisions.get((project_key(record.project), sign))
        if decision is None or decision.category is None:
            continue
        category = categories[decision.category]
        row["category_id"] = category.id
        row["place"] = row["place"] or decision.place
        product = products.get(decision.product or "")
        if product is not None and product["category_id"] == category.id:
            row["product_id"] = product["id"]
            stated = {"category_id": product["category_id"]}
            receipt.footprint.speak_of_rows(_PRODUCT, [(product["id"], stated)])
        receipt.report(
            Issue(
                code="line-decided",
                severity=Severity.WARNING,
                sheet=record.sheet,
                row=record.row,
                value=record.name,
                facts={
                    "category_zh": category.name_zh,
                    "category_en": category.name_en,
                    "actor": decision.actor,
                    "on": decision.decided_at.astimezone(_SHANGHAI).date().isoformat(),
                },
            )
        )
