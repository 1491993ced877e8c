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
from api.rest.products import CompaniesController, ProductsController
from api.rest.projects import ProjectsController
from api.rest.ratios import RatiosController, ResultsController
from api.rest.reference import ReferenceController
from api.rest.search import SearchController


def rest_router() -> Router:
    """Return every route of the API."""
    return Router(
        "/api/v1",
        route_handlers=[
            ProductsController,
            CompaniesController,
            CertificatesController,
            ConflictsController,
            EpdsController,
            SearchController,
            ExportController,
            ProjectsController,
            ResultsController,
            RatiosController,
            ReferenceController,
            ImportsController,
            MatchingController,
        ],
        exception_handlers=problems.HANDLERS,
    )
