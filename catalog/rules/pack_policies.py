"""What a pack decides where methods differ, each decision with the clause it comes from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, Evidence, Key, Part

# What the other policies need to be read, and no decision by itself.
_UNDECIDED = {"precast_category", "clauses"}


class Rounding(Part):
    """Where a method rounds, once: each item's points, each group's, or the total."""

    step: Literal["item", "group", "total"]
    places: Annotated[int, Field(ge=0, le=6)]
    mode: Literal["half-up"]


class ProofPolicies(Part):
    """What proves that goods are green, and which day the proof is judged on.

    A policy that is None is one that the pack does not speak of: a pack published before the
    policy had a name, or a rule that leaves it open. ``report_years`` is how long a test report
    counts from the day it was issued; None is no limit that the rule states. ``clauses`` gives
    the source of each policy; packs published before clauses were asked for have none.
    """

    evidence_date: Literal["delivered"] | None = None
    green_evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    report_years: Annotated[int, Field(ge=1)] | None = None
    clauses: dict[str, Clause] | None = None

    @property
    def stated(self) -> dict[str, object]:
        """The policies that the pack speaks of, by name."""
        told = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: value for name, value in told if name not in _UNDECIDED and value is not None}

    def clause(self, name: str) -> str | None:
        """Return the source of a policy, or None where the pack gives none."""
        return (self.clauses or {}).get(name)

    @model_validator(mode="after")
    def _gives_each_a_clause(self) -> ProofPolicies:
        if self.clauses is None:
            return self
        bare = sorted(set(self.stated) - set(self.clauses))
        if bare:
            raise ValueError(f"without a clause: {', '.join(bare)}")
        lost = sorted(set(self.clauses) - set(self.stated))
        if lost:
            raise ValueError(f"a clause for what is not stated: {', '.join(lost)}")
        return self


class Policies(ProofPolicies):
    """What a ratio pack decides where methods differ, or where its rule is silent."""

    unused_item: Literal["zero", "left-out"]
    unused_group: Literal["zero"]
    other_kinds: Literal["one-class", "each-counts", "by-number", "weakest-kind"] | None = None
    precast: Literal["in-concrete", "own-item", "not-counted"]
    precast_category: Key
    integrated_panels: Literal["split", "as-one"] | None = None
    mixed_units: Literal["each-must-pass"]
    rounding: Rounding
