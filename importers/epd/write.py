"""Write declarations in the forms that can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from catalog.records import EpdRecord
from importers.epd.exported import Exported
from importers.epd.results_table import write_csv, write_workbook
from importers.epd.write_ilcd import write_ilcd, write_ilcds
from importers.epd.write_openepd import write_openepd, write_openepds


class Form(StrEnum):
    """A form in which declarations are given back."""

    OPENEPD = "openepd"
    ILCD = "ilcd"
    CSV = "csv"
    XLSX = "xlsx"


def write_epds(records: Sequence[EpdRecord], form: Form, *, language: str) -> Exported:
    """Return declarations as one file; a single one as its own document."""
    match form:
        case Form.OPENEPD:
            return write_openepd(records[0]) if len(records) == 1 else write_openepds(records)
        case Form.ILCD:
            return write_ilcd(records[0]) if len(records) == 1 else write_ilcds(records)
        case Form.CSV:
            return write_csv(records, language=language)
        case Form.XLSX:
            return write_workbook(records, language=language)
