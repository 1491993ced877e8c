"""The names behind the keys that rows hold: categories, groups, divisions and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from catalog.rules.units import UnitTable
from catalog.services import catalogue
from catalog.services.remembering import Remembered

# Chinese and English.
Pair = tuple[str, str]


class Names(msgspec.Struct, frozen=True):
    """Chinese and English names by key; ``group_of`` tells the group of a category."""

    categories: Mapping[str, Pair]
    groups: Mapping[str, Pair]
    divisions: Mapping[str, Pair]
    places: Mapping[str, Pair]
    group_of: Mapping[str, str | None]


_NAMES: Remembered[Names] = Remembered()


def names_of(connection: Connection, *, on: dt.date) -> Names:
    """Return the names that are in use on the day; every page says some, and they hardly change."""
    return _NAMES.get(connection, on, lambda: _names_of(connection, on))


def _names_of(connection: Connection, on: dt.date) -> Names:
    categories = catalogue.categories(connection)
    return Names(
        categories={c.key: (c.name_zh, c.name_en) for c in categories},
        groups={g.key: (g.name_zh, g.name_en) for g in catalogue.groups(connection)},
        divisions={d.key: (d.name_zh, d.name_en) for d in catalogue.divisions(connection, on=on)},
        places={key: (chinese, other) for key, chinese, other in catalogue.places(connection)},
        group_of={c.key: c.group for c in categories},
    )


def named(pairs: Mapping[str, Pair], key: str | None, language: str) -> str:
    """Return the name of a key in the language; a key without a name is shown as it is."""
    if key is None:
        return "—"
    pair = pairs.get(key)
    return key if pair is None else pair[language == "en"]


def sign_of(units: UnitTable, key: str | None) -> str:
    """Return the sign of a unit; what is no unit of ours is shown as it was written."""
    known = units.find(key) if key else None
    return known.symbol if known else key or "—"
