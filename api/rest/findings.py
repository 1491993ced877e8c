"""/api/v1/findings: what does not fit together across projects, and what people held of it."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict, Field

from api.parameters import KEY, TEXT, KeyInPath, Limit, Offset
from api.problems import problem_responses
from api.rest.writing import Asking, own, writes
from catalog.rules.checks.kinds import FindingKind, FindingStanding, Verdict
from catalog.services import findings
from catalog.views.findings import CheckRun, FindingDetail, FindingPage

Reason = Annotated[str, Field(min_length=1, max_length=findings.LONGEST_REASON, pattern=TEXT)]
_OfKey = Annotated[str | None, QueryParameter(pattern=KEY, max_length=80)]


class VerdictBody(BaseModel):
    """What a person holds of a finding, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verdict: Verdict
    reason: Reason


class ReopeningBody(BaseModel):
    """Why a verdict is taken back."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason


class FindingsController(Controller):
    """Findings of the checks across projects."""

    path = "/findings"
    tags = ("findings",)

    @own(
        operation_id="list_findings",
        responses=problem_responses(400, 401, 403),
    )
    def index(
        self,
        asking: NamedDependency[Asking],
        standing: Annotated[FindingStanding | None, QueryParameter()] = FindingStanding.OPEN,
        kind: Annotated[FindingKind | None, QueryParameter()] = None,
        division: _OfKey = None,
        project: _OfKey = None,
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> FindingPage:
        """Return the findings that the caller may see, newest first."""
        with asking.reading() as connection:
            return findings.browse_findings(
                connection,
                asking.actor,
                limit=limit,
                offset=offset,
                standing=standing,
                kind=kind,
                division=division,
                project=project,
            )

    @own(
        "/{key:str}",
        operation_id="get_finding",
        responses=problem_responses(400, 401, 403, 404),
    )
    def show(self, asking: NamedDependency[Asking], key: KeyInPath) -> FindingDetail:
        """Return a finding with every line that it stands on."""
        with asking.reading() as connection:
            return findings.get_finding(connection, asking.actor, key)

    @writes(post)(
        "/run",
        operation_id="check_projects",
        responses=problem_responses(401, 403),
    )
    def run(self, asking: NamedDependency[Asking]) -> CheckRun:
        """Check the whole store; a finding that was judged is left as it is."""
        return findings.run_checks(asking.database, asking.actor, now=asking.now())

    @writes(post)(
        "/{key:str}/judge",
        operation_id="decide_finding",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def judge(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[VerdictBody]
    ) -> FindingDetail:
        """Confirm or dismiss a finding; it stays on record with the reason."""
        with asking.transaction() as session:
            findings.judge(
                session, key, data.verdict, reason=data.reason, actor=asking.actor, now=asking.now()
            )
        with asking.reading() as connection:
            return findings.get_finding(connection, asking.actor, key)

    @writes(post)(
        "/{key:str}/reopen",
        operation_id="reopen_finding",
        responses=problem_responses(400, 401, 403, 404, 409),
    )
    def reopen(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ReopeningBody]
    ) -> FindingDetail:
        """Take a verdict back; the finding is open again."""
        with asking.transaction() as session:
            findings.reopen(session, key, reason=data.reason, actor=asking.actor, now=asking.now())
        with asking.reading() as connection:
            return findings.get_finding(connection, asking.actor, key)
