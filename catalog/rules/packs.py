"""Rule packs: the shapes of the data in ``seed_data/rules``, and which one is in force."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from catalog.rules.admission import AdmissionPack
from catalog.rules.pack_checks import ChecksPack
from catalog.rules.pack_demand import DemandPack
from catalog.rules.pack_measures import LocalMaterialsPack, ProcurementPack
from catalog.rules.pack_parts import (
    CategoryMapping,
    Gate,
    Group,
    Item,
    PackHead,
    Tier,
    mapping_faults,
    repeated,
)
from catalog.rules.pack_policies import Policies
from catalog.rules.pack_reporting import ReportingPack
from catalog.rules.pack_score import ScorePack
from catalog.rules.pack_tender import TenderPack
from catalog.rules.pack_watch import WatchPack

FULL_POINTS = 100


class PackInvalidError(ValueError):
    """A rule pack says something that its shape does not allow; the text lists where and what."""


class RatioPack(PackHead):
    """A way of calculating the green-material application ratio."""

    kind: Literal["ratio"]
    method: Literal["A", "B", "C"]
    policies: Policies
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    mapping: tuple[CategoryMapping, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> RatioPack:
        keys = [item.key for group in self.groups for item in group.items]
        faults = [
            *repeated("item", keys),
            *repeated("group", [group.key for group in self.groups]),
            *mapping_faults(self.mapping, keys),
        ]
        if faults:
            raise ValueError("; ".join(faults))
        self._check_points()
        self._check_precast()
        self._check_other_kinds()
        return self

    def _check_points(self) -> None:
        total = sum((group.points for group in self.groups), Decimal(0))
        if self.method == "B":
            if total != FULL_POINTS:
                raise ValueError(f"the groups sum to {total} points, not {FULL_POINTS}")
            if any(item.most_points for group in self.groups for item in group.items):
                raise ValueError("method B shares a group's points out; its items have none")
            if self.policies.unused_item != "left-out":
                raise ValueError("method B counts only items in use: unused_item is left-out")
            return
        if total > FULL_POINTS:
            raise ValueError(f"the groups sum to {total} points, more than {FULL_POINTS}")
        for group in self.groups:
            most = sum((item.most_points for item in group.items), Decimal(0))
            if most != group.points:
                raise ValueError(f"group {group.key} has {group.points} points, items {most}")
        if self.policies.unused_item != "zero":
            raise ValueError(f"method {self.method} has a fixed denominator: unused_item is zero")

    def _check_precast(self) -> None:
        entry = self.mapped.get(self.policies.precast_category)
        counted = entry is not None and bool(entry.targets)
        if counted == (self.policies.precast == "not-counted"):
            raise ValueError("the precast policy and the mapping of precast components disagree")

    def _check_other_kinds(self) -> None:
        """A policy for other kinds must be one that the method and its rows can follow."""
        rows = [item for group in self.groups for item in group.items if item.by_kind]
        possible = {
            "B": {"one-class", "each-counts"},
            "A": {"by-number"} if all(item.tiers for item in rows) else {"weakest-kind"},
        }
        said = self.policies.other_kinds
        if said and rows and said not in possible.get(self.method, possible["A"]):
            raise ValueError(f"other_kinds cannot be {said} in this table of method {self.method}")

    @cached_property
    def mapped(self) -> Mapping[str, CategoryMapping]:
        """The mapping by category."""
        return {entry.category: entry for entry in self.mapping}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The items of all groups by key."""
        return {item.key: item for group in self.groups for item in group.items}


class ThresholdPack(PackHead):
    """What a ratio is worth: points by tier, and gates of the star grades if there are any."""

    kind: Literal["thresholds"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]
    gates: tuple[Gate, ...] = ()

    @model_validator(mode="after")
    def _rises(self) -> ThresholdPack:
        for name, steps in (
            ("tiers", [(tier.at_least_percent, tier.points) for tier in self.tiers]),
            ("gates", [(gate.at_least_percent, Decimal(gate.star)) for gate in self.gates]),
        ):
            pairs = pairwise(steps)
            if any(low[0] >= high[0] or low[1] >= high[1] for low, high in pairs):
                raise ValueError(f"{name} must rise in percentage and in what they give")
        return self


Pack = (
    RatioPack
    | ThresholdPack
    | ProcurementPack
    | LocalMaterialsPack
    | ChecksPack
    | AdmissionPack
    | ScorePack
    | WatchPack
    | DemandPack
    | ReportingPack
    | TenderPack
)
_PACK: TypeAdapter[Pack] = TypeAdapter(Annotated[Pack, Field(discriminator="kind")])


def parse_pack(content: Mapping[str, Any]) -> Pack:
    """Return the pack that the content of a file describes.

    Raises:
        PackInvalidError: With one line for each thing that is wrong, and where.
    """
    try:
        return _PACK.validate_python(dict(content))
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in problem['loc']) or 'pack'}: {problem['msg']}"
            for problem in error.errors()
        ]
        name = content.get("key", "without a key")
        raise PackInvalidError(f"Rule pack {name}:\n" + "\n".join(lines)) from error


def pack_schema() -> dict[str, Any]:
    """Return the JSON schema of what a pack's file may say."""
    return _PACK.json_schema()


def content_hash(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the content as canonical JSON; order and comments change nothing."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_as_text
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(value: object) -> str:
    if isinstance(value, dt.date | Decimal):
        return str(value)
    raise TypeError(f"a rule pack holds no {type(value).__name__}")


def named(pack: Pack) -> str:
    """Return what a result and a choice call the pack: ``key@version``."""
    return f"{pack.key}@{pack.version}"


def pack_in_force(
    packs: Iterable[Pack], *, kind: str, place: str, on: dt.date, method: str | None = None
) -> Pack | None:
    """Return the pack that applies at the place on the day, or None.

    The nearest jurisdiction wins (a city's before the nation's), then the latest to take effect,
    then the latest version. A pack that must be chosen is never in force by itself.
    """
    found = [
        pack
        for pack in packs
        if pack.kind == kind
        and not pack.must_be_chosen
        and f"{place}-".startswith(f"{pack.jurisdiction}-")
        and pack.effective_from <= on
        and (pack.effective_to is None or on <= pack.effective_to)
        and (method is None or (isinstance(pack, RatioPack) and pack.method == method))
    ]
    return max(
        found,
        key=lambda pack: (
            len(pack.jurisdiction),
            pack.effective_from,
            version_order(pack.version),
            pack.key,
        ),
        default=None,
    )


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """Return what sorts versions as people count: 2021.9 comes before 2021.10."""
    parts = re.findall(r"\d+|\D+", version)
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in parts)


class PackChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's choice of a pack for a project, with the reason; ``pack`` is ``key@version``.

    A choice holds for one kind of pack, and of ratio packs for one method.
    """

    id: int
    kind: str
    method: str | None
    pack: str
    reason: str
    actor: str
    chosen_at: dt.datetime


class PackInUse(msgspec.Struct, frozen=True):
    """The pack to go by, and the choice that says so; None is the pack in force by itself."""

    pack: Pack
    choice: PackChoice | None = None


def pack_for(
    packs: Iterable[Pack],
    choices: Iterable[PackChoice],
    *,
    kind: str,
    place: str,
    on: dt.date,
    method: str | None = None,
) -> PackInUse | None:
    """Return the pack that a project goes by: the chosen one, or the one in force, or None.

    A choice of another kind or method is no choice here. A chosen pack is used whatever its
    place and its days: that it does not apply by itself is what the reason is for.
    """
    known = list(packs)
    for choice in choices:
        if choice.kind == kind and choice.method == method:
            chosen = next((pack for pack in known if named(pack) == choice.pack), None)
            if chosen is not None:
                return PackInUse(chosen, choice)
    found = pack_in_force(known, kind=kind, place=place, on=on, method=method)
    return None if found is None else PackInUse(found)


# What a project goes by one pack each of: a kind of pack and, of ratio packs, a method.
RULES: tuple[tuple[str, str | None], ...] = (
    ("ratio", "A"),
    ("ratio", "B"),
    ("ratio", "C"),
    ("thresholds", None),
    ("procurement", None),
    ("local-materials", None),
)


def packs_in_use(
    packs: Iterable[Pack], choices: Iterable[PackChoice], *, place: str, on: dt.date
) -> list[PackInUse]:
    """Return every pack that a project at the place goes by on the day."""
    known, chosen = list(packs), list(choices)
    found = (
        pack_for(known, chosen, kind=kind, place=place, on=on, method=method)
        for kind, method in RULES
    )
    return [each for each in found if each is not None]
