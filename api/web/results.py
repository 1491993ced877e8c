"""The page that opens a ratio down to its lines."""

from __future__ import annotations

import re
from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import IdInPath, day_or_today
from api.web.asked import Text
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.tracing import exclusion, lines_in, sources_of, traced_lines
from catalog.db import Database
from catalog.services import choosing, outlook, projects, proofs, results

_HASH = re.compile("[0-9a-f]{64}")


class ResultPages(Controller):
    """Read results."""

    path = "/results"

    @get("/{result_id:int}", name="results:show", sync_to_thread=True)
    def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        result_id: IdInPath,
        published: Text = "",
    ) -> Template:
        """Show one result: its groups, items, measures and lines."""
        with database.reading() as connection:
            result = results.get_result(connection, result_id)
            trace = results.get_trace(connection, result_id)
            project = projects.get_project(connection, result.project)
            names = names_of(connection, on=day_or_today(None))
            basis = results.basis(connection)
            bill_lines = projects.bill_lines_of_building(connection, result.building)
            deliveries = projects.deliveries_to_building(connection, result.building)
            sources = sources_of(bill_lines, deliveries)
            gone = [line for line in lines_in(trace) if line not in sources]
            sources |= sources_of(*projects.lines_by_trace(connection, gone), is_current=False)
            open_to = outlook.outlook_of_result(connection, result_id)
            papers = proofs.papers_behind(connection, trace)
            choice = choosing.choice_of_result(connection, result_id)
            current = {r.id for r in results.results_of_project(connection, result.project)}
        packs = {f"{pack.key}@{pack.version}": pack for pack in basis.packs}
        return page(
            request,
            "results/show.html",
            result=result,
            trace=trace,
            choice=choice,
            outlook=open_to,
            is_current=result.id in current,
            published=published if _HASH.fullmatch(published) else None,
            thresholds=packs.get(result.thresholds),
            method_pack=packs.get(result.pack),
            units=basis.units,
            names=names,
            sources=sources,
            lines_of=partial(traced_lines, sources=sources, papers=papers),
            exclusion=partial(
                exclusion,
                trace=trace,
                names=names,
                units=basis.units,
                language=language_of(request),
            ),
            shows_synthetic=project.is_synthetic,
        )
