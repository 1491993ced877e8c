"""Receive certificates: who they are, and the versions of what their paper says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from catalog.models.certificate import Certificate, CertificateVersion, CertificationBody
from catalog.records import CertificateRecord
from catalog.repositories import bulk
from catalog.rules.keys import body_key, certificate_key
from catalog.rules.numbers import normal_number
from catalog.services.receiving import facts
from catalog.services.receiving.claims import receive_categories
from catalog.services.receiving.conflicts import Contradiction, Heard, Statement, keep_conflicts
from catalog.services.receiving.entities import Upserted
from catalog.services.receiving.receipt import Receipt
from catalog.services.receiving.settling import rejected_values
from catalog.services.receiving.states import receive_states

_BODY = bulk.table_of(CertificationBody)
_CERTIFICATE = bulk.table_of(Certificate)
_VERSION = bulk.table_of(CertificateVersion)

Row = dict[str, Any]


def key_of(record: CertificateRecord) -> str:
    """Return the key of the certificate that a record states."""
    return certificate_key(body_key(record.body), normal_number(record.number))


def receive(receipt: Receipt, records: Iterable[tuple[str, CertificateRecord]]) -> Upserted:
    """Take certificates, each with its key; rows that speak of one paper are taken together."""
    outcome = Upserted()
    for papers in _rounds(records):
        _receive_round(receipt, papers, outcome)
    outcome.changed -= outcome.new
    return outcome


def _rounds(
    records: Iterable[tuple[str, CertificateRecord]],
) -> Sequence[Mapping[str, CertificateRecord]]:
    """Part the records so that each round holds one version of each certificate, in order."""
    rounds: list[dict[str, CertificateRecord]] = []
    for key, record in records:
        for papers in rounds:
            earlier = papers.get(key)
            if earlier is None or earlier == record:
                papers[key] = record
                break
            if _effective_on(earlier) == _effective_on(record):
                papers[key] = _merged(earlier, record)
                break
        else:
            rounds.append({key: record})
    return rounds


def _effective_on(record: CertificateRecord) -> dt.date:
    return record.reissued_on or record.valid_from


def _merged(earlier: CertificateRecord, later: CertificateRecord) -> CertificateRecord:
    """Return what two rows say together: the later counts, and a blank says nothing."""
    stated = {name: value for name, value in msgspec.structs.asdict(later).items() if value}
    # The first writing of the number stays, as it does between two files.
    return msgspec.structs.replace(earlier, **(stated | {"number": earlier.number}))


def _receive_round(
    receipt: Receipt, records: Mapping[str, CertificateRecord], outcome: Upserted
) -> None:
    bodies = _bodies(receipt, {r.body for r in records.values()})
    existing = bulk.rows_where_in(receipt.session, _CERTIFICATE, "key", records)
    outcome.ids |= {row["key"]: row["id"] for row in existing}
    fixed = {"is_synthetic": receipt.is_synthetic, "withdrawn_at": None}
    returning = [row for row in existing if row["withdrawn_at"]]
    bulk.update_by_id(
        receipt.session,
        _CERTIFICATE,
        [{"id": row["id"], "number": records[row["key"]].number, **fixed} for row in returning],
    )
    outcome.changed |= {row["key"] for row in returning}
    added: list[Row] = [
        {
            "key": key,
            "body_id": bodies[body_key(record.body)],
            "number": record.number,
            "number_normal": normal_number(record.number),
            "recorded_at": receipt.now,
            **fixed,
        }
        for key, record in records.items()
        if key not in outcome.ids
    ]
    for new_id, row in zip(
        bulk.insert_mappings(receipt.session, _CERTIFICATE, added), added, strict=True
    ):
        outcome.ids[row["key"]] = new_id
        outcome.new.add(row["key"])
        receipt.note_new("certificate", row["key"], row["number"])
    held_ids = [row["id"] for row in existing]
    keep_conflicts(
        receipt,
        _receive_versions(receipt, records, outcome, held_ids),
        receive_states(receipt, records, outcome, held_ids),
        receive_categories(receipt, records, outcome, held_ids),
    )


def _bodies(receipt: Receipt, names: Iterable[str]) -> dict[str, int]:
    """Return the ids of the certification bodies by key; a body is known by its name."""
    by_key = {body_key(name): name for name in names}
    ids: dict[str, int] = {
        row["key"]: row["id"] for row in bulk.rows_where_in(receipt.session, _BODY, "key", by_key)
    }
    added = [{"key": key, "name": name} for key, name in by_key.items() if key not in ids]
    new_ids = bulk.insert_mappings(receipt.session, _BODY, added)
    ids.update({row["key"]: i for i, row in zip(new_ids, added, strict=True)})
    return ids


def _version(receipt: Receipt, certificate_id: int, record: CertificateRecord) -> Row:
    return {
        "certificate_id": certificate_id,
        "effective_on": _effective_on(record),
        "suffix": record.suffix,
        "star": record.star,
        "standard": record.standard,
        "issued_on": record.issued_on,
        "reissued_on": record.reissued_on,
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
        "applicant": record.applicant,
        "manufacturer": record.manufacturer,
        "factory": record.factory,
        "factory_address": record.factory_address,
        "url": record.url,
        "source": receipt.source,
    }


def _receive_versions(
    receipt: Receipt,
    records: Mapping[str, CertificateRecord],
    outcome: Upserted,
    held_ids: list[int],
) -> Heard:
    held: dict[int, list[Row]] = defaultdict(list)
    for row in bulk.rows_where_in(
        receipt.session, _VERSION, "certificate_id", held_ids, current=True
    ):
        held[row["certificate_id"]].append(row)
    added: list[Row] = []
    closed: list[int] = []
    heard = Heard()
    rejected = rejected_values(receipt.session, held_ids)
    for key, record in records.items():
        certificate_id = outcome.ids[key]
        wanted = _version(receipt, certificate_id, record)
        receipt.footprint.speak("certificate", certificate_id)
        twin = _same_paper(receipt, wanted, held[certificate_id])
        receipt.footprint.speak_of_paper(certificate_id, wanted["effective_on"])
        if twin is None:
            added.append(wanted)
            if key not in outcome.new:
                outcome.changed.add(key)
            continue
        # Silence is no contradiction: what this source does not state, stays.
        stated = {
            k: v
            for k, v in wanted.items()
            if v is not None
            and k != "source"
            # What a person decided against counts no more, however often it is said.
            and (certificate_id, k, str(v), receipt.source) not in rejected
        }
        heard.statements.append(Statement(certificate_id, stated, twin["effective_on"]))
        if not facts.differs(twin, stated):
            continue
        if twin["source"] != receipt.source:
            contradiction = Contradiction(certificate_id, twin, stated, twin["effective_on"])
            heard.contradictions.append(contradiction)
            stated = {k: v for k, v in stated.items() if twin[k] is None}
            if not stated:
                continue
        closed.append(twin["id"])
        kept = {k: v for k, v in twin.items() if k not in facts.RECORDED and k != "id"}
        added.append({**kept, **stated})
        outcome.changed.add(key)
        receipt.note_changed("certificate", key, record.number, twin, stated)
    facts.close(receipt, _VERSION, closed)
    facts.add(receipt, _VERSION, added)
    return heard


def _same_paper(receipt: Receipt, wanted: Row, held: list[Row]) -> Row | None:
    """Return the held version that speaks of the same paper as the wanted one.

    That is the one that takes effect on the same day; or, where no re-issue is stated, the nearest
    whose span overlaps: its day was corrected. What this very file states of another day is no
    such slip, wherever in the file it stands: then both versions are kept.
    """
    for row in held:
        if row["effective_on"] == wanted["effective_on"]:
            return row
    if wanted["reissued_on"] is not None:
        return None
    receipt.footprint.speak("spans", wanted["certificate_id"])
    overlapping = [
        row
        for row in held
        if row["valid_from"] <= wanted["valid_to"]
        and wanted["valid_from"] <= row["valid_to"]
        and not receipt.footprint.has_paper(row["certificate_id"], row["effective_on"])
    ]
    return min(
        overlapping,
        key=lambda row: (abs(row["effective_on"] - wanted["effective_on"]), row["effective_on"]),
        default=None,
    )
