"""Packs that say how much the checks across projects allow before they ask a person."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, Key, PackHead, Share

_STATED = {
    "over_billed",
    "over_output",
    "report_years",
    "shared_files",
    "list_days",
}


class ChecksPack(PackHead):
    """What the checks hold deliveries and files against.

    ``over_billed`` and ``over_output`` are shares of the billed quantity and of the certified
    yearly output by which deliveries may lie above it. ``report_years`` is how long a test report
    proves what came. ``shared_files`` are the kinds of evidence that one applicant may hand in
    with several cases. ``list_days`` is after how many days a revocation list is old. ``clauses``
    gives the source of each, or says that it is ours.
    """

    kind: Literal["checks"]
    over_billed: Share
    over_output: Share
    report_years: Annotated[int, Field(ge=1)]
    shared_files: tuple[Key, ...] = ()
    list_days: Annotated[int, Field(ge=1)]
    clauses: dict[str, Clause]

    @model_validator(mode="after")
    def _gives_each_a_clause(self) -> ChecksPack:
        if set(self.clauses) != _STATED:
            raise ValueError(f"give a clause for each of: {', '.join(sorted(_STATED))}")
        return self
