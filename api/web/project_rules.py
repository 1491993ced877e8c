"""The page of the rules that a project goes by: which, why, and choosing another."""

from __future__ import annotations

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import IdInPath, KeyInPath, day_or_today
from api.reading import read
from api.web.asked import plain
from api.web.page import PageRequest, page
from api.web.signed_in import actor_of
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import choosing, projects, results

_LARGEST_FORM = 2**16


class ChoiceForm(msgspec.Struct, forbid_unknown_fields=True):
    """Which pack to go by, and why."""

    pack: str = ""
    reason: str = ""


class WithdrawalForm(msgspec.Struct, forbid_unknown_fields=True):
    """Why a choice is withdrawn."""

    reason: str = ""


class ProjectRulePages(Controller):
    """Show and choose the rules of a project."""

    path = "/projects"
    request_max_body_size = _LARGEST_FORM

    @read("/{key:str}/rules", name="projects:rules")
    def show(
        self, request: PageRequest, database: NamedDependency[Database], key: KeyInPath
    ) -> Template:
        """Show the packs that the project goes by, with the reason where one was chosen."""
        with database.reading() as connection:
            project = projects.get_project(connection, key)
            return page(
                request,
                "projects/rules.html",
                project=project,
                in_use=choosing.rules_of_project(connection, key, on=day_or_today(None)),
                choices=choosing.choices_of_project(connection, key),
                packs=results.basis(connection).packs,
                longest=choosing.LONGEST_REASON,
                shows_synthetic=project.is_synthetic,
            )

    @post("/{key:str}/rules", name="projects:choose_rules", sync_to_thread=True,
          dependencies=actor_of)  # fmt: skip
    def choose(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ChoiceForm],
    ) -> Redirect:
        """Let the project go by the pack, and calculate its buildings anew."""
        with database.transaction() as session:
            choosing.choose_pack(
                session, key, plain(data.pack), reason=plain(data.reason), actor=actor, now=now()
            )
            results.calculate_project(session, key, actor=actor, now=now())
        return _back(key)

    @post("/{key:str}/rules/{choice:int}/withdraw", name="projects:withdraw_rules",
          sync_to_thread=True, dependencies=actor_of)  # fmt: skip
    def withdraw(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        choice: IdInPath,
        data: URLEncodedBody[WithdrawalForm],
    ) -> Redirect:
        """Let the project go by the pack in force again, and calculate its buildings anew."""
        with database.transaction() as session:
            choosing.withdraw_choice(
                session, key, choice, reason=plain(data.reason), actor=actor, now=now()
            )
            results.calculate_project(session, key, actor=actor, now=now())
        return _back(key)


def _back(key: str) -> Redirect:
    """Return to the page, so that to load it again repeats nothing."""
    return Redirect(f"/projects/{key}/rules", status_code=303)
