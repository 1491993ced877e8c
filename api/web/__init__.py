"""The pages: server-rendered, quick with a script and whole without one."""

from __future__ import annotations

from litestar import Router
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

from api.web import errors, operator
from api.web.certificates import CertificatePages
from api.web.companies import CompanyPages
from api.web.compare import ComparePage
from api.web.conflicts import ConflictPages
from api.web.desk_columns import ColumnPages
from api.web.desk_jobs import JobPages
from api.web.desk_pages import DeskPages
from api.web.divisions import DivisionPages
from api.web.epd_links import EpdLinkPages
from api.web.epds import EpdPages
from api.web.exports import ExportFiles
from api.web.home import HomePages
from api.web.imports import ImportPages
from api.web.matching import MatchingPages
from api.web.measures import MeasurePages
from api.web.operator import OperatorPages
from api.web.products import ProductPages
from api.web.project_rules import ProjectRulePages
from api.web.projects import ProjectPages
from api.web.published import PublishedPages
from api.web.reach import ReachPages
from api.web.result_form import ResultFormPages
from api.web.results import ResultPages
from api.web.rules import RulePages
from api.web.same_site import refuse_other_sites
from api.web.saved import SavedSearchPages
from api.web.swaps import SwapPages
from api.web.templating import STATIC, template_config

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
            ProductPages,
            ComparePage,
            ExportFiles,
            SavedSearchPages,
            CompanyPages,
            CertificatePages,
            ReachPages,
            ConflictPages,
            EpdPages,
            EpdLinkPages,
            ProjectPages,
            MatchingPages,
            MeasurePages,
            ProjectRulePages,
            ResultPages,
            ResultFormPages,
            SwapPages,
            DivisionPages,
            PublishedPages,
            ImportPages,
            DeskPages,
            ColumnPages,
            JobPages,
            OperatorPages,
            RulePages,
            static,
        ],
        before_request=refuse_other_sites,
        exception_handlers={**errors.HANDLERS, **operator.HANDLERS},
        include_in_schema=False,
    )
