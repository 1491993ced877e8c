"""Where two statements of one declaration contradict each other; silence contradicts nothing."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.records import EpdOrganisation, EpdRecord, EpdResultRecord
from catalog.rules.declarations import Span
from catalog.rules.keys import normal_name
from catalog.services.declared_dates import shown_date, span_of
from catalog.views.epds import EpdDifference

_FIELDS = ("version", "registration_number", "location", "declared_unit")
_PARTIES = ("manufacturer", "owner", "operator")
_DATES = ("issued_on", "valid_until")
_NUMBERS = ("declared_quantity", "mass_kg")


def amount_name(result: EpdResultRecord) -> str:
    """Return what an amount is of, in one line."""
    parts = (result.indicator, result.method, result.unit, result.module, result.scenario)
    return " · ".join(part for part in parts if part)


def differences(
    one: EpdRecord, other: EpdRecord, *, source: str = "", other_source: str = ""
) -> list[EpdDifference]:
    """Return where two statements contradict each other.

    Amounts are compared only where method, indicator, unit, module and scenario are equal, and
    nothing is compared per declared unit where the declared units differ.
    """
    found = [
        EpdDifference(
            field=field,
            source=source,
            value=value,
            other_source=other_source,
            other_value=other_value,
        )
        for field, value, other_value in _in_header(one, other)
    ]
    if any(difference.field.startswith("declared") for difference in found):
        return found
    theirs = {_mark(result): result for result in other.results}
    for result in one.results:
        match = theirs.get(_mark(result))
        if match is not None and match.amount != result.amount:
            found.append(
                EpdDifference(
                    field="amount",
                    amount_of=amount_name(result),
                    source=source,
                    value=str(result.amount),
                    other_source=other_source,
                    other_value=str(match.amount),
                )
            )
    return found


def _in_header(one: EpdRecord, other: EpdRecord) -> Iterator[tuple[str, str, str]]:
    names = {text.language: text.text for text in other.names}
    for text in one.names:
        theirs = names.get(text.language)
        if theirs is not None and normal_name(theirs) != normal_name(text.text):
            yield "name", text.text, theirs
    for field in _PARTIES:
        mine, its = _called(getattr(one, field)), _called(getattr(other, field))
        if mine and its and normal_name(mine) != normal_name(its):
            yield field, mine, its
    for field in (*_FIELDS, *_NUMBERS):
        value, other_value = getattr(one, field), getattr(other, field)
        if value is not None and other_value is not None and value != other_value:
            yield field, str(value), str(other_value)
    for field in _DATES:
        date, other_date = getattr(one, field), getattr(other, field)
        if _are_apart(span_of(date), span_of(other_date)):
            yield field, shown_date(date), shown_date(other_date)


def _called(organisation: EpdOrganisation | None) -> str | None:
    """Return a name; an identifier of one format is never compared with one of another."""
    return organisation.name if organisation else None


def _are_apart(one: Span | None, other: Span | None) -> bool:
    """Return whether two dates cannot be one day; a year and a day in it may be."""
    return one is not None and other is not None and (one[1] < other[0] or other[1] < one[0])


def _mark(result: EpdResultRecord) -> tuple[str | None, ...]:
    return (result.indicator, result.method, result.unit, result.module, result.scenario)
