"""What changed between two states on the record, field by field, fit to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field's value before and after; None where there was, or is, nothing."""

    field: str
    before: str | None
    after: str | None


State = Mapping[str, Any] | None


def changes(before: State, after: State) -> list[FieldChange]:
    """Return the fields that differ, in their order; a field inside another is ``outer.inner``."""
    old, new = _flat(before), _flat(after)
    return [
        FieldChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def changes_over(steps: Iterable[tuple[State, State]]) -> list[FieldChange]:
    """Return what differs between before the first and after the last of several changes."""
    first: dict[str, str | None] = {}
    last: dict[str, str | None] = {}
    for before, after in steps:
        for change in changes(before, after):
            first.setdefault(change.field, change.before)
            last[change.field] = change.after
    return [
        FieldChange(name, first[name], last[name]) for name in last if first[name] != last[name]
    ]


def _flat(state: State, outer: str = "") -> dict[str, str]:
    """Return every innermost value as text; what is None is absent."""
    found: dict[str, str] = {}
    for name, value in (state or {}).items():
        path = f"{outer}{name}"
        if isinstance(value, Mapping):
            found.update(_flat(value, f"{path}."))
        elif isinstance(value, list):
            if any(isinstance(each, Mapping | list) for each in value):
                listed = {str(place): each for place, each in enumerate(value, start=1)}
                found.update(_flat(listed, f"{path}."))
            elif value:
                found[path] = ", ".join(_text(each) for each in value)
        elif value is not None:
            found[path] = _text(value)
    return found


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
