"""Receive the states of certificates, each from the day on which it was entered."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import Any

from catalog.models.certificate import CertificateStatus
from catalog.records import CertificateRecord
from catalog.repositories import bulk
from catalog.rules.terms import CertificateState
from catalog.services.receiving import facts
from catalog.services.receiving.conflicts import Contradiction, Heard, Statement
from catalog.services.receiving.entities import Upserted
from catalog.services.receiving.receipt import Receipt

_STATUS = bulk.table_of(CertificateStatus)

Row = dict[str, Any]


class _Answer(Enum):
    """What becomes of a stated state beside the timeline that is held."""

    KNOWN = auto()
    ADD = auto()
    CONTRADICT = auto()


def receive_states(
    receipt: Receipt,
    records: Mapping[str, CertificateRecord],
    outcome: Upserted,
    held_ids: Iterable[int],
) -> Heard:
    """Keep a change of state. Validity and expiry follow from the dates and need no row."""
    timelines: dict[int, list[Row]] = defaultdict(list)
    for row in bulk.rows_where_in(
        receipt.session, _STATUS, "certificate_id", held_ids, current=True
    ):
        timelines[row["certificate_id"]].append(row)
    added: list[Row] = []
    closed: list[int] = []
    heard = Heard()
    for key, record in records.items():
        if record.state is None or record.state is CertificateState.EXPIRED:
            continue
        certificate_id = outcome.ids[key]
        receipt.footprint.speak("states", certificate_id)
        timeline = sorted(timelines[certificate_id], key=lambda row: row["from_on"])
        # A state without a day counts from the day on which it was seen.
        on = record.state_on or receipt.now.date()
        spoken_of = timeline[-1]["from_on"] if timeline and record.state_on is None else on
        heard.statements += [
            Statement(certificate_id, {"state": record.state}, spoken_of),
            Statement(certificate_id, {"from_on": on}),
        ]
        answer, beside = _placed(timeline, record, on, receipt.source)
        if answer is _Answer.KNOWN:
            continue
        if answer is _Answer.CONTRADICT and beside:
            is_other_day = beside["state"] == record.state and beside["from_on"] != on
            contradiction = (
                Contradiction(certificate_id, beside, {"from_on": on})
                if is_other_day
                else Contradiction(
                    certificate_id, beside, {"state": record.state}, beside["from_on"]
                )
            )
            heard.contradictions.append(contradiction)
            continue
        if beside:
            closed.append(beside["id"])
        added.append(
            {
                "certificate_id": certificate_id,
                "state": record.state,
                "from_on": on,
                "reason": record.state_reason,
                "source": receipt.source,
            }
        )
        if key not in outcome.new:
            outcome.changed.add(key)
            before = timeline[-1]["state"] if timeline else CertificateState.VALID
            receipt.note_changed(
                "certificate", key, record.number, {"state": before}, {"state": record.state}
            )
    facts.close(receipt, _STATUS, closed)
    facts.add(receipt, _STATUS, added)
    return heard


def _placed(
    timeline: list[Row], record: CertificateRecord, on: dt.date, source: str
) -> tuple[_Answer, Row | None]:
    """Return what to do, and the held row that the statement replaces or contradicts."""
    latest = timeline[-1] if timeline else None
    same_day = next((row for row in timeline if row["from_on"] == on), None)
    if latest is None:
        is_news = record.state is not CertificateState.VALID
        return (_Answer.ADD if is_news else _Answer.KNOWN), None
    if record.state_on is None and record.state == latest["state"]:
        return _Answer.KNOWN, None
    # The same state since another day: a correction, or a contradiction.
    beside = latest if same_day is None and record.state == latest["state"] else same_day
    if beside is not None:
        if beside is same_day and not _differs(beside, record):
            return _Answer.KNOWN, None
        return (_Answer.ADD if beside["source"] == source else _Answer.CONTRADICT), beside
    if latest["source"] != source and (record.state_on is None or on < latest["from_on"]):
        return _Answer.CONTRADICT, latest
    in_force = [row["state"] for row in timeline if row["from_on"] < on]
    before = in_force[-1] if in_force else CertificateState.VALID
    return (_Answer.KNOWN if before == record.state else _Answer.ADD), None


def _differs(held: Row, record: CertificateRecord) -> bool:
    if held["state"] != record.state:
        return True
    return record.state_reason is not None and record.state_reason != held["reason"]
