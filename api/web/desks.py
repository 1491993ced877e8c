"""The way to one's own desk: each role has its page of what waits and what is next."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Redirect, Template

from api.web.page import PageRequest, page
from api.web.signed_in import CHANGE_PATH, DESK, own_account
from catalog.permissions import Role
from catalog.views.accounts import Member

PATHS = {
    Role.OWNER: "/desk/projects",
    Role.MANUFACTURER: "/desk/company",
    Role.CERTIFICATION_BODY: "/desk/certification-body",
    Role.DIVISION_BUREAU: "/desk/bureau",
    Role.CORPS_BUREAU: "/desk/bureau",
    Role.OPERATOR: "/desk/operator",
}
"""Where each role begins its work."""


class DeskRouter(Controller):
    """Lead everybody to the own desk."""

    path = DESK
    dependencies = own_account

    @get(name="desk:show", sync_to_thread=False)
    def show(
        self, request: PageRequest, member: NamedDependency[SkipValidation[Member]]
    ) -> Redirect | Template:
        """Lead to one's desk; tell who has none what to do next."""
        if member.account.must_change_password:
            return Redirect(CHANGE_PATH, status_code=303)
        path = PATHS.get(member.actor.role)
        if path is not None:
            return Redirect(path, status_code=303)
        return page(request, "desks/none.html", acting=member.acting)
