"""/api/v1/projects/…/deliveries: what owners record of what came to site."""

from __future__ import annotations

from litestar import Controller, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.parameters import IdInPath, KeyInPath, day_or_today
from api.problems import problem_responses
from api.rest.owner_bodies import (
    CorrectedDeliveryBody,
    Entered,
    NewDeliveryBody,
    ReasonBody,
    own_number,
)
from api.rest.writing import Asking, own, writes
from catalog.services import project_targets, projects, site_deliveries
from catalog.views.owner import SiteDelivery

_METHOD = "B"
_WRONG = problem_responses(400, 401, 403, 404, 409)


class SiteDeliveriesController(Controller):
    """What came to one building, as its owner keeps it."""

    path = "/projects/{key:str}/buildings/{building:str}"
    tags = ("own projects",)

    @own(
        "/site-deliveries",
        operation_id="list_site_deliveries",
        responses=problem_responses(400, 401, 403, 404),
    )
    def index(
        self, asking: NamedDependency[Asking], key: KeyInPath, building: KeyInPath
    ) -> list[SiteDelivery]:
        """Return what came, the latest first, each with its files and what is to be said of it."""
        with asking.reading() as connection:
            projects.get_building(connection, key, building)
            target = project_targets.target_of(connection, key)
            return site_deliveries.deliveries_on_site(
                connection,
                building,
                actor=asking.actor,
                on=day_or_today(None),
                method=target.method if target else _METHOD,
            )

    @writes(post)("/deliveries", operation_id="record_delivery", responses=_WRONG)
    def record(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        building: KeyInPath,
        data: JSONBody[NewDeliveryBody],
    ) -> Entered:
        """Keep a line of a delivery note; photos are kept first, by ``keep_evidence``."""
        with asking.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.record_delivery(
                session,
                building,
                data.draft(),
                number=own_number(asking.actor, data.number),
                actor=asking.actor,
                now=asking.now(),
            )
        return Entered(run)

    @writes(put)("/deliveries/{id:int}", operation_id="correct_delivery", responses=_WRONG)
    def correct(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
        data: JSONBody[CorrectedDeliveryBody],
    ) -> Entered:
        """Keep another statement in place of one; a correction of the earlier id finds none."""
        with asking.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.correct_delivery(
                session,
                building,
                id,
                data.draft(),
                reason=data.reason,
                actor=asking.actor,
                now=asking.now(),
            )
        return Entered(run)

    @writes(post)("/deliveries/{id:int}/withdraw", operation_id="withdraw_delivery",
                  responses=_WRONG)  # fmt: skip
    def withdraw(
        self,
        asking: NamedDependency[Asking],
        key: KeyInPath,
        building: KeyInPath,
        id: IdInPath,
        data: JSONBody[ReasonBody],
    ) -> Entered:
        """Let a delivery count no longer."""
        with asking.transaction() as session:
            projects.get_building(session.connection(), key, building)
            run = site_deliveries.withdraw_delivery(
                session, building, id, reason=data.reason, actor=asking.actor, now=asking.now()
            )
        return Entered(run)
