"""Packs that measure a building otherwise than by the ratio: by kinds bought, and by distance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import (
    CategoryMapping,
    Clause,
    Exact,
    Key,
    PackHead,
    Part,
    Share,
    mapping_faults,
    repeated,
)
from catalog.rules.pack_policies import ProofPolicies


class GoodsClass(Part):
    """A class of material in a procurement standard.

    ``choice`` is unknown where we cannot tell whether it must be chosen. A class that is not
    ``listed`` stands in no part of the standard that was read: it may be in another, or in none.
    """

    key: Key
    name_zh: str
    name_en: str
    choice: Literal["must", "optional", "unknown"]
    listed: bool = True
    clause: Clause

    @model_validator(mode="after")
    def _knows_what_was_read(self) -> GoodsClass:
        if not self.listed and self.choice != "unknown":
            raise ValueError(f"class {self.key} was not read, so its choice is unknown")
        return self


class Section(Part):
    """A part of a procurement standard with its classes."""

    key: Key
    name_zh: str
    name_en: str
    classes: Annotated[tuple[GoodsClass, ...], Field(min_length=1)]


class Demand(Part):
    """A share that is asked for, and where."""

    share: Share
    clause: Clause


class KindsDemand(Demand):
    """A share of kinds that is asked for, and of which kinds it is one.

    Of all kinds in use, or of the optional among them, which is also what a pack means that does
    not say; those that are green are counted among the optional either way.
    """

    of: Literal["optional-kinds", "all-kinds"] = "optional-kinds"


class ProcurementPack(PackHead):
    """Government procurement: every class that must be chosen is green, and enough of the others.

    ``must_green`` is the green share of the quantity of each class that must be chosen,
    ``optional_kinds`` the share that the green ones of the optional classes in use have to be: a
    class wholly green is, one without any green is not, and what lies between the standard does
    not say.
    """

    kind: Literal["procurement"]
    must_green: Demand
    optional_kinds: KindsDemand
    policies: ProofPolicies
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    mapping: tuple[CategoryMapping, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> ProcurementPack:
        keys = [each.key for section in self.sections for each in section.classes]
        sections = [section.key for section in self.sections]
        faults = [
            *repeated("class", keys),
            *repeated("section", sections),
            *mapping_faults(self.mapping, keys),
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def mapped(self) -> Mapping[str, CategoryMapping]:
        """The mapping by category."""
        return {entry.category: entry for entry in self.mapping}

    @cached_property
    def classes(self) -> Mapping[str, GoodsClass]:
        """The classes of all sections by key."""
        return {each.key: each for section in self.sections for each in section.classes}


class Band(Part):
    """A step of an older checklist: from this percentage on."""

    at_least_percent: Annotated[Exact, Field(le=100)]
    clause: Clause


class LocalMaterialsPack(PackHead):
    """Local materials by weight, and concrete and mortar that come ready mixed.

    Materials count as local up to ``within_km`` of transport, which is still local; their share
    of the weight must be more than ``more_than``. ``site_mixed`` are words of a line's name that
    say it was mixed on site.
    """

    kind: Literal["local-materials"]
    within_km: Exact
    distance_clause: Clause
    more_than: Share
    share_clause: Clause
    ready_mixed: Annotated[tuple[Key, ...], Field(min_length=1)]
    site_mixed: Annotated[tuple[str, ...], Field(min_length=1)]
    ready_mixed_clause: Clause
    bands: tuple[Band, ...] = ()
