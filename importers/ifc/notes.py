"""What is said of a model: of many alike elements once, with their number."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from catalog.records import Issue, Severity
from importers.bill.notes import shown
from importers.ifc.model import Element


class _Said(msgspec.Struct):
    """An issue of the first of its elements, and how many they are."""

    issue: Issue
    count: int = 1

    def add(self, other: _Said) -> None:
        self.count += other.count
        self.issue = min(self.issue, other.issue, key=lambda issue: issue.row or 0)


class Notes:
    """The issues of one model."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str, str], _Said] = {}

    def refuse(
        self,
        code: str,
        element: Element,
        *,
        column: str | None = None,
        facts: dict[str, str] | None = None,
    ) -> None:
        """Say why an element, or something of it, stays out."""
        self._say(code, Severity.ERROR, element, column, facts)

    def remark(
        self,
        code: str,
        element: Element,
        *,
        column: str | None = None,
        facts: dict[str, str] | None = None,
    ) -> None:
        """Say something of an element that comes in."""
        self._say(code, Severity.WARNING, element, column, facts)

    def remark_on_all(
        self, code: str, element: Element, *, column: str, facts: dict[str, str] | None = None
    ) -> None:
        """Say something once of all elements, whatever their type; this one is an example."""
        self._say(code, Severity.WARNING, element, column, facts, is_of_all=True)

    def take(self, others: Notes) -> None:
        """Take over what was said elsewhere."""
        for key, said in others._said.items():
            if key in self._said:
                self._said[key].add(said)
            else:
                self._said[key] = said

    def issues(self) -> Iterator[Issue]:
        """Yield each issue in the order of the file, with how many elements it is about."""
        for said in sorted(self._said.values(), key=lambda each: each.issue.row or 0):
            facts = {**said.issue.facts, "count": str(said.count)}
            yield msgspec.structs.replace(said.issue, facts=facts)

    def _say(
        self,
        code: str,
        severity: Severity,
        element: Element,
        column: str | None,
        facts: dict[str, str] | None,
        *,
        is_of_all: bool = False,
    ) -> None:
        alike = ("", "") if is_of_all else (element.kind, element.name)
        key = (code, *alike, column or "")
        said = self._said.get(key)
        if said is not None:
            said.count += 1
            return
        told = {"element": element.label, "class": element.kind, **(facts or {})}
        self._said[key] = _Said(
            Issue(
                code=code,
                severity=severity,
                row=element.row,
                column=shown(column),
                value=shown(element.name),
                facts={name: shown(fact) or "" for name, fact in told.items()},
            )
        )
