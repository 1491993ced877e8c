"""The pages that show the rule packs: every share, point and policy with its source."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import Short
from api.web.names import names_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.errors import RulePackNotFoundError
from catalog.rules.packs import RatioPack, parse_pack
from catalog.services import catalogue, results


class RulePages(Controller):
    """Read the rule packs."""

    path = "/rules"

    @read(name="rules:index")
    def index(self, request: PageRequest, database: NamedDependency[Database]) -> Template:
        """Show the published packs."""
        with database.reading() as connection:
            packs = results.basis(connection).packs
        return page(request, "rules/index.html", packs=packs)

    @read("/{key:str}", name="rules:show")
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        key: KeyInPath,
        version: Short = "",
    ) -> Template:
        """Show one version of a pack, the newest unless another is asked for."""
        wanted = asking.plain(version)
        with database.reading() as connection:
            published = catalogue.rule_packs(connection)
            named = [view for view in published if view.key == key]
            found = [view for view in named if wanted in ("", view.version)]
            if not found:
                known = ", ".join(sorted({view.key for view in published}))
                raise RulePackNotFoundError(key=f"{key} {wanted}".strip(), known=known)
            view = found[-1]
            pack = parse_pack(view.content)
            groups = pack.groups if isinstance(pack, RatioPack) else ()
            return page(
                request,
                "rules/show.html",
                view=view,
                versions=[other.version for other in named],
                pack=pack,
                items={item.key: item for group in groups for item in group.items},
                units=results.basis(connection).units,
                names=names_of(connection, on=day_or_today(None)),
            )
