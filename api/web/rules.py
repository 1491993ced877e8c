"""The pages that show the rule packs: every share, point and policy with its source."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import KeyInPath, day_or_today
from api.reading import read
from api.web import asked as asking
from api.web.asked import Short, Text
from api.web.names import names_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.errors import RulePackNotFoundError
from catalog.rules.packs import RatioPack, named, parse_pack, version_order
from catalog.services import catalogue, choosing, results


class RulePages(Controller):
    """Read the rule packs."""

    path = "/rules"

    @read(name="rules:index")
    def index(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        place: Text = "",
        on: Short = "",
    ) -> Template:
        """Show the published packs, and which are in force at a place on a day."""
        day = day_or_today(asking.day(on))
        with database.reading() as connection:
            places = choosing.known_places(connection)
            chosen = asking.plain(place) or places[0]
            packs = results.basis(connection).packs
            found = choosing.rules_in_force(connection, place=chosen, on=day)
        return page(
            request,
            "rules/index.html",
            packs=packs,
            places=places if chosen in places else [chosen, *places],
            place=chosen,
            on=day,
            in_force={named(pack) for pack in found},
            found=found,
        )

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
            held = sorted(
                (view for view in published if view.key == key),
                key=lambda view: version_order(view.version),
            )
            found = [view for view in held if wanted in ("", view.version)]
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
                versions=[other.version for other in held],
                pack=pack,
                items={item.key: item for group in groups for item in group.items},
                units=results.basis(connection).units,
                names=names_of(connection, on=day_or_today(None)),
            )
