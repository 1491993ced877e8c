"""What an owner lays over the shared score: its own weights, demands and exclusions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from catalog.rules.pack_parts import Key, Part
from catalog.rules.pack_score import Condition, ScorePack
from catalog.rules.score.scoring import holds, totals

OWN = "own_"
"""What the columns of sums under a policy begin with."""

Weight = Annotated[int, Field(ge=0, le=1000)]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Requirement(Condition):
    """What a product must be; where that is not known, it is kept or falls out, as is said."""

    unknown: Literal["kept", "falls-out"]


class Exclusion(Part):
    """A category, a company or a product that the owner will not have, and why."""

    of: Literal["category", "company", "product"]
    key: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9._-]{0,78}[a-z0-9])?$")]
    reason: Text


class Policy(Part):
    """An owner's own rules; ``weights`` are percent of the shared points, a hundred if not given.

    They rank and narrow what the owner sees. They change no adoption and no shared score.
    """

    weights: dict[Key, Weight] = Field(default_factory=dict, max_length=50)
    requirements: Annotated[tuple[Requirement, ...], Field(max_length=50)] = ()
    exclusions: Annotated[tuple[Exclusion, ...], Field(max_length=500)] = ()


def policy_faults(policy: Policy, pack: ScorePack) -> list[str]:
    """Return the criteria that the policy weighs and the pack does not have."""
    return sorted(set(policy.weights) - {criterion.key for criterion in pack.criteria})


def reason_columns(policy: Policy) -> Iterator[tuple[str, Requirement | Exclusion]]:
    """Yield the column of each reason for which a product falls out, in order."""
    for position, requirement in enumerate(policy.requirements):
        yield f"out:requirement-{position}", requirement
    for position, exclusion in enumerate(policy.exclusions):
        yield f"out:exclusion-{position}", exclusion


def laid_over(
    policy: Policy, pack: ScorePack, products: pl.LazyFrame, *, has_site: bool = False
) -> pl.LazyFrame:
    """Return scored products with their own sums, what speaks against each, and ``falls_out``."""
    reasons = [_speaks_against(why).alias(column) for column, why in reason_columns(policy)]
    return products.with_columns(
        *totals(pack.criteria_for(has_site=has_site), policy.weights, OWN), *reasons
    ).with_columns(
        falls_out=pl.any_horizontal(
            pl.lit(value=False), *(pl.col(column) for column, _ in reason_columns(policy))
        )
    )


def _speaks_against(why: Requirement | Exclusion) -> pl.Expr:
    if isinstance(why, Exclusion):
        column = "key" if why.of == "product" else why.of
        return (pl.col(column) == why.key).fill_null(value=False)
    return holds(why).not_().fill_null(value=why.unknown == "falls-out")
