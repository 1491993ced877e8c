"""Name what a change list speaks of: no reader knows the numbers that tables refer by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Table
from sqlalchemy.orm import Session

from catalog.models.certificate import Certificate
from catalog.models.company import Company
from catalog.models.division import Division
from catalog.models.product import Product
from catalog.models.project import Building, Project
from catalog.models.taxonomy import Category
from catalog.repositories import bulk
from catalog.services.receiving.receipt import Change

# Of the lists that we keep in two languages the key is shown, and a page knows its name.
_NAMED_BY: dict[str, tuple[Table, str]] = {
    "category": (bulk.table_of(Category), "key"),
    "division": (bulk.table_of(Division), "key"),
    "company": (bulk.table_of(Company), "name"),
    "product": (bulk.table_of(Product), "name"),
    "certificate": (bulk.table_of(Certificate), "number"),
    "project": (bulk.table_of(Project), "name"),
    "building": (bulk.table_of(Building), "name"),
}
_ID = "_id"


def with_names(session: Session, changes: Sequence[Change]) -> list[Change]:
    """Return the changes with the name or number of a thing wherever its id stood."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        for field, pair in change.fields.items():
            if _thing(field):
                wanted[_thing(field)] |= {int(value) for value in pair if value.isdigit()}
    names: dict[str, dict[str, str]] = {}
    for thing, ids in wanted.items():
        table, column = _NAMED_BY[thing]
        rows = bulk.rows_where_in(session, table, "id", ids)
        names[thing] = {str(row["id"]): row[column] for row in rows}
    return [
        replace(
            change,
            fields={
                _thing(field) or field: (_named(names, field, one), _named(names, field, other))
                for field, (one, other) in change.fields.items()
            },
        )
        for change in changes
    ]


def _thing(field: str) -> str:
    """Return what a column refers to; nothing if it refers to nothing that has a name."""
    thing = field.removesuffix(_ID)
    return thing if thing != field and thing in _NAMED_BY else ""


def _named(names: dict[str, dict[str, str]], field: str, value: str) -> str:
    return names.get(_thing(field), {}).get(value, value)
