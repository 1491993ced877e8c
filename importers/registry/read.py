"""Rows of the Taiwan green building material label registry as products with a certificate."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from catalog.records import CertificateRecord, CompanyRecord, Issue, ProductRecord, Severity
from catalog.rules.numbers import split_suffix
from importers.documents import document_in
from importers.issues import refusal
from importers.lookups import Lookups
from importers.lookups.names import Names
from importers.registry.rows import json_rows
from importers.source import Placement, ReadOutcome, SourceFile
from importers.table.columns import layout
from importers.table.rows import NOT_TEXT, tidied
from importers.table.values import Remarked, UnreadableError, date

_JSON_STARTS = (b"[", b"{")
_HEAD = 4096
_SHOWN = 100
_UNKNOWN_MARK = re.compile(r"[(\uff08]\s*(\w)\s*[)\uff09]$")
_TAKEN = ("licno", "title", "company", "period", "category", "subCategory", "url")


class RegistryFormat(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the registry writes, and which of its fields are left out on purpose."""

    body: str
    separators: str
    period: str
    ignored: dict[str, str]


@cache
def registry_format() -> RegistryFormat:
    """Return how the registry writes."""
    path = resources.files("importers") / "lookups" / "registry.toml"
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), RegistryFormat)


def is_registry(source: SourceFile) -> bool:
    """Return whether a file is JSON that is not known to be something else.

    A registry's pages and tables are read with a mapping.
    """
    head = source.head(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(_JSON_STARTS) and document_in(source) is None


def read_registry(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,  # A registry's rows belong to no building.
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the products and issues of a registry file.

    Raises:
        ImportRefusedError: It is not JSON, or no row is a registry's.
    """
    rows, issues = json_rows(source)
    if not any(isinstance(row, dict) and "licno" in row for row in rows):
        raise refusal("json-not-a-registry")
    seen: dict[tuple[str | None, ...], int] = {}
    for start in range(0, len(rows), batch_rows):
        part = rows[start : start + batch_rows]
        readings = [_Row(row, start + offset, lookups) for offset, row in enumerate(part, start=1)]
        records = [record for reading in readings if (record := reading.product(seen))]
        found = [issue for reading in readings for issue in reading.issues]
        done = start + len(part)
        if done == len(rows):
            found += issues
        yield ReadOutcome(records=[*records], issues=found, rows_done=done, rows_total=len(rows))


class _Row:
    """One row of the registry: each field is taken once, what nobody took is reported."""

    def __init__(self, row: object, number: int, lookups: Lookups) -> None:
        self.issues: list[Issue] = []
        self._row: dict[str, Any] = row if isinstance(row, dict) else {}
        self._number = number
        self._lookups = lookups
        self._format = registry_format()
        if not isinstance(row, dict):
            self._refuse("json-not-a-row", None, str(row))

    def product(self, seen: dict[tuple[str | None, ...], int]) -> ProductRecord | None:
        """Return the product of the row, unless something keeps the row out."""
        if self.issues:
            return None
        number, suffix = self._certificate_number(self._text("licno", required=True))
        name = self._text("title", required=True)
        company = self._text("company", required=True)
        days = self._period(self._text("period", required=True))
        labels = self._labels(self._text("category", required=True))
        material = self._material(self._text("subCategory"))
        url = self._text("url")
        self._report_leftovers()
        if any(issue.severity is Severity.ERROR for issue in self.issues) or days is None:
            return None
        first = seen.setdefault((company, name, number, suffix), self._number)
        if first != self._number:
            facts = {"first_row": str(first)}
            self._refuse("duplicate-row", "licno", number, facts)
            return None
        return ProductRecord(
            row=self._number,
            company=CompanyRecord(name=company or ""),
            name=name or "",
            category=labels[0],
            certificate=CertificateRecord(
                body=self._format.body,
                number=number or "",
                suffix=suffix,
                valid_from=days[0],
                valid_to=days[1],
                applicant=company,
                categories=(*labels, *([material] if material else [])),
                url=url,
            ),
        )

    def _text(self, field: str, *, required: bool = False) -> str | None:
        value = self._row.get(field)
        if value is not None and not isinstance(value, str):
            self._refuse("not-text", field, str(value))
            return None
        text = tidied([value or ""])[0]
        if found := NOT_TEXT.search(text):
            self._refuse("control-character", field, text, {"sign": f"U+{ord(found[0]):04X}"})
            return None
        limit = layout().limits.text
        if len(text) > limit:
            facts = {"length": str(len(text)), "limit": str(limit)}
            self._refuse("text-too-long", field, text, facts)
            return None
        if required and not text:
            self._refuse("missing-value", field, None)
        return text or None

    def _certificate_number(self, text: str | None) -> tuple[str | None, str | None]:
        if text is None:
            return None, None
        parts = split_suffix(text)
        if parts.suffix is None and (mark := _UNKNOWN_MARK.search(text)):
            self._refuse("unknown-suffix", "licno", text, {"mark": mark[1]})
        return parts.number, parts.suffix.value if parts.suffix else None

    def _period(self, text: str | None) -> tuple[dt.date, dt.date] | None:
        if text is None:
            return None
        parts = re.split(self._format.period, text)
        if len(parts) != 2:  # noqa: PLR2004 - a period has a start and an end
            self._refuse("bad-period", "period", text)
            return None
        days = []
        for part in parts:
            try:
                day = date(part.strip(), layout().limits)
            except UnreadableError as error:
                self._refuse(error.code, "period", part.strip(), error.facts)
                return None
            days.append(day.value if isinstance(day, Remarked) else day)
        start, end = days
        if end < start:
            self._refuse("dates-reversed", "period", text, {"start": start.isoformat()})
            return None
        return start, end

    def _labels(self, text: str | None) -> list[str]:
        labels: list[str] = []
        for word in re.split(self._format.separators, text or ""):
            if word.strip():
                key = self._key(self._lookups.label_types, word.strip(), "category")
                labels += [key] if key and key not in labels else []
        if text and not labels and not self.issues:
            self._refuse("missing-value", "category", text)
        return labels

    def _material(self, text: str | None) -> str | None:
        if text is None:
            return None
        key = self._lookups.material_classes.find(text)
        if key is None:
            nearest = self._lookups.material_classes.nearest(text)
            facts = {"nearest": nearest} if nearest else {}
            self._note("unknown-material-class", Severity.WARNING, "subCategory", text, facts)
        return key

    def _key(self, names: Names, word: str, field: str) -> str | None:
        key = names.find(word)
        if key is None:
            nearest = names.nearest(word)
            facts = {"nearest": nearest} if nearest else {}
            self._refuse("unknown-category", field, word, facts)
        return key

    def _report_leftovers(self) -> None:
        for field in sorted(self._row.keys() - self._format.ignored.keys() - set(_TAKEN)):
            value = str(self._row[field])
            self._note("unknown-field", Severity.WARNING, field, value, {})

    def _refuse(
        self, code: str, field: str | None, value: str | None, facts: dict[str, str] | None = None
    ) -> None:
        self._note(code, Severity.ERROR, field, value, facts or {})

    def _note(
        self,
        code: str,
        severity: Severity,
        field: str | None,
        value: str | None,
        facts: dict[str, str],
    ) -> None:
        self.issues.append(
            Issue(
                code=code,
                severity=severity,
                row=self._number,
                column=NOT_TEXT.sub("\ufffd", field[:_SHOWN]) if field else None,
                value=NOT_TEXT.sub("\ufffd", value[:_SHOWN]) if value else None,
                facts=facts,
            )
        )
