"""Which row of a sheet is the header, and which column of ours each of its cells names."""

from __future__ import annotations

import re

import msgspec

from catalog.records import Issue, Kind, Severity
from importers.issues import refusal
from importers.table.columns import columns_of, headers_of, layout

_REQUIRED_MARKS = re.compile(r"[*\uff0a]|[(\uff08](?:必填|required)[)\uff09]", re.IGNORECASE)


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """A header as it was understood: our fields, where they stand, and what nobody takes."""

    kind: Kind
    row: int
    places: dict[str, int]
    written: dict[str, str]
    unknown: list[tuple[int, str]]
    doubled: list[str]
    rows_above: int

    @property
    def missing(self) -> list[str]:
        """Required fields that the header does not name."""
        columns = columns_of(self.kind)
        return [f for f, column in columns.items() if column.required and f not in self.places]


def find_header(preview: list[list[str]], kind: Kind) -> Header:
    """Return the row that names the most columns of this kind, the first of equals."""
    headers = [_as_header(preview, index, kind) for index in range(len(preview))]
    return max(headers, key=lambda header: len(header.places), default=_no_header(kind))


def require(header: Header, sheet: str | None) -> None:
    """Refuse a file whose header lacks a required column or names one twice.

    Raises:
        ImportRefusedError: It does.
    """
    columns = columns_of(header.kind)
    if header.doubled:
        written = "、".join(columns[field].zh for field in header.doubled)
        english = ", ".join(columns[field].en for field in header.doubled)
        raise refusal("duplicate-column", columns_zh=written, columns_en=english)
    if header.missing:
        kind = layout().kind_names[header.kind]
        raise refusal(
            "missing-column",
            sheet=sheet or "",
            kind_zh=kind["zh"],
            kind_en=kind["en"],
            kind_key=header.kind.value,
            columns_zh="、".join(columns[field].zh for field in header.missing),
            columns_en=", ".join(columns[field].en for field in header.missing),
        )


def header_issues(header: Header, sheet: str | None) -> list[Issue]:
    """Return a warning for each column, and for rows above, that nobody takes."""
    issues = []
    if header.rows_above:
        issues.append(
            Issue(
                code="rows-above-header",
                severity=Severity.WARNING,
                sheet=sheet,
                row=header.row,
                facts={"count": str(header.rows_above)},
            )
        )
    names = headers_of(header.kind)
    for index, text in header.unknown:
        nearest = names.nearest(text) if text else None
        issues.append(
            Issue(
                code="unknown-column" if text else "column-without-header",
                severity=Severity.WARNING,
                sheet=sheet,
                row=header.row,
                column=text or column_letters(index),
                value=text or None,
                facts={"nearest": nearest} if nearest else {},
            )
        )
    return issues


def column_letters(index: int) -> str:
    """Return the letters of a column as spreadsheets write them, from 0 = A."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _as_header(preview: list[list[str]], index: int, kind: Kind) -> Header:
    names = headers_of(kind)
    places: dict[str, int] = {}
    written: dict[str, str] = {}
    unknown: list[tuple[int, str]] = []
    doubled: list[str] = []
    below = preview[index + 1 :]
    for place, cell in enumerate(preview[index]):
        text = " ".join(cell.split())
        field = names.find(_REQUIRED_MARKS.sub("", text))
        if field is None:
            if text or any(place < len(row) and row[place].strip() for row in below):
                unknown.append((place, text))
        elif field in places:
            doubled.append(field)
        else:
            places[field] = place
            written[field] = text
    return Header(
        kind=kind,
        row=index + 1,
        places=places,
        written=written,
        unknown=unknown,
        doubled=doubled,
        rows_above=sum(1 for row in preview[:index] if any(cell.strip() for cell in row)),
    )


def _no_header(kind: Kind) -> Header:
    return Header(kind=kind, row=1, places={}, written={}, unknown=[], doubled=[], rows_above=0)
