"""/api/v1: the JSON API."""

from __future__ import annotations

from litestar import Router

from api import problems
from api.rest.accounts import MeController, OrganisationsController
from api.rest.annual_reports import AnnualReportsController
from api.rest.audit import AuditController
from api.rest.bureau import BureauController
from api.rest.cases import CasesController, PublicNoticesController
from api.rest.certificates import CertificatesController
from api.rest.changes import ChangesController
from api.rest.conflicts import ConflictsController
from api.rest.demand import DemandController
from api.rest.demonstrations import DemonstrationsController
from api.rest.draws import DrawsController, PanelController
from api.rest.editions import EditionsController
from api.rest.epds import EpdsController
from api.rest.evidence import EvidenceController
from api.rest.exports import ExportController
from api.rest.filings import FilingsController
from api.rest.findings import FindingsController
from api.rest.imports import ImportsController
from api.rest.jobs import JobsController
from api.rest.matching import MatchingController
from api.rest.outlook import OutlookController
from api.rest.owner_deliveries import SiteDeliveriesController
from api.rest.owner_papers import BuildingPapersController
from api.rest.owner_projects import KeepingProjectsController, OwnProjectsController
from api.rest.policies import PolicyController, PreviewController
from api.rest.products import CompaniesController, ProductAdoptionController, ProductsController
from api.rest.projects import ProjectsController
from api.rest.published import PublishedController
from api.rest.ratios import RatiosController, ResultsController
from api.rest.reach import ReachController
from api.rest.reference import ReferenceController
from api.rest.report_steps import KeepingReportsController
from api.rest.result_form import ResultFormController
from api.rest.rules import MeasuresController, ProjectRulesController, RulesController
from api.rest.score import ProductScoreController, ScoresController, VisitController
from api.rest.search import SearchController
from api.rest.submissions import SubmissionsController
from api.rest.swaps import SwapsController
from api.rest.targets import TargetsController
from api.rest.verification import VerificationController
from api.rest.watch import NoticesController, WatchController
from api.rest.webhooks import WebhooksController


def rest_router() -> Router:
    """Return every route of the API."""
    return Router(
        "/api/v1",
        route_handlers=[
            ProductsController,
            ProductAdoptionController,
            CompaniesController,
            CertificatesController,
            ReachController,
            VerificationController,
            FindingsController,
            AnnualReportsController,
            KeepingReportsController,
            TargetsController,
            BureauController,
            FilingsController,
            DemonstrationsController,
            ConflictsController,
            EpdsController,
            SearchController,
            ProductScoreController,
            VisitController,
            ScoresController,
            PolicyController,
            PreviewController,
            ExportController,
            ProjectsController,
            OwnProjectsController,
            KeepingProjectsController,
            SiteDeliveriesController,
            BuildingPapersController,
            SubmissionsController,
            DemandController,
            ResultsController,
            OutlookController,
            ResultFormController,
            RatiosController,
            PublishedController,
            EditionsController,
            ChangesController,
            PanelController,
            DrawsController,
            EvidenceController,
            SwapsController,
            MeasuresController,
            ProjectRulesController,
            ReferenceController,
            RulesController,
            ImportsController,
            JobsController,
            MatchingController,
            MeController,
            OrganisationsController,
            CasesController,
            PublicNoticesController,
            AuditController,
            WatchController,
            NoticesController,
            WebhooksController,
        ],
        exception_handlers=problems.HANDLERS,
    )
