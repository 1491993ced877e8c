"""What each run spoke of: an undo must not take away what a later run said again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from catalog.models.importing import ImportFootprint, ImportRun, RunState
from catalog.repositories import bulk

_FOOTPRINT = bulk.table_of(ImportFootprint)
_GONE = (RunState.UNDONE, RunState.REFUSED)
_MARKS = msgspec.msgpack.Decoder(dict[int, int])

EXISTENCE = 1  # The place of every table's first column, the id.
PAPER = 2**62  # Of one version of a certificate: whole, and found again within a run.
EVERYTHING = 2**63 - 1


def mark(*parts: object) -> int:
    """Return the number that stands for one thing, or for one name that is looked up."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


def aspects(table: Table, columns: Iterable[str]) -> int:
    """Return a set of a table's columns as bits."""
    places = {column.name: place for place, column in enumerate(table.columns)}
    return sum(1 << places[name] for name in set(columns))


class Footprint:
    """What one batch speaks of: marks, each with the aspects that the batch states."""

    def __init__(self, session: Session, run_id: int) -> None:
        """Start empty, for a batch of this run."""
        self._session = session
        self._run_id = run_id
        self._marks: dict[int, int] = {}
        self._papers: set[int] | None = None

    def speak(self, *parts: object, of: int = EVERYTHING) -> None:
        """Note that the run speaks of a thing, whether that changes anything or not."""
        number = mark(*parts)
        self._marks[number] = self._marks.get(number, 0) | of

    def speak_of_rows(self, table: Table, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """Note rows of a table, by id, each with the columns that the run states."""
        bits = {column.name: 1 << place for place, column in enumerate(table.columns)}
        for row_id, columns in rows:
            stated = EXISTENCE
            for name, value in columns.items():
                if value is not None:
                    stated |= bits[name]
            self.speak(table.name, row_id, of=stated)

    def speak_of_paper(self, certificate_id: int, effective_on: dt.date) -> None:
        """Note that the run speaks of one version of a certificate."""
        self.speak("paper", certificate_id, effective_on, of=PAPER)

    def has_paper(self, certificate_id: int, effective_on: dt.date) -> bool:
        """Tell whether the run spoke of that version, in this batch or in an earlier one."""
        number = mark("paper", certificate_id, effective_on)
        if number in self._marks:
            return True
        if self._papers is None:
            self._papers = set()
            for _, marks in _kept(self._session, _FOOTPRINT.c.run_id == self._run_id):
                self._papers.update(key for key, of in marks.items() if of == PAPER)
        return number in self._papers

    def keep(self, batch: int) -> None:
        """Write it down."""
        if self._marks:
            row = {
                "run_id": self._run_id,
                "batch": batch,
                "marks": msgspec.msgpack.encode(self._marks),
            }
            bulk.insert_mappings(self._session, _FOOTPRINT, [row])


def speakers_after(session: Session, run_id: int, changed: Mapping[int, int]) -> set[int]:
    """Return the runs that stand and spoke after a run of something that it changed."""
    first = session.scalar(select(func.min(_FOOTPRINT.c.id)).where(_FOOTPRINT.c.run_id == run_id))
    gone = select(ImportRun.id).where(ImportRun.state.in_(_GONE))
    is_later = (
        (_FOOTPRINT.c.run_id != run_id)
        & (_FOOTPRINT.c.id > (first or 0))
        & _FOOTPRINT.c.run_id.not_in(gone)
    )
    found: set[int] = set()
    for speaker, marks in _kept(session, is_later):
        if speaker not in found and any(
            marks[number] & changed[number] for number in marks.keys() & changed.keys()
        ):
            found.add(speaker)
    return found


def _kept(session: Session, condition: Any) -> Iterator[tuple[int, dict[int, int]]]:  # noqa: ANN401  A condition of a query.
    rows = select(_FOOTPRINT.c.run_id, _FOOTPRINT.c.marks).where(condition)
    for run_id, marks in session.execute(rows.execution_options(yield_per=1)):
        yield run_id, _MARKS.decode(marks)
