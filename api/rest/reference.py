"""/api/v1: categories, groups, divisions and rule packs."""

from __future__ import annotations

from litestar import Controller
from litestar.di import NamedDependency

from api.parameters import Day, day_or_today
from api.problems import problem_responses
from api.reading import read
from catalog.db import Database
from catalog.services import catalogue
from catalog.views.projects import CategoryView, DivisionView, GroupView, RulePackView


class ReferenceController(Controller):
    """The lists that everything else refers to."""

    path = "/"
    tags = ("reference",)

    @read("/categories", operation_id="list_categories")
    def categories(self, database: NamedDependency[Database]) -> list[CategoryView]:
        """Return the categories of all catalogues."""
        with database.reading() as connection:
            return catalogue.categories(connection)

    @read("/groups", operation_id="list_groups")
    def groups(self, database: NamedDependency[Database]) -> list[GroupView]:
        """Return the groups of categories."""
        with database.reading() as connection:
            return catalogue.groups(connection)

    @read("/divisions", operation_id="list_divisions", responses=problem_responses(400))
    def divisions(self, database: NamedDependency[Database], on: Day = None) -> list[DivisionView]:
        """Return the divisions under the names that they bear on a day."""
        with database.reading() as connection:
            return catalogue.divisions(connection, on=day_or_today(on))

    @read("/rule-packs", operation_id="list_rule_packs")
    def rule_packs(self, database: NamedDependency[Database]) -> list[RulePackView]:
        """Return every published rule pack, whole."""
        with database.reading() as connection:
            return catalogue.rule_packs(connection)
