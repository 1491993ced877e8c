"""A stretch of rows with every cell read: values by field, rows kept out, issues found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import msgspec

from catalog.records import Issue, Severity
from importers.lookups import Lookups
from importers.table.cells import CellReader, cell_parsers
from importers.table.columns import columns_of, layout
from importers.table.header import Header
from importers.table.sheet import Stretch

# Characters that no name holds: controls, overrides of the writing direction, invisible marks,
# and the sign that stands for a lost character.
NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufffd\ufffe\uffff\ud800-\udfff]"
)
_ODD_SPACE = re.compile(r"[^\S ]")
_SHOWN = 100


class CellReaders:
    """What reads the cells of each field; texts are remembered from stretch to stretch."""

    def __init__(self, header: Header, lookups: Lookups, *, day_zero: dt.date) -> None:
        self.header = header
        self.limits = layout().limits
        parsers = cell_parsers(lookups, self.limits, day_zero=day_zero)
        columns = columns_of(header.kind)
        self.fields = list(header.places)
        self.required = [field for field in self.fields if columns[field].required]
        self.of_field: dict[str, CellReader | None] = {
            field: None
            if columns[field].reads == "text"
            else CellReader(parsers[columns[field].reads])
            for field in self.fields
        }


class Rows:
    """The values of some rows by field, and which of the rows stay out."""

    def __init__(self, stretch: Stretch, readers: CellReaders, sheet: str | None) -> None:
        self.sheet = sheet
        self.first_row = stretch.first_row
        self.count = stretch.count
        self.refused: set[int] = set()
        self.issues: list[Issue] = []
        self._header = readers.header
        self._texts: dict[str, list[str]] = {}
        self._values: dict[str, list[object]] = {}
        for issue in stretch.issues:
            if issue.severity is Severity.ERROR and issue.row is not None:
                self.refused.add(issue.row - self.first_row)
            self.issues.append(msgspec.structs.replace(issue, sheet=sheet))
        for field, texts in zip(readers.fields, stretch.columns, strict=True):
            self._texts[field] = tidied(texts)
        self._skip_blank_rows(readers)
        for field in readers.fields:
            self._read(field, readers)
        for field in readers.required:
            self._require(field)

    def column(self, field: str) -> list[object]:
        """Return the values of a field, all None if the file has no such column."""
        return self._values.get(field) or [None] * self.count

    def text(self, index: int, field: str) -> str:
        """Return what a cell holds, for showing to a person."""
        texts = self._texts.get(field)
        return NOT_TEXT.sub("\ufffd", texts[index][:_SHOWN]) if texts else ""

    def refuse(
        self, index: int, code: str, field: str, *, facts: Mapping[str, str] | None = None
    ) -> None:
        """Keep a row out, and say why."""
        self.refused.add(index)
        self._note(index, code, field, Severity.ERROR, facts)

    def remark(
        self, index: int, code: str, field: str, *, facts: Mapping[str, str] | None = None
    ) -> None:
        """Let a row in with a remark."""
        self._note(index, code, field, Severity.WARNING, facts)

    def _note(
        self,
        index: int,
        code: str,
        field: str,
        severity: Severity,
        facts: Mapping[str, str] | None,
    ) -> None:
        written = self._header.written.get(field) or columns_of(self._header.kind)[field].zh
        self.issues.append(
            Issue(
                code=code,
                severity=severity,
                sheet=self.sheet,
                row=self.first_row + index,
                column=written,
                value=self.text(index, field) or None,
                facts=dict(facts or {}),
            )
        )

    def _skip_blank_rows(self, readers: CellReaders) -> None:
        """Leave rows without any text out, silently: they say nothing."""
        texts = list(self._texts.values())
        first = self._texts[readers.required[0]]
        if "" in first:
            for index, text in enumerate(first):
                if not text and not any(column[index] for column in texts):
                    self.refused.add(index)

    def _read(self, field: str, readers: CellReaders) -> None:
        texts = self._texts[field]
        joined = "".join(texts)
        if NOT_TEXT.search(joined):
            for index, text in enumerate(texts):
                if found := NOT_TEXT.search(text):
                    self.refuse(
                        index, "control-character", field, facts={"sign": f"U+{ord(found[0]):04X}"}
                    )
            texts = ["" if NOT_TEXT.search(text) else text for text in texts]
        limit = readers.limits.text
        if len(joined) > limit and max(map(len, texts)) > limit:
            for index, text in enumerate(texts):
                if len(text) > limit:
                    facts = {"length": str(len(text)), "limit": str(limit)}
                    self.refuse(index, "text-too-long", field, facts=facts)
            texts = [text if len(text) <= limit else "" for text in texts]
        reader = readers.of_field[field]
        if reader is None:
            self._values[field] = [text or None for text in texts]
            return
        self._values[field] = [reader[text] for text in texts]
        findings = reader.findings
        if findings and not findings.keys().isdisjoint(texts):
            for index, text in enumerate(texts):
                finding = findings.get(text)
                if finding is not None:
                    note = self.refuse if finding.is_error else self.remark
                    note(index, finding.code, field, facts=finding.facts)

    def _require(self, field: str) -> None:
        texts = self._texts[field]
        if "" not in texts:
            return
        for index, text in enumerate(texts):
            if not text and index not in self.refused:
                self.refuse(index, "missing-value", field)


def tidied(texts: list[str]) -> list[str]:
    """Return texts without space around them, any odd space inside made a plain one."""
    tidy = list(map(str.strip, texts))
    if _ODD_SPACE.search("".join(tidy)):
        return [" ".join(text.split()) if _ODD_SPACE.search(text) else text for text in tidy]
    return tidy
