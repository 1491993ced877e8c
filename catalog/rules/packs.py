"""Rule packs: the shapes of the data in ``seed_data/rules``, and which one is in force."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from catalog.rules.pack_parts import CategoryMapping, Gate, Group, Item, Key, Part, Policies, Tier

FULL_POINTS = 100


class PackInvalidError(ValueError):
    """A rule pack says something that its shape does not allow; the text lists where and what."""


class _Pack(Part):
    key: Key
    version: str
    name_zh: str
    name_en: str
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Za-z0-9]+)*$")]
    effective_from: dt.date
    effective_to: dt.date | None = None
    source: Annotated[str, Field(min_length=1)]


class RatioPack(_Pack):
    """A way of calculating the green-material application ratio."""

    kind: Literal["ratio"]
    method: Literal["A", "B"]
    policies: Policies
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    mapping: tuple[CategoryMapping, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> RatioPack:
        keys = [item.key for group in self.groups for item in group.items]
        for kind, found in (
            ("item", keys),
            ("group", [group.key for group in self.groups]),
            ("mapping of", [entry.category for entry in self.mapping]),
        ):
            twice = sorted({key for key in found if found.count(key) > 1})
            if twice:
                raise ValueError(f"{kind} {', '.join(twice)} occurs more than once")
        for entry in self.mapping:
            lost = sorted(set(entry.targets) - set(keys))
            if lost:
                raise ValueError(f"mapping of {entry.category}: no item {', '.join(lost)}")
        self._check_points()
        self._check_precast()
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
            raise ValueError("method A has a fixed denominator: unused_item is zero")

    def _check_precast(self) -> None:
        entry = self.mapped.get(self.policies.precast_category)
        counted = entry is not None and bool(entry.targets)
        if counted == (self.policies.precast == "not-counted"):
            raise ValueError("the precast policy and the mapping of precast components disagree")

    @cached_property
    def mapped(self) -> Mapping[str, CategoryMapping]:
        """The mapping by category."""
        return {entry.category: entry for entry in self.mapping}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The items of all groups by key."""
        return {item.key: item for group in self.groups for item in group.items}


class ThresholdPack(_Pack):
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


Pack = RatioPack | ThresholdPack
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


def pack_in_force(
    packs: Iterable[Pack], *, kind: str, place: str, on: dt.date, method: str | None = None
) -> Pack | None:
    """Return the pack that applies at the place on the day, or None.

    The nearest jurisdiction wins (a city's before the nation's), then the latest to take effect.
    """
    found = [
        pack
        for pack in packs
        if pack.kind == kind
        and f"{place}-".startswith(f"{pack.jurisdiction}-")
        and pack.effective_from <= on
        and (pack.effective_to is None or on <= pack.effective_to)
        and (method is None or (isinstance(pack, RatioPack) and pack.method == method))
    ]
    return max(
        found,
        key=lambda pack: (len(pack.jurisdiction), pack.effective_from, pack.version, pack.key),
        default=None,
    )
