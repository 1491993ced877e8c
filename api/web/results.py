"""The page that opens a ratio down to its lines."""

from __future__ import annotations

import re
from functools import partial

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.response import Template

from api.parameters import IdInPath, day_or_today
from api.web.asked import PageNumber, Short, Text
from api.web.browser import who_asks
from api.web.i18n import language_of
from api.web.names import names_of
from api.web.page import PageRequest, page
from api.web.result_windows import EXCLUDED, part_name, windows
from api.web.tracing import exclusion, papers_of, sources_of, traced_lines
from catalog.db import Database
from catalog.services import choosing, evidence, outlook, projects, proofs, results

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
        part: Text = "",
        page_number: PageNumber = 1,
        line: Short = "",
    ) -> Template:
        """Show one result: its groups, items, measures and lines, window by window.

        ``part`` says which measure ``page`` is of; ``line`` asks for the window that holds a line.
        """
        with database.reading() as connection:
            result = results.get_result(connection, result_id)
            trace = results.get_trace(connection, result_id)
            project = projects.get_project(connection, result.project)
            names = names_of(connection, on=day_or_today(None))
            basis = results.basis(connection)
            shown = windows(trace, part=part, page=page_number, line=line)
            wanted = {each for window in shown.values() for each in window.lines}
            sources = sources_of(
                *projects.lines_by_trace(connection, wanted),
                current=projects.current_lines(connection, result.building),
            )
            open_to = outlook.outlook_of_result(connection, result_id)
            papers = proofs.papers_behind(connection, trace)
            choice = choosing.choice_of_result(connection, result_id)
            files = evidence.seen_by_keys(connection, papers_of(sources), actor=who_asks(request))
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
            files=files,
            excluded=[each for each in trace.excluded if each.line in set(shown[EXCLUDED].lines)],
            windows=shown,
            part_name=part_name,
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
