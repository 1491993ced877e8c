"""Programs inside workbooks: never run, and said to be there."""

from __future__ import annotations

from catalog.records import Issue, Severity
from importers.epd.archive import names_in
from importers.source import SourceFile

_PROGRAMS = ("xl/vbaproject.bin", "xl/macrosheets/")


def macros_in(source: SourceFile) -> list[Issue]:
    """Return a warning if a workbook holds macros; whatever they would do is not done."""
    names = [name.lower() for name in names_in(source)]
    if any(name.startswith(_PROGRAMS) for name in names):
        return [Issue(code="workbook-macros", severity=Severity.WARNING)]
    return []
