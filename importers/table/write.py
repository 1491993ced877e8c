"""Records written into our own tables, so that reading them gives the same records again."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
import xlsxwriter

from catalog.forms.lists import harmless
from catalog.records import (
    BillLineRecord,
    DeliveryRecord,
    Kind,
    ProductReference,
    Record,
)
from catalog.rules.terms import DatePrecision
from catalog.rules.units import Declared
from importers.declared import of_specification, shown
from importers.table.columns import layout
from importers.table.template import Format

_MADE_ON = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_PRECISE = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}
Cells = dict[str, object]


def write_table(kind: Kind, records: Iterable[Record], language: str, fmt: Format) -> bytes:
    """Return a table of a kind with one row per record, under the headers of a language.

    A text that a spreadsheet would calculate is written to a CSV behind an apostrophe; in a
    workbook every text is a text.
    """
    columns = layout().kinds[kind]
    rows = [_CELLS[kind](record) for record in records]
    header = [column.header("zh" if language == "zh" else "en") for column in columns]
    table = [[_text(row.get(column.field)) for column in columns] for row in rows]
    return _csv(header, table) if fmt == "csv" else _xlsx(kind, language, header, table)


def _csv(header: list[str], table: list[list[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([[_safe(text) for text in row] for row in table])
    return stream.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    is_number = text[:1] == "-" and text[1:].replace(".", "", 1).isdecimal()
    return text if is_number else harmless(text)


def _xlsx(kind: Kind, language: str, header: list[str], table: list[list[str]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": _MADE_ON})
    as_text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(layout().kind_names[kind]["zh" if language == "zh" else "en"])
    for line, row in enumerate([header, *table]):
        for place, text in enumerate(row):
            if text:
                sheet.write_string(line, place, text, as_text)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _line(record: BillLineRecord | DeliveryRecord) -> dict[str, object]:
    """Return the cells that bill lines and deliveries share."""
    cells = {
        field: getattr(record, field)
        for field in (
            "project", "building", "line_number", "name", "specification", "category", "place",
            "unit", "quantity", "amount",
        )
    }  # fmt: skip
    read = of_specification(record.specification or "", record.unit)
    return (
        cells
        | _factors(each for each in record.declared if each not in read)
        | _reference(record.product)
    )


def _bill_line(record: Any) -> Cells:  # noqa: ANN401  One builder for each kind of record.
    return _line(record) | {
        "stage": record.stage,
        "item_code": record.item_code,
        "unit_price": record.unit_price,
        "planned_green_quantity": record.planned_green_quantity,
    }


def _delivery(record: Any) -> Cells:  # noqa: ANN401  One builder for each kind of record.
    return _line(record) | {
        "note_number": record.note_number,
        "delivered_on": record.delivered_on.isoformat()[: _PRECISE[record.delivered_precision]],
        "supplier": record.supplier,
        "factory": record.factory,
        "transport_km": record.transport_km,
        "evidence": "; ".join(f"{each.kind}:{each.reference}" for each in record.evidence),
    }


def _product(record: Any) -> Cells:  # noqa: ANN401  One builder for each kind of record.
    company, paper, report = record.company, record.certificate, record.report
    cells: dict[str, object] = {
        "company": company.name,
        "credit_code": company.credit_code,
        "company_division": company.division,
        "company_address": company.address,
    }
    cells |= {
        field: getattr(record, field)
        for field in ("name", "category", "brand", "model", "scope", "description")
    }
    if paper is not None:
        cells |= msgspec.structs.asdict(paper)
        cells["certificate_body"] = paper.body
        suffix = {"renewed": "續", "added": "增", "changed": "變"}.get(paper.suffix or "", "")
        cells["certificate_number"] = f"{paper.number}({suffix})" if suffix else paper.number
    if report is not None:
        cells |= {
            "report_number": report.number,
            "report_laboratory": report.laboratory,
            "report_standard": report.standard,
            "report_issued_on": report.issued_on,
            "report_url": report.url,
        }
    return cells | _factors(record.declared)


def _factors(declared: Iterable[Declared]) -> Cells:
    """Return a density in its own column, and any other factor in the one for all."""
    found: dict[str, object] = {}
    others = []
    for each in declared:
        if (each.unit, each.per) == ("kg", "m3") and "density" not in found:
            found["density"] = each.amount
        elif (each.unit, each.per) == ("mm", None) and "thickness" not in found:
            found["thickness"] = each.amount
        else:
            others.append(shown(each))
    return found | {"factors": "; ".join(others)}


def _reference(product: ProductReference | None) -> Cells:
    if product is None:
        return {}
    return {
        "product_key": product.key,
        "certificate_number": product.certificate_number,
        "certificate_body": product.body,
        "model": product.model,
    }


_CELLS: Mapping[Kind, Callable[[Any], Cells]] = {
    Kind.PRODUCTS: _product,
    Kind.BILL_LINES: _bill_line,
    Kind.DELIVERIES: _delivery,
}
KINDS = tuple(_CELLS)
"""The kinds of table that can be written."""
