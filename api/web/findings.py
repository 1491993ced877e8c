"""The pages of the checks across projects: what was found, on which lines, who judged how."""

from __future__ import annotations

from functools import partial

import msgspec
from anyio import to_thread
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from api.long_ways import run_checks_at_length
from api.long_work import OpenWork
from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.web.asked import PageNumber, Short, Text, plain
from api.web.long_work import to_work
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.paging import PAGE_SIZE, Paging, offset
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.permissions import Action, Actor, Reach, reach_of
from catalog.rules.checks.kinds import FindingKind, FindingStanding, Verdict
from catalog.services import findings, results

_LARGEST_FORM = 2**16


class VerdictForm(msgspec.Struct):
    """What a person holds of a finding, and why."""

    verdict: Verdict
    reason: str = ""


class ReopeningForm(msgspec.Struct):
    """Why a verdict is taken back."""

    reason: str = ""


class FindingPages(Controller):
    """Read and judge findings; only those who may see them."""

    path = "/findings"
    request_max_body_size = _LARGEST_FORM
    dependencies = actor_of

    @get(name="findings:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        standing: Short = FindingStanding.OPEN.value,
        kind: Text = "",
        division: Short = "",
        project: Text = "",
        page_number: PageNumber = 1,
    ) -> Template:
        """Show one page of the findings, the open ones unless asked otherwise."""
        chosen = {
            "standing": standing if standing in set(FindingStanding) else "all",
            "kind": kind if kind in set(FindingKind) else "",
            "division": plain(division),
            "project": plain(project),
        }
        with database.reading() as connection:
            found = findings.browse_findings(
                connection,
                actor,
                limit=PAGE_SIZE,
                offset=offset(page_number),
                standing=None
                if chosen["standing"] == "all"
                else FindingStanding(chosen["standing"]),
                kind=FindingKind(chosen["kind"]) if chosen["kind"] else None,
                division=chosen["division"] or None,
                project=chosen["project"] or None,
            )
            return page(
                request,
                "findings/index.html",
                found=found,
                paging=Paging(page_number, PAGE_SIZE, found.total),
                chosen=chosen,
                counts=findings.open_counts(connection, actor),
                kinds=list(FindingKind),
                standings=list(FindingStanding),
                names=names_of(connection, on=day_or_today(None)),
                may_run=reach_of(actor, Action.SEE_FINDINGS) is Reach.ALL,
                shows_synthetic=any(each.is_synthetic for each in found.items),
            )

    @get("/{key:str}", name="findings:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Template:
        """Show a finding with every line that it stands on."""
        with database.reading() as connection:
            detail = findings.get_finding(connection, actor, key)
            return page(
                request,
                "findings/show.html",
                detail=detail,
                finding=detail.finding,
                units=results.basis(connection).units,
                names=names_of(connection, on=day_or_today(None)),
                may_judge=findings.may_judge(actor, detail.finding),
                longest=findings.LONGEST_REASON,
                shows_synthetic=detail.finding.is_synthetic,
            )

    @post("/run", name="findings:run")
    async def run(
        self,
        long_work: OpenWork,
        actor: NamedDependency[Actor],
    ) -> Redirect:
        """Check the whole store."""
        run = partial(run_checks_at_length, long_work, actor=actor, back="/findings")
        return to_work(await to_thread.run_sync(run))

    @post("/{key:str}", name="findings:judge", sync_to_thread=True)
    def judge(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[VerdictForm],
    ) -> Redirect:
        """Confirm or dismiss a finding."""
        with database.transaction() as session:
            findings.judge(
                session, key, data.verdict, reason=plain(data.reason), actor=actor, now=now()
            )
        return Redirect(f"/findings/{key}", status_code=303)

    @post("/{key:str}/reopen", name="findings:reopen", sync_to_thread=True)
    def reopen(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ReopeningForm],
    ) -> Redirect:
        """Take a verdict back."""
        with database.transaction() as session:
            findings.reopen(session, key, reason=plain(data.reason), actor=actor, now=now())
        return Redirect(f"/findings/{key}", status_code=303)
