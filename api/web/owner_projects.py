"""The pages where an owner adds, changes and withdraws projects and buildings."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from api.moment import now
from api.parameters import KeyInPath, day_or_today
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.owner_desk import saved
from api.web.owner_forms import (
    BuildingForm,
    ProjectForm,
    ReasonForm,
    building_of,
    form_of_building,
    form_of_project,
    project_of,
)
from api.web.page import PageRequest, address, page
from api.web.signed_in import who_may
from catalog.db import Database
from catalog.errors import EntryRefusedError
from catalog.permissions import Action, Actor, ensure
from catalog.rules.terms import ProjectKind, ProjectStage
from catalog.services import keeping_projects, owning, projects

_LARGEST_FORM = 2**16
_NUMBER_BYTES = 8


class OwnerProjectPages(Controller):
    """Keep projects and buildings."""

    path = "/desk/projects"
    request_max_body_size = _LARGEST_FORM
    dependencies = who_may(Action.IMPORT)

    @get("/new", name="owner:new", sync_to_thread=True)
    def new(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
    ) -> Template:
        """Ask for a project."""
        form = ProjectForm(division=actor.division or "", number=a_number())
        return _project_page(request, database, actor, form, None)

    @post("/new", name="owner:create", sync_to_thread=True)
    def create(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        data: URLEncodedBody[ProjectForm],
    ) -> Redirect | Template:
        """Keep a new project and go on to its buildings."""
        draft, wrong = project_of(data, _divisions(database), language_of(request))
        if draft is None:
            return _project_page(request, database, actor, data, None, wrong=wrong)
        try:
            with database.transaction() as session:
                key = keeping_projects.create_project(
                    session, draft, number=data.number, actor=actor, now=now()
                )
        except EntryRefusedError as error:
            return _project_page(request, database, actor, data, None, error=error)
        return Redirect(request.app.route_reverse("owner:new-building", key=key), status_code=303)

    @get("/{key:str}/edit", name="owner:edit", sync_to_thread=True)
    def edit(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Template:
        """Show a project as it is, to be changed."""
        with database.reading() as connection:
            view = projects.get_project(connection, key)
            form = form_of_project(view, keeping_projects.state_of(connection, key))
        return _project_page(request, database, actor, form, key)

    @post("/{key:str}/edit", name="owner:change", sync_to_thread=True)
    def change(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ProjectForm],
    ) -> Redirect | Template:
        """Keep what was changed of a project."""
        draft, wrong = project_of(data, _divisions(database), language_of(request))
        if draft is None:
            return _project_page(request, database, actor, data, key, wrong=wrong)
        try:
            with database.transaction() as session:
                run = keeping_projects.edit_project(
                    session,
                    key,
                    draft,
                    shown=data.shown,
                    reason=data.reason,
                    actor=actor,
                    now=now(),
                )
        except EntryRefusedError as error:
            return _project_page(request, database, actor, data, key, error=error)
        return saved(request.app.route_reverse("owner:project", key=key), run)

    @post("/{key:str}/withdraw", name="owner:withdraw", sync_to_thread=True)
    def withdraw(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Withdraw a project with its buildings."""
        with database.transaction() as session:
            run = keeping_projects.withdraw_project(
                session, key, reason=data.reason, actor=actor, now=now()
            )
        path = request.app.route_reverse("owner:index")
        return Redirect(address(path, undo=run, of=key), status_code=303)

    @get("/{key:str}/buildings/new", name="owner:new-building", sync_to_thread=True)
    def new_building(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Template:
        """Ask for a building."""
        form = BuildingForm(number=a_number())
        return _building_page(request, database, actor, form, key, None)

    @post("/{key:str}/buildings/new", name="owner:add-building", sync_to_thread=True)
    def add_building(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        data: URLEncodedBody[BuildingForm],
    ) -> Redirect | Template:
        """Keep a new building."""
        draft, wrong = building_of(data, language_of(request))
        if draft is None:
            return _building_page(request, database, actor, data, key, None, wrong=wrong)
        try:
            with database.transaction() as session:
                keeping_projects.add_building(
                    session, key, draft, number=data.number, actor=actor, now=now()
                )
        except EntryRefusedError as error:
            return _building_page(request, database, actor, data, key, None, error=error)
        return Redirect(request.app.route_reverse("owner:project", key=key), status_code=303)

    @get("/{key:str}/buildings/{building:str}/edit", name="owner:building", sync_to_thread=True)
    def edit_building(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
    ) -> Template:
        """Show a building as it is, to be changed."""
        with database.reading() as connection:
            view = projects.get_building(connection, key, building)
            shown = keeping_projects.state_of(connection, key, building=building)
            form = form_of_building(view, shown)
        return _building_page(request, database, actor, form, key, building)

    @post(
        "/{key:str}/buildings/{building:str}/edit",
        name="owner:change-building",
        sync_to_thread=True,
    )
    def change_building(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: URLEncodedBody[BuildingForm],
    ) -> Redirect | Template:
        """Keep what was changed of a building."""
        draft, wrong = building_of(data, language_of(request))
        if draft is None:
            return _building_page(request, database, actor, data, key, building, wrong=wrong)
        try:
            with database.transaction() as session:
                run = keeping_projects.edit_building(
                    session,
                    key,
                    building,
                    draft,
                    shown=data.shown,
                    reason=data.reason,
                    actor=actor,
                    now=now(),
                )
        except EntryRefusedError as error:
            return _building_page(request, database, actor, data, key, building, error=error)
        return saved(request.app.route_reverse("owner:project", key=key), run)

    @post(
        "/{key:str}/buildings/{building:str}/withdraw",
        name="owner:withdraw-building",
        sync_to_thread=True,
    )
    def withdraw_building(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: URLEncodedBody[ReasonForm],
    ) -> Redirect:
        """Withdraw a building."""
        with database.transaction() as session:
            run = keeping_projects.withdraw_building(
                session, key, building, reason=data.reason, actor=actor, now=now()
            )
        return saved(request.app.route_reverse("owner:project", key=key), run)


def a_number() -> str:
    """Return a number for a form, by which the same form sent twice is known."""
    return secrets.token_hex(_NUMBER_BYTES)


def _divisions(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(names_of(connection, on=day_or_today(None)).divisions)


def _project_page(
    request: PageRequest,
    database: Database,
    actor: Actor,
    form: ProjectForm,
    key: str | None,
    *,
    wrong: dict[str, str] | None = None,
    error: EntryRefusedError | None = None,
) -> Template:
    with database.reading() as connection:
        if key is not None:
            ensure(actor, Action.IMPORT, owning.whose_project(connection, key))
        return page(
            request,
            "desks/project_form.html",
            status_code=_status(wrong, error),
            form=form,
            key=key,
            owner=owning.own_name(connection, actor),
            kinds=list(ProjectKind),
            stages=list(ProjectStage),
            wrong=wrong or {},
            refusal=error.text(language_of(request)) if error else None,
            names=names_of(connection, on=day_or_today(None)),
        )


def _building_page(
    request: PageRequest,
    database: Database,
    actor: Actor,
    form: BuildingForm,
    key: str,
    building: str | None,
    *,
    wrong: dict[str, str] | None = None,
    error: EntryRefusedError | None = None,
) -> Template:
    with database.reading() as connection:
        project = projects.get_project(connection, key)
        ensure(actor, Action.IMPORT, owning.whose_project(connection, key))
        return page(
            request,
            "desks/building_form.html",
            status_code=_status(wrong, error),
            form=form,
            project=project,
            building=building,
            has_buildings=bool(project.buildings),
            wrong=wrong or {},
            refusal=error.text(language_of(request)) if error else None,
            shows_synthetic=project.is_synthetic,
        )


def _status(wrong: dict[str, str] | None, error: EntryRefusedError | None) -> HTTPStatus:
    if error is not None:
        return HTTPStatus.CONFLICT
    return HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
