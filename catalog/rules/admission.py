"""The shape of an admission pack: what a product shows, how long each office has, why it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, Key, PackHead, Part, repeated
from catalog.rules.terms import Route


class Span(Part):
    """A length of time, the day on which it begins not counted, and where it stands written."""

    number: Annotated[int, Field(ge=1, le=3650)]
    unit: Literal["working-days", "days", "months", "years"]
    clause: Clause


class EvidenceDemand(Part):
    """A kind of file that a route asks for; one with an ``age`` states its day and is not older."""

    kind: Key
    name_zh: str
    name_en: str
    required: bool = True
    age: Span | None = None
    clause: Clause


class RouteDemand(Part):
    """What a route asks for; ``validity`` is how long an adoption by it lasts.

    Without one it lasts as long as the certificate does.
    """

    route: Route
    name_zh: str
    name_en: str
    validity: Span | None = None
    clause: Clause
    evidence: Annotated[tuple[EvidenceDemand, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _holds_together(self) -> RouteDemand:
        faults = repeated("evidence", [each.kind for each in self.evidence])
        if self.route is Route.TEST_REPORT:
            if self.validity is None:
                faults.append("an adoption by test report needs a validity")
            if not any(each.required and each.age for each in self.evidence):
                faults.append("a test report needs an age limit")
        elif self.validity is not None:
            faults.append("an adoption by certificate lasts as long as the certificate")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def by_kind(self) -> Mapping[str, EvidenceDemand]:
        """What is asked for, by kind."""
        return {each.kind: each for each in self.evidence}


class Clocks(Part):
    """How long whoever has a case may take, and how long a notice stands."""

    division_review: Span
    returned: Span
    corps_review: Span
    notice: Span
    objection: Span
    correction: Span
    removal_notice: Span
    appeal_within: Span
    appeal: Span


class Ground(Part):
    """A ground of removal; one with ``correction`` lets the company mend it first."""

    key: Key
    name_zh: str
    name_en: str
    correction: bool
    clause: Clause


class AdmissionPack(PackHead):
    """How a product comes into the adoption database, and how it leaves.

    ``lapse_ground`` is the ground that stands for papers that ran out.
    """

    kind: Literal["admission"]
    pledge_zh: str
    pledge_en: str
    pledge_clause: Clause
    routes: Annotated[tuple[RouteDemand, ...], Field(min_length=1)]
    clocks: Clocks
    grounds: Annotated[tuple[Ground, ...], Field(min_length=1)]
    lapse_ground: Key

    @model_validator(mode="after")
    def _names_what_there_is(self) -> AdmissionPack:
        faults = [
            *repeated("route", [each.route.value for each in self.routes]),
            *repeated("ground", [each.key for each in self.grounds]),
        ]
        if self.lapse_ground not in self.by_ground:
            faults.append(f"no ground {self.lapse_ground}")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @cached_property
    def by_route(self) -> Mapping[Route, RouteDemand]:
        """What each route asks for."""
        return {each.route: each for each in self.routes}

    @cached_property
    def by_ground(self) -> Mapping[str, Ground]:
        """The grounds of removal by key."""
        return {each.key: each for each in self.grounds}
