"""/api/v1/filings: what divisions hand in to the Corps, by when, and what came."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from pydantic import Field

from api.auth import reader_of
from api.moment import now
from api.parameters import LINES, DayInBody, KeyInPath, day_or_today
from api.problems import problem_responses
from api.reading import read
from api.rest.owner_bodies import Body, KeyText, ReasonBody
from api.rest.writing import Asking, writes
from catalog.db import Database
from catalog.permissions import Action, Actor, Thing, may
from catalog.services import exemptions, filings
from catalog.services.filings import LONGEST_NOTE, NewFiling
from catalog.services.report_content import reporting_pack
from catalog.views.reporting import DutyRow, ExemptionView, FilingView

Year = Annotated[int, Field(ge=1900, le=2199)]
_WRONG = problem_responses(400, 401, 403, 404, 409)


class FilingRegister(msgspec.Struct, frozen=True):
    """Every duty of every year with how it stands in each division; ``pack`` says by which rule.

    Who put what on record, and the papers, are for the bureaus: ``filings`` and ``exemptions``
    hold those of the divisions that the caller may report for.
    """

    pack: str
    items: list[DutyRow]


class FilingBody(Body):
    """What a division handed in, and when; ``evidence`` is the key of a kept file."""

    division: KeyText
    duty: KeyText
    year: Year
    filed_on: DayInBody
    evidence: KeyText | None = None
    note: Annotated[str, Field(max_length=LONGEST_NOTE, pattern=LINES)] = ""

    def new(self) -> NewFiling:
        """Return what it says."""
        said = {name: getattr(self, name) for name in NewFiling.__struct_fields__}
        return NewFiling(**{**said, "note": self.note.strip() or None})


class ExemptionBody(Body):
    """Which division is let off what in which year, and why."""

    division: KeyText
    duty: KeyText
    year: Year
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE, pattern=LINES)]


class FilingsController(Controller):
    """Plans and reports that were handed in."""

    path = "/filings"
    tags = ("reports",)

    @read(operation_id="list_filings", dependencies=reader_of,
          responses=problem_responses(400, 401))  # fmt: skip
    def index(
        self, database: NamedDependency[Database], actor: NamedDependency[Actor]
    ) -> FilingRegister:
        """Return how every duty of every year stands in each division."""
        with database.reading() as connection:
            pack, _ = reporting_pack(connection, day_or_today(None))
            rows = filings.register(connection, pack, now=now())
        return FilingRegister(
            pack=f"{pack.key}@{pack.version}", items=[_told(row, actor) for row in rows]
        )

    @writes(post)(operation_id="record_filing", responses=_WRONG)
    def record(self, asking: NamedDependency[Asking], data: JSONBody[FilingBody]) -> FilingView:
        """Put on record what was handed in; its file is kept first, by ``keep_evidence``."""
        with asking.transaction() as session:
            pack, _ = reporting_pack(session.connection(), day_or_today(None))
            return filings.record_filing(
                session, pack, data.new(), actor=asking.actor, now=asking.now()
            )

    @writes(post)("/{key:str}/withdraw", operation_id="withdraw_filing", responses=_WRONG)
    def withdraw(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ReasonBody]
    ) -> FilingView:
        """Take an entry back that was put down by mistake."""
        with asking.transaction() as session:
            return filings.withdraw_filing(
                session, key, reason=data.reason, actor=asking.actor, now=asking.now()
            )

    @writes(post)("/exemptions", operation_id="add_filing_exemption", responses=_WRONG)
    def exempt(
        self, asking: NamedDependency[Asking], data: JSONBody[ExemptionBody]
    ) -> ExemptionView:
        """Let a division off for a year."""
        with asking.transaction() as session:
            pack, _ = reporting_pack(session.connection(), day_or_today(None))
            return exemptions.exempt(
                session, pack, **data.model_dump(), actor=asking.actor, now=asking.now()
            )

    @writes(post)("/exemptions/{key:str}/end", operation_id="end_filing_exemption",
                  responses=_WRONG)  # fmt: skip
    def end_exemption(self, asking: NamedDependency[Asking], key: KeyInPath) -> None:
        """Take an exemption back."""
        with asking.transaction() as session:
            exemptions.end_exemption(session, key, actor=asking.actor, now=asking.now())


def _told(row: DutyRow, actor: Actor) -> DutyRow:
    """Return a row with those entries that the caller's bureau may know."""

    def mine(division: str) -> bool:
        return may(actor, Action.SEE_REPORTS, Thing(division=division))

    return msgspec.structs.replace(
        row,
        filings=[each for each in row.filings if mine(each.division)],
        exemptions=[each for each in row.exemptions if mine(each.division)],
    )
