"""What is said of one line while it is read, and the values that may need a remark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import msgspec

from catalog.records import Issue, Severity
from importers.table.rows import NOT_TEXT
from importers.table.values import Remarked, UnreadableError

_SHOWN = 100


class LineNotes:
    """The issues of one line; an error among them keeps it out."""

    def __init__(self, row: int, sheet: str | None, written: Mapping[str, str]) -> None:
        self._row = row
        self._sheet = sheet
        self._written = dict(written)
        self.issues: list[Issue] = []
        self.was_remarked = False
        self._hidden: set[str] = set()

    @property
    def is_refused(self) -> bool:
        """Whether an error was met."""
        return any(issue.severity is Severity.ERROR for issue in self.issues)

    def column(self, field: str) -> str:
        """Return what a field is called in the file."""
        return self._written.get(field) or self._written.get(f"{field}_and_features") or field

    def rename(self, field: str, other: str) -> None:
        """Take a field from the column of another."""
        if other in self._written:
            self._written[field] = self._written[other]

    def value(
        self, field: str, text: str, parse: Callable[[str], object], *, remarks: bool = True
    ) -> Decimal | None:
        """Return what a text means, None if it is blank or, with an issue, if it is unreadable."""
        self.was_remarked = False
        if not text:
            return None
        try:
            value = parse(text)
        except UnreadableError as error:
            self.refuse(error.code, field, text, error.facts)
            return None
        if isinstance(value, Remarked):
            self.was_remarked = True
            if remarks:
                self.remark(value.code, field, text, value.facts)
            value = value.value
        assert isinstance(value, Decimal)  # noqa: S101  Only numbers are read here.
        return value

    def check_text(self, field: str, text: str) -> None:
        """Keep the line out if a text holds what no text does."""
        found = NOT_TEXT.search(text)
        if found:
            facts = {"sign": f"U+{ord(found[0]):04X}"}
            self.refuse("control-character", field, text, facts)

    def hidden(self, issue: Issue, field: str, *, is_error: bool) -> None:
        """Say that a cell has no value to show."""
        severity = Severity.ERROR if is_error else Severity.WARNING
        self._hidden.add(field)
        self._note(issue.code, severity, field, issue.value, issue.facts)

    def miss(self, field: str) -> None:
        """Keep the line out for want of a value, unless that was said of its cell already."""
        if field not in self._hidden:
            self.refuse("missing-value", field, None)

    def refuse(
        self, code: str, field: str, value: str | None, facts: Mapping[str, str] | None = None
    ) -> None:
        """Keep the line out, and say why."""
        self._note(code, Severity.ERROR, field, value, facts or {})

    def remark(
        self, code: str, field: str, value: str | None, facts: Mapping[str, str] | None = None
    ) -> None:
        """Let the line in with a remark."""
        self._note(code, Severity.WARNING, field, value, facts or {})

    def _note(
        self, code: str, severity: Severity, field: str, value: str | None, facts: Mapping[str, str]
    ) -> None:
        self.issues.append(
            Issue(
                code=code,
                severity=severity,
                sheet=shown(self._sheet),
                row=self._row,
                column=shown(self.column(field)),
                value=shown(value),
                facts={name: shown(fact) or "" for name, fact in facts.items()},
            )
        )


def shown(text: str | None) -> str | None:
    """Return a text short and clean enough to be shown."""
    return NOT_TEXT.sub("\ufffd", text[:_SHOWN]) if text else None


def with_sheet(issue: Issue, sheet: str | None) -> Issue:
    """Return an issue as one of a sheet."""
    return msgspec.structs.replace(issue, sheet=shown(sheet))
