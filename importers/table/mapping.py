"""How the columns of a stranger's table are to be read: what a person confirmed, as data."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from catalog.records import Kind
from importers.issues import refusal
from importers.source import Placement
from importers.table.columns import columns_of, layout


class Part(StrEnum):
    """Which part of a cell holds the value, where two things stand in one."""

    BEFORE = "before"
    AFTER = "after"


class DayOrder(StrEnum):
    """Which number of a day written with slashes comes first, where the year comes last."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


class MappedColumn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The column that a field is read from, by its header, and what is done to its cells first.

    ``separator`` parts a cell in two, of which ``part`` counts; ``factor`` turns a number into the
    unit of the field (万元 into 元).
    """

    header: str
    separator: str | None = None
    part: Part | None = None
    day_order: DayOrder | None = None
    factor: Decimal | None = None


class Mapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one sender's tables are read.

    ``columns`` say from where each field comes, ``constants`` what holds for every row, ``counted``
    which fields take the number of the row, ``ignored`` the headers that are left out on purpose.
    """

    kind: Kind
    columns: dict[str, MappedColumn]
    constants: dict[str, str] = {}
    counted: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse fields that the kind does not have.

        Raises:
            ImportRefusedError: It names such a field, or one field twice.
        """
        named = [*self.columns, *self.constants, *self.counted]
        known = columns_of(self.kind) if self.kind in layout().kinds else {}
        strange = [field for field in named if field not in known or named.count(field) > 1]
        if strange or not self.columns:
            raise refusal("mapping-broken", **({"field": strange[0][:80]} if strange else {}))

    def placed(self, placement: Placement | None) -> Mapping:
        """Return the mapping with project, building and stage, where it does not say them."""
        if placement is None:
            return self
        said = {
            "project": placement.project,
            "building": placement.building,
            "stage": placement.stage.value if placement.stage else None,
        }
        known = columns_of(self.kind)
        added = {
            field: text
            for field, text in said.items()
            if text and field in known and field not in self.columns and field not in self.counted
        }
        return msgspec.structs.replace(self, constants=added | self.constants)


def mapping_from_json(content: bytes | str) -> Mapping:
    """Return a mapping as it was kept.

    Raises:
        ImportRefusedError: It is no mapping.
    """
    try:
        return msgspec.json.decode(content, type=Mapping)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refusal("mapping-broken") from error


def mapping_to_json(mapping: Mapping) -> str:
    """Return a mapping as it is kept: the same text for the same mapping."""
    return msgspec.json.encode(mapping, order="deterministic").decode()
