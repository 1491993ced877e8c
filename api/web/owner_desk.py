"""The owner's desk: its projects, where each stands, what is missing, what comes next."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KEY, KeyInPath, day_or_today
from api.web.asked import PageNumber, Short
from api.web.filled_in import FilledIn
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.owner_forms import TargetForm, UndoForm
from api.web.page import PageRequest, address, page
from api.web.paging import Paging, offset
from api.web.signed_in import own_path, who_may
from catalog.db import Database
from catalog.permissions import Action, Actor
from catalog.services import keeping_projects, own_findings, owners_desk, project_targets, results

_PROJECTS = 12
_FINDINGS = 50
Key = Annotated[str, QueryParameter(pattern=f"^$|{KEY}", max_length=80)]


class OwnerDeskPages(Controller):
    """Look after one's own projects."""

    path = "/desk/projects"
    dependencies = who_may(Action.IMPORT)

    @get(name="owner:index", sync_to_thread=True)
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        page_number: PageNumber = 1,
        undo: Short = "",
        of: Key = "",
    ) -> Template:
        """Show one's projects with today's ratios, what is missing, and the next step of each."""
        today = day_or_today(None)
        with database.reading() as connection:
            desk = owners_desk.desk_of(
                connection,
                actor=actor,
                on=today,
                limit=_PROJECTS,
                offset=offset(page_number, _PROJECTS),
            )
            return page(
                request,
                "desks/owner.html",
                desk=desk,
                paging=Paging(page_number, _PROJECTS, desk.total),
                names=names_of(connection, on=today),
                undo=_run(undo) if of else None,
                of=of,
                shows_synthetic=any(each.project.is_synthetic for each in desk.items),
            )

    @get("/{key:str}", name="owner:project", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        undo: Short = "",
    ) -> Template:
        """Show one project to its owner: its buildings, its target, and what can be changed."""
        today = day_or_today(None)
        with database.reading() as connection:
            own = owners_desk.own_project(connection, key, actor=actor, on=today)
            found = own_findings.own_findings(connection, key, actor=actor, limit=_FINDINGS)
            methods, steps = project_targets.targets_to_choose(connection, key, on=today)
            return page(
                request,
                "desks/owner_project.html",
                own=own,
                findings=found,
                units=results.basis(connection).units,
                project=own.project,
                methods=methods,
                steps=steps,
                names=names_of(connection, on=today),
                undo=_run(undo),
                shows_synthetic=own.project.is_synthetic,
            )

    @post("/{key:str}/target", name="owner:target", sync_to_thread=True)
    def target(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[TargetForm],
    ) -> Redirect:
        """Choose which ratio the project shall reach, or none."""
        filled = FilledIn({"percent": data.percent}, language_of(request))
        percent = filled.number("percent")
        with database.transaction() as session:
            project_targets.choose_target(
                session, key, method=data.method, percent=percent, actor=actor, now=now()
            )
        return Redirect(request.app.route_reverse("owner:project", key=key), status_code=303)

    @post("/{key:str}/undo", name="owner:undo", sync_to_thread=True)
    def undo(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[UndoForm],
    ) -> Redirect:
        """Take an entry back, and return to where it was made."""
        with database.transaction() as session:
            keeping_projects.take_back(session, key, data.run, actor=actor, now=now())
        path = request.app.route_reverse("owner:project", key=key)
        return Redirect(own_path(data.back) if data.back else path, status_code=303)


def saved(path: str, run: int) -> Redirect:
    """Go back to a page that offers to undo what was just done."""
    return Redirect(address(path, undo=run), status_code=303)


def _run(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
