"""The factors that a row declares: in columns of their own, and in its specification."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from catalog.rules.units import Declared
from importers.declared import declared_words, of_specification, shown, unit_table
from importers.table.rows import Rows

FIELDS = ("density", "thickness", "factors")
"""The columns that declare, in the order in which ``declared_in`` takes their values."""


def declared_in(
    rows: Rows,
    index: int,
    stated: Sequence[Any],
    *,
    by: str,
    specification: str | None = None,
    unit: str | None = None,
) -> tuple[Declared, ...]:
    """Return what a row declares, ``by`` whom; two factors that differ keep the row out.

    What a column states goes before what the specification says; that it said something is
    remarked on.
    """
    if specification is None and not any(stated):
        return ()
    density, thickness, factors = stated
    found = [
        Declared(amount=amount, unit=column.unit, per=column.per, by=by)
        for amount, column in (
            (density, declared_words().columns["density"]),
            (thickness, declared_words().columns["thickness"]),
        )
        if amount is not None
    ]
    found += [Declared(amount=amount, unit=u, per=per, by=by) for amount, u, per in factors or ()]
    if specification and unit:
        for each in of_specification(specification, unit):
            if not any((one.unit, one.per, one.amount) == _key(each) for one in found):
                rows.remark(
                    index, "factor-of-specification", "specification", facts={"factor": shown(each)}
                )
                found.append(each)
    if len(found) > 1 and (pair := unit_table().contradiction(found)) is not None:
        one, other = pair
        field = "thickness" if thickness is not None else "density"
        facts = {
            "one": shown(one), "by_one": one.by, "other": shown(other), "by_other": other.by,
        }  # fmt: skip
        rows.refuse(index, "factors-contradict", field, facts=facts)
        return ()
    return tuple(found)


def _key(declared: Declared) -> tuple[str, str | None, Decimal]:
    return declared.unit, declared.per, declared.amount
