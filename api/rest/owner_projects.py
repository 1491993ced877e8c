"""/api/v1/own-projects and the writing half of /api/v1/projects: what owners keep."""

from __future__ import annotations

import msgspec
from litestar import Controller, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.parameters import IdInPath, KeyInPath, Limit, Offset, day_or_today
from api.problems import problem_responses
from api.rest.owner_bodies import (
    AimBody,
    ChangedBuildingBody,
    ChangedProjectBody,
    Entered,
    NewBuildingBody,
    NewProjectBody,
    ReasonBody,
    own_number,
)
from api.rest.writing import Asking, own, writes
from catalog.services import keeping_projects, own_findings, owners_desk, project_targets, projects
from catalog.views.owner import OwnDesk, OwnFindings, OwnProject, ProjectTargetView
from catalog.views.projects import BuildingView, ProjectView

_WRONG = problem_responses(400, 401, 403, 404, 409)


class OwnProjectView(msgspec.Struct, frozen=True, kw_only=True):
    """A project on its owner's desk.

    ``state`` and ``building_states`` are the numbers to send back with a change: whoever changes
    an older state is told. ``methods`` and ``steps`` are what the project can aim at.
    """

    own: OwnProject
    state: int
    building_states: dict[str, int]
    methods: list[str]
    steps: list[str]


class OwnProjectsController(Controller):
    """An owner's desk."""

    path = "/own-projects"
    tags = ("own projects",)

    @own(operation_id="list_own_projects", responses=problem_responses(400, 401, 403))
    def index(
        self, asking: NamedDependency[Asking], limit: Limit = 12, offset: Offset = 0
    ) -> OwnDesk:
        """Return the caller's projects: where each stands, what is missing, what comes next."""
        with asking.reading() as connection:
            return owners_desk.desk_of(
                connection, actor=asking.actor, on=day_or_today(None), limit=limit, offset=offset
            )

    @own(
        "/{key:str}",
        operation_id="get_own_project",
        responses=problem_responses(400, 401, 403, 404),
    )
    def show(self, asking: NamedDependency[Asking], key: KeyInPath) -> OwnProjectView:
        """Return one of the caller's projects, with what a change of it has to name."""
        today = day_or_today(None)
        with asking.reading() as connection:
            own = owners_desk.own_project(connection, key, actor=asking.actor, on=today)
            methods, steps = project_targets.targets_to_choose(connection, key, on=today)
            return OwnProjectView(
                own=own,
                state=keeping_projects.state_of(connection, key),
                building_states={
                    each.building.key: keeping_projects.state_of(
                        connection, key, building=each.building.key
                    )
                    for each in own.buildings
                },
                methods=methods,
                steps=[f"{step.normalize():f}" for step in steps],
            )

    @own(
        "/{key:str}/findings",
        operation_id="list_own_findings",
        responses=problem_responses(400, 401, 403, 404),
    )
    def findings(
        self, asking: NamedDependency[Asking], key: KeyInPath, limit: Limit = 20, offset: Offset = 0
    ) -> OwnFindings:
        """Return what the checks across projects found in one of the caller's, its lines alone."""
        with asking.reading() as connection:
            return own_findings.own_findings(
                connection, key, actor=asking.actor, limit=limit, offset=offset
            )


class KeepingProjectsController(Controller):
    """Projects, kept by their owners."""

    path = "/projects"
    tags = ("own projects",)

    @writes(post)(operation_id="add_project", responses=_WRONG)
    def add(self, asking: NamedDependency[Asking], data: JSONBody[NewProjectBody]) -> ProjectView:
        """Keep a new project of the caller's organisation."""
        with asking.transaction() as session:
            key = keeping_projects.create_project(
                session,
                data.draft(),
                number=own_number(asking.actor, data.number),
                actor=asking.actor,
                now=asking.now(),
            )
            return projects.get_project(session.connection(), key)

    @writes(put)("/{key:str}", operation_id="set_project", responses=_WRONG)
    def change(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ChangedProjectBody]
    ) -> Entered:
        """Keep what was changed of a project, and calculate it anew."""
        with asking.transaction() as session:
            run = keeping_projects.edit_project(
                session,
                key,
                data.draft(),
                shown=data.state,
                reason=data.reason,
                actor=asking.actor,
                now=asking.now(),
            )
        return Entered(run)

    @writes(post)("/{key:str}/withdraw", operation_id="withdraw_project", responses=_WRONG)
    def withdraw(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[ReasonBody]
    ) -> Entered:
        """Withdraw a project with its buildings."""
        with asking.transaction() as session:
            run = keeping_projects.withdraw_project(
                session, key, reason=data.reason, actor=asking.actor, now=asking.now()
            )
        return Entered(run)

    @writes(put)("/{key:str}/target", operation_id="set_project_target", responses=_WRONG)
    def aim(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[AimBody]
    ) -> ProjectTargetView | None:
        """Choose which ratio a project shall reach, or none."""
        with asking.transaction() as session:
            project_targets.choose_target(
                session,
                key,
                method=data.method,
                percent=data.aimed_at(),
                actor=asking.actor,
                now=asking.now(),
            )
            return project_targets.target_of(session.connection(), key)

    @writes(post)("/{key:str}/entries/{run:int}/undo", operation_id="undo_entry",
                  responses=_WRONG)  # fmt: skip
    def undo(self, asking: NamedDependency[Asking], key: KeyInPath, run: IdInPath) -> None:
        """Take an entry back that touched a project, and calculate the project anew."""
        with asking.transaction() as session:
            keeping_projects.take_back(session, key, run, actor=asking.actor, now=asking.now())

    @writes(post)("/{key:str}/buildings", operation_id="add_building", responses=_WRONG)
    def add_building(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[NewBuildingBody]
    ) -> BuildingView:
        """Keep a new building of a project."""
        with asking.transaction() as session:
            building = keeping_projects.add_building(
                session,
                key,
                data.draft(),
                number=own_number(asking.actor, data.number),
                actor=asking.actor,
                now=asking.now(),
            )
            return projects.get_building(session.connection(), key, building)

    @writes(put)("/{key:str}/buildings/{building:str}", operation_id="set_building",
                 responses=_WRONG)  # fmt: skip
    def change_building(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        building: KeyInPath,
        data: JSONBody[ChangedBuildingBody],
    ) -> Entered:
        """Keep what was changed of a building, and calculate it anew."""
        with asking.transaction() as session:
            run = keeping_projects.edit_building(
                session,
                key,
                building,
                data.draft(),
                shown=data.state,
                reason=data.reason,
                actor=asking.actor,
                now=asking.now(),
            )
        return Entered(run)

    @writes(post)("/{key:str}/buildings/{building:str}/withdraw", operation_id="withdraw_building",
                  responses=_WRONG)  # fmt: skip
    def withdraw_building(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        building: KeyInPath,
        data: JSONBody[ReasonBody],
    ) -> Entered:
        """Withdraw a building."""
        with asking.transaction() as session:
            run = keeping_projects.withdraw_building(
                session, key, building, reason=data.reason, actor=asking.actor, now=asking.now()
            )
        return Entered(run)
