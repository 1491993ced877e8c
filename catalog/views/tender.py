"""What a reader sees of a tender's clause, and who could meet it."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.rules.tender import Requirement, Wanted
from catalog.rules.terms import BillStage
from catalog.views.projects import NamedBuilding


class Offer(msgspec.Struct, frozen=True):
    """A product that meets a requirement on a day; ``company`` is its maker."""

    product: str
    name: str
    model: str | None
    brand: str | None
    company: str
    company_name: str
    star: int | None
    is_adopted: bool
    is_synthetic: bool


class TenderItem(msgspec.Struct, frozen=True, kw_only=True):
    """A category of the bill with what is asked of it, and everything that meets it.

    ``left_out`` says why it is not asked for, zh and en; null where it stands in the clause.
    """

    wanted: Wanted
    requirement: Requirement
    offers: list[Offer]
    makers: int
    adopted: int
    is_narrow: bool
    left_out: tuple[str, str] | None


class TenderView(msgspec.Struct, frozen=True, kw_only=True):
    """The clause of a building's tender; ``before`` and ``after`` are its sentences, zh and en.

    ``pack`` names the rule that it goes by. ``fewest_makers`` is how many must be able to meet
    each requirement; an item with fewer is ``is_narrow``. ``outside`` counts the lines of the bill
    that are of no category, of which nothing can be asked.
    """

    building: NamedBuilding
    stage: BillStage
    star: int | None
    on: dt.date
    pack: str
    fewest_makers: int
    clauses: dict[str, str]
    before: list[tuple[str, str]]
    after: list[tuple[str, str]]
    items: list[TenderItem]
    outside: int

    @property
    def asked(self) -> list[TenderItem]:
        """What stands in the clause."""
        return [item for item in self.items if item.left_out is None]

    @property
    def unasked(self) -> list[TenderItem]:
        """What was left out of it."""
        return [item for item in self.items if item.left_out is not None]
