"""What a writer of declarations gives back: a file, and what the file could not hold."""

from __future__ import annotations

import msgspec

from catalog.records import Issue, Severity


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A file to hand out; ``ending`` is that of its name, without the dot."""

    content: bytes
    media_type: str
    ending: str
    issues: tuple[Issue, ...] = ()


class LeftOut:
    """What one declaration says that the form of a file has no place for, each thing once."""

    def __init__(self, name: str, form: str) -> None:
        self._name = name
        self._form = form
        self._issues: list[Issue] = []

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was left out, in order."""
        return tuple(self._issues)

    def note(self, code: str, column: str, **facts: str) -> None:
        """Say that something is not in the file as it stands here."""
        issue = Issue(
            code=code,
            severity=Severity.WARNING,
            column=column,
            value=self._name,
            facts={"form": self._form, **facts},
        )
        if issue not in self._issues:
            self._issues.append(issue)
