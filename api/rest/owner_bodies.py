"""What owners write into requests: projects, buildings and deliveries, read as pages read forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import KEY, TEXT, DayInBody
from catalog.permissions import Actor
from catalog.rules.terms import EvidenceKind, ProjectKind, ProjectStage
from catalog.services.receiving.by_page import LONGEST_REASON
from catalog.views.owner import BuildingDraft, DeliveryDraft, ProjectDraft

# Numbers are text, as in every answer: a number of JSON would be read as a float.
AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,6})?$"
SIGNED = r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$"
SHARE = r"^(1(\.0{1,6})?|0(\.[0-9]{1,6})?)$"
# Something is to be seen of a name; a line has no control characters.
NAME = r"^[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
_MOST_FILES = 20
_MAYBE_BLANK = ("specification", "certificate", "supplier")
KeyText = Annotated[str, Field(pattern=KEY, max_length=80)]
Line = Annotated[str, Field(pattern=NAME, max_length=200)]
Code = Annotated[str, Field(pattern=NAME, max_length=40)]
Amount = Annotated[str, Field(pattern=AMOUNT)]
Signed = Annotated[str, Field(pattern=SIGNED)]
State = Annotated[int, Field(ge=0, le=2**53 - 1)]
Reason = Annotated[str, Field(pattern=TEXT, max_length=LONGEST_REASON)]
Number = Annotated[
    str,
    Field(
        pattern=TEXT,
        max_length=80,
        description="A number of your own for the request; the same sent twice is kept once.",
    ),
]


class Body(BaseModel):
    """A body that holds nothing that nobody knows."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProjectBody(Body):
    """A project as its owner states it; what is null is not known. The code never changes."""

    code: Line
    name: Line
    division: KeyText
    kinds: Annotated[list[ProjectKind], Field(max_length=len(ProjectKind))] = []
    stage: ProjectStage | None = None
    floor_area_m2: Amount | None = None
    star_target: Annotated[int, Field(ge=1, le=3)] | None = None
    star_award: Annotated[int, Field(ge=1, le=3)] | None = None
    prefabricated_share: Annotated[str, Field(pattern=SHARE)] | None = None
    designed_on: DayInBody | None = None
    started_on: DayInBody | None = None
    completed_on: DayInBody | None = None

    def draft(self) -> ProjectDraft:
        """Return what it says."""
        said = {name: getattr(self, name) for name in ProjectDraft.__struct_fields__}
        exact = {name: _exact(said[name]) for name in ("floor_area_m2", "prefabricated_share")}
        return ProjectDraft(**{**said, **exact, "kinds": frozenset(self.kinds)})


class NewProjectBody(ProjectBody):
    """A new project."""

    number: Number = ""


class ChangedProjectBody(ProjectBody):
    """A project as it is to be; ``state`` is the number of the state that was shown."""

    state: State
    reason: Reason = ""


class BuildingBody(Body):
    """A building as its owner states it; what is null is not known. The code never changes."""

    code: Code
    name: Line
    floor_area_m2: Amount | None = None
    storeys: Annotated[int, Field(ge=1, le=200)] | None = None
    completed_on: DayInBody | None = None

    def draft(self) -> BuildingDraft:
        """Return what it says."""
        said = {name: getattr(self, name) for name in BuildingDraft.__struct_fields__}
        return BuildingDraft(**{**said, "floor_area_m2": _exact(self.floor_area_m2)})


class NewBuildingBody(BuildingBody):
    """A new building."""

    number: Number = ""


class ChangedBuildingBody(BuildingBody):
    """A building as it is to be; ``state`` is the number of the state that was shown."""

    state: State
    reason: Reason = ""


class ReasonBody(Body):
    """Why something is withdrawn."""

    reason: Annotated[str, Field(pattern=TEXT, min_length=1, max_length=LONGEST_REASON)]


class AimBody(Body):
    """The ratio in percent that a project shall reach by a method; null aims at none."""

    method: Annotated[str, Field(pattern="^[ABC]$")]
    percent: Annotated[str, Field(pattern=AMOUNT)] | None = None

    def aimed_at(self) -> Decimal | None:
        """Return the percentage."""
        return _exact(self.percent)


class ProofBody(Body):
    """A document that came with a delivery: the key of a kept file, or its number on paper."""

    kind: EvidenceKind
    reference: Line


class DeliveryBody(Body):
    """What came to site on one day; a return has a negative quantity and amount."""

    note_number: Annotated[str, Field(pattern=NAME, max_length=80)]
    delivered_on: DayInBody
    name: Line
    unit: Code
    quantity: Signed
    specification: Annotated[str, Field(pattern=TEXT, max_length=500)] | None = None
    category: KeyText | None = None
    product: KeyText | None = None
    certificate: Annotated[str, Field(pattern=TEXT, max_length=80)] | None = None
    place: KeyText | None = None
    supplier: Annotated[str, Field(pattern=TEXT, max_length=200)] | None = None
    amount: Signed | None = None
    evidence: Annotated[list[ProofBody], Field(max_length=_MOST_FILES)] = []

    def draft(self) -> DeliveryDraft:
        """Return what it says."""
        said = {name: getattr(self, name) for name in DeliveryDraft.__struct_fields__}
        # What is blank says nothing.
        texts = {name: (said[name] or "").strip() or None for name in _MAYBE_BLANK}
        return DeliveryDraft(
            **{
                **said,
                **texts,
                "quantity": Decimal(self.quantity),
                "amount": _exact(self.amount),
                "evidence": tuple((each.kind, each.reference) for each in self.evidence),
            }
        )


class NewDeliveryBody(DeliveryBody):
    """A delivery to be recorded."""

    number: Number = ""


class CorrectedDeliveryBody(DeliveryBody):
    """What is to stand in place of a recorded delivery, and why."""

    reason: Annotated[str, Field(pattern=TEXT, min_length=1, max_length=LONGEST_REASON)]


class Entered(msgspec.Struct, frozen=True):
    """What was entered; ``run`` is its entry in the ledger, by which it is taken back."""

    run: int


def own_number(actor: Actor, number: str) -> str:
    """Return the number of a request as that of its organisation; of none, none."""
    return f"{actor.organisation or ''} {number}" if number else ""


def _exact(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
