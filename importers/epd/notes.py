"""What is said of one data set while it is read, and the values that may need a remark."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import chain
from operator import itemgetter

from catalog.records import EpdResultRecord, Issue, Severity, StatedDate
from catalog.rules.terms import DatePrecision
from importers.epd.tables import shared
from importers.table.rows import NOT_TEXT

_SHOWN = 100
_LONGEST_NUMBER = 80
_PLAIN = r"[+-]?+(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?+\d{1,3}+)?+"
_NUMBER = re.compile(_PLAIN, re.ASCII)
_NUMBERS = re.compile(rf"{_PLAIN}(?:\n{_PLAIN})*+", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.]*)?(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


class DataSetError(Exception):
    """A data set cannot be read at all; ``code`` and ``facts`` are those of an issue."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Notes:
    """The issues of one data set; an error among them keeps it out."""

    def __init__(self, row: int, sheet: str | None = None) -> None:
        self.row = row
        self.sheet = sheet
        self.issues: list[Issue] = []

    @property
    def is_refused(self) -> bool:
        """Whether an error was met."""
        return any(issue.severity is Severity.ERROR for issue in self.issues)

    def refuse(
        self, code: str, column: str | None = None, value: object = None, **facts: str
    ) -> None:
        """Keep the data set out."""
        self._note(code, Severity.ERROR, column, value, facts)

    def remark(
        self, code: str, column: str | None = None, value: object = None, **facts: str
    ) -> None:
        """Say something of a data set that comes in."""
        self._note(code, Severity.WARNING, column, value, facts)

    def text(self, value: object, column: str) -> str | None:
        """Return a text tidied, None if there is none; what is no text is refused."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.refuse("not-text", column, value)
            return None
        if value.isascii() and value.isprintable():
            return value.strip() or None
        if NOT_TEXT.search(value):
            self.remark("epd-invisible-characters", column, value)
            value = NOT_TEXT.sub("", value)
        return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None

    def number(self, value: object, column: str) -> Decimal | None:
        """Return an exact number, None if none is declared; what cannot be read is refused."""
        try:
            return amount(str(value)) if value is not None else None
        except ValueError:
            self.refuse("epd-bad-amount", column, value)
            return None

    def property(self, value: object, column: str) -> Decimal | None:
        """Return a number that the declaration can do without; "> 500" stays in the document."""
        try:
            return amount(str(value)) if value is not None else None
        except ValueError:
            self.remark("epd-property-not-a-number", column, value)
            return None

    def date(self, value: object, column: str) -> StatedDate | None:
        """Return a day or a year as exact as it is stated; what cannot be read is refused."""
        text = self.text(str(value), column) if value is not None else None
        if text is None:
            return None
        try:
            if match := _DAY.fullmatch(text):
                year, month, day = match.groups()
            elif match := _GERMAN_DAY.fullmatch(text):
                day, month, year = match.groups()
            elif _YEAR.fullmatch(text):
                return StatedDate(day=dt.date(int(text), 1, 1), precision=DatePrecision.YEAR)
            else:
                raise ValueError
            return StatedDate(day=dt.date(int(year), int(month), int(day)))
        except ValueError:
            self.refuse("bad-date", column, text)
            return None

    def year(self, value: object, column: str) -> int | None:
        """Return a year."""
        stated = self.date(value, column)
        return stated.day.year if stated else None

    def _note(
        self,
        code: str,
        severity: Severity,
        column: str | None,
        value: object,
        facts: dict[str, str],
    ) -> None:
        issue = Issue(
            code=code,
            severity=severity,
            sheet=_shown(self.sheet),
            row=self.row,
            column=_shown(column),
            value=_shown(value),
            facts={name: _shown(fact) or "" for name, fact in facts.items()},
        )
        if issue not in self.issues:
            self.issues.append(issue)


def _shown(value: object) -> str | None:
    """Return a text short and clean enough to be shown."""
    return None if value is None else NOT_TEXT.sub("\ufffd", str(value)[:_SHOWN])


def amount(text: str) -> Decimal | None:
    """Return the number that a text is, None if it says that nothing is declared.

    Raises:
        ValueError: It is neither a number nor a word for "not declared".
    """
    if _NUMBER.fullmatch(text) and len(text) <= _LONGEST_NUMBER:
        return Decimal(text)
    plain = text.strip().replace("\u2212", "-")
    if not plain or plain.casefold() in shared().not_declared:
        return None
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        raise ValueError(plain)
    return Decimal(plain)


def are_plain(texts: list[str]) -> bool:
    """Return whether all texts are plain numbers; one search costs far less than one for each."""
    joined = "\n".join(texts)
    is_split = joined.count("\n") == len(texts) - 1
    return (
        is_split
        and max(map(len, texts)) <= _LONGEST_NUMBER
        and _NUMBERS.fullmatch(joined) is not None
    )


_Place = tuple[str, str | None]
Stated = tuple[str | None, str | None, str]
"""The module, the scenario and the text of one amount."""


class Results:
    """The amounts of one data set, each once; texts that are plain numbers are read faster."""

    def __init__(self, notes: Notes, *, are_plain: bool = False) -> None:
        self._notes = notes
        self._amount: Callable[[str], Decimal | None] = Decimal if are_plain else amount
        self._found: dict[tuple[str, str | None], dict[_Place, EpdResultRecord]] = {}

    def take(
        self, indicator: str, method: str | None, unit: str | None, amounts: Iterable[Stated]
    ) -> None:
        """Take the amounts of one indicator; what is not declared leaves no trace."""
        modules = shared().modules
        found = self._found.setdefault((indicator, method), {})
        read = self._amount
        for module, written, text in amounts:
            try:
                number = read(text)
            except ValueError:
                self._notes.refuse("epd-bad-amount", f"{indicator} {module}", text)
                continue
            if number is None:
                continue
            scenario = (written.strip() or None) if written else None
            if module not in modules:
                if not module:
                    self._notes.refuse("epd-no-module", indicator, text)
                    continue
                self._notes.remark("epd-unknown-module", indicator, module)
            result = EpdResultRecord(
                indicator=indicator,
                method=method,
                unit=unit,
                module=module,
                scenario=scenario,
                amount=number,
            )
            first = found.setdefault((module, scenario), result)
            if first is not result and first != result:
                self._notes.refuse(
                    "epd-amount-twice", f"{indicator} {module}", text, first=str(first.amount)
                )

    def all(self) -> tuple[EpdResultRecord, ...]:
        """Return the amounts, indicator after indicator."""
        return tuple(chain.from_iterable(found.values() for found in self._found.values()))

    def scenarios(self) -> list[str]:
        """Return the names of the scenarios that amounts are declared for, in order."""
        names = dict.fromkeys(map(itemgetter(1), chain.from_iterable(self._found.values())))
        return [name for name in names if name]
