"""/api/v1/projects/…/deliveries: what owners record of what came to site."""

from __future__ import annotations

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.auth import actor_of
from api.parameters import IdInPath, KeyInPath, day_or_today
from api.problems import problem_responses
from api.rest.moment import now
from api.rest.owner_bodies import (
    CorrectedDeliveryBody,
    Entered,
    NewDeliveryBody,
    ReasonBody,
    own_number,
)
from api.rest.writing import writes
from catalog.db import Database
from catalog.permissions import Actor
from catalog.services import project_targets, projects, site_deliveries
from catalog.views.owner import SiteDelivery

_METHOD = "B"
_WRONG = problem_responses(400, 401, 403, 404, 409)


class SiteDeliveriesController(Controller):
    """What came to one building, as its owner keeps it."""

    path = "/projects/{key:str}/buildings/{building:str}"
    tags = ("own projects",)

    @get("/site-deliveries", operation_id="list_site_deliveries", security=[{"token": []}],
         dependencies=actor_of, sync_to_thread=True,
         responses=problem_responses(400, 401, 403, 404))  # fmt: skip
    def index(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
    ) -> list[SiteDelivery]:
        """Return what came, the latest first, each with its files and what is to be said of it."""
        with database.reading() as connection:
            projects.get_building(connection, key, building)
            target = project_targets.target_of(connection, key)
            return site_deliveries.deliveries_on_site(
                connection,
                building,
                actor=actor,
                on=day_or_today(None),
                method=target.method if target else _METHOD,
            )

    @writes(post)("/deliveries", operation_id="record_delivery", responses=_WRONG)
    def record(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: JSONBody[NewDeliveryBody],
    ) -> Entered:
        """Keep a line of a delivery note; photos are kept first, by ``keep_evidence``."""
        with database.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.record_delivery(
                session,
                building,
                data.draft(),
                number=own_number(actor, data.number),
                actor=actor,
                now=now(),
            )
        return Entered(run)

    @writes(put)("/deliveries/{id:int}", operation_id="correct_delivery", responses=_WRONG)
    def correct(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
        data: JSONBody[CorrectedDeliveryBody],
    ) -> Entered:
        """Keep another statement in place of one; a correction of the earlier id finds none."""
        with database.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.correct_delivery(
                session, building, id, data.draft(), reason=data.reason, actor=actor, now=now()
            )
        return Entered(run)

    @writes(post)("/deliveries/{id:int}/withdraw", operation_id="withdraw_delivery",
                  responses=_WRONG)  # fmt: skip
    def withdraw(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
        data: JSONBody[ReasonBody],
    ) -> Entered:
        """Let a delivery count no longer."""
        with database.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.withdraw_delivery(
                session, building, id, reason=data.reason, actor=actor, now=now()
            )
        return Entered(run)
