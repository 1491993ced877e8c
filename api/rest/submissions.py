"""/api/v1/submissions: products that companies state, and bureaus prove."""

from __future__ import annotations

import secrets
from typing import Annotated

from litestar import Controller, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import KEY, LINES, TEXT, BoolInBody, KeyInPath, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.rest.writing import Asking, own, writes
from catalog.rules.keys import hashed_key
from catalog.rules.terms import SubmissionState
from catalog.services.submissions import proving, reading, submitting
from catalog.services.submissions.proving import LONGEST_REASON
from catalog.services.submissions.submitting import LONGEST, LONGEST_LINE, LONGEST_TEXT
from catalog.views.submissions import (
    SubmissionDraft,
    SubmissionPage,
    SubmissionRow,
    SubmissionSheet,
)

KeyText = Annotated[str, Field(pattern=KEY, max_length=80)]
Short = Annotated[str, Field(max_length=LONGEST, pattern=TEXT)]
Long = Annotated[str, Field(max_length=LONGEST_LINE, pattern=TEXT)]
Version = Annotated[int, Field(ge=1, le=2**53 - 1)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StatedBody(_Body):
    """What a company states of a product; the fields from ``body`` on are of its certificate.

    Days are ISO dates, ``star`` is 1, 2 or 3; an empty text says nothing. What is missing is said
    by ``get_submission`` and stands in the way only when it is handed in.
    """

    name: Short = ""
    category: Short = ""
    brand: Short = ""
    model: Long = ""
    scope: Long = ""
    description: Annotated[str, Field(max_length=LONGEST_TEXT, pattern=LINES)] = ""
    body: Short = ""
    number: Short = ""
    star: Short = ""
    standard: Short = ""
    issued_on: Short = ""
    valid_from: Short = ""
    valid_to: Short = ""
    factory: Short = ""
    factory_address: Long = ""

    def draft(self) -> SubmissionDraft:
        """Return what it says."""
        return SubmissionDraft(**self.model_dump())


class NewSubmissionBody(_Body):
    """A new submission; one with the same ``number`` of your own is kept once."""

    stated: StatedBody
    number: Annotated[str, Field(max_length=80, pattern=TEXT)] = ""


class ChangedSubmissionBody(_Body):
    """What is stated now, of the version that was shown; ``scan`` is a kept file of evidence."""

    version: Version
    stated: StatedBody
    scan: KeyText | None = None


class HandInBody(_Body):
    """The version that was shown, and the pledge that what it says is true."""

    version: Version
    is_pledged: BoolInBody = False


class ShownBody(_Body):
    """The version that was shown."""

    version: Version


class JudgementBody(_Body):
    """The version that was shown; by what it was proved, or why it is given back."""

    version: Version
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON, pattern=LINES)]


_WRONG = problem_responses(400, 401, 403, 404, 409)


class SubmissionsController(Controller):
    """Submissions, as far as they are one's own."""

    path = "/submissions"
    tags = ("submissions",)

    @own(operation_id="list_submissions", responses=problem_responses(400, 401, 403))
    def index(
        self,
        asking: NamedDependency[Asking],
        standing: Annotated[SubmissionState | None, QueryParameter()] = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> SubmissionPage:
        """Return what was submitted, what waits for a bureau first."""
        with asking.reading() as connection:
            return reading.browse(
                connection,
                actor=asking.actor,
                on=day_or_today(None),
                states=reading.EVERY_STATE if standing is None else (standing,),
                limit=limit,
                offset=offset,
            )

    @own(
        "/{key:str}", operation_id="get_submission", responses=problem_responses(400, 401, 403, 404)
    )
    def show(self, asking: NamedDependency[Asking], key: KeyInPath) -> SubmissionSheet:
        """Return a submission, what is missing in it, and what is held of its certificate."""
        with asking.reading() as connection:
            return reading.sheet(connection, key, actor=asking.actor, now=asking.now())

    @writes(post)(operation_id="keep_submission", responses=_WRONG)
    def begin(
        self, asking: NamedDependency[Asking], data: JSONBody[NewSubmissionBody]
    ) -> SubmissionRow:
        """Keep what a company states of a product; nobody else sees it yet."""
        # A program that sends twice makes one: its number leads to the same key.
        key = secrets.token_hex(8)
        if data.number:
            key = hashed_key("submission", asking.actor.organisation or "", data.number)
        with asking.transaction() as session:
            return submitting.begin(
                session, data.stated.draft(), key=key, actor=asking.actor, now=asking.now()
            )

    @writes(put)("/{key:str}", operation_id="set_submission", responses=_WRONG)
    def change(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ChangedSubmissionBody]
    ) -> SubmissionRow:
        """Keep what is stated now; a scan takes the place of the former one."""
        with asking.transaction() as session:
            return submitting.change(
                session,
                key,
                data.stated.draft(),
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
                scan=data.scan,
            )

    @writes(post)("/{key:str}/submit", operation_id="send_submission", responses=_WRONG)
    def submit(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[HandInBody]
    ) -> SubmissionRow:
        """Hand it in to the bureau of the company's division."""
        with asking.transaction() as session:
            return submitting.submit(
                session,
                key,
                is_pledged=data.is_pledged,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(post)("/{key:str}/withdraw", operation_id="withdraw_submission", responses=_WRONG)
    def withdraw(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ShownBody]
    ) -> SubmissionRow:
        """Take it back; it stays on record."""
        with asking.transaction() as session:
            return submitting.withdraw(
                session, key, version=data.version, actor=asking.actor, now=asking.now()
            )

    @writes(post)("/{key:str}/prove", operation_id="prove_submission", responses=_WRONG)
    def prove(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[JudgementBody]
    ) -> SubmissionRow:
        """Prove it: the catalogue lists the product from now on."""
        with asking.transaction() as session:
            return proving.prove(
                session,
                key,
                how=data.reason,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
            )

    @writes(post)("/{key:str}/give-back", operation_id="send_submission_back", responses=_WRONG)
    def give_back(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[JudgementBody]
    ) -> SubmissionRow:
        """Give it back to its company, which may mend it and hand it in again."""
        with asking.transaction() as session:
            return proving.give_back(
                session,
                key,
                why=data.reason,
                version=data.version,
                actor=asking.actor,
                now=asking.now(),
            )
