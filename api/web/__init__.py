"""The pages: server-rendered, quick with a script and whole without one."""

from __future__ import annotations

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from api.web import errors, signed_in
from api.web.account import AccountPages
from api.web.admission import admit
from api.web.adoption import AdoptionPages
from api.web.annual_reports import ReportPages
from api.web.audit import AuditPages
from api.web.body_desk import BodyDeskPages
from api.web.building_papers import BuildingPaperPages
from api.web.buildings import BuildingPages
from api.web.bureau_desk import BureauDeskPages
from api.web.case_papers import CasePaperPages
from api.web.cases import CasePages, PublicNoticePages
from api.web.categories import CategoryPages
from api.web.certificates import CertificatePages
from api.web.companies import CompanyPages
from api.web.compare import ComparePage
from api.web.conflicts import ConflictPages
from api.web.demonstrations import DemonstrationPages
from api.web.desk_columns import ColumnPages
from api.web.desk_jobs import JobPages
from api.web.desk_pages import DeskPages
from api.web.desks import DeskRouter
from api.web.display import DisplayPages
from api.web.divisions import DivisionPages
from api.web.draws import DrawPages
from api.web.editions import EditionPages
from api.web.epd_links import EpdLinkPages
from api.web.epds import EpdPages
from api.web.evidence import EvidencePages
from api.web.exports import ExportFiles
from api.web.feeds import FeedPages
from api.web.filings import FilingPages
from api.web.findings import FindingPages
from api.web.guide import GuidePages
from api.web.home import HomePages
from api.web.import_templates import ImportTemplatePages
from api.web.imports import ImportPages
from api.web.long_work import LongWorkPages
from api.web.maker_desk import MakerDeskPages
from api.web.matching import MatchingPages
from api.web.measures import MeasurePages
from api.web.offline import OfflinePages
from api.web.open_data import OpenDataPages
from api.web.operator_desk import OperatorDeskPages
from api.web.operator_people import KeptAccountPages, KeptTokenPages
from api.web.organisation import OrganisationPages
from api.web.organisations import RegistrationDeskPages
from api.web.owner_bill import OwnerBillPages
from api.web.owner_desk import OwnerDeskPages
from api.web.owner_projects import OwnerProjectPages
from api.web.panel import PanelPages
from api.web.policies import PolicyPages
from api.web.products import ProductPages
from api.web.project_rules import ProjectRulePages
from api.web.projects import ProjectPages
from api.web.published import PublishedPages
from api.web.reach import ReachPages
from api.web.records import CertificateRecords, ProductRecords
from api.web.registering import RegistrationPages
from api.web.report_answers import ReportAnswerPages
from api.web.report_checks import ReportCheckPages
from api.web.report_files import ReportFilePages
from api.web.report_writing import ReportWritingPages
from api.web.result_form import ResultFormPages
from api.web.results import ResultPages
from api.web.rules import RulePages
from api.web.saved import SavedSearchPages
from api.web.score import ScorePages
from api.web.signing_in import SignInPages
from api.web.site_deliveries import SitePages
from api.web.site_products import SiteProductPages
from api.web.statistics import StatisticsPages
from api.web.submissions import SubmissionPages
from api.web.swaps import SwapPages
from api.web.templating import STATIC, template_config
from api.web.verify import VerifyPages
from api.web.watch import NoticePages, WatchPages
from api.web.webhooks import WebhookPages

__all__ = ["template_config", "web_router"]

_YEAR_S = 365 * 24 * 3600


def web_router() -> Router:
    """Return every page, and the files that pages load."""
    # An address holds a hash of the file's content, so a file at an address never changes.
    static = create_static_files_router(
        "/static",
        directories=[STATIC],
        cache_control=CacheControlHeader(max_age=_YEAR_S, public=True, immutable=True),
    )
    return Router(
        "/",
        route_handlers=[
            HomePages,
            DisplayPages,
            DeskRouter,
            MakerDeskPages,
            BodyDeskPages,
            OperatorDeskPages,
            KeptAccountPages,
            KeptTokenPages,
            ProductPages,
            ComparePage,
            ExportFiles,
            SavedSearchPages,
            ScorePages,
            PolicyPages,
            CompanyPages,
            CertificatePages,
            ReachPages,
            VerifyPages,
            FindingPages,
            BureauDeskPages,
            ReportPages,
            ReportWritingPages,
            ReportAnswerPages,
            ReportCheckPages,
            ReportFilePages,
            FilingPages,
            DemonstrationPages,
            OfflinePages,
            CertificateRecords,
            ProductRecords,
            ConflictPages,
            AdoptionPages,
            CasePages,
            CasePaperPages,
            PublicNoticePages,
            EpdPages,
            EpdLinkPages,
            ProjectPages,
            BuildingPages,
            BuildingPaperPages,
            SitePages,
            SiteProductPages,
            OwnerDeskPages,
            OwnerProjectPages,
            OwnerBillPages,
            MatchingPages,
            MeasurePages,
            ProjectRulePages,
            ResultPages,
            ResultFormPages,
            SubmissionPages,
            SwapPages,
            DivisionPages,
            PublishedPages,
            EditionPages,
            CategoryPages,
            StatisticsPages,
            OpenDataPages,
            FeedPages,
            GuidePages,
            PanelPages,
            DrawPages,
            EvidencePages,
            ImportPages,
            ImportTemplatePages,
            DeskPages,
            ColumnPages,
            JobPages,
            LongWorkPages,
            RulePages,
            AuditPages,
            WatchPages,
            NoticePages,
            WebhookPages,
            SignInPages,
            RegistrationPages,
            AccountPages,
            OrganisationPages,
            RegistrationDeskPages,
            static,
        ],
        before_request=admit,
        exception_handlers={**errors.HANDLERS, **signed_in.HANDLERS},
        include_in_schema=False,
    )
