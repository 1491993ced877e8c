"""Receive declarations: who they are, and the editions of what each source states of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from catalog.models.epd import Epd
from catalog.records import EpdRecord, Issue, Severity
from catalog.repositories import bulk, epds
from catalog.rules.declarations import is_earlier
from catalog.rules.keys import epd_key
from catalog.services.differences import amount_name, differences
from catalog.services.receiving import facts
from catalog.services.receiving.epd_columns import columns_of, preferred, too_long
from catalog.services.receiving.receipt import Receipt

_EPD = bulk.table_of(Epd)
_SHOWN_DIFFERENCES = 5
Row = dict[str, Any]


def receive_epds(receipt: Receipt, records: Sequence[EpdRecord]) -> None:
    """Take a batch of declarations in.

    The same source corrects what it said; another source's statement stands beside it. An older
    edition that comes late is kept on record and replaces nothing.
    """
    kept: dict[str, list[tuple[EpdRecord, Row]]] = defaultdict(list)
    for record in records:
        columns = columns_of(receipt, record)
        issue = too_long(record, columns)
        if issue:
            receipt.report(issue)
        else:
            kept[epd_key(record.identifier)].append((record, columns))
    ids, new = _declarations(receipt, list(kept))
    held: dict[int, list[Row]] = defaultdict(list)
    for row in bulk.rows_where_in(receipt.session, epds.VERSION, "epd_id", ids.values()):
        held[row["epd_id"]].append(row)
    batch = _Batch(receipt)
    for key, editions in kept.items():
        batch.take(key, ids[key], editions, held[ids[key]], is_new=key in new)
    batch.keep()


class _Batch:
    """The versions that a batch adds and closes."""

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self._closed: list[int] = []
        self._added: list[tuple[Row, EpdRecord]] = []

    def take(
        self,
        key: str,
        epd_id: int,
        editions: list[tuple[EpdRecord, Row]],
        held: list[Row],
        *,
        is_new: bool,
    ) -> None:
        """Decide of every edition of one declaration what becomes of it."""
        receipt = self._receipt
        receipt.footprint.speak("epd", epd_id, receipt.source)
        ours = [row for row in held if row["source"] == receipt.source]
        known = {row["content_hash"] for row in ours}
        current = next((row for row in ours if row["superseded_at"] is None), None)
        is_of_batch = False
        last: EpdRecord | None = None
        for record, columns in editions:
            if current and current["content_hash"] == columns["content_hash"]:
                receipt.unchanged += 1
                continue
            if current and is_earlier(record.version, current["version"]):
                self._take_late(epd_id, record, columns, is_known=columns["content_hash"] in known)
                continue
            if current and is_of_batch and not is_earlier(current["version"], record.version):
                receipt.report(_issue("epd-edition-twice", record, version=record.version or "—"))
                continue
            if current is None:
                receipt.created += is_new
                receipt.changed += not is_new
                receipt.note_new("epd", key, columns["name"])
            else:
                receipt.created += is_of_batch and is_new
                receipt.changed += not (is_of_batch and is_new)
                self._note_changed(key, current, columns, record, last)
                self._close(current)
            current = {**columns, "epd_id": epd_id, **self._stamp()}
            self._added.append((current, record))
            is_of_batch, last = True, record
        if last is not None:
            others = [row for row in held if row["source"] != receipt.source]
            self._report_differences(last, [row for row in others if row["superseded_at"] is None])

    def keep(self) -> None:
        """Write everything down."""
        receipt = self._receipt
        facts.close(receipt, epds.VERSION, self._closed)
        ids = bulk.insert_mappings(receipt.session, epds.VERSION, [row for row, _ in self._added])
        bulk.insert_mappings(
            receipt.session,
            epds.RESULT,
            [
                {
                    "version_id": version_id,
                    "indicator": result.indicator,
                    "method": result.method,
                    "unit": result.unit,
                    "module": result.module,
                    "scenario": result.scenario,
                    "amount": str(result.amount),
                }
                for version_id, (_, record) in zip(ids, self._added, strict=True)
                for result in record.results
            ],
        )

    def _take_late(self, epd_id: int, record: EpdRecord, columns: Row, *, is_known: bool) -> None:
        """Keep an older edition as one that was replaced before it came."""
        if is_known:
            self._receipt.unchanged += 1
            return
        self._receipt.changed += 1
        self._receipt.report(
            _issue("epd-older-edition", record, Severity.WARNING, version=record.version or "—")
        )
        row = {**columns, "epd_id": epd_id, **self._stamp()}
        self._end(row)
        self._added.append((row, record))

    def _stamp(self) -> Row:
        return {
            "recorded_at": self._receipt.now,
            "run_id": self._receipt.run_id,
            "superseded_at": None,
            "superseded_run_id": None,
        }

    def _close(self, current: Row) -> None:
        if "id" in current:
            self._closed.append(current["id"])
        else:
            self._end(current)

    def _end(self, row: Row) -> None:
        row["superseded_at"] = self._receipt.now
        row["superseded_run_id"] = self._receipt.run_id

    def _note_changed(
        self, key: str, held: Row, columns: Row, record: EpdRecord, last: EpdRecord | None
    ) -> None:
        """List what changes, amounts included, for whoever reads the change list."""
        if self._receipt.changes is None:
            return
        before = last or self._records([held])[0]
        shown = [name for name in columns if name not in ("content_hash", "detail", "document")]
        was, now = ({name: row[name] for name in shown} for row in (held, columns))
        for amounts, results in ((was, before.results), (now, record.results)):
            amounts |= {amount_name(one): one.amount for one in results}
        self._receipt.note_changed("epd", key, columns["name"], was, dict.fromkeys(was) | now)

    def _records(self, rows: Sequence[Row]) -> list[EpdRecord]:
        connection = self._receipt.session.connection()
        results = epds.results_of(connection, [row["id"] for row in rows])
        return [epds.record_of(row, results[row["id"]]) for row in rows]

    def _report_differences(self, record: EpdRecord, others: list[Row]) -> None:
        for row, other in zip(others, self._records(others), strict=True):
            found = differences(other, record)
            if found:
                named = [one.amount_of or one.field for one in found[:_SHOWN_DIFFERENCES]]
                self._receipt.report(
                    _issue(
                        "epd-sources-differ",
                        record,
                        Severity.WARNING,
                        source=row["source"],
                        count=str(len(found)),
                        fields="、".join(named) + ("…" if len(found) > len(named) else ""),
                    )
                )


def _declarations(receipt: Receipt, keys: list[str]) -> tuple[dict[str, int], set[str]]:
    """Return the declarations' ids by key, and the keys of those that were not here before."""
    existing = bulk.rows_where_in(receipt.session, _EPD, "key", keys)
    ids: dict[str, int] = {row["key"]: row["id"] for row in existing}
    returning = [row for row in existing if row["withdrawn_at"]]
    bulk.update_by_id(
        receipt.session, _EPD, [{"id": row["id"], "withdrawn_at": None} for row in returning]
    )
    added: list[Row] = [
        {"key": key, "recorded_at": receipt.now, "withdrawn_at": None}
        for key in keys
        if key not in ids
    ]
    new_ids = bulk.insert_mappings(receipt.session, _EPD, added)
    ids |= {row["key"]: new_id for row, new_id in zip(added, new_ids, strict=True)}
    return ids, {row["key"] for row in (*added, *returning)}


def _issue(
    code: str, record: EpdRecord, severity: Severity = Severity.ERROR, **stated: str
) -> Issue:
    return Issue(
        code=code,
        severity=severity,
        sheet=record.sheet,
        row=record.row,
        value=preferred(record.names),
        facts=stated,
    )
