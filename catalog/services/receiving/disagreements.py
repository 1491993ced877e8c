"""Where statements of one declaration contradict each other, or a product's papers do.

Both follow from what is known, so they are looked for anew after every import and every undo.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.certificate import (
    Certificate,
    CertificateStatus,
    CertificateVersion,
    ProductCertificate,
)
from catalog.models.epd import Epd, ProductEpd
from catalog.models.importing import SourceConflict
from catalog.models.product import Product
from catalog.repositories import bulk, epds
from catalog.rules.declarations import Standing
from catalog.rules.terms import ConflictSubject
from catalog.rules.validity import Validity, validity_on
from catalog.services.declared_dates import holds_on, stated_date
from catalog.services.differences import differences
from catalog.views.epds import EpdDifference

VALIDITY, RESULTS = "validity", "results"
_AMOUNT = "amount"
_CONFLICT = bulk.table_of(SourceConflict)
_EPD = bulk.table_of(Epd)
_VERSION = bulk.table_of(CertificateVersion)
_STATUS = bulk.table_of(CertificateStatus)
_SHANGHAI = dt.timezone(dt.timedelta(hours=8))
_AT_ONCE = 500
_LONGEST = 500
_ROOM_FOR_COUNT = 40
_INVALID = (Validity.EXPIRED, Validity.SUSPENDED, Validity.REVOKED, Validity.CANCELLED)

Row = dict[str, Any]
Mark = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Disagreement:
    """A contradiction as it stands now; ``run_id`` is the import that completed it."""

    subject: ConflictSubject
    certificate_id: int | None = None
    epd_id: int
    product_id: int | None = None
    field: str
    held_value: str
    held_source: str
    offered_value: str
    offered_source: str
    run_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Paper:
    """What a certificate says today, which source says so, and since which import."""

    validity: Validity
    last_on: dt.date
    source: str
    run_id: int | None


def refresh_conflicts(
    session: Session, epd_ids: Iterable[int], *, run_id: int | None, now: dt.datetime
) -> int:
    """Write down what contradicts now, close what no longer does; return how many are new.

    Of statements only those of the given declarations are looked at. What a person decided stays
    decided as long as both sides say the same.
    """
    touched = set(epd_ids)
    on = now.astimezone(_SHANGHAI).date()
    standing = {
        _mark(asdict(each)): each
        for each in (*_between_statements(session, touched), *_between_papers(session, on))
    }
    held = [
        *bulk.rows_where_in(session, _CONFLICT, "subject", [ConflictSubject.PRODUCT.value]),
        *(
            row
            for row in bulk.rows_where_in(session, _CONFLICT, "epd_id", touched)
            if row["subject"] is ConflictSubject.DECLARATION
        ),
    ]
    bulk.update_by_id(
        session,
        _CONFLICT,
        [
            {"id": row["id"], "closed_at": now, "closed_run_id": run_id}
            for row in held
            if row["closed_at"] is None and _mark(row) not in standing
        ],
    )
    known = {_mark(row) for row in held if row["closed_at"] is None or row["decision"] is not None}
    rows = [
        {**asdict(each), "run_id": each.run_id or run_id, "recorded_at": now}
        for mark, each in standing.items()
        if mark not in known
    ]
    bulk.insert_mappings(session, _CONFLICT, rows)
    return len(rows)


def _mark(row: Row) -> Mark:
    """Return by what a disagreement is known; it is the same from either side."""
    sides = frozenset(
        ((row["held_value"], row["held_source"]), (row["offered_value"], row["offered_source"]))
    )
    names = ("subject", "certificate_id", "epd_id", "product_id", "field")
    return (*(row[name] for name in names), sides)


def _between_statements(session: Session, epd_ids: set[int]) -> Iterator[_Disagreement]:
    connection = session.connection()
    several = epds.stated_severally(connection, epd_ids)
    for start in range(0, len(several), _AT_ONCE):
        by_epd: dict[int, list[Row]] = defaultdict(list)
        for row in epds.current_of(connection, several[start : start + _AT_ONCE]):
            by_epd[row["epd_id"]].append(row)
        ids = [row["id"] for rows in by_epd.values() for row in rows]
        results = epds.results_of(connection, ids)
        for epd_id, rows in by_epd.items():
            # Whoever spoke first is the held side, as it is where certificates contradict.
            told = sorted(rows, key=lambda row: (row["run_id"] or 0, row["source"]))
            records = [epds.record_of(row, results[row["id"]]) for row in told]
            for (one, record), (other, its) in combinations(zip(told, records, strict=True), 2):
                for field, value, other_value in _in_lines(differences(record, its)):
                    yield _Disagreement(
                        subject=ConflictSubject.DECLARATION,
                        epd_id=epd_id,
                        field=field,
                        held_value=value,
                        held_source=one["source"],
                        offered_value=other_value,
                        offered_source=other["source"],
                        run_id=_latest(one["run_id"], other["run_id"]),
                    )


def _in_lines(found: list[EpdDifference]) -> Iterator[tuple[str, str, str]]:
    """Yield field and both values; all amounts are one contradiction, to be decided at once."""
    amounts = [each for each in found if each.field == _AMOUNT]
    for each in found:
        if each.field != _AMOUNT:
            yield each.field, each.value[:_LONGEST], each.other_value[:_LONGEST]
    if amounts:
        yield (
            RESULTS,
            _in_one_line([f"{each.amount_of} = {each.value}" for each in amounts]),
            _in_one_line([f"{each.amount_of} = {each.other_value}" for each in amounts]),
        )


def _in_one_line(amounts: list[str]) -> str:
    """Return the amounts as far as a line holds them, and then how many there are.

    The fingerprint of all of them makes any that changes a contradiction of its own.
    """
    whole = "; ".join(amounts)
    if len(whole) <= _LONGEST:
        return whole
    fingerprint = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: _LONGEST - _ROOM_FOR_COUNT]}… ({len(amounts)}, #{fingerprint})"


def _between_papers(session: Session, on: dt.date) -> Iterator[_Disagreement]:
    """Yield the products none of whose certificates is valid today while a declaration is."""
    links = session.execute(
        select(
            ProductEpd.product_id, ProductEpd.epd_id, ProductEpd.run_id,
            Certificate.id, Certificate.key, ProductCertificate.run_id,
        )
        .join(Product, Product.id == ProductEpd.product_id)
        .join(Epd, Epd.id == ProductEpd.epd_id)
        .join(ProductCertificate, ProductCertificate.product_id == Product.id)
        .join(Certificate, Certificate.id == ProductCertificate.certificate_id)
        .where(
            ProductEpd.superseded_at.is_(None),
            ProductCertificate.superseded_at.is_(None),
            Product.withdrawn_at.is_(None),
            Epd.withdrawn_at.is_(None),
            Certificate.withdrawn_at.is_(None),
        )
    ).all()  # fmt: skip
    if not links:
        return
    papers = _papers(session, {link[3] for link in links}, on)
    declared: dict[int, list[Row]] = defaultdict(list)
    for row in epds.current_of(session.connection(), sorted({link[1] for link in links})):
        declared[row["epd_id"]].append(row)
    covers: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for link in links:
        covers[link[0], link[1]].append(link)
    for (product_id, epd_id), of_pair in covers.items():
        known = [(papers[link[3]], link) for link in of_pair if link[3] in papers]
        if not known or any(paper.validity not in _INVALID for paper, _ in known):
            continue
        # The certificate that lasted longest speaks for the product; of two the key decides.
        paper, link = max(known, key=lambda one: (one[0].last_on, one[1][4]))
        for row in declared[epd_id]:
            issued = stated_date(row["issued_on"], row["issued_precision"])
            until = stated_date(row["valid_until"], row["valid_precision"])
            if holds_on(issued, until, row["recorded_at"], on) is Standing.VALID:
                yield _Disagreement(
                    subject=ConflictSubject.PRODUCT,
                    certificate_id=link[3],
                    epd_id=epd_id,
                    product_id=product_id,
                    field=VALIDITY,
                    held_value=paper.validity.value,
                    held_source=paper.source,
                    offered_value=Validity.VALID.value,
                    offered_source=row["source"],
                    run_id=_latest(paper.run_id, row["run_id"], link[2], link[5]),
                )


def _papers(session: Session, ids: set[int], on: dt.date) -> dict[int, _Paper]:
    """Return what each certificate of which a version is known says on a day."""
    versions, states = (
        bulk.rows_where_in(session, table, "certificate_id", ids, current=True)
        for table in (_VERSION, _STATUS)
    )
    windows: dict[int, list[Row]] = defaultdict(list)
    for row in versions:
        windows[row["certificate_id"]].append(row)
    entered: dict[int, list[Row]] = defaultdict(list)
    for row in states:
        entered[row["certificate_id"]].append(row)
    found = {}
    for certificate_id, rows in windows.items():
        timeline = sorted(entered[certificate_id], key=lambda row: row["from_on"])
        validity = validity_on(
            [(row["valid_from"], row["valid_to"]) for row in rows],
            [(row["state"], row["from_on"]) for row in timeline],
            on,
        )
        last = max(rows, key=lambda row: (row["valid_to"], row["effective_on"]))
        begun = [row for row in timeline if row["from_on"] <= on]
        speaks = begun[-1] if begun and validity is not Validity.EXPIRED else last
        found[certificate_id] = _Paper(
            validity=validity,
            last_on=last["valid_to"],
            source=speaks["source"],
            run_id=speaks["run_id"],
        )
    return found


def _latest(*runs: int | None) -> int | None:
    return max((run for run in runs if run is not None), default=None)
