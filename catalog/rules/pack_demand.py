"""Packs that say how much of the use of its products a company is told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, PackHead

_STATED = {"smallest_group", "months"}


class DemandPack(PackHead):
    """What a figure on demand must be made of before a company may see it.

    ``smallest_group`` is of how many projects a figure tells at least, so that none can be made
    out; ``months`` is how many whole months back the figures reach. ``clauses`` gives the reason
    of each.
    """

    kind: Literal["demand"]
    smallest_group: Annotated[int, Field(ge=2, le=1000)]
    months: Annotated[int, Field(ge=1, le=120)]
    clauses: dict[str, Clause]

    @model_validator(mode="after")
    def _holds_together(self) -> DemandPack:
        if set(self.clauses) != _STATED:
            raise ValueError(f"give a clause for each of: {', '.join(sorted(_STATED))}")
        return self
