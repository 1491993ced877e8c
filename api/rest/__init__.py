"""/api/v1: the JSON API."""

from __future__ import annotations

from litestar import Router

from api import problems
from api.rest.certificates import CertificatesController
from api.rest.conflicts import ConflictsController
from api.rest.epds import EpdsController
from api.rest.exports import ExportController
from api.rest.imports import ImportsController
from api.rest.matching import MatchingController
from api.rest.outlook import OutlookController
from api.rest.products import CompaniesController, ProductsController
from api.rest.projects import ProjectsController
from api.rest.published import PublishedController
from api.rest.ratios import RatiosController, ResultsController
from api.rest.reach import ReachController
from api.rest.reference import ReferenceController
from api.rest.result_form import ResultFormController
from api.rest.rules import MeasuresController, ProjectRulesController, RulesController
from api.rest.search import SearchController
from api.rest.swaps import SwapsController


def rest_router() -> Router:
    """Return every route of the API."""
    return Router(
        "/api/v1",
        route_handlers=[
            ProductsController,
            CompaniesController,
            CertificatesController,
            ReachController,
            ConflictsController,
            EpdsController,
            SearchController,
            ExportController,
            ProjectsController,
            ResultsController,
            OutlookController,
            ResultFormController,
            RatiosController,
            PublishedController,
            SwapsController,
            MeasuresController,
            ProjectRulesController,
            ReferenceController,
            RulesController,
            ImportsController,
            MatchingController,
        ],
        exception_handlers=problems.HANDLERS,
    )
