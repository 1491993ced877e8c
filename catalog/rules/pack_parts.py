"""The pieces that rule packs are made of, each checking what it can see by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _never_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('write decimals as text, such as "0.8": a float is not exact')
    return value


Exact = Annotated[Decimal, BeforeValidator(_never_float), Field(ge=0, allow_inf_nan=False)]
Share = Annotated[Exact, Field(le=1)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Clause = Annotated[str, Field(min_length=1)]
Evidence = Literal["certificate", "test-report", "adoption"]


class Part(BaseModel):
    """A piece of a rule pack: frozen, and without a field that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PackHead(Part):
    """What every pack says of itself: its name, version, place, days and source.

    A pack that ``must_be_chosen`` is in force nowhere by itself: its place or its reading is not
    certain, and ``unsure_zh`` with ``unsure_en`` say what is not.
    """

    key: Key
    version: str
    name_zh: str
    name_en: str
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Za-z0-9]+)*$")]
    effective_from: dt.date
    effective_to: dt.date | None = None
    source: Annotated[str, Field(min_length=1)]
    must_be_chosen: bool = False
    unsure_zh: str | None = None
    unsure_en: str | None = None

    @model_validator(mode="after")
    def _says_what_is_unsure(self) -> PackHead:
        if (self.unsure_zh is None) != (self.unsure_en is None):
            raise ValueError("give unsure_zh and unsure_en together")
        if self.must_be_chosen and self.unsure_zh is None:
            raise ValueError("must_be_chosen needs unsure_zh and unsure_en: why is it not in force")
        return self


class Interpolation(Part):
    """Points that grow in a straight line between two shares; below the first there are none."""

    low_share: Share
    high_share: Share
    low_points: Exact
    high_points: Exact

    @model_validator(mode="after")
    def _grows(self) -> Interpolation:
        if self.low_share >= self.high_share or self.low_points > self.high_points:
            raise ValueError("interpolation must run from a lower share to a higher one")
        return self


class KindTier(Part):
    """What so many passing kinds of product earn together."""

    kinds: Annotated[int, Field(ge=1)]
    points: Exact


class Item(Part):
    """A row of a method's table.

    An item ``by_kind`` holds several kinds of product, each judged by itself in its own unit;
    any other item pools its lines in the units it accepts.
    """

    key: Key
    name_zh: str
    name_en: str
    units: tuple[str, ...] = ()
    required: Share
    points: Exact | None = None
    interpolation: Interpolation | None = None
    tiers: tuple[KindTier, ...] = ()
    by_kind: bool = False
    clause: Clause

    @property
    def most_points(self) -> Decimal:
        """The points of an item that does all it can; zero where its group shares them out."""
        if self.interpolation:
            return self.interpolation.high_points
        return max((tier.points for tier in self.tiers), default=self.points or Decimal(0))

    @model_validator(mode="after")
    def _says_one_thing(self) -> Item:
        if (self.points is not None) + (self.interpolation is not None) + bool(self.tiers) > 1:
            raise ValueError(f"item {self.key}: points, interpolation and tiers exclude each other")
        if self.tiers and not self.by_kind:
            raise ValueError(f"item {self.key}: tiers count kinds, so the item must be by_kind")
        if self.by_kind == bool(self.units):
            raise ValueError(f"item {self.key}: give units, or by_kind without units")
        if self.interpolation and self.interpolation.low_share != self.required:
            raise ValueError(f"item {self.key}: interpolation must begin at the required share")
        return self


class Group(Part):
    """A group of items, with the points it can reach.

    Packs published before clauses were asked for give no ``clause``.
    """

    key: Key
    name_zh: str
    name_en: str
    points: Exact
    clause: Clause | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class CategoryMapping(Part):
    """Which item a category counts in: always one, one by place, or none for a reason.

    Packs published before clauses were asked for give no ``clause``.
    """

    category: Key
    item: Key | None = None
    places: dict[Key, Key] = {}
    none_zh: str | None = None
    none_en: str | None = None
    clause: Clause | None = None

    @property
    def targets(self) -> tuple[str, ...]:
        """The items that lines of the category can reach."""
        return (self.item,) if self.item else tuple(self.places.values())

    @model_validator(mode="after")
    def _says_one_thing(self) -> CategoryMapping:
        none = self.none_zh is not None and self.none_en is not None
        if (self.item is not None) + bool(self.places) + none != 1:
            raise ValueError(
                f"mapping of {self.category}: give item, places, or none_zh with none_en"
            )
        return self


def repeated(kind: str, keys: Iterable[str]) -> list[str]:
    """Return a sentence that names what occurs more than once, or nothing."""
    found = list(keys)
    twice = sorted({key for key in found if found.count(key) > 1})
    return [f"{kind} {', '.join(twice)} occurs more than once"] if twice else []


def mapping_faults(mapping: Iterable[CategoryMapping], keys: Iterable[str]) -> list[str]:
    """Return what is wrong with a mapping to rows with these keys."""
    entries, known = list(mapping), set(keys)
    faults = repeated("mapping of", [entry.category for entry in entries])
    for entry in entries:
        lost = sorted(set(entry.targets) - known)
        if lost:
            faults.append(f"mapping of {entry.category}: no item {', '.join(lost)}")
    return faults


class Tier(Part):
    """From this percentage on, so many points."""

    at_least_percent: Annotated[Exact, Field(le=100)]
    points: Exact
    clause: Clause


class Gate(Part):
    """The least percentage that a star asks for."""

    star: Annotated[int, Field(ge=1, le=3)]
    at_least_percent: Annotated[Exact, Field(le=100)]
    clause: Clause
