"""Receive what each source says of a certificate's categories."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from catalog.models.certificate import CertificateCategory
from catalog.models.taxonomy import Category
from catalog.records import CertificateRecord
from catalog.repositories import bulk
from catalog.services.receiving import facts
from catalog.services.receiving.conflicts import Contradiction, Heard, Statement
from catalog.services.receiving.entities import Upserted
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.settling import CATEGORY, rejected_values

_CATEGORY = bulk.table_of(CertificateCategory)

Row = dict[str, Any]


def receive_categories(
    receipt: Receipt,
    records: Mapping[str, CertificateRecord],
    outcome: Upserted,
    held_ids: Iterable[int],
) -> Heard:
    """Keep each source's word on a certificate's categories; a source that is silent says none."""
    speaking = {key: record for key, record in records.items() if record.categories}
    if not speaking:
        return Heard()
    categories = {
        row.key: row
        for row in receipt.session.execute(select(Category.id, Category.key, Category.catalogue_id))
    }
    by_id = {row.id: row for row in categories.values()}
    held: dict[int, list[Row]] = defaultdict(list)
    for row in bulk.rows_where_in(
        receipt.session, _CATEGORY, "certificate_id", held_ids, current=True
    ):
        held[row["certificate_id"]].append(row)
    rejected = rejected_values(receipt.session, held)
    added: list[Row] = []
    closed: list[int] = []
    heard = Heard()
    for key, record in speaking.items():
        certificate_id = outcome.ids[key]
        receipt.footprint.speak("categories", certificate_id)
        wanted = {
            categories[name].id
            for name in record.categories
            if not _is_rejected(rejected, certificate_id, name, receipt.source)
        }
        ours = {
            row["category_id"]: row["id"]
            for row in held[certificate_id]
            if row["source"] == receipt.source
        }
        gone = [row_id for category, row_id in ours.items() if category not in wanted]
        news = sorted(wanted - set(ours))
        closed.extend(gone)
        added.extend(
            {"certificate_id": certificate_id, "category_id": i, "source": receipt.source}
            for i in news
        )
        if (news or gone) and key not in outcome.new:
            outcome.changed.add(key)
        spoken: dict[int, set[str]] = defaultdict(set)
        for i in wanted:
            spoken[by_id[i].catalogue_id].add(by_id[i].key)
        heard.statements.extend(
            Statement(certificate_id, {CATEGORY: ", ".join(sorted(here))})
            for here in spoken.values()
        )
        others: dict[tuple[str, int], set[str]] = defaultdict(set)
        for other in held[certificate_id]:
            if other["source"] != receipt.source:
                theirs = by_id[other["category_id"]]
                others[other["source"], theirs.catalogue_id].add(theirs.key)
        for (source, catalogue), theirs_all in others.items():
            here = spoken.get(catalogue)
            if here and here != theirs_all:
                heard.contradictions.append(
                    Contradiction(
                        certificate_id,
                        {CATEGORY: ", ".join(sorted(theirs_all)), "source": source},
                        {CATEGORY: ", ".join(sorted(here))},
                    )
                )
    facts.close(receipt, _CATEGORY, closed)
    facts.add(receipt, _CATEGORY, added)
    return heard


def _is_rejected(
    rejected: set[tuple[int, str, str, str]], certificate_id: int, category: str, source: str
) -> bool:
    """Tell whether a person decided against this source's word on the category."""
    return any(
        (certificate_id, CATEGORY, source) == (of, field, who) and category in value.split(", ")
        for of, field, value, who in rejected
    )
