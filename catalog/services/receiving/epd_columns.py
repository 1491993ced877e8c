"""What the columns of a version hold of a declaration, and whether they can hold it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import String

from catalog.records import EpdRecord, Issue, LocalText, StatedDate
from catalog.repositories import epds
from catalog.services.receiving.receipt import Receipt

_LANGUAGES = ("zh", "en")
_LIMITS = {
    table.name: {
        column.name: column.type.length
        for column in table.columns
        if isinstance(column.type, String) and column.type.length
    }
    for table in (epds.VERSION, epds.RESULT)
}
Row = dict[str, Any]


def columns_of(receipt: Receipt, record: EpdRecord) -> Row:
    """Return a version's own columns; what identifies and dates it comes later."""
    # Where in a file a declaration stood says nothing of what it states.
    stated = msgspec.structs.replace(record, row=None, sheet=None)
    detail = msgspec.structs.replace(stated, results=(), document="")
    issued_on, issued_precision = _date(record.issued_on)
    valid_until, valid_precision = _date(record.valid_until)
    return {
        "source": receipt.source,
        "format": record.format,
        "version": record.version,
        "name": preferred(record.names),
        "subtype": record.subtype,
        "manufacturer": _called(record, "manufacturer"),
        "operator": _called(record, "operator"),
        "registration_number": record.registration_number,
        "location": record.location,
        "issued_on": issued_on,
        "issued_precision": issued_precision,
        "valid_until": valid_until,
        "valid_precision": valid_precision,
        "declared_quantity": _exact(record.declared_quantity),
        "declared_unit": record.declared_unit,
        "mass_kg": _exact(record.mass_kg),
        "content_hash": hashlib.sha256(msgspec.json.encode(stated)).hexdigest(),
        "detail": msgspec.json.encode(detail).decode(),
        "document": record.document,
        "is_synthetic": receipt.is_synthetic,
    }


def preferred(texts: Iterable[LocalText]) -> str:
    """Return the Chinese text or, failing that, the English one, or the first."""
    by_language = {text.language: text.text for text in reversed(tuple(texts))}
    for language in _LANGUAGES:
        if language in by_language:
            return by_language[language]
    return next(reversed(by_language.values()), "")


def _called(record: EpdRecord, part: str) -> str | None:
    organisation = getattr(record, part)
    return (organisation.name or organisation.identifier) if organisation else None


def _date(stated: StatedDate | None) -> tuple[dt.date | None, str | None]:
    return (stated.day, stated.precision) if stated else (None, None)


def _exact(number: object) -> str | None:
    return None if number is None else str(number)


def too_long(record: EpdRecord, columns: Mapping[str, Any]) -> Issue | None:
    """Return what is wrong with the first text that is longer than the store keeps, or None."""
    rows = [(epds.VERSION.name, columns)]
    rows += [
        (epds.RESULT.name, {**msgspec.structs.asdict(result), "amount": str(result.amount)})
        for result in record.results
    ]
    for table, values in rows:
        for column, limit in _LIMITS[table].items():
            value = values.get(column)
            if value is not None and len(value) > limit:
                facts_of = {"column": column, "length": str(len(value)), "limit": str(limit)}
                return Issue(
                    code="text-too-long",
                    sheet=record.sheet,
                    row=record.row,
                    column=column,
                    value=value,
                    facts=facts_of,
                )
    return None
